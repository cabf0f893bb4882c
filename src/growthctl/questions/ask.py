"""The common beginning of every question: which events of the log can matter to the funnel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from growthctl.build.counted_ratio import CountedLog
from growthctl.build.log_facts import LogFacts
from growthctl.clock import Micros, TimeRange
from growthctl.diagnosis.advice.recommend import packaged_playbook
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.engines import local
from growthctl.errors import Notice, Problem, UsageError
from growthctl.events.collect import CollectedLog, EntityNames, LogRequest, collect
from growthctl.events.column_names import SOURCE
from growthctl.events.columns import ColumnRequest, asked_by, check_columns, is_canonical
from growthctl.events.quality import Quality, check_quality
from growthctl.events.reading.open import Data, open_log, with_numbers
from growthctl.events.slips.bad_times import settled
from growthctl.events.slips.decimal_sign import decimal_sign
from growthctl.events.slips.non_numbers import number_columns
from growthctl.events.slips.warnings import log_notices, never_true, outside
from growthctl.events.sources.counted_days import read_counted
from growthctl.events.sources.coverage import Coverage, coverage_of, ends_of_stages, source_notices, strangers_of_table
from growthctl.events.sources.join import JOINED, Member, check_members, joined, members_of, stray_rows_of
from growthctl.events.sources.known_changes import known_changes_of
from growthctl.events.sources.links import links_of
from growthctl.events.storage.memory import Memory, bytes_of
from growthctl.events.storage.spill import Partitions
from growthctl.events.times.time_column import parse_instant
from growthctl.funnel.file import Loaded, funnel_from_mapping, load_funnel
from growthctl.funnel.levers import Playbook
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.row_stages import with_row_stages
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.daily_entries import first_entry_of
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan, at_age, plan_of
from growthctl.kernel.ripeness import Ripeness, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet
from growthctl.kernel.sorted_events import SharedNumberError
from growthctl.kernel.tally.flow import recent_ranges
from growthctl.questions.asked_times import Times

FunnelLike = str | Path | Mapping[str, Any] | Loaded
"""A funnel file, read already or not, or what such a file holds."""


PlaybookLike = str | Path | Mapping[str, Any] | None
"""A playbook file, what such a file holds, or the packaged one."""


class FunnelLog(NamedTuple):
    """A funnel, the events of a log that matter to it, and what the log was like."""

    funnel: Funnel
    plan: Plan
    events: Partitions
    names: EntityNames
    quality: Quality
    stages_seen: int
    """Bit set of the stages that some event of the log matches."""
    range: TimeRange
    """Of the entries that count."""
    as_of: Micros
    """Up to when the log is complete; of several sources the oldest end of those that feed a stage."""
    ends: tuple[Micros, ...]
    """The same of the events of each stage."""
    sources: tuple[Coverage, ...]
    """Of several; none where there is one log."""
    warnings: tuple[Notice, ...]
    known_changes: KnownChanges

    @property
    def settled_until(self) -> Micros:
        """Who reached the last stage up to then can no more be taken back, where that has a limit."""
        return self.as_of - self.plan.settling

    @property
    def rows(self) -> Funnel:
        """The funnel with a stage for each row of its answers."""
        return with_row_stages(self.funnel)

    @property
    def entries(self) -> EntryScope:
        """The entries that may start attempts."""
        return EntryScope(self.range)

    def find_journeys(self, question: JourneyRequest) -> JourneySet:
        """The journeys of all entities, and what is asked about each."""
        # Periods group the entries, so attempts cannot.
        plan = replace(self.plan, count="entities") if question.entries.period else self.plan
        return local.run(self.events, plan, question, self.events.height)

    def facts(self, journey_set: JourneySet) -> LogFacts:
        """What was read, for a report."""
        warnings = [*source_notices(self.sources, self.funnel), *self.warnings]
        entities = journey_set.entities
        return LogFacts(self.quality, self.range, self.as_of, entities, warnings, self.sources, self.known_changes)

    def ripeness(self, parts: Sequence[Journeys]) -> Ripeness:
        """From the funnel, and from how long the journeys took."""
        return ripeness_of(parts, self.plan, self.as_of, self.ends)


def read(
    funnel: Funnel,
    folder: Path,
    data: Data,
    times: Times,
    by: Sequence[str] | None = None,
    *,
    only: str | None = None,
    every_event: bool = False,
    names: bool = True,
    memory: Memory = None,
) -> FunnelLog:
    """The events that matter to the funnel, with the properties that it counts by; or all, of one entity or of all.

    `data` is a path, a list of paths or a polars frame; None is the funnel's own `source.path`, relative to `folder`.
    `by` replaces the funnel's segments; without `names` texts that name entities become numbers, which is faster.
    `memory`: see `memory.bytes_of`. Raises UsageError and DataError.
    """
    changes = known_changes_of(funnel, folder)
    requests = asked_by(funnel, by)
    needed = list(dict.fromkeys(name for place, name in requests if not is_canonical(place)))
    members = _members(funnel, folder, data, needed)
    if members:
        links = links_of(funnel.identity.links if funnel.identity else (), folder, funnel.sources)
        rule = funnel.identity.rule if funnel.identity else "first"
        log, doubts = joined(members, links, rule, funnel.timezone, times.as_of)
        funnel = funnel.model_copy(update={"source": JOINED})
    else:
        log = open_log(data, funnel.source, folder, needed)
        check_columns(log, funnel, requests)
        funnel = funnel.model_copy(update={"source": settled(log, funnel.source)})
    counted = [name for name in needed if name in _counted_by(requests) or name == SOURCE]
    wanted = LogRequest(needed, counted, _segment_properties(requests), only, every_event, names, bytes_of(memory))
    numbers = number_columns(funnel)
    if funnel.source.decimal is not None:
        log = with_numbers(log, [name for _, name in numbers], funnel.source.decimal)
    collected = collect(log, funnel, wanted, times.as_of)
    if collected.quality.rows_rejected["bad_time"] and not members:
        source = settled(log, funnel.source, everywhere=True)
        if source is not funnel.source:
            funnel = funnel.model_copy(update={"source": source})
            collected = collect(log, funnel, wanted, times.as_of)
    if funnel.source.decimal is None and (decimal := decimal_sign(log, numbers, collected.non_numbers)) is not None:
        # Few logs have such numbers, so that all others are looked through once.
        log = with_numbers(log, [name for _, name in numbers], decimal)
        collected = collect(log, funnel, wanted, times.as_of)
    quality = collected.quality
    if collected.blank:
        quality = quality.with_stray(sum(stray_rows_of(member, funnel.timezone) for member in members))
    end = (quality.last_event_at or 0) if times.as_of is None else times.as_of
    span = times.range(end)
    if not members:
        warnings = check_quality(quality, log, funnel.source, funnel.timezone)
    else:
        warnings = check_members(members, funnel.timezone, times.as_of) if quality.rows_used < quality.rows_read else []
        warnings += doubts
        funnel = funnel.model_copy(update={"source": members[0].source})
    warnings += log_notices(funnel, collected)
    if only is None:
        warnings += never_true(funnel, collected)
        warnings += outside(span, quality)
    covered = _covered(funnel, collected, end) if only is None else []
    ends = ends_of_stages(covered, len(funnel.stages), end)
    return FunnelLog(
        funnel=funnel,
        plan=plan_of(funnel),
        events=collected.events,
        names=collected.names,
        quality=quality,
        stages_seen=collected.stages_seen,
        range=span,
        as_of=min(ends),
        ends=ends,
        sources=tuple(covered),
        warnings=tuple(warnings),
        known_changes=KnownChanges(changes, funnel.timezone, is_ordered=funnel.order != "any"),
    )


def read_journeys(
    funnel: Funnel,
    folder: Path,
    data: Data,
    times: Times,
    request: JourneyRequest,
    by: Sequence[str] | None = None,
    memory: Memory = None,
    *,
    flows: bool = False,
    age: Micros | None = None,
    every_event: bool = False,
) -> tuple[FunnelLog, JourneySet]:
    """The events, and the journeys with what is requested of each; where nobody asks what the entities are called.

    They are numbers then; should two of them ever get the same one, all is done again with their names. The range of
    the entries is that of `times`. `flows`: is it to be counted who enters in the `recent_ranges`? `age`: for how long
    everybody is looked at after an entry, see `plan.at_age`. `every_event`: see `read`.
    """

    def found_in(log: FunnelLog) -> tuple[FunnelLog, JourneySet]:
        ranges = recent_ranges(log.range, log.as_of) if flows else ()
        log = log if age is None else log._replace(plan=at_age(log.plan, age))
        entries = request.entries._replace(range=log.range)
        return log, log.find_journeys(request._replace(entries=entries, flows=ranges))

    try:
        return found_in(read(funnel, folder, data, times, by, every_event=every_event, names=False, memory=memory))
    except SharedNumberError:
        return found_in(read(funnel, folder, data, times, by, every_event=every_event, memory=memory))


def counted_beside(log: FunnelLog, folder: Path) -> tuple[CountedLog | None, list[Notice]]:
    """The counted stage of the funnel and what its source has, and notices about its rows; None where it has none.

    The days that count begin after the first entry of the log and end with the log that has the entries, unless it is
    said up to when all of them, or the counts, are complete. Raises DataError.
    """
    stage = log.funnel.counted
    if stage is None:
        return None, []
    table, notices = read_counted(stage, log.funnel, folder)
    since, until = first_entry_of(log.events.rows), log.ends[0]
    if until == log.quality.last_event_at:
        # Another source may go on for longer than that which has the entries.
        ends = [covered.last_event_at for covered in log.sources if covered.feeding.feeds & 1]
        until = max((end for end in ends if end is not None), default=until)
    if stage.source.as_of is not None:
        said = parse_instant(stage.source.as_of, log.funnel.timezone, what=f"sources.{stage.name}.as_of")
        until = min(until, said)
    held = TimeRange(until if since is None else since, until)
    return CountedLog(stage, table, held, log.funnel.timezone), notices


def load(funnel: FunnelLike) -> tuple[Funnel, Path]:
    """The funnel of the stages that are followed, and the folder that its paths are relative to.

    Raises SpecError with all its problems.
    """
    if isinstance(funnel, Loaded):
        return funnel.funnel.followed, funnel.path.parent
    if isinstance(funnel, Mapping):
        return funnel_from_mapping(funnel).followed, Path()
    return load_funnel(Path(funnel)).followed, Path(funnel).parent


def stage_position(funnel: Funnel, stage: str) -> int:
    """Where a stage is that a person names; in any order, a row goes by its own name, too. Raises UsageError."""
    names = [declared.name for declared in funnel.stages]
    rows = [row.name for row in with_row_stages(funnel).stages]
    if stage not in names and stage in rows:
        return rows.index(stage)
    if funnel.counted is not None and stage == funnel.counted.stage.name:
        message = f"the stage '{stage}' is counted, not followed: nobody is known to have reached it"
        raise UsageError(Problem("counted_stage", message, f"stages: {', '.join(names)}"))
    if stage not in names:
        hint = f"stages: {', '.join(names)}"
        raise UsageError(Problem("unknown_stage", f"there is no stage '{stage}'{did_you_mean(stage, names)}", hint))
    return names.index(stage)


def levers_of(playbook: PlaybookLike) -> Playbook:
    """The packaged playbook, with the kinds of one's own instead of its own. Raises SpecError with all problems."""
    packaged = packaged_playbook()
    if playbook is None:
        return packaged
    # The model that validates playbooks takes longer to build than all advice takes to find.
    from growthctl.funnel.playbook import load_playbook, playbook_from_mapping

    own = playbook_from_mapping(playbook) if isinstance(playbook, Mapping) else load_playbook(Path(playbook))
    return {**packaged, **own}


