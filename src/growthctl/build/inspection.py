"""From a described log to the report."""

from __future__ import annotations

from collections.abc import Mapping

from growthctl.build.log_facts import ratio
from growthctl.clock import iso
from growthctl.events.inspect.describe import Description
from growthctl.events.inspect.event_profiles import EventProfile, LogProfile, alike, dated_only
from growthctl.funnel.sections.column_lists import parts_of
from growthctl.report.funnel import RowsRejected
from growthctl.report.inspection import InspectedColumn, InspectedEvent, Inspection, Role


def build_inspection(description: Description, profile: LogProfile) -> Inspection:
    """The facts about a log."""
    quality = profile.quality
    roles = _roles(description)
    return Inspection(
        log=description.log.place,
        preset=description.keys.get("preset"),
        source=dict(description.keys),
        columns=[
            InspectedColumn(
                name=column.name,
                kind=column.kind,
                role=roles.get(column.name),
                filled=ratio(column.filled, column.rows),
                distinct=column.distinct,
                examples=list(column.examples),
            )
            for column in description.columns
        ],
        rows_read=quality.rows_read,
        rows_used=quality.rows_used,
        rows_rejected=RowsRejected(**quality.rows_rejected),
        entities=profile.entities,
        first_event_at=iso(quality.first_event_at),
        last_event_at=iso(quality.last_event_at),
        zone=description.zone,
        in_order=description.in_order,
        events=[_event(event) for event in profile.events],
        days_in_part=profile.days_in_part,
        rows_repeated=profile.repeated,
        alike=[list(names) for names in alike(profile.events)],
        days_only=dated_only(profile.events) if description.zone != "relative" else [],
    )


def _event(event: EventProfile) -> InspectedEvent:
    return InspectedEvent(
        name=event.name,
        rows=event.rows,
        entities=event.entities,
        first_at=iso(event.first_at),
        last_at=iso(event.last_at),
        rows_by_part=list(event.by_day),
    )


def _roles(description: Description) -> Mapping[str, Role]:
    source, roles = description.source, description.roles
    columns, identity = source.columns, source.identity
    who = [columns.entity] if identity is None else [identity.known, identity.anonymous]
    duties: list[tuple[Role, str | None]] = [
        *(("segment", name) for name in roles.segments),
        ("session", roles.session),
        ("id", columns.id),
        ("time", columns.time),
        ("event", columns.event),
        *(("entity", name) for name in who),
    ]
    return {part: role for role, name in duties if name is not None for part in parts_of(name)}
