"""The answer of `paths`: what comes after a stage, or before it."""

from __future__ import annotations

from typing import Literal

from growthctl.report.base import SCHEMA_VERSION, Answer, Part, Rate
from growthctl.report.funnel import DataFacts, FunnelFacts, Warning


class JourneyShare(Part):
    """How many of the journeys looked at, with a 95 % interval of the share; null where there are none."""

    journeys: int
    share: Rate | None
    low: Rate | None
    high: Rate | None


class StepFacts(JourneyShare):
    """Those with one event next to the stage."""

    event: str | None
    """Null is an event without a name."""


class PathFacts(JourneyShare):
    """Those with the same events in the same order."""

    events: list[str | None]
    """In the order of time, several of one name in a row as one; fewer than `steps` are all that there are."""


class Paths(Answer):
    """What the entities behind a stage did after it or before, of all events in the log."""

    funnel: FunnelFacts
    data: DataFacts
    stage: str
    label: str
    direction: Literal["after", "before"]
    """On which side of the stage."""
    next_stage: str | None
    """The required stage after it; null where there is none, and with it the three counts."""
    next_label: str | None
    reached: int
    """Journeys that include the stage."""
    went_on: int | None
    """Of these, those that include the next stage."""
    dropped: int | None
    """Those that do not, and whose time for it is over."""
    open: int | None
    """Those that do not, and still may."""
    outcome: Literal["reached", "dropped"] | None
    """Which of them are looked at: those that went on, or dropped; null is all."""
    journeys: int
    """How many are looked at; shares are of these."""
    steps: int
    """How many events are looked at, at most."""
    events: list[StepFacts]
    """The events next to the stage: at most 100, the most frequent first."""
    more_events: int
    """How many different ones there are besides."""
    nothing: JourneyShare
    """Those without any event on that side."""
    paths: list[PathFacts]
    """Of one event or more: at most 100, the most frequent first."""
    more_paths: int
    """How many different ones there are besides."""
    warnings: list[Warning]


class PathsReport(Part):
    """What `paths -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["paths"] = "paths"
    paths: list[Paths]
