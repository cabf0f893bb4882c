"""Columns that are made of others, and segments by other names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import DataError, analyze
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, TIME
from growthctl.events.reading.open import open_log
from growthctl.events.rows import canonical_rows
from growthctl.funnel.sections.source import Source

STAGES: dict[str, Any] = {"stages": [{"name": "a", "event": "ad"}]}


def rows(frame: pl.DataFrame, **columns: Any) -> list[tuple[Any, ...]]:
    source = Source.model_validate({"columns": {"entity": "u", "event": "e", "time": "t"} | columns})
    read = canonical_rows(open_log(frame, source, Path()), source, "UTC")
    return read.select(ENTITY, EVENT, TIME, REJECTED).collect().rows()


def log(**columns: list[Any]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    return pl.DataFrame({"u": ["u1"] * height, "e": ["ad"] * height, "t": ["2024-01-01"] * height} | columns)


def test_of_several_columns_the_first_counts_that_says_something() -> None:
    frame = log(a=[None, "", "x", ""], b=["b", "b", "b", ""])
    assert [row[0] for row in rows(frame, entity=["a", "b"])] == ["b", "b", "x", None]


def test_columns_of_different_types_are_compared_as_text() -> None:
    assert [row[0] for row in rows(log(a=[None, 7], b=["b", "b"]), entity=["a", "b"])] == ["b", "7"]
    assert [row[0] for row in rows(log(a=[None, 7], b=[8, 8]), entity=["a", "b"])] == [8, 7]


def test_times_of_several_columns_are_read_as_each_is_written() -> None:
    frame = log(t1=[None, "2024-01-01"], t2=[1_704_067_200_000, 5])
    assert [row[2] for row in rows(frame, time=["t1", "t2"])] == [1_704_067_200_000_000] * 2


def test_a_template_is_null_where_one_of_its_columns_is() -> None:
    frame = log(name=["Home", None, ""], kind=["page", "screen", "page"])
    events = [row[1] for row in rows(frame, event=["{kind}:{name}", "e"])]
    assert events == ["page:Home", "ad", "page:"]


def test_several_columns_are_one_id_which_is_null_where_one_is() -> None:
    frame = log(a=["x", "x", "x", None, None], b=["y", "y", "z", "y", "y"], c=["1", "2", "3", "4", "4"])
    assert [row[3] for row in rows(frame, id=["a", "b"])].count("duplicate") == 1
    assert [row[3] for row in rows(frame, id=[["a", "b"], ["c"]])].count("duplicate") == 2
    # "x" + "yz" is not "xy" + "z".
    assert [row[3] for row in rows(log(a=["x", "xy"], b=["yz", "z"]), id=["a", "b"])] == [None, None]


@pytest.mark.parametrize(
    "columns", [{"event": ["nowhere", "e"]}, {"event": "page:{nowhere}"}, {"id": ["u", "nowhere"]}]
)
def test_a_part_that_is_missing_is_named(columns: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="has no column 'nowhere'"):
        analyze(STAGES | {"source": {"columns": {"entity": "u", "event": "e", "time": "t"} | columns}}, log(x=[1]))


def test_a_frame_has_no_files_that_could_be_named() -> None:
    with pytest.raises(DataError, match=r"no name that \{file\} could stand for"):
        analyze(STAGES | {"source": {"columns": {"event": "{file}"}}}, log(x=[1]))


MEDIA = ["cpc", "ppc", "mail", None, ""]


def segment_counts(frame: pl.DataFrame, groups: dict[str, str], **asked: Any) -> dict[object, int]:
    segment = {"name": "channel", "from": "medium", "map": groups}
    source = {"columns": {"entity": "u", "event": "e", "time": "t"}}
    funnel = {"window": "7d", "source": source, "segments": [segment], "stages": [{"name": "a", "event": "ad"}]}
    answer = analyze(funnel, frame, **asked)
    return {row.values[0]: row.stages[0].reached for row in answer.segments}


@pytest.mark.parametrize("asked", [{}, {"by": "channel"}])
def test_values_are_grouped_and_the_others_are_themselves_or_the_rest(asked: dict[str, Any]) -> None:
    frame = log(medium=MEDIA).with_columns(u=pl.Series(range(len(MEDIA))))
    groups = {"cpc": "paid", "ppc": "paid"}
    assert segment_counts(frame, groups, **asked) == {"paid": 2, "mail": 1, None: 1, "": 1}
    assert segment_counts(frame, groups | {"*": "rest"}, **asked) == {"paid": 2, "rest": 2, None: 1}
    assert segment_counts(frame, {"*": "all"}, **asked) == {"all": 4, None: 1}


def test_a_segment_has_no_name_of_a_column() -> None:
    with pytest.raises(DataError, match="the segment 'channel' has the name of a column"):
        segment_counts(log(medium=["cpc"], channel=["x"]), {"cpc": "paid"})
