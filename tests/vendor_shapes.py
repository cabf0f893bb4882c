"""Test logs in the shapes in which analytics vendors export events.

Every writer takes the same events, so a funnel computed from any of the files must give the same counts; but Mixpanel
keeps only seconds, Segment, RudderStack and Snowplow milliseconds. `anonymous_before` maps an entity to its login: its
earlier events carry only the anonymous id, the later ones both. `duplicates` rows are delivered twice. The properties
`session_id` and `utm_*` go where the vendor keeps such things (often a session's start, unique only within a device).
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import polars as pl


class Event(NamedTuple):
    id: str
    entity: str
    name: str
    at: datetime  # UTC
    properties: dict[str, str | int | float | None]


Log = Sequence[Event]
Row = dict[str, Any]
Logins = Mapping[str, datetime]
NOBODY: Logins = {}
SNOWPLOW, IGLU = "com.snowplowanalytics.snowplow", "iglu:{}/{}/jsonschema/1-0-0"
UTM = ("medium", "source", "term", "content", "campaign")  # in Snowplow's order
SECOND = timedelta(seconds=1)
LATE = {"timestamp": 0, "originalTimestamp": -120, "sentAt": -119, "receivedAt": 1}  # Segment: a slow device clock
GA4_VALUE = {"string_value": pl.String, "int_value": pl.Int64, "float_value": pl.Float64, "double_value": pl.Float64}
GA4_PARAMS = pl.List(pl.Struct({"key": pl.String, "value": pl.Struct(GA4_VALUE)}))
GA4_SOURCE = pl.Struct({f"manual_{key}": pl.String for key in ("campaign_name", "medium", "source", "term", "content")})
GA4_NESTED = {"event_params": GA4_PARAMS, "user_properties": GA4_PARAMS, "collected_traffic_source": GA4_SOURCE}


def stable_uuid(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))


device_of = partial(stable_uuid, "device")


def known_user(event: Event, anonymous_before: Logins) -> str | None:
    return event.entity if event.at >= anonymous_before.get(event.entity, event.at) else None


def logins(events: Log, anonymous_before: Logins, name: str) -> list[Event]:
    known = {event.entity for event in events} & anonymous_before.keys()
    return [Event(f"{name} {who}", who, name, anonymous_before[who], {}) for who in sorted(known)]


def redelivered(rows: list[Any], duplicates: int) -> list[Any]:
    """The rows, and `duplicates` of them (spread over the log) once more at the end, as a retry delivers them."""
    return rows + rows[:: max(1, len(rows) // duplicates)][:duplicates] if duplicates else rows


def utm(event: Event, campaign: str = "campaign") -> Row:
    found = {key: event.properties.get(f"utm_{key}") for key in UTM}
    return {campaign if key == "campaign" else key: value for key, value in found.items() if value is not None}


def custom(event: Event) -> Row:
    return {key: value for key, value in event.properties.items() if key != "session_id" and not key.startswith("utm_")}


def session_of(event: Event) -> tuple[str, str]:
    return event.entity, str(event.properties.get("session_id") or event.at.date())


def session_starts(events: Log) -> dict[tuple[str, str], int]:
    return {session_of(event): micros(event.at) for event in sorted(events, key=lambda event: event.at, reverse=True)}


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def sql_time(at: datetime, digits: int = 6) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[: 20 + digits]


def with_text(row: Row, kind: type, as_text: Callable[[Any], str]) -> Row:
    return {key: as_text(value) if isinstance(value, kind) else value for key, value in row.items()}


def json_lines(rows: Iterable[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def write_bytes(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def write_table(path: Path, rows: list[Row], schema: Mapping[str, Any] | None = None) -> Path:
    frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides=schema).cast({pl.Null: pl.String})
    write_bytes(path, b"")
    _ = frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(path)
    return path


def write_mixpanel(events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0, *,
                   in_ms: bool = False, project_zone: str = "UTC", merged: bool = False) -> Path:  # fmt: skip
    """`project_zone`: the epochs are that zone's wall clock (old projects). `merged`: an export made after the logins,
    in which the `distinct_id` of the anonymous events has already become the user's id."""
    rows = []
    for event in events:
        device, user = device_of(event.entity), known_user(event, anonymous_before)
        clock, sent_as = event.at.astimezone(ZoneInfo(project_zone)).replace(tzinfo=UTC), user or f"$device:{device}"
        rows.append({"event": event.name, "properties": {
            "time": micros(clock) // (1_000 if in_ms else 1_000_000), "$device_id": device, "$insert_id": event.id,
            "distinct_id": event.entity if merged else sent_as, "$browser": "Chrome", "mp_country_code": "DE",
            "mp_processing_time_ms": micros(event.at + 2 * SECOND) // 1_000, **({"$user_id": user} if user else {}),
            **({"$distinct_id_before_identity": sent_as} if merged and not user else {}), **event.properties,
        }})  # fmt: skip
    return write_bytes(folder / "mixpanel_export.ndjson", json_lines(redelivered(rows, duplicates)))


