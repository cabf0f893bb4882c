from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import DataError
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, TIME
from growthctl.events.quality import Quality, quality_sums
from growthctl.events.reading.open import Log, open_log, row_by_row
from growthctl.events.rows import canonical_rows, stray_rows
from growthctl.funnel.sections.source import Source

DAY = 1_704_153_600_000_000
"""2024-01-02."""
NEXT_DAY = DAY + 86_400_000_000
HEADER = "user_id,event,timestamp,id,plan\n"


def source(**keys: Any) -> Source:
    return Source.model_validate(keys)


def csv_log(folder: Path, text: str, **keys: Any) -> tuple[Log, Source]:
    (folder / "log.csv").write_text(HEADER + text)
    made = source(path="log.csv", **keys)
    return open_log(None, made, folder), made


def collected(log: Log, made: Source, *properties: str, as_of: int | None = None) -> list[tuple[object, ...]]:
    rows = canonical_rows(log, made, "UTC", properties, as_of).collect()
    return rows.sort(pl.all()).rows()


def test_rows_have_entity_event_time_and_the_properties_asked_for(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "007,ad,2024-01-02,,pro\n")
    assert collected(log, made, "plan") == [("007", "ad", DAY, None, "pro")]
    rows = canonical_rows(log, made, "UTC", ["plan"])
    assert rows.collect_schema().names() == [ENTITY, EVENT, TIME, REJECTED, "plan"]


def test_typed_columns_keep_their_type_and_events_become_text() -> None:
    log = open_log(pl.DataFrame({"user_id": [7], "event": [1], "timestamp": [DAY]}), Source(), Path())
    rows = canonical_rows(log, Source(), "UTC").collect()
    assert rows.schema.dtypes()[:3] == [pl.Int64(), pl.String(), pl.Int64()]
    assert rows.row(0)[:2] == (7, "1")


def test_a_row_without_entity_or_time_is_rejected(tmp_path: Path) -> None:
    log, made = csv_log(
        tmp_path, '"",ad,2024-01-02,,\n,ad,2024-01-02,,\nu1,ad,02-01-1970,,\nu1,ad,,,\nu1,,2024-01-02,,\n'
    )
    assert collected(log, made) == [
        (None, "ad", DAY, "null_entity"),
        (None, "ad", DAY, "null_entity"),
        ("u1", None, DAY, None),
        ("u1", "ad", None, "bad_time"),
        ("u1", "ad", None, "bad_time"),
    ]


def test_an_empty_text_is_no_entity_in_any_format() -> None:
    log = open_log(pl.DataFrame({"user_id": [""], "event": ["ad"], "timestamp": [DAY]}), Source(), Path())
    assert collected(log, Source())[0][3] == "null_entity"


def test_blank_lines_are_told_apart_from_rows_that_have_something_somewhere(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "u1,ad,2024-01-02,,\n\n,,,,\n,,,,pro\n,,,e1,\n,,,,,more\n")
    reasons = [row[3] for row in collected(log, made)]
    assert sorted(str(reason) for reason in reasons) == ["None", *["blank"] * 4, "unreadable"]
    assert stray_rows(log, made, "UTC") == 2


def test_the_filter_decides_about_stray_rows_too(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "\n,,,,pro\n,,,,free\n", filter="plan = 'pro' AND event IS NULL")
    assert stray_rows(log, made, "UTC") == 1


def test_a_row_that_is_too_long_is_unreadable(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "u1,ad,2024-01-02,,pro,more\n")
    assert [row[3] for row in collected(log, made)] == ["unreadable"]


def test_the_filter_comes_before_everything_else(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "u1,ad,2024-01-02,,pro\n,ad,x,,free\nu2,ad,2024-01-02,,,\n", filter={"plan": "pro"})
    assert collected(log, made) == [("u1", "ad", DAY, None)]


