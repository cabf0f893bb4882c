"""Which known changes lie just before a finding: what a reader asks first. That makes none of them its cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.clock import DAY, HOUR, Micros, TimeRange, on_clock
from growthctl.diagnosis.health.inputs import Finding
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.funnel.conditions.tree import Column, Condition, Literal
from growthctl.funnel.known_changes import KnownChange

HORIZON_DAYS = 7
"""What was done earlier has had a week of its own."""
_BY_HOUR = ("stage_silent", "entries_silent", "entries_end")


class NearChange(NamedTuple):
    """A change, and how many days after it something began."""

    change: KnownChange
    days_after: int


class KnownChanges(NamedTuple):
    """What somebody did when, in order of time."""

    changes: Sequence[KnownChange] = ()
    timezone: str = "UTC"
    """Of days."""
    is_ordered: bool = True
    """Do findings tell which stage it was?"""

    def within(self, span: TimeRange) -> list[KnownChange]:
        """Those of a range."""
        return [change for change in self.changes if span.holds(change.at)]

    def near(
        self,
        since_at: Micros | None,
        stage: str | None = None,
        segment: SegmentValues | None = None,
        step: Micros = DAY,
    ) -> list[NearChange]:
        """Those that may concern a stage and a segment, of the day on which something began and HORIZON_DAYS before.

        First come those that name the stage, then those that name the segment, then the latest. A change of another
        stage or segment concerns neither. Beginnings are known to a `step`: to a day, or to an hour, and then what was
        done later on that day is none of them.
        """
        if since_at is None:
            return []
        # Midnights of a log across a change of the clocks are an hour off.
        began = (on_clock(since_at, self.timezone) + (HOUR if step == DAY else 0)) // DAY
        ranked = []
        # Of a long list only these need to be put on the clock.
        for change in self.within(TimeRange(since_at - (HORIZON_DAYS + 2) * DAY, since_at + 2 * DAY)):
            days = began - on_clock(change.at, self.timezone) // DAY
            reaches = None if segment is None or change.condition is None else _holds(change.condition, segment)
            is_before = step == DAY or change.at < since_at + step
            if 0 <= days <= HORIZON_DAYS and is_before and self._concerns(change, stage) and reaches is not False:
                rank = (stage is None or change.stage != stage, reaches is None, days, -change.at)
                ranked.append((rank, NearChange(change, days)))
        return [near for _, near in sorted(ranked, key=lambda pair: pair[0])]

    def near_finding(self, finding: Finding) -> list[NearChange]:
        """Those near the beginning of a finding."""
        step = HOUR if finding.code in _BY_HOUR and finding.segment is None else DAY
        return self.near(finding.since_at, finding.stage, finding.segment, step)

    def near_boundary(
        self, since_at: Micros | None, stage: str, segment: SegmentValues | None = None
    ) -> list[NearChange]:
        """Those near the beginning of a range, which is a day unless it has a time."""
        is_day = since_at is None or on_clock(since_at, self.timezone) % DAY == 0
        return self.near(since_at, stage, segment, DAY if is_day else HOUR)

    def _concerns(self, change: KnownChange, stage: str | None) -> bool:
        return not self.is_ordered or stage is None or change.stage in (None, stage)


def _holds(condition: Condition, segment: SegmentValues) -> bool | None:
    """Does a condition hold for a segment? None where its values do not tell."""
    if isinstance(condition, Column | Literal):
        return None
    parts = condition.arguments
    if condition.name in ("and", "or", "not"):
        known = [_holds(part, segment) for part in parts]
        if condition.name == "not":
            return None if known[0] is None else not known[0]
        decides = condition.name == "or"
        return decides if decides in known else None if None in known else not decides
    value, *members = parts
    if condition.name not in ("eq", "ne", "in") or not isinstance(value, Column) or value.name not in segment.by:
        return None
    scalars = [member.value if isinstance(member, Literal) else None for member in members]
    own = segment.values[segment.by.index(value.name)]
    if not all(isinstance(scalar, str | int) and not isinstance(scalar, bool) for scalar in (own, *scalars)):
        return None
    return (str(own) in map(str, scalars)) != (condition.name == "ne")
