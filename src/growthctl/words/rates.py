"""Rates side by side: a row per segment or period, a column per stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from growthctl.report.stages import StageFacts
from growthctl.report.trend import TrendStage
from growthctl.words.labels import before, rough_rate
from growthctl.words.numbers import integer, printable


class RateRow(NamedTuple):
    """One segment or period."""

    name: str
    reached: Sequence[int]
    """How many reached each stage."""
    marks: Mapping[int, str] = MappingProxyType({})
    """By stage, what stands before its rate."""
    ripe: Mapping[int, tuple[int, int]] = MappingProxyType({})
    """By stage, how many converted of whom, where the rate is to be of these: of those who had the time, or who came
    from the stage before.
    """
    ranges: Mapping[int, str] = MappingProxyType({})
    """By stage, where its rate may lie, for a column beside it."""
    entered: int | None = None
    """In an open funnel how many entered, at whichever stage: there is no rate of all of them."""


class RateColumn(NamedTuple):
    """One column: its heading, and its cells from top to bottom."""

    heading: str
    cells: Sequence[str]
    is_range: bool = False


def columns(stages: Sequence[StageFacts | TrendStage], rows: Sequence[RateRow], counted: str) -> Iterator[RateColumn]:
    """The columns beside the names of the rows; `counted`: what they are called who entered."""
    yield RateColumn(counted, [integer(row.reached[0] if row.entered is None else row.entered) for row in rows])
    for k, stage in list(enumerate(stages))[1:]:
        yield RateColumn(printable(stage.label), [_rate(row, k, before(stages, k)) for row in rows])
        if any(k in row.ranges for row in rows):
            yield RateColumn("95% range", [row.ranges.get(k, "") for row in rows], is_range=True)
    if any(row.entered is not None for row in rows):
        return
    last = before(stages, len(stages))
    yield RateColumn("Overall", [rough_rate(row.reached[last], row.reached[0]) for row in rows])


def _rate(row: RateRow, stage: int, previous: int) -> str:
    converted, entered = row.ripe.get(stage, (row.reached[stage], row.reached[previous]))
    return row.marks.get(stage, "") + rough_rate(converted, entered)
