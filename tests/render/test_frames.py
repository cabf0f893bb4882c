"""Stages and segments as frames."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from growthctl import analyze
from growthctl.report.analysis import Analysis
from tests.questions.shop import funnel, log

DEVICES = {"u1": "mobile", "u2": None}
LOG = log("u1 09:00:00 visit", "u1 09:05:00 cart", "u2 09:00:00 visit").with_columns(
    device=pl.col("user_id").replace_strict(DEVICES), paying=pl.col("user_id") == "u1"
)


def field(facts: Any, path: str) -> Any:
    """Of nested dicts; null below what is null."""
    for name in path.split("."):
        facts = None if facts is None else facts[name]
    return facts


def test_a_row_a_stage_has_every_field_of_the_json() -> None:
    analysis = analyze(funnel(), LOG)
    frame, stages = analysis.stages_frame(), analysis.to_dict()["stages"]
    assert frame["name"].to_list() == [stage["name"] for stage in stages]
    assert {column.partition(".")[0] for column in frame.columns} == set(stages[0])
    for row, stage in zip(frame.to_dicts(), stages, strict=True):
        assert row == {column: field(stage, column) for column in frame.columns}
    assert frame.schema["reached"] == pl.Int64()
    assert frame.schema["ripe.conversion_rate"] == frame.schema["target"] == pl.Float64()


def test_a_row_for_each_segment_and_stage_says_which() -> None:
    frame = analyze(funnel(segments=["device"]), LOG).segments_frame()
    begun = frame.filter(pl.col("name") != "pay")
    assert set(begun.select("by", "values", "name", "reached").rows()) == {
        ("device", None, "visit", 1),
        ("device", None, "cart", 0),
        ("device", "mobile", "visit", 1),
        ("device", "mobile", "cart", 1),
    }
    several = analyze(funnel(), LOG, by=["device", "paying"]).segments_frame()
    assert set(several["by"]) == {"device,paying"}
    assert set(several["values"]) == {"mobile,true", "null,false"}


def test_what_is_null_throughout_has_its_columns_and_types() -> None:
    analysis = analyze(funnel(), LOG)
    assert analysis.segments_frame().height == 0
    assert analysis.segments_frame().columns[:4] == ["by", "values", "name", "reached"]
    assert analysis.stages_frame().schema["capacity.per_day"] == pl.Float64()


def test_without_the_package_an_answer_says_what_to_import(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = analyze(funnel(), LOG)
    monkeypatch.setattr(Analysis, "framed_by", None)
    with pytest.raises(RuntimeError, match="from growthctl import analyze"):
        analysis.stages_frame()
