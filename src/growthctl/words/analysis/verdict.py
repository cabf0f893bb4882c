"""What a verdict rests on, in words that can be read aloud."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import Bottleneck, Ranked, ReferenceFacts
from growthctl.words.analysis.remarks import remarks
from growthctl.words.analysis.segments import held_by
from growthctl.words.dates import Clocks
from growthctl.words.labels import has_limit, label, open_window, rate, reference_word, segment, stage, transition
from growthctl.words.numbers import chance, integer, interval, many, percent, printable, target

_CHEAPER = "Take a longer range, judge an earlier stage, or decide by what a change costs."
_ASSUMED = (
    "Costs are per 30 days at the present flow, as if whoever is regained went on like the others (at the low end of "
    "the range a fifth worse at each later stage)."
)
NOTHING_TO_GAIN = "Everybody goes on at every stage."
_UNRESOLVABLE = {
    "over_25_times_the_data": f"Waiting will not settle it: that would take more than 25 times the data. {_CHEAPER}",
    "over_90_days": f"Waiting will not settle it soon: that would take more than 90 days. {_CHEAPER}",
    "no_gap_seen": "No rate is visibly below its {reference}, but there is too little data to rule a gap out.",
    "stage_not_in_log": "No event of the log matches one of the stages: a slip in the funnel file or in the tracking, "
    "or nobody has got there yet. The warnings below say which.",
    "data_in_doubt": "With the conversions that the log seems to lack it would be no suspect: mend the log before you "
    "blame anybody.",
    "nothing_ripe_at_reference": "Of those whose window has passed, nobody has reached a transition that has a "
    "{reference}: look again later, or give an earlier stage a target.",
}


def explanation(analysis: Analysis) -> list[str]:
    """What the verdict rests on, a sentence each."""
    bottleneck = analysis.bottleneck
    explain: dict[str | None, Callable[[Analysis], list[str]]] = {
        None: in_any_order,
        "confirmed": _named,
        "suspect": _named,
        "tie": _tie,
        "none_below_reference": _none_below,
        "cannot_tell": _cannot_tell,
        "no_reference": _leak,
        "no_data": no_data,
    }
    priced = analysis.broken_now or bottleneck.verdict in ("confirmed", "suspect", "tie")
    assumed = [_ASSUMED] if priced else []
    return [*explain[bottleneck.verdict](analysis), *assumed, *held_by(analysis), *remarks(analysis)]


def _named(analysis: Analysis) -> list[str]:
    bottleneck = analysis.bottleneck
    lead = ranked(analysis, bottleneck.stage)
    sentences = [
        measured(analysis, lead),
        f"How sure: {chance(lead.probability_gap)} that it is below its {_source(bottleneck)}, "
        f"{chance(lead.probability_widest)} that no other lasting gap costs more.",
    ]
    if lead.reference and lead.reference.source != "target":
        sentences.append("Only a target can confirm it: what was reached once, or elsewhere, need not be the goal.")
    elif lead.reference and lead.reference.doubted:
        sentences.append("All its history speaks against this target, so that it confirms nothing.")
    return sentences


def _tie(analysis: Analysis) -> list[str]:
    sentences = []
    for name in analysis.bottleneck.contenders:
        lead = ranked(analysis, name)
        sentences += [
            measured(analysis, lead),
            f"How sure: {chance(lead.probability_widest)} that no other lasting gap costs more.",
        ]
    return sentences


def _none_below(analysis: Analysis) -> list[str]:
    return [
        f"With at least 90% probability each, no rate is more than a twentieth below its {reference_word(analysis)}.",
        f"To go further, {'raise a' if reference_word(analysis) == 'target' else 'set a higher'} target, or look where "
        "one more conversion is cheapest.",
    ]


def _cannot_tell(analysis: Analysis) -> list[str]:
    bottleneck = analysis.bottleneck
    sentences = []
    if bottleneck.stage is not None and bottleneck.unresolvable == "data_in_doubt":
        sentences = [measured(analysis, ranked(analysis, bottleneck.stage))]
    elif bottleneck.stage is not None:
        lead = ranked(analysis, bottleneck.stage)
        sentences = [
            f"The first suspect is {transition(analysis, bottleneck.stage)}: "
            f"{chance(lead.probability_gap)} that it is below its {_source(bottleneck)}, "
            f"{chance(lead.probability_widest)} that it is the widest; too little to act on.",
            measured(analysis, lead),
        ]
    return [*sentences, what_would_tell(analysis)]


def what_would_tell(analysis: Analysis) -> str:
    """How much longer it takes to tell, or why waiting will not help."""
    lead = analysis.bottleneck
    if lead.unresolvable is not None:
        return _UNRESOLVABLE[lead.unresolvable].format(reference=reference_word(analysis))
    days, more = lead.days_needed or 0, lead.more_entrants_needed or 0
    return (
        f"An even chance to tell once {integer(more)} more {'has' if more == 1 else 'have'} reached "
        f"{label(analysis, lead.from_stage or '')}: about {many(days, 'day')} at the present "
        "flow."
    )


def _leak(analysis: Analysis) -> list[str]:
    if analysis.bottleneck.stage is None:
        return [NOTHING_TO_GAIN]
    lead = ranked(analysis, analysis.bottleneck.stage)
    return [
        measured(analysis, lead),
        "Most is to be gained where the same improvement of the odds brings the most conversions. Whether its rate is "
        "low for you, only a target can say.",
        example_of_target(lead),
    ]


def example_of_target(lead: Ranked) -> str:
    """What to write into the funnel file."""
    at = target(_round_up(lead.conversion_rate))
    return (
        f"For a verdict, give the stages targets in the funnel file, such as target: {at} for {printable(lead.stage)}."
    )


def in_any_order(analysis: Analysis) -> list[str]:
    """Which stage those lack who lack one alone, and which one the fewest have."""
    any_order, entered = analysis.any_order, analysis.stages[0].ripe_throughout
    if not analysis.stages[0].reached:
        return ["Nobody reached any of the stages in this log and range."]
    if any_order is None or not entered:
        return ["Nobody has had the time for all of them yet."]
    passed = "whose window has passed" if has_limit(analysis) else "who have had the time"
    most = max(stage.only_lacking for stage in any_order.stages)
    fewest = min(stage.ripe_throughout for stage in any_order.stages)
    lacked = [printable(stage.label) for stage in any_order.stages if stage.only_lacking == most]
    rarest = [printable(stage.label) for stage in any_order.stages if stage.ripe_throughout == fewest]
    apiece = " each" if len(lacked) > 1 else ""
    lacking = f"Of those who lack exactly one, {rate(most, any_order.lacking_one)}{apiece} lack {' and '.join(lacked)}"
    return [
        "A row counts different stages, whichever they are, so that no stage's owner or target hangs on it.",
        f"{lacking}." if most else f"Nobody {passed} lacks exactly one.",
        f"Fewest have {' and '.join(rarest)}: {rate(fewest, entered)} of those {passed}.",
    ]


def no_data(analysis: Analysis) -> list[str]:
    """Why there is nothing to judge."""
    if all(item.optional for item in analysis.stages[1:]):
        return ["There is no transition: add the required stage that should follow the first."]
    if not analysis.stages[0].reached:
        return [f"Nobody reached {label(analysis, analysis.stages[0].name)} in this log and range."]
    return [
        f"The {open_window(analysis.funnel)} of all who entered is still open. "
        f"The first one closes on {Clocks.of(analysis).day(analysis.bottleneck.first_ripe_at)}; "
        f"the log is complete up to {Clocks.of(analysis).day(analysis.data.as_of)}."
    ]


def measured(analysis: Analysis, lead: Ranked) -> str:
    """How a transition converts, and what it is held against."""
    lead_stage = stage(analysis, lead.stage)
    assert lead_stage.ripe is not None
    against = f", {reference(lead.reference)}" if lead.reference else ""
    if lead.conversion_rate != lead_stage.ripe.conversion_rate:
        converts = f"converts {percent(lead.conversion_rate)}{when(analysis, lead)}"
        return f"{transition(analysis, lead.stage)} {converts}{against}."
    small = "of" in rate(lead_stage.ripe.converted, lead_stage.ripe.entered)
    bounds = "" if small else f" (95% range {interval(lead_stage.ripe.low, lead_stage.ripe.high)})"
    whose = " of those whose window has passed" if has_limit(analysis) else ""
    converts = f"converts {rate(lead_stage.ripe.converted, lead_stage.ripe.entered)}{bounds}"
    return f"{transition(analysis, lead.stage)} {converts}{whose}{against}."


def when(analysis: Analysis, lead: Ranked) -> str:
    """Of which days the rate is that is held against the reference, where it is not that of all."""
    now = stage(analysis, lead.stage).now
    if now is None or now.since_at is None:
        return " but for the days on which it had fallen"
    if now.conversion_rate == lead.conversion_rate:
        return f" since {Clocks.of(analysis).day(now.since_at)}"
    return f" as before {Clocks.of(analysis).day(now.since_at)}"


def ranked(analysis: Analysis, name: str | None) -> Ranked:
    """The transition to the stage of that name, among the others."""
    return next(item for item in analysis.ranking if item.stage == name)


def _source(bottleneck: Bottleneck) -> str:
    source = bottleneck.reference.source if bottleneck.reference else "reference"
    return "best segment" if source == "segment" else source


def reference(reference: ReferenceFacts) -> str:
    """'target 35%', and of any other reference where it comes from."""
    if reference.source == "history" and reference.weeks is None:
        return f"before it changed {percent(reference.rate)}"
    if reference.source == "history":
        return f"in its best weeks {percent(reference.rate)}"
    if reference.segment is not None:
        return f"of its best segment, {segment(reference.segment)}, {percent(reference.rate)}"
    return f"target {target(reference.rate)}"


def _round_up(value: float | None) -> float:
    """An example of a target: the next full percent above the present rate."""
    return min(1.0, (floor(round((value or 0.0) * 100, 9)) + 1) / 100)
