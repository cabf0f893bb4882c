"""A funnel for a log that has none yet: what reads it, the way to the event that is worth most, what to split by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path, PurePath

import polars as pl

from growthctl.clock import Micros, iso
from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, SOURCE
from growthctl.events.inspect.describe import TIMEZONE, Description, described, profile_of
from growthctl.events.inspect.event_profiles import LogProfile, alike, log_profile
from growthctl.events.inspect.likely_stages import LikelyFunnel, likely_funnel, telling
from growthctl.events.inspect.roles import may_say_what
from growthctl.events.inspect.several_logs import DescribedLog, SeveralLogs, file_groups, several_logs
from growthctl.events.inspect.shared_ids import with_shared_ids
from growthctl.events.reading.open import Data, Log
from growthctl.events.reading.readable import of_readable
from growthctl.events.rows import canonical_rows
from growthctl.events.slips.bad_times import how_to_mend
from growthctl.events.sources.identity import resolved
from growthctl.events.sources.join import JOINED, Member, joined
from growthctl.events.sources.links import links_of
from growthctl.funnel.nearest import did_you_mean
from growthctl.report.inspection import Draft, DraftSource, DraftStage

_MOST_LISTED = 20


def draft(data: Data, stages: Sequence[str] = ()) -> Draft:
    """The funnel that a log suggests: its stages are the events that most went through who got to the rarest valuable
    one, or `stages`, in their order; its window holds nearly all conversions.

    Several files are one log where they have the same columns, else the sources of one funnel. Raises what `inspect`
    raises, and DataError `event_not_in_log`, `no_usable_rows` and `one_row_each`.
    """
    paths = [str(path) for path in ([data] if isinstance(data, str | PurePath) else _paths(data))]
    groups = file_groups(paths) if len(paths) > 1 else []
    several = several_logs(groups) if len(groups) > 1 else None
    if several is not None and (len(several.logs) > 1 or several.left_out):
        return _draft_of_several(several, stages)
    return _draft_of_log(data, paths, stages)


def _paths(data: Data) -> Sequence[str | PurePath]:
    return data if isinstance(data, Sequence) else []


def _draft_of_log(data: Data, paths: list[str], stages: Sequence[str]) -> Draft:
    description = described(data)
    profile = profile_of(description)
    _check_rows(description, profile)
    _check_one_row_each(description, profile)
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
        paths=paths,
        rows=profile.quality.rows_read,
        first_event_at=iso(profile.quality.first_event_at),
        last_event_at=iso(profile.quality.last_event_at),
        source=dict(description.keys),
        sources=[],
        links=[],
        left_out=[],
        stages=[
            DraftStage(event=event, alike=_others(event, alike(profile.events)), entities=entities[event], source=None)
            for event in funnel.events
        ],
        window=funnel.window,
        segments=list(segments),
        session=_session(description),
        amount=description.roles.amount,
    )


def _draft_of_several(several: SeveralLogs, stages: Sequence[str]) -> Draft:
    """Of the joined rows of several logs. An event that more than one of them has is that of the log in which most
    entities have it.
    """
    for log in several.logs:
        _check_rows(log.description, log.profile)
    if not several.logs:
        message = f"{', '.join(several.left_out)} only count by day: nobody can be followed"
        raise DataError(Problem("no_usable_rows", message, "add a file with a row for each event, or person"))
    shared = with_shared_ids(several)
    by_name = {log.name: log for log in shared.logs}
    feeding = _feeding(shared.logs)
    place = ", ".join(log.description.log.place for log in shared.logs)
    _check_stages(stages, feeding, place)
    files = [path for group in several.links for path in group.paths]
    links = links_of(files, Path(), {log.name: log.description.source for log in shared.logs})
    members = [
        Member(log.name, log.description.log, log.description.source, log.description.roles.segments)
        for log in shared.logs
    ]
    sold = [log.name for log in shared.logs if "event" in log.description.keys and log.description.roles.amount]
    whose = pl.col(EVENT).replace_strict(feeding, default=None, return_dtype=pl.String())

    def likely(log: Log) -> tuple[LogProfile, LikelyFunnel, tuple[str, ...], pl.DataFrame]:
        properties = list(dict.fromkeys(name for member in members for name in member.properties))
        rows = canonical_rows(log, JOINED, TIMEZONE, [SOURCE, *properties])
        fed = rows.filter(pl.col(SOURCE).cast(pl.String).eq_missing(whose))
        profile = log_profile(fed)
        funnel = likely_funnel(fed, profile.events, stages, sold)
        segments = by_name[feeding[funnel.events[0]]].description.roles.segments
        return profile, funnel, telling(fed, segments, funnel.events), _people(rows)

    together, _ = joined(members, links, "first", TIMEZONE, None)
    profile, funnel, segments, people = of_readable(together, likely)
    entities = {event.name: event.entities for event in profile.events}
    several_have = {event for event in feeding if sum(event in log.events for log in shared.logs) > 1}
    qualities = [log.profile.quality for log in shared.logs]
    return Draft(
        log=place,
        paths=[path for log in shared.logs for path in log.paths],
        rows=sum(quality.rows_read for quality in qualities),
        first_event_at=iso(min(_known(quality.first_event_at for quality in qualities))),
        last_event_at=iso(max(_known(quality.last_event_at for quality in qualities))),
        source={},
        sources=[_draft_source(log, people, shared.in_doubt) for log in shared.logs],
        links=files,
        left_out=list(several.left_out),
        stages=[
            DraftStage(
                event=event,
                alike=[name for name in _others(event, alike(profile.events)) if feeding[name] == feeding[event]],
                entities=entities[event],
                source=feeding[event] if event in several_have else None,
            )
            for event in funnel.events
        ],
        window=funnel.window,
        segments=list(segments),
        session=None,
        amount=by_name[feeding[funnel.events[-1]]].description.roles.amount,
    )


def _feeding(logs: Sequence[DescribedLog]) -> dict[str, str]:
    """By event the log in which most entities have it; of several the first."""
    feeding: dict[str, DescribedLog] = {}
    for log in logs:
        for event, entities in log.events.items():
            if event not in feeding or entities > feeding[event].events[event]:
                feeding[event] = log
    return {event: log.name for event, log in feeding.items()}


def _people(rows: pl.LazyFrame) -> pl.DataFrame:
    """By SOURCE how many entities it has, and how many of them another source has, too."""
    usable = rows.filter(pl.col(REJECTED).is_null())
    pairs = usable.group_by(ENTITY, SOURCE).agg().with_columns((pl.len().over(ENTITY) > 1).alias("shared"))
    counted = pairs.group_by(SOURCE).agg(pl.len().alias("entities"), pl.col("shared").sum())
    return counted.collect(engine="streaming")


def _draft_source(log: DescribedLog, people: pl.DataFrame, in_doubt: Sequence[tuple[str, str]]) -> DraftSource:
    counts = {source: (entities, shared) for source, entities, shared in people.iter_rows()}
    entities, shared = counts[log.name]
    keys = log.description.keys
    return DraftSource(
        name=log.name,
        paths=list(log.paths),
        keys=dict(keys),
        may_say_what=may_say_what(log.description.columns, log.description.roles) if "event" in keys else None,
        entities=entities,
        shared=shared,
        strangers=sum(others for name, (others, _) in counts.items() if name != log.name),
        in_doubt=[first for first, second in in_doubt if second == log.name],
    )


def _known(times: Iterable[Micros | None]) -> list[Micros]:
    return [time for time in times if time is not None]


def _check_rows(description: Description, profile: LogProfile) -> None:
    """Raises DataError where no funnel can come of the rows."""
    columns, place = description.source.columns, description.log.place
    if not any(event.name is not None for event in profile.events):
        times = [time for column in description.columns if column.name == columns.time for time in column.examples]
        hint = how_to_mend(times if profile.quality.rows_rejected["bad_time"] else (), description.source, TIMEZONE)
        raise DataError(Problem("no_usable_rows", f"{place} has no usable row with an event", hint))


def _check_one_row_each(description: Description, profile: LogProfile) -> None:
    """Raises DataError where nobody has a second event."""
    columns, place = description.source.columns, description.log.place
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


def _check_stages(stages: Sequence[str], events: Collection[str], place: str) -> None:
    problems = []
    for event in stages:
        if event not in events:
            listed = ", ".join(list(events)[:_MOST_LISTED]) + (", …" if len(events) > _MOST_LISTED else "")
            message = f"--stages: {place} has no event '{event}'{did_you_mean(event, events)}"
            problems.append(Problem("event_not_in_log", message, f"events: {listed}"))
    if problems:
        raise DataError(*problems)
