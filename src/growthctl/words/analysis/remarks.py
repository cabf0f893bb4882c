"""What stands under the verdict: queues, what is not judged, where other rules point."""

from __future__ import annotations

from growthctl.report.analysis import Analysis
from growthctl.words.labels import label, reference_word, stage, transition
from growthctl.words.numbers import declared, estimate, printable, utilisation

NAMED = 10


def remarks(analysis: Analysis) -> list[str]:
    """A sentence each: queues, what is not judged, where other rules point, whom to ask."""
    return [*_queue(analysis), *_unjudged(analysis), *_other_rules(analysis), *interview(analysis)]


def _queue(analysis: Analysis) -> list[str]:
    """Where a stage takes no more, asking more people brings nothing."""
    name = analysis.bottleneck.queue
    capacity = stage(analysis, name).capacity if name else None
    if name is None or capacity is None or capacity.utilisation is None:
        return []
    days = capacity.days_per_week or 7
    often = "" if days == 7 else f" on {days} day{'' if days == 1 else 's'} a week"
    sentences = [
        f"{label(analysis, name)} works at {utilisation(capacity.utilisation)} of its capacity of "
        f"{declared(capacity.per_day)} a day{often}: people wait for a place.",
        "Add places, or fill the empty ones: persuading more people only makes the queue longer.",
    ]
    names = [each.name for each in analysis.stages]
    lead = analysis.bottleneck.stage
    if lead is not None and capacity.room is not None and names.index(lead) < names.index(name):
        most = f"At most {estimate(capacity.room)}" if capacity.room else "No"
        sentences.append(f"{most} more conversions per 30 days can pass it, whatever {label(analysis, lead)} gains.")
    return sentences


def interview(analysis: Analysis) -> list[str]:
    """Too few for statistics are few enough to be asked."""
    few = analysis.bottleneck.interview
    if few is None:
        return []
    lost = [printable(name) for name in few.entities]
    shown = ", ".join(lost[:NAMED]) + (f" and {len(lost) - NAMED} more" if len(lost) > NAMED else "")
    these = "this one" if len(lost) == 1 else f"these {len(lost)}"
    return [f"{addressed(few.owner)}ask {these} who stopped before {label(analysis, few.stage)}: {shown}."]


def addressed(owner: str | None) -> str:
    """'sales: ', to whom something is said; nothing where nobody owns it."""
    return f"{printable(owner)}: " if owner else ""


def _unjudged(analysis: Analysis) -> list[str]:
    """Without a reference a transition is never the bottleneck, which must not pass for being fine."""
    without = [item.stage for item in analysis.ranking if item.reference is None]
    if not without or len(without) == len(analysis.ranking):
        return []
    names = ", ".join(transition(analysis, name) for name in without)
    return [f"Not judged, for want of a {reference_word(analysis)}: {names}."]


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
