"""The scores as Markdown: a table a kind of world, a row a world; bold is what misses its bound."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.worlds.scores import Scored
from bench.worlds.world import World


class Column(NamedTuple):
    """A score, as the page calls it."""

    score: str
    heading: str
    most: float = 1
    least: float = 0
    """Bounds, where the column has some."""


class Kind(NamedTuple):
    """Worlds that are scored alike."""

    title: str
    note: str
    worlds: Sequence[World]
    columns: Sequence[Column]


class Row(NamedTuple):
    """One world, and the scores of its logs."""

    world: World
    logs: Sequence[Scored]


CRASHED = Column("crashed", "no answer", most=0)
NOTHING_WRONG = (
    Column("confirmed", "false `confirmed`", most=0.06),
    Column("suspected", "confirmed, suspect or tie"),
    Column("hold", "intervals hold", least=0.92),
    Column("compare", "false change", most=0.05),
    Column("health", "false finding", most=0.03),
    Column("broken", "broken now"),
    CRASHED,
)
ONE_WEAK = (
    Column("named", "named", least=0.85),
    Column("confirmed", "confirmed"),
    Column("another", "another confirmed", most=0.02),
    Column("broken", "broken now"),
    Column("hold", "intervals hold", least=0.92),
    Column("gain_hold", "gain holds"),
    CRASHED,
)
ONE_FELL = (
    Column("broken", "broken now", least=0.90),
    Column("dated", "of these, within a week"),
    Column("other_broken", "another broken now"),
    Column("in_health", "`rate_fell`"),
    Column("another", "another confirmed", most=0.02),
    CRASHED,
)
ONE_SANK = (
    Column("sinking", "found", least=0.90),
    Column("drift", "`drift`"),
    Column("broken", "broken now"),
    Column("in_health", "`rate_fell`"),
    Column("fine", "`none_below_reference`", most=0),
    CRASHED,
)


def headings(kind: Kind) -> str:
    """The head of the table of a kind."""
    names = ["world", *(f"{column.heading} {_bound(column)}".strip() for column in kind.columns), "which"]
    rule = ["---", *["--:"] * len(kind.columns), "---"]
    return f"**{kind.title}** (% ± standard error). {kind.note}\n\n{_line(names)}\n{_line(rule)}"


def line(kind: Kind, row: Row) -> str:
    """The row of a world; last, the findings that are not true of it, or errors."""
    counts = Counter(remark for log in row.logs for remark in log.remarks)
    remarks = ", ".join(f"`{remark}` {count}" for remark, count in counts.most_common())
    return _line([row.world.name, *(cell(column, row) for column in kind.columns), remarks or "–"])


def cell(column: Column, row: Row) -> str:
    """Mean and standard error in percent, bold where the mean misses a bound."""
    values = [log.scores[column.score] for log in row.logs if column.score in log.scores]
    if not values:
        return "–"
    mean = sum(values) / len(values)
    error = math.sqrt(sum((value - mean) ** 2 for value in values)) / len(values)
    text = f"{mean * 100:.1f} ± {error * 100:.1f}"
    least, most = bounds(column, row.world)
    return text if least <= mean <= most else f"**{text}**"


def bounds(column: Column, world: World) -> tuple[float, float]:
    """Least and most of a score, in this world.

    Whole weeks that wobble by a tenth may look like a fault more often. What is to be found is promised of many
    entrants in dense funnels, a fall where days are not too restless.
    """
    if column.score == "health" and world.week_sd >= 0.1:
        return 0, 0.08
    promised = world.entrants >= 20_000 and min(world.rates) > 0.25 and (world.fall is None or world.day_sd <= 0.1)
    return column.least if column.score not in ("named", "broken") or promised else 0, column.most


def _bound(column: Column) -> str:
    if column.least:
        return f"≥ {column.least:.0%}"
    return f"≤ {column.most:.0%}" if column.most < 1 else ""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
