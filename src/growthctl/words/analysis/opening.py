"""The first lines of an analysis: which funnel, whose way through it, how many get to its end."""

from __future__ import annotations

from growthctl.diagnosis.small_samples import small_sample
from growthctl.report.analysis import Analysis
from growthctl.words.dates import Clocks, before
from growthctl.words.numbers import estimate, integer, percent, printable, span, target
from growthctl.words.people import people


def opening(analysis: Analysis) -> str:
    """Who entered when, how many of them get to the end, how many that is a month."""
    funnel, first = analysis.funnel, analysis.stages[0]
    if not first.reached:
        return f"Nobody entered{_range(analysis)}."
    entered = f"{integer(first.reached)} {people(funnel, first.reached)} entered{_range(analysis)}"
    last = [stage for stage in analysis.stages if not stage.optional][-1]
    ends = analysis.overall
    if ends is None or not ends.entered:
        return f"{entered}."
    wanted = ""
    if funnel.target is not None:
        wanted = f" (target {target(funnel.target)})"
    is_small = small_sample(ends.converted, ends.entered)
    overall = integer(ends.converted) if is_small else percent(ends.conversion_rate)
    per_month = analysis.bottleneck.conversions_per_30_days
    pace = "" if per_month is None else f" At present rates: {estimate(per_month)} conversions per 30 days."
    got = f"{overall}{wanted} got to {printable(last.label)}"
    return f"{entered}; of {integer(ends.entered)} {_ripe(analysis)} {got}.{pace}"


def _ripe(analysis: Analysis) -> str:
    """Who has had the time to get to the end, after a number."""
    window = analysis.funnel.window_seconds
    if window is None or window != analysis.funnel.ripe_after_seconds:
        return "who had the time"
    return f"who had their {span(window)}"


def _range(analysis: Analysis) -> str:
    data = analysis.data
    first, last = data.since or data.first_event_at, before(data.until) if data.until else data.last_event_at
    if first is None or last is None:
        return ""
    clocks = Clocks.of(analysis)
    days = clocks.days(first, last)
    if first > last:
        return f" since {days}"
    return f" from {days}" if " to " in days else f" on {days}"
