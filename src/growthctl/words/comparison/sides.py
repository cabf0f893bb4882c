"""What is compared with what: the sides of a comparison, and how both were counted."""

from __future__ import annotations

from growthctl.report.comparison import Comparison, Side
from growthctl.words.dates import Clocks
from growthctl.words.numbers import duration, integer, printable, span
from growthctl.words.people import people


def title(comparison: Comparison) -> str:
    """'checkout: 1 to 31 Mar 2026 against 1 to 28 Feb 2026'."""
    sides = [_side(side, comparison) for side in (comparison.this, comparison.against)]
    if comparison.question == "segments":
        sides[0] = f"{printable(comparison.this.by or '')} {sides[0]}"
    return f"{printable(comparison.funnel.name)}: {' against '.join(sides)}"


def scope(comparison: Comparison) -> str:
    """How many entered on both sides, how long each was followed, how many got to the end."""
    entrants, age, this = comparison.entrants, comparison.age_seconds, comparison.this
    who = f"{integer(entrants.this)} {people(comparison.funnel, entrants.this)} against {integer(entrants.against)}"
    if comparison.question == "segments":
        who += f", {Clocks.of(comparison).range(this.since, this.until)}"
    if age is None:
        limit = ""
    elif comparison.ripe:
        limit = f", each followed for {span(age)}"
    else:
        limit = f", each followed for {duration(age)}, as long as the youngest"
    back = max((rule.for_seconds or 0 for rule in comparison.funnel.taken_back), default=0)
    # Not the stage that conversions are counted to, which is another one where nobody got further.
    last = printable(comparison.stages[-1].label if comparison.stages else entrants.label)
    limit += f", {last} for {span(back)} more" if back and limit else ""
    ends = f"{integer(this.converted)} got to {last} against {integer(comparison.against.converted)}"
    return f"{who}{limit}; {ends}."


def arms(comparison: Comparison) -> str:
    """What is wrong with how two arms were assigned; nothing where nothing is."""
    assigned = comparison.assignment
    if assigned is None or not assigned.doubtful:
        return ""
    sizes = f"{integer(assigned.this)} and {integer(assigned.against)}"
    if assigned.p_equal < assigned.p_steady:
        return f"The arms are {sizes}: if each was to get half, the assignment is broken, and so are their rates."
    return f"The arms, {sizes}, shared the days unevenly: their rates compare other days, too, not only arms."


def _side(side: Side, comparison: Comparison) -> str:
    if side.value is not None:
        return printable(side.value)
    return Clocks.of(comparison).range(side.since, side.until)
