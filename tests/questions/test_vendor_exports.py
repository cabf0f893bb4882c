"""The same events in every vendor's shape: the report of a preset is that of a flat log."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import DataError, analyze
from growthctl.funnel.presets import PRESETS
from tests import vendor_shapes as vendors

START = datetime(2024, 3, 4, tzinfo=UTC)
STAGES = ("ad", "land", "signup", "pay")
DUPLICATES = 7
# Where each keeps a property of one's own; in a table of all tracks it is not.
EXPORTS: dict[str, tuple[str, Callable[..., Path], dict[str, Any], str | None]] = {
    "mixpanel in s": ("mixpanel", vendors.write_mixpanel, {}, "properties"),
    "mixpanel in ms": ("mixpanel", vendors.write_mixpanel, {"in_ms": True}, "properties"),
    "mixpanel merged": ("mixpanel", vendors.write_mixpanel, {"merged": True}, "properties"),
    "amplitude zip": ("amplitude", vendors.write_amplitude, {}, "event_properties"),
    "posthog jsonl": ("posthog", vendors.write_posthog, {"kind": "jsonl"}, "properties"),
    "posthog parquet": ("posthog", vendors.write_posthog, {"kind": "parquet"}, "properties"),
    "posthog csv": ("posthog", vendors.write_posthog, {"kind": "csv"}, "properties"),
    "segment folder": ("segment", vendors.write_segment, {}, "properties"),
    "segment tracks": ("segment_warehouse", vendors.write_segment_warehouse, {}, None),
    "rudderstack csv": ("rudderstack", vendors.write_rudderstack, {}, ""),
    "ga4 parquet": ("ga4_bigquery", vendors.write_ga4_bigquery, {"kind": "parquet"}, "event_params"),
    "ga4 json": ("ga4_bigquery", vendors.write_ga4_bigquery, {"kind": "json"}, "event_params"),
    "heap tables": ("heap", vendors.write_heap, {}, ""),
    "snowplow tsv": ("snowplow", vendors.write_snowplow, {}, "58.data.data"),
}


@cache
def events() -> list[vendors.Event]:
    rng, log = random.Random(3), list[vendors.Event]()
    for user in range(200):
        at = START + timedelta(seconds=rng.randrange(2_000_000))
        plan = rng.choice(["pro", "free"])
        for stage in STAGES:
            if rng.random() < 0.25:
                break
            at += timedelta(seconds=rng.randrange(1, 90_000))
            own: dict[str, str | int | float | None] = {"plan": plan, "amount": rng.randrange(100) / 4}
            log.append(vendors.Event(f"e{len(log)}", f"user_{user}", stage, at, own))
    return sorted(log, key=lambda event: event.at)


LOGINS = {event.entity: event.at for event in events() if event.name == "signup"}


def report(source: dict[str, Any], place: str | None, data: pl.DataFrame | None = None, **keys: Any) -> dict[str, Any]:
    """All that depends on the events, and on nothing else."""
    inside = f"{place}." if place else ""
    own = {} if place is None else {
        "segments": [{"name": "tier", "from": f"{inside}plan", "map": {"pro": "paying"}}],
        "value": {"property": f"{inside}amount", "currency": "EUR"},
    }  # fmt: skip
    stages = [{"name": name, "event": name} for name in STAGES]
    answer = analyze({"window": "14d", "stages": stages, **own, **keys, "source": source}, data).to_dict()
    # A login may be an event of its own.
    answer["data"] = {"duplicates": answer["data"]["rows_rejected"]["duplicate"]}
    del answer["funnel"]["entity"]
    return answer


@cache
def flat_log(*, with_logins: bool = False) -> pl.DataFrame:
    logins = vendors.logins(events(), LOGINS, "identify") if with_logins else []
    rows = [
        {"user_id": event.entity, "event": event.name, "timestamp": event.at, "id": event.id, **event.properties}
        for event in sorted([*events(), *logins], key=lambda event: event.at)
    ]
    return pl.DataFrame(vendors.redelivered(rows, DUPLICATES))


@cache
def flat_report(*, has_properties: bool, with_logins: bool) -> dict[str, Any]:
    return report({"columns": {"id": "id"}}, "" if has_properties else None, flat_log(with_logins=with_logins))


def assert_is_read(export: str, folder: Path, logins: dict[str, datetime]) -> None:
    preset, write, kind, place = EXPORTS[export]
    path = write(events(), folder, logins, DUPLICATES, **kind)
    flat = flat_report(has_properties=place is not None, with_logins=bool(logins) and preset == "segment")
    assert report({"path": str(path), "preset": preset}, place) == flat


@pytest.mark.parametrize("export", EXPORTS)
def test_a_preset_reads_an_export_as_the_flat_log(export: str, tmp_path: Path) -> None:
    assert_is_read(export, tmp_path, {})


# PostHog's person_id is that of the time at which an event came in: events before the login stay apart.
@pytest.mark.parametrize("export", [export for export in EXPORTS if not export.startswith("posthog")])
def test_people_who_are_anonymous_at_first_are_linked(export: str, tmp_path: Path) -> None:
    assert_is_read(export, tmp_path, LOGINS)


def test_pages_and_screens_of_segment_are_events_by_their_name(tmp_path: Path) -> None:
    pages = [event._replace(name="page:Home" if event.name == "ad" else event.name) for event in events()[:90]]
    path = vendors.write_segment(pages, tmp_path, LOGINS)
    stages = [{"name": "home", "event": "page:Home"}, {"name": "land", "event": "land"}]
    answer = analyze({"window": "14d", "source": {"path": str(path), "preset": "segment"}, "stages": stages})
    assert answer.stages[0].reached == len({event.entity for event in pages if event.name == "page:Home"})


def test_every_preset_is_tried() -> None:
    assert {preset for preset, *_ in EXPORTS.values()} == set(PRESETS)


def test_old_mixpanel_projects_count_on_the_clocks_of_their_zone(tmp_path: Path) -> None:
    path = vendors.write_mixpanel(events(), tmp_path, project_zone="US/Pacific")
    source = {"path": str(path), "preset": "mixpanel", "time_is": "local"}
    answer = report(source, "properties", timezone="US/Pacific")
    assert answer == report({"columns": {"id": "id"}}, "", flat_log().unique("id"), timezone="US/Pacific")


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"rudderstack", "segment_warehouse"}))
def test_another_vendors_export_is_refused_by_what_it_lacks(preset: str, tmp_path: Path) -> None:
    path = vendors.write_rudderstack(events()[:50], tmp_path)
    with pytest.raises(DataError, match="has no column '") as refusal:
        report({"path": str(path), "preset": preset}, None)
    assert {problem.code for problem in refusal.value.problems} == {"unknown_column"}
    # Nothing is listed that the file does not have.
    assert not any("else" in str(problem.hint) for problem in refusal.value.problems)
