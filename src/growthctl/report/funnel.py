"""What was asked and what was read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from growthctl.report.base import Number, Part, Rate


class TakenBack(Part):
    """Events, such as a refund, that take back the last required stage where they follow it."""

    event: list[str]
    """Their names, any of them."""
    between: list[str]
    """The stage, and `end`."""
    for_seconds: Number | None
    """How long after the stage they may come; null is no limit."""


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
    their own or estimated, and the time in which the last stage may be taken back; null is at once."""
    entry: Literal["any", "first", "any_stage"]
    ties: Literal["any", "later"]
    skipped: Literal["missing", "passed"] = "missing"
    """Has who reached a later required stage passed the earlier ones that have no event up to then?"""
    attribution: str
    """Which event of the journey gives a segment its value."""
    timezone: str
    target: Rate | None = None
    """The conversion wanted from the first stage to the last required one."""
    taken_back: list[TakenBack] = Field(default_factory=list)
    """What takes the last required stage back."""


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


class SourceFacts(Part):
    """What was read of one of several sources."""

    name: str
    rows_used: int
    first_event_at: str | None
    last_event_at: str | None
    complete_until: str | None
    """The instant up to which it is taken to be complete."""
    complete_by: Literal["as_of", "silence", "log"]
    """Why: `as_of` of the funnel file; a silence since then that is no chance; or nothing speaks against the log's own
    end.
    """
    entities: int
    """Those with an event of a stage whose entry the log could hold."""
    never_enter: int
    """Those of them who never have an event of the first stage, of whatever source."""


class KnownChangeFacts(Part):
    """Something that somebody did on a day, from the funnel's `changes`."""

    at: str
    what: str
    stage: str | None
    """The stage that it is about; null: it may concern all."""
    where: str | None
    """Whom it reached, as the file says it."""
    owner: str | None
    url: str | None
    hoped: Number | None
    """By how much of itself the stage's rate was to rise: 0.25 is from 10 % to 12.5 %."""


class NearChangeFacts(KnownChangeFacts):
    """One that lies just before something, which need not be why."""

    days_after: int
    """How many days after it that began."""


class Warning(Part):
    """Something that a careful reader must know."""

    code: str
    stage: str | None
    """The stage that it is about, if it is about one."""
    message: str
    hint: str | None = None
    """How to mend it, or where to look."""