def write_amplitude(
    events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0, *, two_devices: bool = False
) -> Path:
    """A member per hour of upload; every seventh event is uploaded three hours late, the duplicates come in a second
    part. `two_devices`: the anonymous events come from another device, so they have another amplitude_id."""
    starts, rows, members = session_starts(events), [], defaultdict[str, list[Row]](list)
    for number, event in enumerate(events):
        user = known_user(event, anonymous_before)
        who = f"{event.entity} elsewhere" if two_devices and user is None else event.entity
        sent = event.at + timedelta(hours=3 if number % 7 == 6 else 0) + SECOND
        rows.append({
            "$insert_id": event.id, "amplitude_id": uuid5(NAMESPACE_URL, who).int % 10**12, "app": 123456,
            "client_event_time": sql_time(event.at), "client_upload_time": sql_time(sent), "groups": {},
            "device_id": device_of(who), "event_id": number + 1, "event_properties": custom(event), "data": {},
            "event_time": sql_time(event.at), "event_type": event.name, "uuid": stable_uuid("amplitude", event.id),
            "processed_time": sql_time(sent + 5 * SECOND), "server_received_time": sql_time(sent + SECOND),
            "server_upload_time": sql_time(sent + 2 * SECOND), "session_id": starts[session_of(event)] // 1_000,
            "user_id": user, "user_properties": {f"utm_{key}": value for key, value in utm(event).items()},
        })  # fmt: skip
    for number, row in enumerate(redelivered(rows, duplicates)):
        day, hour = row["server_upload_time"][:13].split(" ")
        members[f"123456/123456_{day}_{int(hour)}#{int(number >= len(rows))}.json.gz"].append(row)
    with zipfile.ZipFile(write_bytes(folder / "amplitude_export.zip", b""), "w") as archive:
        for name, part in members.items():
            archive.writestr(name, gzip.compress(json_lines(part)))
    return folder / "amplitude_export.zip"


def write_posthog(
    events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0, *, kind: str = "jsonl"
) -> Path:
    """`jsonl`; `parquet`, whose name ends in the codec of the columns; or `csv`, like the download of a query (five
    columns, no person_id). person_id is what it was when the event came in: another one before the login."""
    rows: list[Row] = []
    for event in sorted([*events, *logins(events, anonymous_before, "$identify")], key=lambda event: event.at):
        device, user = device_of(event.entity), known_user(event, anonymous_before)
        link = {"$anon_distinct_id": device} if event.name == "$identify" else {}
        rows.append({
            "uuid": stable_uuid("posthog", event.id), "event": event.name, "distinct_id": user or device,
            "person_id": stable_uuid("person", user or device), "elements_chain": "", "timestamp": event.at,
            "properties": custom(event) | link | ({"$user_id": user} if user else {}) | {
                "$device_id": device, "$is_identified": user is not None, "$lib": "web", "distinct_id": user or device,
                "$process_person_profile": user is not None, "$session_id": stable_uuid("session", *session_of(event)),
                **{f"utm_{key}": value for key, value in utm(event).items()},
            },
            "person_properties": {"$os": "Linux"}, "created_at": event.at + SECOND, "_inserted_at": event.at + SECOND,
        })  # fmt: skip
    rows = redelivered(rows, duplicates)
    if kind == "parquet":
        return write_table(folder / "events.parquet.zst", [with_text(row, dict, json.dumps) for row in rows])
    rows = [with_text(row, datetime, datetime.isoformat) for row in rows]
    if kind == "jsonl":
        return write_bytes(folder / "events.jsonl.gz", gzip.compress(json_lines(rows)))
    names = ("uuid", "event", "properties", "timestamp", "distinct_id")
    return write_table(folder / "query.csv", [with_text({n: row[n] for n in names}, dict, json.dumps) for row in rows])


