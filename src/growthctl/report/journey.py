"""The answer of `explain`: one entity's events, and what each is to its journey."""

from __future__ import annotations

from typing import Literal

from growthctl.kernel.trace.reasons import Reason
from growthctl.report.base import SCHEMA_VERSION, Answer, Part
from growthctl.report.funnel import FunnelFacts


class TakenBackBy(Part):
    """The event, such as a refund, that takes a last stage back."""

    at: str
    event: str | None


class ExplainedEvent(Part):
    """One event of the entity, and what it is to the journey."""

    at: str
    event: str | None
    source: str | None = None
    """Which of several sources it is from."""
    matches: list[str]
    """The stages that it matches."""
    named: list[str]
    """The stages whose event it is, whether or not their `where` is true."""
    fills: str | None
    """The stage that it fills."""
    journey: int | None
    """Which of the journeys, from 1."""
    reason: Reason | None
    """Why it fills none."""
    taken_back: TakenBackBy | None = None
    """What takes it back, where it is of the last required stage."""


class ExplainedJourney(Part):
    """One journey: how far it got, and until when it could have gone on."""

    entry_at: str
    window_closes_at: str | None
    reached: list[str]
    passed: list[str]
    """Those of them that it passed without an event of their own, with `skipped: passed`."""


class Explanation(Answer):
    """The events of one entity, and which of them filled which stage."""

    funnel: FunnelFacts
    entity: str
    journeys: list[ExplainedJourney]
    """None when the entity never entered, or an exclusion took it out."""
    excluded: bool
    """Did an exclusion take it out of every count?"""
    events: list[ExplainedEvent]


class ExplanationReport(Part):
    """What `explain -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["explanation"] = "explanation"
    explanations: list[Explanation]