def test_the_filter_spares_rows_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"user_id": "u1", "event": "ad", "timestamp": 1}\n{"user_id":\n')
    made = source(path="log.jsonl", filter="event = 'signup'")
    assert collected(row_by_row(open_log(None, made, tmp_path)), made) == [(None, None, None, "unreadable")]


def test_the_filter_knows_event_and_time_whatever_their_columns_are_called() -> None:
    made = source(columns={"event": "name", "time": "at"}, filter="event = 'ad' AND time >= '2024-01-02'")
    frame = pl.DataFrame(
        {"user_id": ["u1", "u2", "u3"], "name": ["ad", "ad", "signup"], "at": ["2024-01-02", "0", "2024-01-02"]}
    )
    assert collected(open_log(frame, made, Path()), made, "event", "time") == [("u1", "ad", DAY, None, "ad", DAY)]


def test_rows_after_as_of_are_marked(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "u1,ad,2024-01-02,,\nu2,ad,2024-01-03,,\n")
    assert [row[3] for row in collected(log, made, as_of=DAY)] == [None, "after_as_of"]


def test_of_rows_with_one_id_the_earliest_usable_one_is_kept(tmp_path: Path) -> None:
    log, made = csv_log(
        tmp_path,
        "u1,ad,2024-01-03,e1,\nu1,ad,2024-01-02,e1,\n,ad,2024-01-02,e1,\nu1,ad,x,e1,\n"
        "u2,ad,2024-01-02,,\nu2,ad,2024-01-02,,\nu3,ad,2024-01-02,e2,\n",
        columns={"id": "id"},
    )
    assert collected(log, made) == [
        (None, "ad", DAY, "null_entity"),
        ("u1", "ad", None, "bad_time"),
        ("u1", "ad", DAY, None),
        ("u1", "ad", NEXT_DAY, "duplicate"),
        ("u2", "ad", DAY, None),
        ("u2", "ad", DAY, None),
        ("u3", "ad", DAY, None),
    ]


def test_a_duplicate_after_as_of_does_not_push_out_the_row_before(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "u1,ad,2024-01-03,e1,\nu1,ad,2024-01-02,e1,\n", columns={"id": "id"})
    assert [row[2:] for row in collected(log, made, as_of=DAY)] == [(DAY, None), (NEXT_DAY, "after_as_of")]


def test_which_duplicate_is_kept_does_not_depend_on_the_order_of_rows() -> None:
    made = source(columns={"id": "id"})
    rows = [
        {"user_id": "u1", "event": "ad", "timestamp": DAY, "id": "e1", "plan": plan} for plan in ("a", "b", "c", None)
    ]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        kept = [
            row[-1] for row in collected(open_log(pl.DataFrame(rows), made, Path()), made, "plan") if row[3] is None
        ]
        assert kept == ["a"]


def test_a_field_of_a_struct_is_a_property_by_its_dotted_name() -> None:
    frame = pl.DataFrame({"user_id": ["u1"], "event": ["ad"], "timestamp": [DAY], "page": [{"path": {"last": "x"}}]})
    log = open_log(frame, Source(), Path())
    assert collected(log, Source(), "page.path.last") == [("u1", "ad", DAY, None, "x")]
    with pytest.raises(DataError, match=r"no column 'page\.nowhere'"):
        canonical_rows(log, Source(), "UTC", ["page.nowhere"])


def test_an_unknown_column_names_the_nearest_and_lists_the_rest(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "u1,ad,2024-01-02,,\n", columns={"entity": "user"})
    with pytest.raises(DataError) as caught:
        canonical_rows(log, made, "UTC")
    (problem,) = caught.value.problems
    assert problem.code == "unknown_column"
    assert problem.message == "log.csv has no column 'user'; did you mean 'user_id'?"
    assert problem.hint == "columns: user_id, event, timestamp, id, plan"


def test_a_column_that_occurs_twice_is_asked_for_by_position(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("user_id,event,timestamp,user_id\nu1,ad,2024-01-02,u2\n")
    made = source(path="log.csv")
    log = open_log(None, made, tmp_path)
    with pytest.raises(DataError) as caught:
        canonical_rows(log, made, "UTC")
    assert caught.value.problems[0].hint == "name one by its position: user_id (column 1) or user_id (column 4)"
    named = source(columns={"entity": "user_id (column 4)"})
    assert collected(log, named)[0][0] == "u2"


def test_quality_counts_every_row_once(tmp_path: Path) -> None:
    log, made = csv_log(
        tmp_path,
        "u1,ad,2024-01-02,e1,\nu1,ad,2024-01-02,e1,\nu1,signup,2024-01-03,e2,\nu1,,2024-01-04,e3,\n"
        ",ad,2024-01-09,,\nu1,ad,x,,\nu1,ad,2024-01-02,,,more\nu1,ad,2024-02-01,,\n",
        columns={"id": "id"},
    )
    rows = canonical_rows(log, made, "UTC", as_of=DAY + 10 * 86_400_000_000)
    assert Quality.of(quality_sums(rows).collect()) == Quality(
        rows_read=7,
        rows_used=3,
        rows_rejected={"unreadable": 1, "null_entity": 1, "bad_time": 1, "duplicate": 1},
        first_event_at=DAY,
        last_event_at=DAY + 2 * 86_400_000_000,
        rows_after_as_of=1,
    )


def test_quality_of_nothing_is_zeros_and_nulls(tmp_path: Path) -> None:
    log, made = csv_log(tmp_path, "")
    none = {"unreadable": 0, "null_entity": 0, "bad_time": 0, "duplicate": 0}
    assert Quality.of(quality_sums(canonical_rows(log, made, "UTC")).collect()) == Quality(0, 0, none, None, None)
