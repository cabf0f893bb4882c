"""What was asked and what was read, which every report says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from growthctl.clock import Micros, TimeRange, iso
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.errors import Notice
from growthctl.events.quality import Quality
from growthctl.events.sources.coverage import Coverage
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.plan import plan_of
from growthctl.report.funnel import DataFacts, FunnelFacts, RowsRejected, SourceFacts, TakenBack, Warning
from growthctl.words.warnings import hint, message


class LogFacts(NamedTuple):
    """What was read."""

    quality: Quality
    range: TimeRange
    """Of the entries asked for."""
    as_of: Micros
    """Up to when the log is complete."""
    entities: int
    """How many have an event of the funnel."""
    warnings: Sequence[Notice]
    sources: Sequence[Coverage] = ()
    """Of a log of several sources."""
    known_changes: KnownChanges = KnownChanges()


def warnings_of(notices: Sequence[Notice]) -> list[Warning]:
    """Notices with their words."""
    return [Warning(code=each.code, stage=each.stage, message=message(each), hint=hint(each)) for each in notices]


def funnel_facts(funnel: Funnel, ripe_after: Micros | None = None) -> FunnelFacts:
    """What was asked; `ripe_after`: at the last stage, where that is known better than from the funnel alone."""
    if ripe_after is None:
        plan = plan_of(funnel)
        ripe_after = None if plan.give_up is None else plan.give_up + plan.settling
    return FunnelFacts(
        name=funnel.name or "funnel",
        description=funnel.description,
        entity=funnel.source.identity.known if funnel.source.identity else funnel.source.columns.entity,
        count=funnel.count,
        order=funnel.order,
        window_seconds=_seconds(funnel.window),
        ripe_after_seconds=None if ripe_after is None else ripe_after / 1e6,
        entry=funnel.entry,
        ties=funnel.ties,
        skipped=funnel.skipped,
        attribution=funnel.attribution,
        timezone=funnel.timezone,
        target=funnel.target,
        taken_back=[
            TakenBack(event=list(rule.event), between=list(rule.between), for_seconds=_seconds(rule.follows_within))
            for rule in funnel.exclude
            if rule.takes_back
        ],
    )


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def data_facts(facts: LogFacts) -> DataFacts:
    """What was read."""
    quality, range = facts.quality, facts.range
    return DataFacts(
        rows_read=quality.rows_read,
        rows_used=quality.rows_used,
        rows_rejected=RowsRejected(**quality.rows_rejected),
        entities=facts.entities,
        first_event_at=iso(quality.first_event_at),
        last_event_at=iso(quality.last_event_at),
        as_of=iso(facts.as_of),
        since=iso(range.since),
        until=iso(range.until),
    )


def source_facts(covered: Coverage) -> SourceFacts:
    """What was read of one of several sources."""
    return SourceFacts(
        name=covered.source or "",
        rows_used=covered.rows,
        first_event_at=iso(covered.first_event_at),
        last_event_at=iso(covered.last_event_at),
        complete_until=iso(covered.complete_until),
        complete_by=covered.complete_by,
        entities=covered.feeding.entities,
        never_enter=covered.feeding.strangers,
    )


def ratio(part: int, total: int) -> float | None:
    """A rate; over nothing it is unknown."""
    return part / total if total else None
