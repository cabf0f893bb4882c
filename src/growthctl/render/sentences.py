"""The verdict in words that can be read aloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor

from growthctl.diagnosis.ripe import small_sample
from growthctl.render.numbers import chance, day, estimate, integer, interval, percent, printable, significant, target
from growthctl.report.model import Analysis, Bottleneck, Ranked, Recommendation, Stage, TrendStage

_CHEAPER = "Pool periods, use an earlier stage, or decide on cost."
_UNRESOLVABLE = {
    "over_25_times_the_data": f"Waiting will not settle it: that would take more than 25 times the data. {_CHEAPER}",
    "over_90_days": f"Waiting will not settle it soon: that would take more than 90 days. {_CHEAPER}",
    "no_gap_seen": "No rate is visibly below its target, but there is too little data to rule a gap out.",
    "stage_not_in_log": "No event of the log matches one of the stages: a slip in the funnel file or in the tracking, "
    "or nobody has got there yet. The warnings below say which.",
    "nothing_ripe_at_reference": "Of those whose window has passed, nobody has reached a transition that has a "
    "target: look again later, or give an earlier stage a target.",
}


def headline(analysis: Analysis) -> str:
    """The verdict in one line."""
    bottleneck = analysis.bottleneck
    where = transition(analysis, bottleneck.stage)
    whose = f", owned by {printable(bottleneck.owner)}" if bottleneck.owner else ""
    match bottleneck.verdict:
        case "confirmed":
            return f"Widest bottleneck: {where}{whose} (confirmed)"
        case "suspect":
            return f"Widest bottleneck, probably: {where}{whose} (suspect, not confirmed)"
        case "tie":
            pair = " and ".join(_with_owner(analysis, name) for name in bottleneck.contenders)
            return f"Widest bottleneck: a tie between {pair}; fix the cheaper one"
        case "none_below_reference":
            return "Widest bottleneck: none, every rate is at its target or close to it"
        case "cannot_tell":
            return "Widest bottleneck: cannot tell yet"
        case "no_reference":
            return f"Widest bottleneck: no verdict without targets; the widest leak is {where}{whose}"
        case "no_data":
            return "Widest bottleneck: no data yet"


def explanation(analysis: Analysis) -> list[str]:
    """What the verdict rests on, a sentence each."""
    bottleneck = analysis.bottleneck
    explain: dict[str, Callable[[Analysis], list[str]]] = {
        "confirmed": _named,
        "suspect": _named,
        "tie": _tie,
        "none_below_reference": _none_below,
        "cannot_tell": _cannot_tell,
        "no_reference": _leak,
        "no_data": _no_data,
    }
    return [*explain[bottleneck.verdict](analysis), *_unjudged(analysis), *_other_rules(analysis)]


def recommendation(item: Recommendation, analysis: Analysis) -> tuple[str, str]:
    """(what to do and who decides, the cheapest next test)."""
    owner = f" ({printable(item.owner)} decides)" if item.owner else ""
    return f"{label(analysis, item.stage)}: {printable(item.action)}{owner}", f"Next test: {printable(item.next_test)}"


def transition(analysis: Analysis, name: str | None) -> str:
    """'Signup → Demo'."""
    names = [item.name for item in analysis.stages]
    position = names.index(name) if name in names else 0
    if not position:
        return "" if name is None else label(analysis, name)
    return f"{label(analysis, names[before(analysis.stages, position)])} → {label(analysis, names[position])}"


def before(stages: Sequence[Stage | TrendStage], position: int) -> int:
    """The position of the required stage before that one, of which its rate is."""
    return max(k for k in range(position) if not stages[k].optional)


def stage(analysis: Analysis, name: str) -> Stage:
    """The stage of that name."""
    return next(item for item in analysis.stages if item.name == name)


def label(analysis: Analysis, name: str) -> str:
    """What people call the stage."""
    return printable(stage(analysis, name).label)


def rate(converted: int, entered: int) -> str:
    """'25.1%', or '2 of 11' where a percentage would claim too much."""
    if not entered:
        return "–"
    if small_sample(converted, entered):
        return f"{integer(converted)} of {integer(entered)}"
    return percent(converted / entered)


def _named(analysis: Analysis) -> list[str]:
    bottleneck = analysis.bottleneck
    lead = _ranked(analysis, bottleneck.stage)
    return [
        _measured(analysis, lead),
        _worth(analysis, lead),
        f"How sure: {chance(lead.probability_gap)} that it is below its {_source(bottleneck)}, "
        f"{chance(lead.probability_widest)} that no other transition costs more.",
    ]


def _tie(analysis: Analysis) -> list[str]:
    sentences = []
    for name in analysis.bottleneck.contenders:
        lead = _ranked(analysis, name)
        sentences += [
            _measured(analysis, lead),
            _worth(analysis, lead),
            f"How sure: {chance(lead.probability_widest)} that no other transition costs more.",
        ]
    return sentences


def _none_below(analysis: Analysis) -> list[str]:
    return [
        "With at least 90% probability each, no rate is more than a twentieth below its target.",
        "To go further, raise a target, or look where one more conversion is cheapest.",
    ]


def _cannot_tell(analysis: Analysis) -> list[str]:
    bottleneck = analysis.bottleneck
    sentences = []
    if bottleneck.stage is not None:
        lead = _ranked(analysis, bottleneck.stage)
        sentences = [
            f"The first suspect is {transition(analysis, bottleneck.stage)}: "
            f"{chance(lead.probability_gap)} that it is below its {_source(bottleneck)}, "
            f"{chance(lead.probability_widest)} that it is the widest; too little to act on.",
            _measured(analysis, lead),
        ]
    if bottleneck.unresolvable is None:
        from_stage = label(analysis, bottleneck.from_stage or "")
        days, more = bottleneck.days_needed or 0, bottleneck.more_entrants_needed or 0
        sentences.append(
            f"About an even chance of a verdict once {integer(more)} more {'has' if more == 1 else 'have'} reached "
            f"{from_stage}: about {integer(days)} day{'' if days == 1 else 's'} at the present traffic."
        )
    else:
        sentences.append(_UNRESOLVABLE[bottleneck.unresolvable])
    return sentences


def _leak(analysis: Analysis) -> list[str]:
    lead = _ranked(analysis, analysis.bottleneck.stage)
    return [
        _measured(analysis, lead),
        "The widest leak is where the same improvement in odds brings the most: leverage, not a verdict. "
        "Whether its rate is low for you, only a target can say.",
        "For a verdict, give the stages targets in the funnel file, such as "
        f"target: {target(_round_up(lead.conversion_rate))} for {lead.stage}.",
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


def _measured(analysis: Analysis, lead: Ranked) -> str:
    here = stage(analysis, lead.stage)
    assert here.ripe is not None
    small = "of" in rate(here.ripe.converted, here.ripe.entered)
    bounds = "" if small else f" (95% interval {interval(here.ripe.low, here.ripe.high)})"
    against = f"; its {lead.reference.source} is {target(lead.reference.rate)}" if lead.reference else ""
    whose = " of those whose window has passed" if has_limit(analysis) else ""
    converts = f"converts {rate(here.ripe.converted, here.ripe.entered)}{bounds}"
    return f"{transition(analysis, lead.stage)} {converts}{whose}{against}."


def has_limit(analysis: Analysis) -> bool:
    """Can time run out for an entity, so that some are ripe and some still open?"""
    return analysis.funnel.ripe_after_seconds is not None


def _worth(analysis: Analysis, lead: Ranked) -> str:
    worth = lead.recoverable
    if worth is None:
        return ""
    last = [item for item in analysis.stages if not item.optional][-1]
    money = ""
    if worth.value is not None:
        money = f", or {printable(worth.currency) + ' ' if worth.currency else ''}{significant(worth.value)}"
    return (
        f"Closing the gap would bring about {estimate(worth.conversions_per_30_days)} more conversions to "
        f"{printable(last.label)} per 30 days (90% interval {estimate(worth.low)}–{estimate(worth.high)}){money}."
    )


def _unjudged(analysis: Analysis) -> list[str]:
    """Without a target a transition is never the bottleneck, which must not pass for being fine."""
    without = [item.stage for item in analysis.ranking if item.reference is None]
    if not without or len(without) == len(analysis.ranking):
        return []
    return [f"Not judged, for want of a target: {', '.join(transition(analysis, name) for name in without)}."]


def _other_rules(analysis: Analysis) -> list[str]:
    """Where simple rules, or a cautious assumption, point elsewhere."""
    bottleneck = analysis.bottleneck
    lead = bottleneck.stage
    if lead is None:
        return []
    drop, rate_ = bottleneck.largest_drop, bottleneck.lowest_rate
    rules = {"largest drop": drop, "lowest rate": rate_} if drop != rate_ else {"largest drop and lowest rate": drop}
    others = [f"{rule} at {transition(analysis, name)}" for rule, name in rules.items() if name and name != lead]
    sentences = [f"Simpler rules point elsewhere: {', '.join(others)}."] if others else []
    worse = bottleneck.leader_if_marginal_converts_worse
    if worse is not None and worse != lead:
        sentences.append(
            "This assumes that recovered entities go on to convert like the others; "
            f"if they convert 20% worse at every later transition, {transition(analysis, worse)} leads."
        )
    return sentences


def _ranked(analysis: Analysis, name: str | None) -> Ranked:
    return next(item for item in analysis.ranking if item.stage == name)


def _with_owner(analysis: Analysis, name: str) -> str:
    owner = stage(analysis, name).owner
    return transition(analysis, name) + (f" ({printable(owner)})" if owner else "")


def _source(bottleneck: Bottleneck) -> str:
    return bottleneck.reference.source if bottleneck.reference else "reference"


def _round_up(value: float | None) -> float:
    """An example of a target: the next full percent above the present rate."""
    return min(1.0, (floor(round((value or 0.0) * 100, 9)) + 1) / 100)
