"""What is compared with what: the sides of a comparison, and how both were counted."""

from __future__ import annotations

from growthctl.report.comparison import Comparison, Side
from growthctl.words.comparison import last_label
from growthctl.words.numbers import day, duration, integer, last_day, local, printable, span


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


def footnote(comparison: Comparison) -> str:
    """What the columns mean."""
    final = last_label(comparison)
    notes = [f"Change: in percentage points. Effect: on how many reach {final}; the effects sum to the change In all."]
    if abs(comparison.scale - 1) > 1e-9:
        length = f"{comparison.scale:.3g} times as long as the other one"
        notes.append(f"This range is {length}: In all and the change of the entrants are for equal lengths.")
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
