"""A funnel for a log that has none yet: what reads it, the way to the event that is worth most, what to split by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from growthctl.clock import iso
from growthctl.errors import DataError, Problem
from growthctl.events.inspect.describe import Description, described
from growthctl.events.inspect.event_profiles import LogProfile, alike
from growthctl.events.inspect.likely_stages import LikelyFunnel, likely_funnel, telling
from growthctl.events.reading.open import Data, Log
from growthctl.events.reading.readable import of_readable
from growthctl.events.rows import canonical_rows
from growthctl.events.slips.bad_times import how_to_mend
from growthctl.events.sources.identity import resolved
from growthctl.funnel.nearest import did_you_mean
from growthctl.questions.inspect import TIMEZONE, profile_of
from growthctl.report.inspection import Draft, DraftStage

_MOST_LISTED = 20


def draft(data: Data, stages: Sequence[str] = ()) -> Draft:
    """The funnel that a log suggests: its stages are the events that most went through who got to the rarest valuable
    one, or `stages`, in their order; its window holds nearly all conversions.

    Raises what `inspect` raises, and DataError `event_not_in_log`, `no_usable_rows` and `one_row_each`.
    """
    description = described(data)
    profile = of_readable(description.log, lambda log: profile_of(log, description))
    _check_rows(description, profile)
    entities = {event.name: event.entities for event in profile.events if event.name is not None}
    _check_stages(stages, entities, description.log.place)

    def likely(log: Log) -> tuple[LikelyFunnel, tuple[str, ...]]:
        identified, segments = resolved(log, description.source, TIMEZONE, None), description.roles.segments
        rows = canonical_rows(identified.log, identified.source, TIMEZONE, segments)
        funnel = likely_funnel(rows, profile.events, stages)
        return funnel, telling(rows, segments, funnel.events)

    funnel, segments = of_readable(description.log, likely)
    return Draft(
        log=description.log.place,
        rows=profile.quality.rows_read,
        first_event_at=iso(profile.quality.first_event_at),
        last_event_at=iso(profile.quality.last_event_at),
        source=dict(description.keys),
        stages=[
            DraftStage(event=event, alike=_others(event, alike(profile.events)), entities=entities[event])
            for event in funnel.events
        ],
        window=funnel.window,
        segments=list(segments),
        session=_session(description),
        amount=description.roles.amount,
    )


def _check_rows(description: Description, profile: LogProfile) -> None:
    """Raises DataError where no funnel can come of the rows."""
    columns, place = description.source.columns, description.log.place
    if not any(event.name is not None for event in profile.events):
        times = [time for column in description.columns if column.name == columns.time for time in column.examples]
        hint = how_to_mend(times if profile.quality.rows_rejected["bad_time"] else (), description.source, TIMEZONE)
        raise DataError(Problem("no_usable_rows", f"{place} has no usable row with an event", hint))
    if profile.entities == profile.quality.rows_used > 1:
        message = f"every row of {place} is another '{columns.entity}': a table of people or orders is no log of events"
        whens = ", ".join(column.name for column in description.columns if column.kind == "time")
        hint = f"export a row for each event, with who, what and when; columns that hold times: {whens}"
        raise DataError(Problem("one_row_each", message, hint))


def _others(event: str, groups: Sequence[Sequence[str]]) -> list[str]:
    """The names that are like that of an event."""
    return [name for names in groups if event in names for name in names if name != event]


def _session(description: Description) -> str | None:
    session = description.roles.session
    return None if session == description.source.columns.entity else session


def _check_stages(stages: Sequence[str], entities: Mapping[str, int], place: str) -> None:
    problems = []
    for event in stages:
        if event not in entities:
            listed = ", ".join(list(entities)[:_MOST_LISTED]) + (", …" if len(entities) > _MOST_LISTED else "")
            message = f"--stages: {place} has no event '{event}'{did_you_mean(event, entities)}"
            problems.append(Problem("event_not_in_log", message, f"events: {listed}"))
    if problems:
        raise DataError(*problems)
