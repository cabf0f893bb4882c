"""What is odd about the log, in words."""

from __future__ import annotations

from collections.abc import Callable

from growthctl.diagnosis.codes import TWICE_SHARE
from growthctl.report.analysis import Analysis
from growthctl.report.health import FindingFacts
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import nearest
from growthctl.words.labels import before, label, open_window, segment
from growthctl.words.numbers import duration, integer, percent, printable


def sentence(finding: FindingFacts, analysis: Analysis) -> str:
    """One finding, and what was done just before."""
    return " ".join([_WORDS[finding.code](finding, analysis), *nearest(finding.near, Clocks.of(analysis))])


def _stage_silent(finding: FindingFacts, analysis: Analysis) -> str:
    return f"{_few(finding, analysis)}: an outage or lost tracking."


def _entries_silent(finding: FindingFacts, analysis: Analysis) -> str:
    if finding.cause == "tracking":
        return f"{_few(finding, analysis)}, though later stages go on without it: lost tracking?"
    return f"{_few(finding, analysis)}: nobody came, or lost tracking."


def _entries_end(finding: FindingFacts, analysis: Analysis) -> str:
    since, until = map(Clocks.of(analysis).day, (finding.since_at, finding.until_at))
    if since == until:
        since, until = (Clocks.of(analysis).moment(at or "") for at in (finding.since_at, finding.until_at))
    return (
        f"{_stage(finding, analysis)} ends on {since}, though the log goes on to {until}: an export of those "
        "who entered before, or nobody comes any more."
    )


def _batches(finding: FindingFacts, analysis: Analysis) -> str:
    return (
        f"{_stage(finding, analysis)} comes in batches, on {percent(finding.share)} of the days only: an import or a "
        "billing run? Days without any say nothing."
    )


def _mixed_granularity(finding: FindingFacts, analysis: Analysis) -> str:
    return (
        f"{_stage(finding, analysis)} has only dates: {integer(finding.observed or 0)} events "
        f"({percent(finding.share)}) are at 00:00:00, before all that has a time on that day. Record its times."
    )


def _last_days_thin(finding: FindingFacts, analysis: Analysis) -> str:
    return (
        f"{_few(finding, analysis)}: not all events may have arrived yet. Leave these days out with "
        f"--as-of {Clocks.of(analysis).argument(finding.since_at or '')}."
    )


def _rate_fell(finding: FindingFacts, analysis: Analysis) -> str:
    fell = f"fell from {percent(finding.usual_rate)} to {percent(finding.conversion_rate)}{_when(finding, analysis)}"
    if finding.cause == "traffic" and finding.segment is not None:
        by = ", ".join(printable(name) for name in finding.segment.by)
        return f"{label(analysis, finding.stage or '')} {fell}, because other people came: look at them by {by}."
    advice = "look at what changed there then" if finding.cause == "product" else "nothing in the log says why"
    return f"{_stage(finding, analysis)} {fell}: {advice}."


def _rate_rose(finding: FindingFacts, analysis: Analysis) -> str:
    rose = f"rose from {percent(finding.usual_rate)} to {percent(finding.conversion_rate)}{_when(finding, analysis)}"
    return f"{_stage(finding, analysis)} {rose}, and has not come back."


def _drift(finding: FindingFacts, analysis: Analysis) -> str:
    return (
        f"{_stage(finding, analysis)} sinks week after week, from {percent(finding.usual_rate)} to "
        f"{percent(finding.conversion_rate)} in the last one."
    )


def _weekday_pattern(finding: FindingFacts, analysis: Analysis) -> str:
    days = " or ".join(f"a {day.capitalize()}" for day in finding.weekdays)
    return (
        f"{_stage(finding, analysis)} converts {percent(finding.conversion_rate)} of those who come on {days}, "
        f"{percent(finding.usual_rate)} on other days, week after week."
    )


def _clock_skew(finding: FindingFacts, analysis: Analysis) -> str:
    return (
        f"{_misplaced(finding, 'shortly before', analysis)} both), in the middle by "
        f"{duration(finding.median_seconds)}: two clocks?"
    )


def _out_of_order(finding: FindingFacts, analysis: Analysis) -> str:
    count = f"{integer(finding.observed or 0)} who have {_stage(finding, analysis)} ({percent(finding.share)})"
    return (
        f"{_previous(finding, analysis)} is missing, or comes later, for {count}: look at it, and at the log's times."
    )


def _same_instant(finding: FindingFacts, analysis: Analysis) -> str:
    return f"{_misplaced(finding, 'at the very time of', analysis)} both): their order is a guess."


def _mostly_open(finding: FindingFacts, analysis: Analysis) -> str:
    open_ = open_window(analysis.funnel)
    return f"The {open_} of {percent(finding.share)} of those who entered is still open: most may still convert."


def _unlinked(finding: FindingFacts, analysis: Analysis) -> str:
    first = label(analysis, analysis.stages[0].name)
    those = f"{percent(finding.share)} of the {integer(finding.upstream or 0)}"
    if finding.source is None:
        return f"{first} is missing for {those} that have any stage: the funnel begins there."
    return (
        f"{those} in '{printable(finding.source)}' never have {first}, where the funnel begins: do the ids mean the "
        "same, and do the logs cover the same time?"
    )


def _duplicates(finding: FindingFacts, analysis: Analysis) -> str:
    when = _when(finding, analysis)
    repeating = f"{integer(finding.observed or 0)} events ({percent(finding.share)}) repeat another one{when}"
    if (finding.share or 0.0) < TWICE_SHARE:
        return f"{repeating}."
    return f"{repeating}: {'these days were' if when else 'the log was'} written twice."


_WORDS: dict[str, Callable[[FindingFacts, Analysis], str]] = {
    "stage_silent": _stage_silent,
    "entries_silent": _entries_silent,
    "unlinked": _unlinked,
    "last_days_thin": _last_days_thin,
    "entries_end": _entries_end,
    "batches": _batches,
    "mixed_granularity": _mixed_granularity,
    "rate_fell": _rate_fell,
    "rate_rose": _rate_rose,
    "drift": _drift,
    "weekday_pattern": _weekday_pattern,
    "clock_skew": _clock_skew,
    "out_of_order": _out_of_order,
    "same_instant": _same_instant,
    "mostly_open": _mostly_open,
    "duplicates": _duplicates,
}


def _stage(finding: FindingFacts, analysis: Analysis) -> str:
    name = label(analysis, finding.stage or "")
    return f"{name} ({segment(finding.segment)})" if finding.segment else name


def _previous(finding: FindingFacts, analysis: Analysis) -> str:
    position = [stage.name for stage in analysis.stages].index(finding.stage or "")
    return label(analysis, analysis.stages[before(analysis.stages, position)].name)


def _few(finding: FindingFacts, analysis: Analysis) -> str:
    """'Landing page: 3 instead of about 76 from 19 Feb 12:00 to 18:00'."""
    numbers = f"{integer(finding.observed or 0)} instead of about {integer(finding.expected or 0.0)}"
    return f"{_stage(finding, analysis)}: {numbers}{_when(finding, analysis)}"


def _misplaced(finding: FindingFacts, how: str, analysis: Analysis) -> str:
    """'Payment comes shortly before Demo for 62 (58.5% of those who have'."""
    count = f"{integer(finding.observed or 0)} ({percent(finding.share)} of those who have"
    return f"{_stage(finding, analysis)} comes {how} {_previous(finding, analysis)} for {count}"


def _when(finding: FindingFacts, analysis: Analysis) -> str:
    return Clocks.of(analysis).stretch(finding.since_at, finding.until_at)
