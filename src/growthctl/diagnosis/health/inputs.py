"""What the health of a log is judged by, and what is found."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from growthctl.diagnosis.codes import Cause, FindingCode
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.transitions import SegmentValues


class StageInputs(NamedTuple):
    """One required stage: how many reached it, and what of its events is odd.

    `ripe_share` is that of the journeys which could have reached it. `out_of_order` journeys lack the stage though
    their entity has its event earlier; of `early` ones at most a quarter of an hour earlier, in the middle
    `early_seconds`. `same_instant` journeys have it in the instant of the stage before. `p90_seconds` is how long
    it takes nine of ten from the entry, `p90_seconds_from_previous` from the stage before.
    """

    name: str
    reached: int
    ripe_share: float
    out_of_order: int
    early: int
    early_seconds: float | None
    same_instant: int
    p90_seconds: float
    p90_seconds_from_previous: float


class HealthInputs(NamedTuple):
    """The log of one funnel: its required stages, `everybody` by the hour and `segments` by the day.

    Times are microseconds, instants those since the epoch. `give_up`: after how long a window has passed, None for
    no limit. `is_ordered`: do the counts tell which stage it was? `entries_go_on`: are those up to `as_of` asked for?
    Of `entered` journeys `entered_open` are not ripe, of `rows` `duplicate_rows` were rejected, of `events` looked at
    `repeated_events` repeat another one.
    """

    stages: Sequence[StageInputs]
    everybody: CountsOverTime
    segments: Sequence[CountsOverTime]
    is_ordered: bool
    as_of: int
    give_up: int | None
    entries_go_on: bool
    entered: int
    entered_open: int
    rows: int
    duplicate_rows: int
    events: int
    repeated_events: int

    @property
    def looks(self) -> int:
        """How many series of counts are looked at: each stage of all and of each segment."""
        return len(self.stages) * (1 + len(self.segments))

    def ripe_part(self, series: CountsOverTime, stage: int) -> CountsOverTime:
        """The bins in which all who came to the stage before have had the time to go on."""
        p90 = int(self.stages[stage].p90_seconds_from_previous * 1_000_000)
        return series.until(self.as_of - (p90 if self.give_up is None else self.give_up))


class Finding(NamedTuple):
    """Something about the log that a number may rest on; what does not apply is None.

    `observed` of `expected` (or of all: `share`), while `upstream` reached the stage before, from `since_at` until
    before `until_at` (None: from the start, to the end). `rate` against `usual_rate`; `weekdays` count from 0,
    Monday. `missing`: ripe conversions that the stage would have more of without it. `material`: would the verdict be
    another one then?
    """

    code: FindingCode
    cause: Cause
    stage: str | None = None
    segment: SegmentValues | None = None
    since_at: int | None = None
    until_at: int | None = None
    observed: int | None = None
    expected: float | None = None
    upstream: int | None = None
    share: float | None = None
    rate: float | None = None
    usual_rate: float | None = None
    median_seconds: float | None = None
    weekdays: tuple[int, ...] = ()
    probability: float | None = None
    missing: float = 0.0
    material: bool = False

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