def _counted_by(requests: Sequence[ColumnRequest]) -> set[str]:
    """The columns that counting reads; those of conditions are only for matching."""
    return {name for place, name in requests if place in ("segments", "--by", "hold_constant", "value.property")}


def _segment_properties(requests: Sequence[ColumnRequest]) -> set[str]:
    """Texts that are only told apart, so that a number for each is enough."""
    others = {name for place, name in requests if place in ("hold_constant", "value.property")}
    return {name for place, name in requests if place in ("segments", "--by")} - others


def _covered(funnel: Funnel, collected: CollectedLog, end: Micros) -> list[Coverage]:
    if collected.active is None:
        return strangers_of_table(funnel, collected.events.rows, end)
    return coverage_of(funnel, collected.active, collected.events.rows, end)


def _members(funnel: Funnel, folder: Path, data: Data, needed: Sequence[str]) -> list[Member]:
    """The sources of the funnel; none where it has one."""
    if funnel.sources and data is not None:
        count = len(funnel.sources) + (funnel.counted is not None)
        message = f"{funnel.name} reads {count} sources, and --data does not say which one it is"
        hint = "leave --data away: their paths are in the funnel file, and validate --read looks into them"
        raise UsageError(Problem("data_for_sources", message, hint))
    return members_of(funnel, folder, needed) if funnel.sources else []
