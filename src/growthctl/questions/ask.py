"""The common beginning of every question: which events of the log can matter to the funnel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from growthctl.build.analysis import Facts
from growthctl.clock import LONG_AGO, NEVER, Micros, TimeRange
from growthctl.errors import Notice, Problem, UsageError
from growthctl.events.collect import Names, Wanted, collect
from growthctl.events.columns import CANONICAL, Asked, asked_by, check_columns
from growthctl.events.memory import Memory, bytes_of
from growthctl.events.quality import check_quality
from growthctl.events.reading.open import Data, compute, open_log
from growthctl.events.rows import Quality
from growthctl.events.spill import Partitions
from growthctl.events.times.time_column import parse_instant
from growthctl.events.warnings import log_notices, never_true
from growthctl.funnel.file import Loaded, funnel_from_mapping, load_funnel
from growthctl.funnel.sections.model import Funnel, Source
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import Question, Settled, settle
from growthctl.kernel.sorted_events import SharedNumberError

T = TypeVar("T")
FunnelLike = str | Path | Mapping[str, Any] | Loaded
"""A funnel file, read already or not, or what such a file holds."""


Moment = str | date
"""ISO text, a date or a datetime."""


class Read(NamedTuple):
    """A funnel, the events of a log that matter to it, and what the log was like; `seen`: stages that have an event."""

    funnel: Funnel
    plan: Plan
    events: Partitions
    names: Names
    quality: Quality
    seen: int
    range: TimeRange
    as_of: Micros
    warnings: tuple[Notice, ...]

    @property
    def entries(self) -> EntryScope:
        """The entries that may start attempts."""
        return EntryScope(self.range)

    def settled(self, question: Question) -> Settled:
        """The journeys of all entities, and what is asked about each."""
        # Periods group the entries, so attempts cannot.
        plan = replace(self.plan, count="entities") if question.entries.period else self.plan
        return settle(self.events, plan, question, self.events.height)

    def facts(self, settled: Settled) -> Facts:
        """What was read, for a report."""
        return Facts(self.quality, self.range, self.as_of, settled.entities, self.warnings)


class When(NamedTuple):
    """The times of a question as a person wrote them; a date is midnight in the funnel's timezone."""

    since: Moment | None = None
    until: Moment | None = None
    as_of: Moment | None = None

    def resolved(self, timezone: str) -> tuple[TimeRange, Micros | None]:
        """The range of entries, and the time up to which the log is complete, if it is given.

        Raises UsageError for what is no time, or a range that is empty.
        """
        since, until, as_of = (
            None if text is None else parse_instant(str(text), timezone, what=what)
            for text, what in ((self.since, "--since"), (self.until, "--until"), (self.as_of, "--as-of"))
        )
        if since is not None and until is not None and since >= until:
            hint = "entries count from --since on, and before --until"
            raise UsageError(Problem("empty_range", f"--since {self.since} is not before --until {self.until}", hint))
        start, end = LONG_AGO if since is None else since, NEVER if until is None else until
        return TimeRange(start, end), as_of


def read(
    funnel: Funnel,
    folder: Path,
    data: Data,
    when: When,
    by: Sequence[str] | None = None,
    *,
    only: str | None = None,
    every_event: bool = False,
    names: bool = True,
    memory: Memory = None,
) -> Read:
    """The events that matter to the funnel, with the properties that it counts by; or all, of one entity or of all.

    `data` is a path, a list of paths or a polars frame; None is the funnel's own `source.path`, relative to `folder`.
    `by` replaces the funnel's segments; without `names` texts that name entities become numbers, which is faster.
    `memory`: see `memory.bytes_of`. Raises UsageError and DataError.
    """
    range, as_of = when.resolved(funnel.timezone)
    asked = asked_by(funnel, by)
    needed = list(dict.fromkeys(name for place, name in asked if place not in CANONICAL))
    log = open_log(data, _readable_everywhere(funnel.source), folder, needed)
    check_columns(log, funnel, asked)
    counted = [name for name in needed if name in _counted_by(asked)]
    wanted = Wanted(needed, counted, _segment_properties(asked), only, every_event, names, bytes_of(memory))
    found = compute(log, lambda log: collect(log, funnel, wanted, as_of))
    quality = found.quality
    warnings = check_quality(quality, log, _readable_everywhere(funnel.source), funnel.timezone)
    warnings += log_notices(funnel, found)
    if only is None:
        warnings += never_true(funnel, found)
    return Read(
        funnel=funnel,
        plan=plan_of(funnel),
        events=found.events,
        names=found.names,
        quality=quality,
        seen=found.stages_seen,
        range=range,
        as_of=(quality.last_event_at or 0) if as_of is None else as_of,
        warnings=tuple(warnings),
    )


def read_and_settle(
    funnel: Funnel,
    folder: Path,
    data: Data,
    when: When,
    question: Callable[[Read], Question],
    by: Sequence[str] | None = None,
    memory: Memory = None,
) -> tuple[Read, Settled]:
    """The events, and the journeys with what is asked about each; where nobody asks what the entities are called."""
    return read_and_answer(funnel, folder, data, when, lambda log: (log, log.settled(question(log))), by, memory)


def read_and_answer(
    funnel: Funnel,
    folder: Path,
    data: Data,
    when: When,
    answer: Callable[[Read], T],
    by: Sequence[str] | None = None,
    memory: Memory = None,
) -> T:
    """What `answer` makes of the events, where nobody asks what the entities are called.

    They are numbers then; should two of them ever get the same one, all is done again with their names.
    """
    try:
        return answer(read(funnel, folder, data, when, by, names=False, memory=memory))
    except SharedNumberError:
        return answer(read(funnel, folder, data, when, by, memory=memory))


def load(funnel: FunnelLike) -> tuple[Funnel, Path]:
    """The funnel, and the folder that its paths are relative to. Raises SpecError with all its problems."""
    if isinstance(funnel, Loaded):
        return funnel.funnel, funnel.path.parent
    if isinstance(funnel, Mapping):
        return funnel_from_mapping(funnel), Path()
    return load_funnel(Path(funnel)), Path(funnel).parent


def _counted_by(asked: Sequence[Asked]) -> set[str]:
    """The columns that counting reads; those of conditions are only for matching."""
    return {name for place, name in asked if place in ("segments", "--by", "hold_constant", "value.property")}


def _segment_properties(asked: Sequence[Asked]) -> set[str]:
    """Texts that are only told apart, so that a number for each is enough."""
    others = {name for place, name in asked if place in ("hold_constant", "value.property")}
    return {name for place, name in asked if place in ("segments", "--by")} - others


def _readable_everywhere(source: Source) -> Source:
    """A source whose entity is a column of the log, for a second look at its bad rows."""
    if source.identity is None:
        return source
    columns = source.columns.model_copy(update={"entity": source.identity.anonymous})
    return source.model_copy(update={"columns": columns})
