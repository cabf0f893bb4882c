"""Which segments convert differently by more than chance.

Whoever looks at enough segments finds some that stand out. So every test of a run counts, and what holds is what
survives all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from growthctl.stats.contingency import comparable, homogeneity
from growthctl.stats.multitest import q_values
from growthctl.stats.proportions import NOBODY, Proportion
from growthctl.stats.spread import CHANCE, Spread

REAL = 0.05


class SegmentProportion(NamedTuple):
    """One segment at a transition."""

    values: tuple[object, ...]
    ripe: Proportion
    """How many of its ripe entities entered and converted."""
    later: Proportion
    """The same over the later half of the ripe."""
    is_value: bool = True
    """False where the segment is none of a value, but all that are left over, and nothing may be said about it."""

    @property
    def earlier(self) -> Proportion:
        """The same over the earlier half."""
        return self.ripe - self.later


class Split(NamedTuple):
    """A transition by segments."""

    by: tuple[str, ...]
    """The properties."""
    stage: str
    """The one that the transition leads to."""
    parts: tuple[SegmentProportion, ...]
    spread: Spread = CHANCE
    """How restless segments are beside each other, day by day."""

    @property
    def total(self) -> Proportion:
        """All segments together."""
        return sum((part.ripe for part in self.parts), NOBODY)


class TestedSplit(NamedTuple):
    """A split and its tests: that all segments convert alike, and for each part that it converts like all others.

    As q-values over the run, None where too few entered or converted for a test.
    """

    split: Split
    q: float | None
    q_of_parts: tuple[float | None, ...]


class SegmentComparison(NamedTuple):
    """All splits of a run, and how many tests that took."""

    tests: int
    splits: tuple[TestedSplit, ...]


def differs(q: float | None) -> bool | None:
    """Is it more than chance? At most one in twenty of those that are called so is chance after all."""
    return None if q is None else q <= REAL


def compare_segments(splits: Sequence[Split]) -> SegmentComparison:
    """Test every split: all segments at once, then each one against all others together.

    Of two segments these are one test.
    """
    comparisons = [[(place, groups) for groups in _questions(split)] for place, split in enumerate(splits)]
    tests = list(dict.fromkeys(test for each in comparisons for test in each if len(test[1]) > 1))
    p_values = [homogeneity(groups, splits[place].spread) for place, groups in tests]
    q_of = dict(zip(tests, q_values(p_values), strict=True))
    compared = []
    for split, (together, *parts) in zip(splits, comparisons, strict=True):
        compared.append(TestedSplit(split, q_of.get(together), tuple(q_of.get(part) for part in parts)))
    return SegmentComparison(len(tests), tuple(compared))


def _questions(split: Split) -> Iterator[tuple[Proportion, ...]]:
    """The groups to compare; fewer than two where there is nothing to compare."""
    yield comparable([part.ripe for part in split.parts])
    for part in split.parts:
        yield comparable([part.ripe, split.total - part.ripe]) if part.is_value else ()
