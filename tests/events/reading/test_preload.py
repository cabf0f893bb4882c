"""A log that is looked through several times is read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import DataError
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, TIME
from growthctl.events.reading.open import Log, open_log
from growthctl.events.reading.preload import INSTANT, preload
from growthctl.events.rows import canonical_rows
from growthctl.funnel.conditions.parse import parse_condition
from growthctl.funnel.sections.source import Source

LINES = """user_id,event,at,id,page,other
u1,a,2026-01-01T00:00:00Z,1,p,x
u1,a,2026-01-01T00:00:00Z,1,p,x

,,13:61,2,p,x
u2,b,2026-01-01 10:00,3,,x
u2,b,9999-12-31,4,q,x
u2,c,,5,q,x
"""
PLENTY = 1 << 30


def source(**changes: Any) -> Source:
    columns = {"entity": "user_id", "event": "event", "time": "at", "id": "id"} | changes
    return Source.model_validate({"columns": columns, "filter": "page is null or page != 'z'"})


def opened(folder: Path, asked: Source) -> Log:
    path = folder / "log.csv"
    path.write_text(LINES)
    return open_log(path, asked, folder)


def test_the_rows_are_those_of_the_log_itself(tmp_path: Path) -> None:
    log = opened(tmp_path, source())
    held, where = preload(log, source(), "Europe/Berlin", ["page"], PLENTY)
    rows = [
        canonical_rows(each, said, "Europe/Berlin", ["page"]).collect().sort(ENTITY, EVENT, TIME, REJECTED)
        for each, said in ((log, source()), (held, where))
    ]
    assert rows[0].equals(rows[1])
    assert rows[1][REJECTED].sort().to_list() == [
        None,
        None,
        "null_entity",
        "bad_time",
        "bad_time",
        "duplicate",
        "blank",
    ]


def test_only_what_is_needed_is_in_memory_and_the_file_is_not_read_again(tmp_path: Path) -> None:
    held, _ = preload(opened(tmp_path, source()), source(), "UTC", ["page", "event"], PLENTY)
    (tmp_path / "log.csv").unlink()
    assert set(held.schema) == {"user_id", "event", "at", "id", "page", INSTANT}
    assert held.frame.collect().height == held.height == 7


def test_a_field_of_a_struct_keeps_the_column_that_holds_it(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"user_id": ["u1"], "event": ["a"], "at": [1_700_000_000], "id": ["1"], "page": [{"path": "/"}]}
    )
    asked = source().model_copy(update={"filter": None})
    held, where = preload(open_log(frame, asked, tmp_path), asked, "UTC", ["page.path"], PLENTY)
    rows = canonical_rows(held, where, "UTC", ["page.path"]).collect()
    assert rows.select(TIME, "page.path").rows() == [(1_700_000_000_000_000, "/")]


def test_a_filter_may_mean_a_field_of_a_column_with_dots_in_its_name(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "user_id": ["u1"] * 2,
            "event": ["a"] * 2,
            "at": [1_700_000_000, 1_700_000_001],
            "id": ["1", "2"],
            "a": [{"b": "x"}] * 2,
        }
    )
    frame = frame.with_columns(pl.Series("my.page", [{"path": "/"}, {"path": "/pay"}]))
    asked = source().model_copy(update={"filter": parse_condition("my.page.path = '/pay'")})
    held, where = preload(open_log(frame, asked, tmp_path), asked, "UTC", [], PLENTY)
    assert canonical_rows(held, where, "UTC").collect()[TIME].to_list() == [1_700_000_001_000_000]


def test_a_filter_that_names_no_column_is_told_of_all_of_them(tmp_path: Path) -> None:
    asked = source().model_copy(update={"filter": parse_condition("othr = 'x'")})
    log = opened(tmp_path, asked)
    with pytest.raises(DataError) as here:
        preload(log, asked, "UTC", [], PLENTY)
    with pytest.raises(DataError) as there:
        canonical_rows(log, asked, "UTC")
    assert here.value.problems == there.value.problems
    assert "did you mean 'other'?" in here.value.problems[0].message


def test_a_struct_takes_what_its_fields_take(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"user_id": ["u1"], "event": ["a"], "at": [1], "id": ["1"], "page": [dict.fromkeys("abcdefgh", "x")]}
    )
    asked = source().model_copy(update={"filter": None})
    log = open_log(frame, asked, tmp_path)
    assert preload(log, asked, "UTC", ["page.a"], 2_000)[0] is log
    assert preload(log, asked, "UTC", [], 2_000)[0] is not log


@pytest.mark.parametrize(("asked", "memory"), [(source(id=None), PLENTY), (source(), 100)])
def test_a_log_that_is_read_once_anyway_or_is_too_large_stays_where_it_is(
    tmp_path: Path, asked: Source, memory: int
) -> None:
    log = opened(tmp_path, asked)
    assert preload(log, asked, "UTC", [], memory) == (log, asked)
