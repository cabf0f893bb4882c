"""Amounts as people write them count as what they are, or are asked about; they are never left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import DataError, analyze
from growthctl.clock import LONG_AGO, NEVER, TimeRange
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.questions.ask import load, read_journeys
from growthctl.questions.asked_times import Times
from growthctl.report.analysis import Analysis

VISIT = {"name": "visit", "event": "visit"}
FUNNEL: dict[str, Any] = {"stages": [VISIT, {"name": "order", "event": "order", "where": "amount > 1000"}]}


def orders(tmp_path: Path, amounts: list[str], **source: Any) -> Analysis:
    rows = [f'u{k},visit,2024-03-01,\nu{k},order,2024-03-02,"{amount}"\n' for k, amount in enumerate(amounts)]
    (tmp_path / "log.csv").write_text("user_id,event,timestamp,amount\n" + "".join(rows))
    funnel = {**FUNNEL, "source": {"path": str(tmp_path / "log.csv"), **source}}
    return analyze({**funnel, "value": {"property": "amount"}})


@pytest.mark.parametrize(
    ("written", "above_a_thousand"),
    [
        (["20", "20", "20", "1,020.00"], 1),
        (["20", "1.020,00", "20,5"], 1),
        (["12,50", "7"], 0),
        (["1 020,50", "1'020", "20"], 2),
        (["1,020", "20.5"], 1),
        (["1.020", "20,5"], 1),
        (["-1,020.00", "20"], 0),
    ],
)
def test_one_value_settles_which_sign_is_the_decimal_one(
    tmp_path: Path, written: list[str], above_a_thousand: int
) -> None:
    analysis = orders(tmp_path, written)
    assert analysis.stages[1].reached == above_a_thousand
    assert not [warning for warning in analysis.warnings if warning.code == "not_a_number"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (["20", "1,020"], "none says which sign is the decimal one"),
        (["1,020.00", "1.020,00"], "both signs are last in some"),
    ],
)
def test_what_no_value_settles_is_asked_for(tmp_path: Path, written: list[str], why: str) -> None:
    with pytest.raises(DataError, match=why) as caught:
        orders(tmp_path, written)
    assert caught.value.problems[0].hint == "set source.decimal: '.' or ','"


def test_the_funnel_file_may_say_it(tmp_path: Path) -> None:
    assert orders(tmp_path, ["1,020"], decimal=".").stages[1].reached == 1
    assert orders(tmp_path, ["1,020"], decimal=",").stages[1].reached == 0


def test_the_average_order_is_that_of_the_numbers(tmp_path: Path) -> None:
    stages = [VISIT, {"name": "order", "event": "order"}]
    orders(tmp_path, ["20", "20", "20", "1,020.00"])
    funnel = {"source": {"path": str(tmp_path / "log.csv")}, "stages": stages, "value": {"property": "amount"}}
    request = JourneyRequest(EntryScope(TimeRange(LONG_AGO, NEVER)), value=("amount", 1))
    _, journeys = read_journeys(*load(funnel), None, Times(), request)
    assert journeys.values is not None
    assert journeys.values.cast(pl.Float64).mean() == 270
