"""What each source of a funnel holds: up to when it is complete, and how many of its people never enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from growthctl.clock import HOUR, Micros, micros, on_clock
from growthctl.errors import Notice
from growthctl.events.column_names import ENTITY, EXCLUDED, REJECTED, SOURCE, STAGES, TIME
from growthctl.events.rows import AFTER_AS_OF
from growthctl.events.times.time_column import parse_instant
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source
from growthctl.stats.silence import chance_of_silence, hourly

CompleteBy = Literal["as_of", "silence", "log"]
"""Why a source is complete up to some time: its own `as_of`; it falls silent for longer than chance allows; or it goes
as far as the log.
"""
BY_CHANCE = 0.001
_STRANGERS = 0.1
_HOUR, _ROWS, _FIRST, _LAST, _LATER = "#hour", "#rows", "#first", "#last", "#later"
_HAVING, _CUT, _TABLE = "#having", "#cut", "#table"


class Feeding(NamedTuple):
    """What a source feeds."""

    feeds: int = 0
    """Bit set of the stages that its events match."""
    excludes: bool = False
    """Is some of its events one of an exclusion?"""
    entities: int = 0
    """Those with an event of a stage whose entry the log that has the entries could hold."""
    strangers: int = 0
    """Those of them who never have an event of the first stage, nor of a source that feeds an earlier one; 0 of a log
    that feeds the first itself, whose beginning may have cut it off, and where no stage is the first.
    """
    stages_of_strangers: tuple[tuple[int, int], ...] = ()
    """Bit sets of stages, and how many strangers have just these."""

    def strangers_at(self, stage: int) -> int:
        """How many of the strangers have an event of a stage."""
        return sum(count for stages, count in self.stages_of_strangers if stages >> stage & 1)


class Coverage(NamedTuple):
    """One source."""

    source: str | None
    """None: a table that is the only one."""
    rows: int
    """Those that can be used."""
    first_event_at: Micros | None
    last_event_at: Micros | None
    complete_until: Micros
    complete_by: CompleteBy
    feeding: Feeding

    @property
    def has_strangers(self) -> bool:
        """Are they so many that a link is more likely broken than that all of them came another way?"""
        return self.feeding.strangers > _STRANGERS * self.feeding.entities


def activity(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of canonical rows with SOURCE, how many usable ones each hour (UTC) of each source has; for `coverage_of`."""
    # Filtered afterwards, so that all that is asked of the rows can share one reading.
    usable = pl.col(REJECTED).is_null()
    hours = rows.group_by(SOURCE, (pl.col(TIME) // HOUR).alias(_HOUR)).agg(
        usable.sum().alias(_ROWS),
        pl.col(TIME).filter(usable).min().alias(_FIRST),
        pl.col(TIME).filter(usable).max().alias(_LAST),
        (pl.col(REJECTED) == AFTER_AS_OF).any().alias(_LATER),
    )
    return hours.filter((pl.col(_ROWS) > 0) | pl.col(_LATER))


def coverage_of(funnel: Funnel, active: pl.DataFrame, events: pl.LazyFrame, end: Micros) -> list[Coverage]:
    """Of each source of the funnel, in a log that goes to `end`.

    `active`: what `activity` gives; `events`: of the stages, with ENTITY, SOURCE and STAGES.
    """
    people = _people(funnel, funnel.sources, events)
    by_source = {str(source): hours for (source,), hours in active.group_by(SOURCE)}
    return [
        _coverage(name, source, by_source.get(name), people[name], funnel.timezone, end)
        for name, source in funnel.sources.items()
    ]


def strangers_of_table(funnel: Funnel, events: pl.LazyFrame, end: Micros) -> list[Coverage]:
    """Of the only source, where it is a table that has all dates of somebody, or every change: nothing is cut off."""
    if not _is_table(funnel.source):
        return []
    people = _people(funnel, {_TABLE: funnel.source}, events.with_columns(pl.lit(_TABLE).alias(SOURCE)))
    return [Coverage(None, 0, None, None, end, "log", people[_TABLE])]


def _is_table(source: Source) -> bool:
    return source.stage_dates is not None or source.stage_history is not None


def _coverage(
    name: str,
    source: Source,
    hours: pl.DataFrame | None,
    feeding: Feeding,
    timezone: str,
    end: Micros,
) -> Coverage:
    until, why = _complete_until(name, source, hours, timezone, end)
    if hours is None:
        return Coverage(name, 0, None, None, until, why, feeding)
    first, last = hours[_FIRST].min(), hours[_LAST].max()
    return Coverage(name, int(hours[_ROWS].sum()), first, last, until, why, feeding)  # type: ignore[arg-type]


def _complete_until(
    name: str, source: Source, hours: pl.DataFrame | None, timezone: str, end: Micros
) -> tuple[Micros, CompleteBy]:
    if source.as_of is not None:
        given = parse_instant(source.as_of, timezone, what=f"sources.{name}.as_of")
        return (given, "as_of") if given < end else (end, "log")
    # What goes on after `--as-of` has not ended before it.
    if hours is None or hours[_LATER].any() or not hours[_ROWS].sum():
        return end, "log"
    counts = hourly(hours[_HOUR].to_numpy(), hours[_ROWS].to_numpy())
    first = int(hours[_HOUR].min())  # type: ignore[arg-type]
    # Which hour of the week, on the local clock, from wherever a week is taken to begin.
    slot = on_clock(first * HOUR, timezone) // HOUR
    if chance_of_silence(counts, slot, end // HOUR - first - len(counts)) < BY_CHANCE:
        return int(hours[_LAST].max()), "silence"  # type: ignore[arg-type]
    return end, "log"


def _people(funnel: Funnel, sources: Mapping[str, Source], events: pl.LazyFrame) -> dict[str, Feeding]:
    """What each source feeds, its entities, and those of them who are strangers."""
    marks = [name for name in (STAGES, EXCLUDED) if name in events.collect_schema()]
    fed = events.group_by(pl.col(SOURCE).cast(pl.String)).agg(pl.col(marks).bitwise_or())
    having = pl.lit(0, pl.UInt64)
    for position, name in enumerate(sources):
        having = pl.when(pl.col(SOURCE) == name).then(pl.lit(1 << position, pl.UInt64)).otherwise(having)
    of_stages = events.filter(pl.col(STAGES) > 0)
    by_entity = of_stages.group_by(ENTITY).agg(
        having.bitwise_or().alias(_HAVING), pl.col(STAGES).bitwise_or(), pl.col(TIME).min().alias(_FIRST)
    )
    # Whose events begin before that may have entered before the log that has the entries.
    is_cut = (
        pl.lit(value=False) if (begins := _entries_known_from(funnel, of_stages)) is None else pl.col(_FIRST) < begins
    )
    kinds = by_entity.group_by(_HAVING, STAGES, is_cut.alias(_CUT)).agg(pl.len().alias(_ROWS))
    feeds, counts = pl.collect_all([fed, kinds], engine="streaming")
    feeding = {row[0]: row[1] for row in feeds.iter_rows()}
    excluding = {row[0] for row in feeds.iter_rows() if any(row[2:])}
    first = {name: _lowest(feeding.get(name, 0)) for name in sources}
    people = {}
    for position, (name, source) in enumerate(sources.items()):
        is_whole = first[name] == 0 and _is_table(source)
        own = [row for row in counts.iter_rows() if row[0] >> position & 1 and (is_whole or not row[2])]
        # Whose deal is linked to nobody, their payment is not to blame for that.
        before = sum(1 << place for place, other in enumerate(sources) if first[other] < first[name])
        # The beginning of a log may have cut off the entries of those whose later events it holds.
        can_tell = funnel.order != "any" and (first[name] > 0 or is_whole)
        strangers = [row for row in own if can_tell and not row[1] & 1 and not row[0] & before]
        people[name] = Feeding(
            feeds=feeding.get(name, 0),
            excludes=name in excluding,
            entities=sum(row[3] for row in own),
            strangers=sum(row[3] for row in strangers),
            stages_of_strangers=tuple((row[1], row[3]) for row in strangers),
        )
    return people


def _entries_known_from(funnel: Funnel, events: pl.LazyFrame) -> Micros | None:
    """From when on whoever has an event of a stage entered inside the log: a window after the first entry, but in the
    first half of the entries' time; None without any.
    """
    entries = events.filter(pl.col(STAGES) & 1 > 0)
    first, last = entries.select(pl.col(TIME).min(), pl.col(TIME).max().alias(_LAST)).collect(engine="streaming").row(0)
    if first is None:
        return None
    return int(first + min(micros(funnel.window) or 0, (last - first) // 2))


def _lowest(stages: int) -> int:
    """The first stage of a bit set; of none one behind all."""
    return (stages & -stages).bit_length() - 1 if stages else 64


def ends_of_stages(covered: Sequence[Coverage], stages: int, end: Micros) -> tuple[Micros, ...]:
    """Up to when the events of each stage are complete: the oldest end of the sources that feed it; of the last one of
    those, too, that have events of an exclusion.
    """
    last = stages - 1
    return tuple(
        min(
            (
                each.complete_until
                for each in covered
                if each.feeding.feeds >> stage & 1 or (stage == last and each.feeding.excludes)
            ),
            default=end,
        )
        for stage in range(stages)
    )


def source_notices(covered: Sequence[Coverage], funnel: Funnel) -> list[Notice]:
    """Of sources that feed a stage and end before the log, and of those of which many people never enter."""
    ended = [
        Notice("source_ended", numbers={"source": each.source, "at": each.complete_until, "zone": funnel.timezone})
        for each in covered
        if each.complete_by == "silence" and (each.feeding.feeds or each.feeding.excludes)
    ]
    return ended + [
        Notice(
            "never_enter",
            numbers={
                "source": each.source,
                "events": funnel.stages[0].event,
                "entities": each.feeding.entities,
                "strangers": each.feeding.strangers,
            },
        )
        for each in covered
        if each.has_strangers and each.source is not None
    ]
