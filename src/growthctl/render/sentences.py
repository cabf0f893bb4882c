"""The verdict in words that can be read aloud."""

from __future__ import annotations

from collections.abc import Callable

from growthctl.render.numbers import chance, day, integer, interval, percent, printable, significant, target
from growthctl.report.model import Analysis, Bottleneck, Ranked, Recommendation, Stage

SMALL_ENTERED, SMALL_CONVERTED = 30, 5

_UNRESOLVABLE = {
    "over_25_times_the_data": "that would take more than 25 times the data",
    "over_90_days": "that would take more than 90 days",
    "no_gap_seen": "no gap to a target is visible yet",
    "nothing_ripe_at_reference": "no ripe entity has reached a transition that has a target",
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
            pair = " and ".join(
                f"{transition(analysis, name)}{f' ({printable(owner)})' if owner else ''}"
                for name in bottleneck.contenders
                if (owner := stage(analysis, name).owner) or True
            )
            return f"Widest bottleneck: a tie between {pair}; fix the cheaper one"
        case "none_below_reference":
            return "Widest bottleneck: none, every transition is at its target"
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
    return [*explain[bottleneck.verdict](analysis), *_other_rules(analysis)]


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
    return f"{label(analysis, names[before(analysis, position)])} → {label(analysis, names[position])}"


def before(analysis: Analysis, position: int) -> int:
    """The position of the required stage before that one, of which its rate is."""
    return max(k for k in range(position) if not analysis.stages[k].optional)


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
    if entered < SMALL_ENTERED or converted < SMALL_CONVERTED:
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
            f"{_worth(analysis, lead)} It is the widest with a probability of {chance(lead.probability_widest)}.",
        ]
    return sentences


def _none_below(analysis: Analysis) -> list[str]:
    return [
        "Each rate is, with at least 90% probability, no more than a twentieth below its target.",
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
        before = label(analysis, bottleneck.from_stage or "")
        days = bottleneck.days_needed or 0
        sentences.append(
            f"About an even chance of a verdict after {integer(bottleneck.more_entrants_needed or 0)} more entities "
            f"reach {before}: about {integer(days)} day{'' if days == 1 else 's'} at the present traffic."
        )
    else:
        sentences.append(
            f"Waiting will not settle it ({_UNRESOLVABLE[bottleneck.unresolvable]}): "
            "pool periods, use an earlier stage, or decide on cost."
        )
    return sentences


def _leak(analysis: Analysis) -> list[str]:
    lead = _ranked(analysis, analysis.bottleneck.stage)
    return [
        _measured(analysis, lead),
        "The widest leak is where the same improvement in odds brings the most: leverage, not a verdict. "
        "Whether its rate is low for you, only a target can say.",
        f"To get a verdict, give the stages targets in the funnel file, such as: "
        f"{{name: {analysis.bottleneck.stage}, …, target: {target(_round_up(lead.conversion_rate))}}}",
    ]


def _no_data(analysis: Analysis) -> list[str]:
    if len(analysis.stages) < 2:
        return ["One stage has no transition: add the stage that should follow it."]
    if not analysis.stages[0].reached:
        return [f"Nobody reached {label(analysis, analysis.stages[0].name)} in this log and range."]
    return [
        "No entity is ripe: the window of all who entered is still open. "
        f"The first is ripe on {day(analysis.bottleneck.first_ripe_at, analysis.funnel.timezone)}; "
        f"the log is complete up to {day(analysis.data.as_of, analysis.funnel.timezone)}."
    ]


def _measured(analysis: Analysis, lead: Ranked) -> str:
    here = stage(analysis, lead.stage)
    assert here.ripe is not None
    small = "of" in rate(here.ripe.converted, here.ripe.entered)
    bounds = "" if small else f" (95% interval {interval(here.ripe.low, here.ripe.high)})"
    against = f"; its {lead.reference.source} is {target(lead.reference.rate)}" if lead.reference else ""
    return (
        f"{transition(analysis, lead.stage)} converts {rate(here.ripe.converted, here.ripe.entered)}{bounds} "
        f"of those whose window has passed{against}."
    )


def _worth(analysis: Analysis, lead: Ranked) -> str:
    worth = lead.recoverable
    if worth is None:
        return ""
    last = label(analysis, analysis.stages[-1].name)
    money = ""
    if worth.value is not None:
        money = f", {printable(worth.currency) + ' ' if worth.currency else ''}{significant(worth.value)}"
    return (
        f"Closing the gap is worth about {significant(worth.conversions_per_30_days)} × {last} per 30 days"
        f"{money} (90% interval {significant(worth.low)}–{significant(worth.high)})."
    )


def _other_rules(analysis: Analysis) -> list[str]:
    """Where simple rules, or a cautious assumption, point elsewhere."""
    bottleneck = analysis.bottleneck
    lead = bottleneck.stage
    if lead is None:
        return []
    drop, rate_ = bottleneck.largest_drop, bottleneck.lowest_rate
    rules = {"largest drop": drop, "lowest rate": rate_} if drop != rate_ else {"largest drop and lowest rate": drop}
    others = [f"the {rule} at {transition(analysis, name)}" for rule, name in rules.items() if name and name != lead]
    sentences = [f"Simpler rules would name {', '.join(others)}."] if others else []
    worse = bottleneck.leader_if_marginal_converts_worse
    if worse is not None and worse != lead:
        sentences.append(
            "This assumes that recovered entities go on to convert like the others; "
            f"if they convert 20% worse at every later transition, {transition(analysis, worse)} leads."
        )
    return sentences


def _ranked(analysis: Analysis, name: str | None) -> Ranked:
    return next(item for item in analysis.ranking if item.stage == name)


def _source(bottleneck: Bottleneck) -> str:
    return bottleneck.reference.source if bottleneck.reference else "reference"


def _round_up(value: float | None) -> float:
    """An example of a target: the next full percent above the present rate."""
    return min(1.0, (int((value or 0.0) * 100) + 1) / 100)