def write_segment(events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0) -> Path:
    """A folder per day of receipt, files that end in .gz only. The event `page:Home` or `screen:Home` becomes a page or
    screen call of that name, a bare `page` one without a name."""
    rows, days = [], defaultdict[int, list[Row]](list)
    for event in sorted([*events, *logins(events, anonymous_before, "identify")], key=lambda event: event.at):
        kind, _, name = event.name.partition(":")
        view, traits = {"name": name or None, "properties": custom(event)}, {"email": f"{event.entity}@shop.example"}
        own: dict[str, Row] = {"page": view, "screen": view, "identify": {"traits": traits}}
        iso: Row = {name: f"{sql_time(event.at + late * SECOND, 3)}Z".replace(" ", "T") for name, late in LATE.items()}
        rows.append(iso | own.get(kind, {"event": event.name, "properties": custom(event)}) | {
            "type": kind if kind in own else "track", "messageId": event.id, "anonymousId": device_of(event.entity),
            "userId": known_user(event, anonymous_before), "channel": "client", "integrations": {}, "writeKey": "w1",
            "context": {"ip": "203.0.113.7", "page": {"path": "/"}, "campaign": utm(event, campaign="name")},
        })  # fmt: skip
    for row in redelivered(rows, duplicates):
        days[micros(datetime.fromisoformat(row["receivedAt"][:10]).replace(tzinfo=UTC)) // 1_000].append(row)
    for day, part in days.items():
        write_bytes(folder / "segment-logs" / "source1" / str(day) / f"{day}.b7.gz", gzip.compress(json_lines(part)))
    return folder / "segment-logs"


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


def warehouse_rows(events: Log, anonymous_before: Logins, duplicates: int, with_properties: bool) -> list[Row]:
    starts, rows = session_starts(events), []
    for event in events:
        at = event.at - timedelta(microseconds=event.at.microsecond % 1_000)
        clocks = {slug(name): at + late * SECOND for name, late in LATE.items()} | {"uuid_ts": at + 1800 * SECOND}
        campaign = {f"context_campaign_{key}": value for key, value in utm(event, campaign="name").items()}
        own = {slug(key): value for key, value in custom(event).items()} if with_properties else {}
        own |= {"context_session_id": starts[session_of(event)] // 1_000} if with_properties else {}
        rows.append(own | clocks | campaign | {
            "id": event.id, "anonymous_id": device_of(event.entity), "user_id": known_user(event, anonymous_before),
            "event": slug(event.name), "event_text": event.name, "context_ip": "203.0.113.7",
        })  # fmt: skip
    return redelivered(rows, duplicates)


def write_segment_warehouse(events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0) -> Path:
    """The table `tracks`, which has no properties of the events, as Parquet."""
    return write_table(folder / "tracks.parquet", warehouse_rows(events, anonymous_before, duplicates, False))


def write_rudderstack(events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0) -> Path:
    """The events' tables below each other, with properties; times as Postgres prints: `2024-03-13 10:21:14.12+00`."""
    rows = warehouse_rows(events, anonymous_before, duplicates, True)
    texts = [with_text(row, datetime, lambda at: sql_time(at).rstrip("0").rstrip(".") + "+00") for row in rows]
    return write_table(folder / "events.csv", texts)


def write_heap(events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0) -> Path:
    """A table for each event, as CSV; people are numbers until they are identified."""
    tables: defaultdict[str, list[Row]] = defaultdict(list)
    for event in events:
        number = int(stable_uuid("heap", event.entity)[:8], 16)
        tables[event.name].append({
            "event_id": event.id, "user_id": number, "identity": known_user(event, anonymous_before),
            "session_id": session_of(event)[1], "time": sql_time(event.at), **custom(event),
        })  # fmt: skip
    for name, rows in tables.items():
        write_table(folder / "heap" / f"{name}.csv", redelivered(rows, duplicates if name == events[0].name else 0))
    return folder / "heap"


def ga4_params(properties: Row) -> list[Row]:
    kinds, given = {str: "string", int: "int", float: "double"}, {k: v for k, v in properties.items() if v is not None}
    return [{"key": key, "value": {f"{kinds[type(value)]}_value": value}} for key, value in given.items()]


def write_ga4_bigquery(
    events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0, *, kind: str = "parquet"
) -> Path:
    """A file per table `events_YYYYMMDD`, as `parquet` or as `json` (lines; 64-bit integers are strings, nulls are left
    out). Three events are sent in a bundle, and no row has an id of its own."""
    starts, rows, days = session_starts(events), list[Row](), defaultdict[str, list[Row]](list)
    for number, event in enumerate(events):
        params = {"ga_session_id": starts[session_of(event)] // 1_000_000, "page_location": "https://shop.example/"}
        rows.append({
            "event_date": f"{event.at:%Y%m%d}", "event_timestamp": micros(event.at), "event_name": event.name,
            "event_params": ga4_params(params | utm(event) | custom(event)), "stream_id": "1",
            "event_bundle_sequence_id": number // 3 + 1, "event_server_timestamp_offset": 1200, "platform": "WEB",
            "user_id": known_user(event, anonymous_before), "user_properties": ga4_params({"plan": "free"}),
            "user_pseudo_id": f"{uuid5(NAMESPACE_URL, event.entity).int % 10**10}.1700000000", "is_active_user": True,
            "device": {"category": "desktop", "operating_system": "Macintosh"}, "geo": {"country": "Germany"},
            "traffic_source": {"source": "(direct)"}, "batch_ordering_id": 1,
            "collected_traffic_source": {f"manual_{key}": value for key, value in utm(event, "campaign_name").items()},
            "batch_event_index": number % 3 + 1, "batch_page_id": micros(event.at) // 1_000,
        })  # fmt: skip
    for row in redelivered(rows, duplicates):
        days[f"events_{row['event_date']}"].append(row)
    for table, part in days.items():
        if kind == "parquet":
            write_table(folder / "analytics_1" / f"{table}.parquet", part, GA4_NESTED)
        else:
            known = [{key: value for key, value in row.items() if value is not None} for row in part]
            texts = json_lines(json.loads(json.dumps(row), parse_int=str) for row in known)
            write_bytes(folder / "analytics_1" / f"{table}.json", texts)
    return folder / "analytics_1"


def write_snowplow(
    events: Log, folder: Path, anonymous_before: Logins = NOBODY, duplicates: int = 0, structured: Collection[str] = ()
) -> Path:
    """`page_view` is a page view; the `structured` names are in se_action, and their event_name is `event`; all others
    are self-describing. The columns are numbered from 1, the documentation numbers them from 0."""
    lines = []
    for event in events:
        kind = "struct" if event.name in structured else "page_view" if event.name == "page_view" else "unstruct"
        vendor = {"struct": "com.google.analytics", "page_view": SNOWPLOW, "unstruct": "com.acme"}[kind]
        own = {"schema": IGLU.format(vendor, event.name), "data": custom(event)}
        page = {"schema": IGLU.format(SNOWPLOW, "web_page"), "data": {"id": stable_uuid("view", event.id)}}
        fields = {
            1: "shop", 2: "web", 3: sql_time(event.at + 9 * SECOND, 3), 4: sql_time(event.at + SECOND, 3), 6: kind,
            5: sql_time(event.at - 120 * SECOND, 3), 7: stable_uuid("snowplow", event.id), 10: "js-3.24.0",
            11: "ssc-3.1.0", 12: "enrich-5.0.0", 13: known_user(event, anonymous_before) or "", 14: "203.0.113.7",
            16: device_of(event.entity), 53: json.dumps({"schema": IGLU.format(SNOWPLOW, "contexts"), "data": [page]}),
            54: "shop" if kind == "struct" else "", 55: event.name if kind == "struct" else "", 103: "0",
            59: json.dumps({"schema": IGLU.format(SNOWPLOW, "unstruct_event"), "data": own}) * (kind == "unstruct"),
            120: sql_time(event.at - 119 * SECOND, 3), 124: stable_uuid("session", *session_of(event)), 126: vendor,
            125: sql_time(event.at, 3), 127: "event" if kind == "struct" else event.name, 129: "1-0-0",
        } | {48 + UTM.index(key): str(value) for key, value in utm(event).items()}  # fmt: skip
        lines.append("\t".join(re.sub(r"[\t\r\n]", " ", fields.get(n, "")) for n in range(1, 132)) + "\n")
    return write_bytes(folder / "enriched.tsv", "".join(redelivered(lines, duplicates)).encode())
