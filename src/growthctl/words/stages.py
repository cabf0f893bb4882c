"""What was looked at, and the row of each stage, as text for any format."""

from __future__ import annotations

from growthctl.report.analysis import Analysis
from growthctl.report.stages import StageFacts
from growthctl.words.labels import rate
from growthctl.words.numbers import day, duration, integer, interval, last_day, percent, printable, span, target

HEADINGS = ("Stage", "Reached", "Rate", "Ripe", "95% interval", "{reference}", "Median", "Owner")
"""Those of `cells`."""


def scope(analysis: Analysis) -> str:
    """How many entered when, and how they are counted."""
    data, funnel = analysis.data, analysis.funnel
    since = day(data.since or data.first_event_at, funnel.timezone)
    last = max(since, day(data.last_event_at, funnel.timezone))
    until = max(since, last_day(data.until, funnel.timezone)) if data.until else last
    window = funnel.window_seconds
    limit = "no window" if window is None else f"window {span(window)}"
    entered = analysis.stages[0].reached
    kind = "" if funnel.count == "entities" else f"{funnel.count.removesuffix('s' if entered == 1 else '')} "
    order = "" if funnel.order == "sequential" else f", order {funnel.order}"
    return f"{integer(entered)} {kind}entered, {since} to {until}, {limit}{order}, by {printable(funnel.entity)}"


def cells(stage: StageFacts, analysis: Analysis) -> tuple[str, ...]:
    """The row of a stage, under HEADINGS."""
    return (
        _label(stage, analysis),
        integer(stage.reached),
        *_rates(stage),
        _reference(stage, analysis),
        duration(stage.seconds_from_previous.median) if stage.seconds_from_previous else "",
        printable(stage.owner or ""),
    )


def _label(stage: StageFacts, analysis: Analysis) -> str:
    absent = not stage.reached and ("event_not_in_log", stage.name) in ((w.code, w.stage) for w in analysis.warnings)
    remarks = [text for text, applies in (("optional", stage.optional), ("not in the log", absent)) if applies]
    return printable(stage.label) + (f" ({', '.join(remarks)})" if remarks else "")


def _rates(stage: StageFacts) -> tuple[str, str, str]:
    """Over all who entered; over the ripe; the interval of the latter, where there are enough of them."""
    if stage.ripe is None:
        return "", "", ""
    ripe = rate(stage.ripe.converted, stage.ripe.entered)
    bounds = interval(stage.ripe.low, stage.ripe.high) if ripe.endswith("%") else ""
    return rate(stage.reached, stage.reached + stage.dropped), ripe, bounds


def _reference(stage: StageFacts, analysis: Analysis) -> str:
    """What the rate is held against; a letter, which a footnote explains, where that is not a target."""
    reference = next((item.reference for item in analysis.ranking if item.stage == stage.name), None)
    if stage.target is not None or reference is None:
        return target(stage.target)
    return f"{percent(reference.rate)} {reference.source[0]}"
