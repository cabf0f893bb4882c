"""The verdict in words that can be read aloud."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import Bottleneck, Ranked, RecoverableFacts, ReferenceFacts
from growthctl.report.faults import BrokenNowFacts
from growthctl.words.labels import has_limit, label, rate, reference_word, segment, stage, transition
from growthctl.words.numbers import chance, day, estimate, integer, interval, percent, printable, significant, target
from growthctl.words.remarks import queued, remarks
from growthctl.words.segments import held_by

_CHEAPER = "Pool periods, use an earlier stage, or decide on cost."
_ASSUMED = "People regained are assumed to go on like the others (at the low end a fifth worse at each later stage)."
_UNRESOLVABLE = {
    "over_25_times_the_data": f"Waiting will not settle it: that would take more than 25 times the data. {_CHEAPER}",
    "over_90_days": f"Waiting will not settle it soon: that would take more than 90 days. {_CHEAPER}",
    "no_gap_seen": "No rate is visibly below its {reference}, but there is too little data to rule a gap out.",
    "stage_not_in_log": "No event of the log matches one of the stages: a slip in the funnel file or in the tracking, "
    "or nobody has got there yet. The warnings below say which.",
    "data_in_doubt": "With the conversions that the log seems to lack it would not be named: mend the log before you "
    "blame anybody.",
    "nothing_ripe_at_reference": "Of those whose window has passed, nobody has reached a transition that has a "
    "{reference}: look again later, or give an earlier stage a target.",
}


def headline(analysis: Analysis) -> str:
    """The verdict in one line."""
    queue = queued(analysis)
    inside, after = (f"; {queue}", f"; but {queue}") if queue else ("", "")
    return f"Widest bottleneck{_verdict(analysis, inside, after)}"


def _verdict(analysis: Analysis, inside: str, after: str) -> str:
    """`inside` is what brackets say about a queue, `after` what is said where there are none."""
    bottleneck = analysis.bottleneck
    where = transition(analysis, bottleneck.stage)
    whose = f", owned by {printable(bottleneck.owner)}" if bottleneck.owner else ""
    match bottleneck.verdict:
        case "confirmed":
            return f": {where}{whose} (confirmed{inside})"
        case "suspect":
            return f", probably: {where}{whose} (suspect, not confirmed{inside})"
        case "tie":
            pair = " and ".join(_with_owner(analysis, name) for name in bottleneck.contenders)
            return f": a tie between {pair}; fix the cheaper one{after}"
        case "none_below_reference":
            return f": none, every rate is at its {reference_word(analysis)} or close to it{after}"
        case "cannot_tell":
            return f": cannot tell yet{after}"
        case "no_reference":
            return f": no verdict without a reference; the widest leak is {where}{whose}{after}"
        case "no_data":
            return ": no data yet"
        case None:
            return ": none is named, for in any order there is no stage to blame"


def broken(fault: BrokenNowFacts, analysis: Analysis) -> str:
    """What is broken now in one line."""
    whose = f", owned by {printable(fault.owner)}" if fault.owner else ""
    where = "" if fault.segment is None else f", {segment(fault.segment)}"
    since = f", since {day(fault.since_at, analysis.funnel.timezone)}" if fault.since_at else ""
    return f"Broken now: {transition(analysis, fault.stage)}{where}{since}{whose}"


def leading(analysis: Analysis) -> str:
    """The dearer one of both in one line."""
    is_broken = analysis.broken_now and not costs_most(analysis)
    return broken(analysis.broken_now[0], analysis) if is_broken else headline(analysis)


def costs_most(analysis: Analysis) -> bool:
    """Does the bottleneck that the verdict names cost more than anything that is broken now?"""
    worth = analysis.bottleneck.recoverable
    if any(fault.stage == analysis.bottleneck.stage for fault in analysis.broken_now):
        return False
    if worth is None or analysis.bottleneck.verdict not in ("confirmed", "tie", "suspect"):
        return False
    dearest = max((fault.recoverable.conversions_per_30_days for fault in analysis.broken_now), default=0.0)
    return worth.conversions_per_30_days > dearest


def broken_because(fault: BrokenNowFacts, analysis: Analysis) -> list[str]:
    """How it was and is, what that costs, and how sure it is."""
    before = "" if fault.since_at else " in its first weeks"
    return [
        f"It converted {percent(fault.usual_rate)}{before}, now {percent(fault.rate)}.",
        f"As before it would bring up to about {_conversions(analysis, fault.recoverable)}. {_ASSUMED}",
        f"How sure: {chance(fault.probability)} that it is below its usual rate.",
    ]


def explanation(analysis: Analysis) -> list[str]:
    """What the verdict rests on, a sentence each."""
    bottleneck = analysis.bottleneck
    explain: dict[str | None, Callable[[Analysis], list[str]]] = {
        None: _any_order,
        "confirmed": _named,
        "suspect": _named,
        "tie": _tie,
        "none_below_reference": _none_below,
        "cannot_tell": _cannot_tell,
        "no_reference": _leak,
        "no_data": _no_data,
    }
    return [*explain[bottleneck.verdict](analysis), *held_by(analysis), *remarks(analysis)]


def _named(analysis: Analysis) -> list[str]:
    bottleneck = analysis.bottleneck
    lead = _ranked(analysis, bottleneck.stage)
    sentences = [
        measured(analysis, lead),
        _worth(analysis, lead),
        f"How sure: {chance(lead.probability_gap)} that it is below its {_source(bottleneck)}, "
        f"{chance(lead.probability_widest)} that no other transition costs more.",
    ]
    if lead.reference and lead.reference.source != "target":
        sentences.append("Only a target can confirm it: what was reached once, or elsewhere, need not be the goal.")
    elif lead.reference and lead.reference.doubted:
        sentences.append("All its history speaks against this target, so that it confirms nothing.")
    return sentences


def _tie(analysis: Analysis) -> list[str]:
    sentences = []
    for name in analysis.bottleneck.contenders:
        lead = _ranked(analysis, name)
        sentences += [
            measured(analysis, lead),
            _worth(analysis, lead),
            f"How sure: {chance(lead.probability_widest)} that no other transition costs more.",
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
        sentences = [measured(analysis, _ranked(analysis, bottleneck.stage))]
    elif bottleneck.stage is not None:
        lead = _ranked(analysis, bottleneck.stage)
        sentences = [
            f"The first suspect is {transition(analysis, bottleneck.stage)}: "
            f"{chance(lead.probability_gap)} that it is below its {_source(bottleneck)}, "
            f"{chance(lead.probability_widest)} that it is the widest; too little to act on.",
            measured(analysis, lead),
        ]
    if bottleneck.unresolvable is None:
        from_stage = label(analysis, bottleneck.from_stage or "")
        days, more = bottleneck.days_needed or 0, bottleneck.more_entrants_needed or 0
        sentences.append(
            f"About an even chance of a verdict once {integer(more)} more {'has' if more == 1 else 'have'} reached "
            f"{from_stage}: about {integer(days)} day{'' if days == 1 else 's'} at the present traffic."
        )
    else:
        sentences.append(_UNRESOLVABLE[bottleneck.unresolvable].format(reference=reference_word(analysis)))
    return sentences


def _leak(analysis: Analysis) -> list[str]:
    lead = _ranked(analysis, analysis.bottleneck.stage)
    return [
        measured(analysis, lead),
        "The widest leak is where the same improvement in odds brings the most: leverage, not a verdict. "
        "Whether its rate is low for you, only a target can say.",
        "For a verdict, give the stages targets in the funnel file, such as "
        f"target: {target(_round_up(lead.conversion_rate))} for {lead.stage}.",
    ]


def _any_order(analysis: Analysis) -> list[str]:
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


def _no_data(analysis: Analysis) -> list[str]:
    if all(item.optional for item in analysis.stages[1:]):
        return ["There is no transition: add the required stage that should follow the first."]
    if not analysis.stages[0].reached:
        return [f"Nobody reached {label(analysis, analysis.stages[0].name)} in this log and range."]
    return [
        "The window of all who entered is still open. "
        f"The first one closes on {day(analysis.bottleneck.first_ripe_at, analysis.funnel.timezone)}; "
        f"the log is complete up to {day(analysis.data.as_of, analysis.funnel.timezone)}."
    ]


def measured(analysis: Analysis, lead: Ranked) -> str:
    """How a transition converts, and what it is held against."""
    lead_stage = stage(analysis, lead.stage)
    assert lead_stage.ripe is not None
    against = f"; {_reference(lead.reference)}" if lead.reference else ""
    if lead.conversion_rate != lead_stage.ripe.conversion_rate:
        converts = f"converts {percent(lead.conversion_rate)}{_when(analysis, lead)}"
        return f"{transition(analysis, lead.stage)} {converts}{against}."
    small = "of" in rate(lead_stage.ripe.converted, lead_stage.ripe.entered)
    bounds = "" if small else f" (95% interval {interval(lead_stage.ripe.low, lead_stage.ripe.high)})"
    whose = " of those whose window has passed" if has_limit(analysis) else ""
    converts = f"converts {rate(lead_stage.ripe.converted, lead_stage.ripe.entered)}{bounds}"
    return f"{transition(analysis, lead.stage)} {converts}{whose}{against}."


def _when(analysis: Analysis, lead: Ranked) -> str:
    """Of which days the rate is that is held against the reference, where it is not that of all."""
    now = stage(analysis, lead.stage).now
    if now is None or now.since_at is None:
        return ", but for the days on which it had fallen"
    if now.conversion_rate == lead.conversion_rate:
        return f" since {day(now.since_at, analysis.funnel.timezone)}"
    return f", as it did before {day(now.since_at, analysis.funnel.timezone)}"


def _worth(analysis: Analysis, lead: Ranked) -> str:
    if lead.recoverable is None:
        return ""
    return f"Closing the gap would bring up to about {_conversions(analysis, lead.recoverable)}. {_ASSUMED}"


def _conversions(analysis: Analysis, worth: RecoverableFacts) -> str:
    """How many more convert, and what they are worth."""
    last = [item for item in analysis.stages if not item.optional][-1]
    money = ""
    if worth.value is not None:
        money = f", or {printable(worth.currency) + ' ' if worth.currency else ''}{significant(worth.value)}"
    return (
        f"{estimate(worth.conversions_per_30_days)} more conversions to {printable(last.label)} per 30 days "
        f"(95% interval {estimate(worth.low)}–{estimate(worth.high)}){money}"
    )


def _ranked(analysis: Analysis, name: str | None) -> Ranked:
    return next(item for item in analysis.ranking if item.stage == name)


def _with_owner(analysis: Analysis, name: str) -> str:
    owner = stage(analysis, name).owner
    return transition(analysis, name) + (f" ({printable(owner)})" if owner else "")


def _source(bottleneck: Bottleneck) -> str:
    source = bottleneck.reference.source if bottleneck.reference else "reference"
    return "best segment" if source == "segment" else source


def _reference(reference: ReferenceFacts) -> str:
    """'its target is 35%', and of any other reference where it comes from."""
    if reference.source == "history" and reference.weeks is None:
        return f"before it changed it was {percent(reference.rate)}"
    if reference.source == "history":
        weeks = f"the {reference.weeks} ripe weeks before the last two"
        return f"its history is {percent(reference.rate)}, the 75th percentile of {weeks}"
    if reference.segment is not None:
        return f"its best segment, {segment(reference.segment)}, converts {percent(reference.rate)}"
    return f"its {reference.source} is {target(reference.rate)}"


def _round_up(value: float | None) -> float:
    """An example of a target: the next full percent above the present rate."""
    return min(1.0, (floor(round((value or 0.0) * 100, 9)) + 1) / 100)
