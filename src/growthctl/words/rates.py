"""Rates side by side: a row per segment or period, a column per stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from growthctl.report.stages import StageFacts
from growthctl.report.trend import TrendStage
from growthctl.words.labels import before, rate
from growthctl.words.numbers import integer, printable


class RateRow(NamedTuple):
    """One segment or period."""

    name: str
    reached: Sequence[int]
    """How many reached each stage."""
    remark: str = ""
    marks: Mapping[int, str] = MappingProxyType({})
    """By stage, what stands before its rate."""
    ripe: Mapping[int, tuple[str, str]] = MappingProxyType({})
    """By stage, the rate of the ripe and its interval, for columns beside it."""


class RateColumn(NamedTuple):
    """One column: its heading, and its cells from top to bottom."""

    heading: str
    cells: Sequence[str]
    of_the_ripe: bool = False


def columns(stages: Sequence[StageFacts | TrendStage], rows: Sequence[RateRow]) -> Iterator[RateColumn]:
    """The columns beside the names of the rows."""
    yield RateColumn("Entered", [integer(row.reached[0]) for row in rows])
    for k, stage in list(enumerate(stages))[1:]:
        rates = [row.marks.get(k, "") + rate(row.reached[k], row.reached[before(stages, k)]) for row in rows]
        yield RateColumn(printable(stage.label), rates)
        if any(k in row.ripe for row in rows):
            ripe, intervals = zip(*(row.ripe.get(k, ("", "")) for row in rows), strict=True)
            yield RateColumn("Ripe", ripe, of_the_ripe=True)
            yield RateColumn("95% interval", intervals, of_the_ripe=True)
    last = before(stages, len(stages))
    yield RateColumn("Overall", [rate(row.reached[last], row.reached[0]) for row in rows])
    if any(row.remark for row in rows):
        yield RateColumn("", [row.remark for row in rows])
