"""What is compared with what: the sides of a comparison, and how both were counted."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.comparison import Comparison, Side
from growthctl.words.comparison import columns, judged_of, labels_of, last_label
from growthctl.words.numbers import day, duration, integer, last_day, local, printable, span, stretch


def title(comparison: Comparison) -> str:
    """'checkout: 2026-03-01 to 2026-03-31 against 2026-02-01 to 2026-02-28'."""
    sides = [_side(side, comparison) for side in (comparison.this, comparison.against)]
    if comparison.question == "segments":
        sides[0] = f"{printable(comparison.this.by or '')} {sides[0]}"
    return f"{printable(comparison.funnel.name)}: {' against '.join(sides)}"


def scope(comparison: Comparison) -> str:
    """How many entered on both sides, and at what age they are judged."""
    entrants, age = comparison.entrants, comparison.age_seconds
    counts = f"{integer(entrants.this)} entered against {integer(entrants.against)}"
    if comparison.question == "segments":
        counts += f", {_range(comparison.this, comparison.funnel.timezone)}"
    if age is None:
        limit = ""
    elif comparison.ripe:
        limit = f", each looked at for {span(age)} after the entry, which is the whole window"
    else:
        limit = f", each looked at for {duration(age)} after the entry, because the youngest have had no longer"
    return f"{counts}, by {printable(comparison.funnel.entity)}{limit}"


def caveats(comparison: Comparison) -> Iterator[str]:
    """What is to be known before anybody is credited or blamed."""
    timezone, names = comparison.funnel.timezone, columns(comparison)
    judged = judged_of(comparison)
    for fault in comparison.faults:
        what, where = labels_of(comparison)[fault.stage or ""], names[fault.side == "this"]
        expected = f"{integer(fault.observed or 0)} where about {integer(fault.expected or 0)} are usual"
        when = stretch(fault.since_at, fault.until_at, timezone)
        so = "" if judged[fault.stage or ""] else " So this is not judged."
        yield f"The log lacks events of {what}{when}, which concerns '{where}': {expected}.{so}"
    assigned = comparison.assignment
    if assigned is not None and assigned.doubtful:
        sizes = f"{integer(assigned.this)} and {integer(assigned.against)}"
        if assigned.p_equal < assigned.p_steady:
            yield f"The arms are {sizes}: if each was to get half, the assignment is broken, and so are their rates."
        else:
            yield f"The arms, {sizes}, shared the days unevenly: their rates compare other days, too, not only arms."


def footnote(comparison: Comparison) -> str:
    """What the columns mean."""
    final = last_label(comparison)
    notes = [
        "Change: in percentage points, of numbers in percent. "
        f"Effect: on how many reach {final}; the effects sum to the change In all."
    ]
    if comparison.funnel.order == "any":
        notes.append("In any order a row is who did so many different stages, whichever they were: none is to blame.")
    if abs(comparison.scale - 1) > 1e-9:
        length = f"{comparison.scale:.3g} times as long as the other one"
        notes.append(f"This range is {length}: In all and the change of the entrants are for equal lengths.")
    if any(stage.spread.degrees is not None for stage in comparison.stages):
        notes.append("Intervals allow for how much days and weeks vary by themselves.")
    return " ".join(notes)


def _side(side: Side, comparison: Comparison) -> str:
    return _range(side, comparison.funnel.timezone) if side.value is None else printable(side.value)


def _range(side: Side, timezone: str) -> str:
    """In days; of a part of one day, from when to when."""
    if side.since is None or side.until is None:
        return "unknown"
    start, end = local(side.since, timezone), local(side.until, timezone)
    since, until = day(side.since, timezone), last_day(side.until, timezone)
    if since == until and not start[11:] == end[11:] == "00:00:00":
        return f"{start} to {end[11:]}"
    return since if since == until else f"{since} to {until}"
