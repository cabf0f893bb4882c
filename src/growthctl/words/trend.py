"""A trend in words: how each rate went, a row per period, what the marks mean."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from growthctl.clock import instant_of
from growthctl.report.trend import PeriodFacts, Trend
from growthctl.words.analysis.counted_stage import COUNTED, ratio
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import latest, linked, of_periods
from growthctl.words.labels import before, rough_rate, value
from growthctl.words.numbers import bars, integer, many, printable, span
from growthctl.words.people import people
from growthctl.words.rates import RateColumn, RateRow

NOBODY = "Nobody entered in this log and range."
HEADINGS = ("Stage", "Trend", "First", "Last done", "Lowest", "Highest")
"""Those of `courses`."""
MOST_PERIODS, MOST_STEPS, MOST_SEGMENTS = 12, 36, 8
_OPEN, _NOBODY, _CHANGED = "·", " ", "*"


class _Course(NamedTuple):
    """One rate, period by period."""

    name: str
    periods: Sequence[PeriodFacts]
    converted: int
    """The position of the stage, and that of the one that its rate is of."""
    entered: int


def title(trend: Trend) -> str:
    """Which funnel, by which periods on whose clock, for how long everybody was followed."""
    age = "" if trend.age_seconds is None else f", each followed for {span(trend.age_seconds)}"
    split = f" and {', '.join(map(printable, trend.by))}" if trend.by else ""
    return f"{printable(trend.funnel.name)} by {trend.every}{split} ({trend.funnel.timezone}){age}"


def courses(trend: Trend) -> Iterator[tuple[str, ...]]:
    """How each rate went: a row each, under HEADINGS; below it those of the largest segments."""
    for course in _of_everybody(trend):
        yield _row(course)
        for segment in trend.segments[:MOST_SEGMENTS]:
            name = ", ".join(value(each) for each in segment.values)
            yield _row(course._replace(name=f"  {name}", periods=segment.periods))


def notes(trend: Trend, shown: int) -> Iterator[str]:
    """What a reader must know to read the rows right; `shown`: of how many periods there is a row."""
    periods = trend.periods
    unit = trend.every
    yield f"By {unit} of entry. Trend: each row from 0 to its own highest. First to Highest: of {unit}s that are done."
    if not all(period.ripe for period in periods):
        back = ", who may still be taken back as converted" if trend.funnel.taken_back else ""
        yield f"{_OPEN}: not done; who may still go on counts as not converted yet{back}."
    if any(rough_rate(p.stages[k].reached, p.stages[k - 1].reached)[0] == "~" for p in periods for k in _after(trend)):
        yield "~: of few."
    if of_periods(trend.changes, periods[-shown:]):
        yield f"{_CHANGED}: a known change."
    if any(period.counted for period in periods):
        yield f"{COUNTED}: counted, not followed; of whole days."
    if len(periods) > 1 and trend.funnel.count != "attempts":
        yield f"Who enters in several {trend.every}s counts in each of them."
    if len(periods) > MOST_STEPS:
        yield f"Trend: the last {MOST_STEPS} of {len(periods)} {trend.every}s."
    if len(trend.segments) > MOST_SEGMENTS:
        yield f"{many(len(trend.segments) - MOST_SEGMENTS, 'more segment')}: -f json."
    if len(periods) > shown:
        yield f"{many(len(periods) - shown, f'earlier {trend.every}')}: --details."


def counted(trend: Trend) -> str:
    """What the numbers of who entered are of."""
    return people(trend.funnel).capitalize()


def counted_columns(trend: Trend, periods: Sequence[PeriodFacts]) -> Iterator[RateColumn]:
    """What was counted before the first stage, and its ratio; none without such a stage."""
    facts = [period.counted for period in periods if period.counted is not None]
    if trend.counted is not None and facts:
        counts = ["–" if each.count is None else integer(each.count) for each in facts]
        yield RateColumn(printable(trend.counted.label), counts)
        yield RateColumn(f"{COUNTED}{printable(trend.stages[0].label)}", [ratio(each) for each in facts])


def rows(trend: Trend, shown: int) -> Iterator[RateRow]:
    """The last periods, so many."""
    changed = [instant_of(change.at) or 0 for change in trend.changes]
    for period in trend.periods[-shown:]:
        since, until = (bisect_left(changed, instant_of(at) or 0) for at in (period.start_at, period.end_at))
        marks = [*([] if period.ripe else [_OPEN]), *([_CHANGED] if since < until else [])]
        yield RateRow(" ".join([period.period, *marks]), [stage.reached for stage in period.stages])


def changes(trend: Trend, shown: int, *, in_full: bool) -> list[str]:
    """What was done in the last periods, of which there is a row."""
    known, clocks = of_periods(trend.changes, trend.periods[-shown:]), Clocks.of(trend)
    return linked(known, clocks) if in_full else latest(known, clocks)


def _after(trend: Trend) -> range:
    return range(1, len(trend.stages))


def _of_everybody(trend: Trend) -> Iterator[_Course]:
    for k in _after(trend):
        yield _Course(printable(trend.stages[k].label), trend.periods, k, before(trend.stages, k))
    yield _Course("Overall", trend.periods, before(trend.stages, len(trend.stages)), 0)


def _row(course: _Course) -> tuple[str, ...]:
    ripe = [_counts(period, course) for period in course.periods if period.ripe]
    known = [(converted, entered) for converted, entered in ripe if entered]
    ends = ["–"] * 4
    if known:
        by_rate = sorted(known, key=lambda counts: counts[0] / counts[1])
        ends = [rough_rate(*counts) for counts in (known[0], known[-1], by_rate[0], by_rate[-1])]
    return (course.name, _spark(course), *ends)


def _spark(course: _Course) -> str:
    """A bar for each period, as high as its rate; the highest is full."""
    periods = course.periods[-MOST_STEPS:]
    rates = [converted / entered if entered else None for converted, entered in (_counts(p, course) for p in periods)]
    highest = max((rate for rate, p in zip(rates, periods, strict=True) if rate is not None and p.ripe), default=0.0)
    return "".join(
        _OPEN if not period.ripe else _NOBODY if rate is None else bars([rate / highest if highest else 0.0])
        for rate, period in zip(rates, periods, strict=True)
    )


def _counts(period: PeriodFacts, course: _Course) -> tuple[int, int]:
    return period.stages[course.converted].reached, period.stages[course.entered].reached
