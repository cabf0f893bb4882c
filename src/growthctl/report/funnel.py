"""What was asked and what was read."""

from __future__ import annotations

from typing import Literal

from growthctl.report.base import Number, Part, Rate


class FunnelFacts(Part):
    """What was asked."""

    name: str
    description: str | None
    entity: str
    """The column whose values move through the funnel."""
    count: Literal["entities", "sessions", "attempts"]
    order: Literal["sequential", "strict", "any"]
    window_seconds: Number | None
    """How long after its entry an attempt may go on; null is no limit."""
    ripe_after_seconds: Number | None
    """How long after its first entry an entity is ripe at every stage: the window, else the sum of the stages' limits,
    their own or estimated; null is at once."""
    entry: Literal["any", "first", "any_stage"]
    ties: Literal["any", "later"]
    skipped: Literal["missing", "passed"] = "missing"
    """Has who reached a later required stage passed the earlier ones that have no event up to then?"""
    attribution: str
    """Which event of the journey gives a segment its value."""
    timezone: str
    target: Rate | None = None
    """The conversion wanted from the first stage to the last required one."""


class RowsRejected(Part):
    """Rows that were not used, by reason."""

    null_entity: int
    bad_time: int
    duplicate: int
    unreadable: int


class DataFacts(Part):
    """What was read."""

    rows_read: int
    rows_used: int
    rows_rejected: RowsRejected
    entities: int
    """Distinct entities with an event of any stage."""
    first_event_at: str | None
    last_event_at: str | None
    as_of: str | None
    """The instant up to which the log is taken to be complete."""
    since: str | None
    until: str | None


class Warning(Part):
    """Something that a careful reader must know."""

    code: str
    stage: str | None
    """The stage that it is about, if it is about one."""
    message: str
    hint: str | None = None
    """How to mend it, or where to look."""
