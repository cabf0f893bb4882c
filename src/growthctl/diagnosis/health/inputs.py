"""What the health of a log is judged by, and what is found."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from growthctl.diagnosis.codes import Cause, FindingCode
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.arrays import Ints


class StageInputs(NamedTuple):
    """One required stage: how many reached it, and what of its events is odd."""

    name: str
    reached: int
    ripe_share: float
    """Of the journeys that could have reached it."""
    out_of_order: int
    """Journeys that lack the stage though their entity has its event earlier."""
    early: int
    """Those of them that have it at most a quarter of an hour earlier."""
    early_seconds: float | None
    """By how much, in the middle."""
    same_instant: int
    """Journeys that have it in the instant of the stage before."""
    p90_seconds: float
    """How long it takes nine of ten from the entry."""
    p90_seconds_from_previous: float
    """The same from the stage before."""
    events: int
    """Of the stage, in journeys or not."""
    at_midnight: int
    """Those of them that are dated, at 00:00:00, so that they have no time of day."""
    ripe_after: int | None = None
    """After how long (µs) who reached the stage before is ripe at it: the window, its own limit or what conversions
    take; None where that is unknown.
    """
    age: int | None = None
    """How long (µs) after the stage before nearly all have reached it who do; None where too few do to tell."""
    settling: int = 0
    """For how long (µs) after it the stage may be taken back."""
    declared: str | None = None
    """The stage of the funnel file that `events` are of, in any order no row; None: that of `name`."""


class SourceInputs(NamedTuple):
    """One of several sources, many of whose people never enter."""

    name: str | None
    """None: a table that is the only one."""
    position: int
    """The first after the entry of the required stages that its strangers have."""
    entities: int
    strangers: int
    """Those of them who never enter."""
    arriving: int
    """Those of these who would reach the stage if they entered."""


class HealthInputs(NamedTuple):
    """What the log of one funnel shows of its own health; instants are µs since the epoch."""

    stages: Sequence[StageInputs]
    """The required ones."""
    everybody: CountsOverTime
    """By the hour."""
    written: Ints
    """(stages, bins): the events of each stage in each bin of `everybody`, in journeys or not."""
    rewritten: Ints
    """Those of `written` that repeat another one."""
    segments: Sequence[CountsOverTime]
    """By the day."""
    is_ordered: bool
    """Do the counts tell which stage it was?"""
    as_of: int
    last_event_at: int
    """Of any event, of a stage or not."""
    give_up: int | None
    """After how long (µs) a window has passed; None for no limit."""
    entries_go_on: bool
    """Are entries up to `as_of` asked for?"""
    entered: int
    entered_open: int
    """Those of `entered` that are not ripe."""
    rows: int
    duplicate_rows: int
    """Those of `rows` that were rejected as such."""
    events: int
    """Of stages."""
    repeated_events: int
    """Those of them that repeat another one."""
    sources: Sequence[SourceInputs] = ()

    @property
    def looks(self) -> int:
        """How many series of counts are looked at: each stage of all and of each segment."""
        return len(self.stages) * (1 + len(self.segments))

    def full(self, series: CountsOverTime) -> CountsOverTime:
        """The bins that have passed: of the last hour, or day, the log may have only a part."""
        return series.until(self.as_of)

    def ripe_part(self, series: CountsOverTime, stage: int) -> CountsOverTime:
        """The bins in which all who came to the stage before have had the time to go on."""
        return series.until(self.as_of - self.ripe_after(stage))

    def ripe_after(self, stage: int) -> int:
        """How long (µs) that is; where nothing says it, as long as nine of ten take."""
        limit = self.stages[stage].ripe_after or self.give_up
        return int(self.stages[stage].p90_seconds_from_previous * 1_000_000) if limit is None else limit


class Finding(NamedTuple):
    """Something about the log that a number may rest on; what does not apply is None."""

    code: FindingCode
    cause: Cause
    stage: str | None = None
    source: str | None = None
    segment: SegmentValues | None = None
    since_at: int | None = None
    """µs since the epoch; None: from the start."""
    until_at: int | None = None
    """It lasts until before then; None: to the end."""
    observed: int | None = None
    """Of `expected`, or of all (then `share` says how much that is)."""
    expected: float | None = None
    upstream: int | None = None
    """How many reached the stage before meanwhile."""
    share: float | None = None
    rate: float | None = None
    """Against `usual_rate`."""
    usual_rate: float | None = None
    median_seconds: float | None = None
    weekdays: tuple[int, ...] = ()
    """From 0 for Monday."""
    probability: float | None = None
    """Of as much by chance."""
    missing: float = 0.0
    """Ripe conversions that the stage would have more of without it."""
    material: bool = False
    """Would the verdict be another one then?"""

    @property
    def missed(self) -> float:
        """How many fewer than expected."""
        return (self.expected or 0.0) - (self.observed or 0)

    def overlaps(self, finding: Finding) -> bool:
        """Is it about a time that the other one is about too?"""
        return _starts(self) < _ends(finding) and _starts(finding) < _ends(self)


def _starts(finding: Finding) -> float:
    return -inf if finding.since_at is None else finding.since_at


def _ends(finding: Finding) -> float:
    return inf if finding.until_at is None else finding.until_at
