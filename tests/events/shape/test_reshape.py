"""Random logs in every shape: their rows are those of the flat log, whatever the sizes of blocks."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import EVENT, REJECTED, TIME
from growthctl.events.reading.open import Data, Log, open_log, row_by_row
from growthctl.events.rows import canonical_rows
from growthctl.funnel.sections.source import Source

KEYS = ("plan", "a.b", "x y", "$id", 'q"q', "größe", "it's", "page.path")
TEXTS = ("pro", 'a "b"', "back\\slash", "tab\tline\n", "ü😀", "{", "[1]", "", "null", "1")


class Event(NamedTuple):
    user_id: str
    event: str
    timestamp: str
    properties: dict[str, Any]

    @property
    def flat(self) -> dict[str, str]:
        return {"user_id": self.user_id, "event": self.event, "timestamp": self.timestamp}


Row = dict[str, Any]
Shaped = tuple[str | pl.DataFrame, dict[str, Any]]
"""A file or frame, and the keys of its source."""


def random_events(seed: int, values: Callable[[random.Random], object]) -> list[Event]:
    rng = random.Random(seed)
    return [
        Event(
            f"u{rng.randrange(9)}",
            rng.choice(["ad", "pay"]),
            f"2024-03-{1 + number % 28:02} 10:{number % 60:02}:{number // 60:02}",
            {key: values(rng) for key in KEYS if rng.random() < 0.7},
        )
        for number in range(rng.randrange(20, 90))
    ]


def any_value(rng: random.Random) -> object:
    return rng.choice([*TEXTS, 7, -3, 2.5, True, False, None])


def text_value(rng: random.Random) -> object:
    return rng.choice([*TEXTS, None])


def lines(folder: Path, rows: Iterable[Row | str], name: str = "log.ndjson") -> str:
    text = "".join(f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    content = text.encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return str(folder / name)


def table(folder: Path, rows: list[Row]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "log.csv").write_text(text.getvalue())
    return str(folder / "log.csv")


def as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def objects(folder: Path, events: list[Event]) -> Shaped:
    return lines(folder, [event.flat | {"properties": event.properties} for event in events]), {}


def packed_files(folder: Path, events: list[Event]) -> Shaped:
    for number in range(3):
        part = [event.flat | {"properties": event.properties} for event in events[number::3]]
        lines(folder, part, f"{number}.ndjson.gz")
    return str(folder), {}


def strings(folder: Path, events: list[Event]) -> Shaped:
    return lines(folder, [event.flat | {"properties": as_text(event.properties)} for event in events]), {}


def mixed(folder: Path, events: list[Event]) -> Shaped:
    forms: list[Callable[[Row], object]] = [as_text, lambda value: value, lambda value: value or None]
    rows = [event.flat | {"properties": forms[at % 3](event.properties)} for at, event in enumerate(events)]
    return lines(folder, rows), {}


def broken_line(folder: Path, events: list[Event]) -> Shaped:
    rows: list[Row | str] = [event.flat | {"properties": event.properties} for event in events]
    return lines(folder, [*rows[:9], '{"user_id": "u1", "properties": {', *rows[9:]]), {}


def csv_text(folder: Path, events: list[Event]) -> Shaped:
    return table(folder, [event.flat | {"properties": as_text(event.properties)} for event in events]), {}


def parquet_text(folder: Path, events: list[Event]) -> Shaped:
    rows = [event.flat | {"properties": as_text(event.properties)} for event in events]
    pl.DataFrame(rows).write_parquet(folder / "log.parquet")
    return str(folder / "log.parquet"), {}


def struct(folder: Path, events: list[Event]) -> Shaped:
    dtype = {"properties": pl.Struct(dict.fromkeys(KEYS, pl.String()))}
    rows = [event.flat | {"properties": event.properties} for event in events]
    pl.DataFrame(rows, schema_overrides=dtype).write_parquet(folder / "log.parquet", row_group_size=10)
    return str(folder / "log.parquet"), {}


def pairs(properties: Row) -> list[Row]:
    return [{"key": key, "value": value} for key, value in properties.items()]


def pair_lines(folder: Path, events: list[Event]) -> Shaped:
    return lines(folder, [event.flat | {"properties": pairs(event.properties)} for event in events]), {}


def pair_objects(folder: Path, events: list[Event]) -> Shaped:
    rows = []
    for event in events:
        values = {key: {"string_value": value} if value else {} for key, value in event.properties.items()}
        rows.append(event.flat | {"properties": pairs(values)})
    return lines(folder, rows), {}


def pair_frame(folder: Path, events: list[Event]) -> Shaped:
    dtype = {"properties": pl.List(pl.Struct({"key": pl.String(), "value": pl.String()}))}
    rows = [event.flat | {"properties": pairs(event.properties) or None} for event in events]
    return pl.DataFrame(rows, schema_overrides=dtype), {}


def pair_text(folder: Path, events: list[Event]) -> Shaped:
    return table(folder, [event.flat | {"properties": as_text(pairs(event.properties))} for event in events]), {}


def session_rows(events: list[Event]) -> list[Row]:
    """A row a user, whose own time is that of nothing; some without any event."""
    rows: list[Row] = [{"user_id": "none", "timestamp": "2020-01-01", "events": []}]
    rows.append(rows[0] | {"events": None})
    for user in sorted({event.user_id for event in events}):
        own = [event.flat | {"properties": event.properties} for event in events if event.user_id == user]
        for event in own:
            del event["user_id"]
        rows.insert(1, {"user_id": user, "timestamp": "2020-01-01", "events": own})
    return rows


EXPLODED = {"explode": "events"}


def sessions(folder: Path, events: list[Event]) -> Shaped:
    return lines(folder, session_rows(events)), EXPLODED


def broken_sessions(folder: Path, events: list[Event]) -> Shaped:
    return lines(folder, ["{", *session_rows(events)]), EXPLODED


def session_text(folder: Path, events: list[Event]) -> Shaped:
    return table(folder, [row | {"events": as_text(row["events"])} for row in session_rows(events)]), EXPLODED


def session_frame(folder: Path, events: list[Event]) -> Shaped:
    properties = pl.Struct(dict.fromkeys(KEYS, pl.String()))
    element = pl.Struct({"event": pl.String(), "timestamp": pl.String(), "properties": properties})
    frame = pl.DataFrame(session_rows(events), schema_overrides={"events": pl.List(element)})
    return frame, EXPLODED


def session_parquet(folder: Path, events: list[Event]) -> Shaped:
    frame, keys = session_frame(folder, events)
    assert isinstance(frame, pl.DataFrame)
    frame.write_parquet(folder / "log.parquet")
    return str(folder / "log.parquet"), keys


OF_ANY_VALUE = (objects, packed_files, strings, mixed, broken_line, csv_text, parquet_text, pair_lines, sessions)
OF_TEXTS = (struct, pair_objects, pair_frame, session_parquet, session_frame)
SHAPES = [*((shape, any_value) for shape in (*OF_ANY_VALUE, pair_text, session_text, broken_sessions)),
          *((shape, text_value) for shape in OF_TEXTS)]  # fmt: skip


def opened(data: Data, keys: dict[str, Any], names: Iterable[str]) -> tuple[Log, Source]:
    source = Source.model_validate(keys)
    return open_log(data, source, Path(), list(names)), source


def rows_of(log: Log, source: Source, names: list[str]) -> list[tuple[Any, ...]]:
    rows = canonical_rows(log, source, "UTC", names).filter(pl.col(REJECTED).is_null())
    texts = rows.select(pl.col("#entity"), EVENT, TIME, *(pl.col(name).cast(pl.String) for name in names))
    return sorted(texts.collect(engine="streaming").rows(), key=str)


def text_of(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize(("shape", "values"), SHAPES, ids=lambda part: part.__name__)
@pytest.mark.parametrize("seed", range(4))
def test_the_rows_are_those_of_the_flat_log(
    shape: Callable[[Path, list[Event]], Shaped], values: Callable[[random.Random], object], seed: int, tmp_path: Path
) -> None:
    events = random_events(seed, values)
    present = {key for event in events for key, value in event.properties.items() if value is not None}
    names = [f"properties.{key}" for key in KEYS if key in present]
    texts = [{f"properties.{key}": text_of(value) for key, value in event.properties.items()} for event in events]
    if shape is pair_objects:
        # An object without a value has none.
        texts = [{name: text or None for name, text in row.items()} for row in texts]
    flat = pl.DataFrame([event.flat for event in events]).with_columns(
        pl.Series(name, [row.get(name) for row in texts], pl.String()) for name in names
    )
    data, keys = shape(tmp_path, events)
    with pl.Config() as config:
        config.set_streaming_chunk_size([None, 1, 7, 50][seed])
        log, source = opened(data, keys, names)
        try:
            answer = rows_of(log, source, names)
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
            assert log.format is not None
            assert log.format.stops_at_bad_rows
            answer = rows_of(row_by_row(log), source, names)
    assert answer == rows_of(*opened(flat, {}, names), names)


def refusal(data: Data, name: str, **keys: Any) -> Problem:
    with pytest.raises(DataError) as caught:
        log, source = opened(data, keys, [name])
        rows_of(log, source, [name])
    (problem,) = caught.value.problems
    return problem


EVENT_ROW = {"user_id": "u1", "event": "ad", "timestamp": "2024-01-01"}


def test_a_key_in_two_objects_must_be_told_apart(tmp_path: Path) -> None:
    path = lines(tmp_path, [EVENT_ROW | {"properties": {"plan": "pro"}, "context": {"plan": "x"}}])
    problem = refusal(path, "plan")
    assert problem.code == "ambiguous_column"
    assert problem.hint == "say which one is meant: properties.plan or context.plan"
    log, _ = opened(path, {}, ["context.plan"])
    assert log.frame.select("context.plan").collect().item() == "x"


@pytest.mark.parametrize("shape", [objects, csv_text, parquet_text, struct, pair_lines, pair_frame, pair_text])
@pytest.mark.parametrize("name", ["properties.paln", "paln", "properties.plan.x"])
def test_a_slip_in_a_nested_name_is_no_column_of_nulls(
    shape: Callable[[Path, list[Event]], Shaped], name: str, tmp_path: Path
) -> None:
    data, _ = shape(tmp_path, [Event("u1", "ad", "2024-01-01", {"plan": "pro"})])
    assert refusal(data, name).code == "unknown_column"


@pytest.mark.parametrize("shape", [objects, strings, csv_text, pair_lines, pair_text])
@pytest.mark.parametrize("name", ["properties.late", "late"])
def test_a_key_may_first_occur_after_a_thousand_lines(
    shape: Callable[[Path, list[Event]], Shaped], name: str, tmp_path: Path
) -> None:
    early, late = (Event("u1", "ad", "2024-01-01", {key: "x"}) for key in ("early", "late"))
    data, _ = shape(tmp_path, [early] * 1100 + [late])
    log, _ = opened(data, {}, [name])
    assert log.frame.select(pl.col(name).drop_nulls()).collect().to_series().to_list() == ["x"]


def test_a_name_reaches_into_an_object_from_its_column_or_from_the_one_that_has_it(tmp_path: Path) -> None:
    path = lines(tmp_path, [EVENT_ROW | {"properties": {"page": {"path": "/", "a.b": {"c": 1}}}}])
    names = ["properties.page.path", "page.path", "page.a.b.c"]
    log, source = opened(path, {}, names)
    assert [row[3:] for row in rows_of(log, source, names)] == [("/", "/", "1")]


def test_a_field_of_a_list_is_none_before_the_list_is_exploded(tmp_path: Path) -> None:
    rows = [EVENT_ROW | {"items": [{"sku": "a"}, {"sku": "b"}]}]
    for data in (lines(tmp_path, rows), pl.DataFrame(rows)):
        assert refusal(data, "items.sku").code == "unknown_column"
        log, source = opened(data, {"explode": "items"}, ["items.sku"])
        assert [row[3] for row in rows_of(log, source, ["items.sku"])] == ["a", "b"]


@pytest.mark.parametrize("explode", ["properties", "event", "pairs", "nowhere"])
def test_only_a_list_of_objects_can_be_exploded(explode: str, tmp_path: Path) -> None:
    rows = [EVENT_ROW | {"properties": {"plan": "pro"}, "pairs": pairs({"a": "b"}), "items": [{"sku": "a"}]}]
    for data in (lines(tmp_path, rows), pl.DataFrame(rows)):
        problem = refusal(data, "event", explode=explode)
        assert (problem.code, problem.hint) == ("not_a_list", "lists: items")


def test_lists_say_how_many_rows_there_are_about(tmp_path: Path) -> None:
    rows = [{"user_id": "u1", "events": [{"event": "ad", "timestamp": "2024-01-01"}] * 5}] * 4
    frame = pl.DataFrame(rows)
    frame.write_parquet(tmp_path / "log.parquet")
    for data in (lines(tmp_path, rows), frame, str(tmp_path / "log.parquet")):
        assert opened(data, {"explode": "events"}, [])[0].shape.length == 5


def test_a_log_may_have_lists_and_texts_of_them_and_nothing_else(tmp_path: Path) -> None:
    rows: list[Row | str] = [{"events": [EVENT_ROW]}, {"events": as_text([EVENT_ROW])}, {"events": 5}]
    log, source = opened(lines(tmp_path, rows), EXPLODED, [])
    with pytest.raises((pl.exceptions.ComputeError, pl.exceptions.SchemaError)):
        rows_of(log, source, [])
    assert len(rows_of(row_by_row(log), source, [])) == 2


def test_objects_in_objects_end_somewhere(tmp_path: Path) -> None:
    deep = '{"a":' * 400 + "1" + "}" * 400
    path = lines(
        tmp_path, [as_text(EVENT_ROW)[:-1] + f', "properties": {deep}}}', EVENT_ROW | {"properties": {"b": 1}}]
    )
    log, source = opened(path, {}, ["properties.b"])
    assert [row[3] for row in rows_of(log, source, ["properties.b"])] == ["1", None]


@pytest.mark.parametrize(
    ("kind", "values", "typed"),
    [
        ("integer", ["7", " 7 ", "7.0", "7.5", "1e3", "9007199254740993", "9223372036854775808", "x", ""],
         [7, 7, 7, None, 1000, 9007199254740993, None, None, None]),
        ("float", ["7", "7.5", " 1e3", "x", ""], [7.0, 7.5, 1000.0, None, None]),
        ("boolean", ["true", "TRUE", "0", "1", "yes", ""], [True, True, False, True, None, None]),
        ("string", ["7", " x "], ["7", " x "]),
        ("integer", [7.0, 7.5, 1e300, float("nan"), None], [7, None, None, None, None]),
        ("boolean", [0, 1, 2, None], [False, True, True, None]),
        ("string", [7, None], ["7", None]),
        ("float", [True, False], [1.0, 0.0]),
    ],
)  # fmt: skip
def test_a_property_has_the_type_it_is_given_and_is_null_where_it_does_not_fit(
    kind: str, values: list[object], typed: list[object]
) -> None:
    frame = pl.DataFrame([EVENT_ROW] * len(values)).with_columns(pl.Series("p", values))
    log, _ = opened(frame, {"properties": {"p": kind}}, ["p"])
    assert log.frame.select("p").collect().to_series().to_list() == typed
