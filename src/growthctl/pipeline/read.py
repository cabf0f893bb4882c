"""The common beginning of every question: which events of the log can matter to the funnel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from growthctl.errors import Problem, UsageError
from growthctl.events.check import check_quality
from growthctl.events.identity import resolved
from growthctl.events.read import Data, Log, compute, open_log
from growthctl.events.rows import ALIASES, ENTITY, REJECTED, Quality, canonical_rows, quality
from growthctl.events.time import parse_instant
from growthctl.kernel.match import marked_events, matched_events, unmatched
from growthctl.kernel.names import ORDER, STAGES
from growthctl.kernel.plan import Plan, plan_of
from growthctl.pipeline.columns import CANONICAL, Asked, asked_by, check_columns
from growthctl.pipeline.odd import odd_numbers, odd_warnings
from growthctl.report.build import Facts, Range
from growthctl.report.model import Warning
from growthctl.spec.load import Loaded, funnel_from_mapping, load_funnel
from growthctl.spec.model import Funnel, Source
from growthctl.spec.nearest import did_you_mean

LATEST_ODD_TIME = 100_000_000_000_000
FunnelLike = str | Path | Mapping[str, Any] | Loaded
"""A funnel file, read already or not, or what such a file holds."""


Moment = str | date
"""ISO text, a date or a datetime."""


@dataclass(frozen=True)
class Read:
    """A funnel, the events of a log that matter to it, and what the log was like."""

    funnel: Funnel
    plan: Plan
    events: pl.DataFrame
    quality: Quality
    span: Range
    warnings: tuple[Warning, ...]

    @property
    def facts(self) -> Facts:
        """What was read, for a report."""
        entities = self.events.filter(pl.col(STAGES) > 0)[ENTITY].n_unique()
        return Facts(self.quality, self.span, entities, self.warnings)


@dataclass(frozen=True)
class When:
    """The times of a question as a person wrote them; a date is midnight in the funnel's timezone."""

    since: Moment | None = None
    until: Moment | None = None
    as_of: Moment | None = None

    def span(self, timezone: str) -> Range:
        """In microseconds since the epoch. Raises UsageError for what is no time, or a range that is empty."""
        since, until, as_of = (
            None if text is None else parse_instant(str(text), timezone, what=what)
            for text, what in ((self.since, "--since"), (self.until, "--until"), (self.as_of, "--as-of"))
        )
        if since is not None and until is not None and since >= until:
            hint = "entries count from --since on, and before --until"
            raise UsageError(Problem("empty_range", f"--since {self.since} is not before --until {self.until}", hint))
        return Range(since, until, as_of)


def read(
    funnel: Funnel,
    folder: Path,
    data: Data,
    when: When,
    by: Sequence[str] | None = None,
    *,
    only: str | None = None,
) -> Read:
    """The events that matter to the funnel, with the properties that it counts by; or all events of one entity.

    `data` is a path, a list of paths or a polars frame; None is the funnel's own `source.path`, relative to `folder`.
    `by` replaces the funnel's segments. Raises UsageError and DataError.
    """
    span = when.span(funnel.timezone)
    asked = asked_by(funnel, by)
    needed = list(dict.fromkeys(name for place, name in asked if place not in CANONICAL))
    log = open_log(data, _readable_everywhere(funnel.source), folder, needed)
    check_columns(log, funnel, asked)
    kept = [name for name in needed if name in _counted_by(asked)]
    found = compute(log, lambda log: _collect(log, funnel, needed, kept, span.as_of, only))
    quality = found.quality
    messages = check_quality(quality, log, _readable_everywhere(funnel.source), funnel.timezone)
    warnings = [Warning(code="bad_rows", stage=None, message=message) for message in messages]
    warnings += [*_unknown_events(funnel, quality), *_ambiguous_ids(found.ambiguous), *_early_times(funnel, quality)]
    warnings += [Warning(code="not_a_number", stage=None, message=message) for message in found.odd_numbers]
    if only is None:
        warnings += _never_true(funnel, quality, found.events)
    as_of = quality.last_event_at if span.as_of is None else span.as_of
    return Read(funnel, plan_of(funnel), found.events, quality, replace(span, as_of=as_of), tuple(warnings))


def load(funnel: FunnelLike) -> tuple[Funnel, Path]:
    """The funnel, and the folder that its paths are relative to. Raises SpecError with all its problems."""
    if isinstance(funnel, Loaded):
        return funnel.funnel, funnel.path.parent
    if isinstance(funnel, Mapping):
        return funnel_from_mapping(funnel), Path()
    return load_funnel(Path(funnel)), Path(funnel).parent


@dataclass(frozen=True)
class _Collected:
    events: pl.DataFrame
    quality: Quality
    ambiguous: int
    odd_numbers: list[str]


def _collect(
    log: Log, funnel: Funnel, needed: Sequence[str], kept: Sequence[str], as_of: int | None, only: str | None
) -> _Collected:
    wanted = list(dict.fromkeys([*needed, *kept]))
    if funnel.order == "strict" or only is not None:
        log = replace(log, frame=log.frame.with_row_index(ORDER), schema={**log.schema, ORDER: pl.UInt32()})
        wanted.append(ORDER)
    identified = resolved(log, funnel.source, funnel.timezone, as_of)
    log = identified.log
    rows = canonical_rows(log, identified.source, funnel.timezone, wanted, as_of)
    types = rows.collect_schema()
    # Where the log has no column `event` or `time`, a condition means the canonical one, which has a type.
    schema = {name: types[name] for name in wanted if name in log.schema or name not in ALIASES}
    if only is None:
        matched = matched_events(rows, funnel, schema, kept)
    else:
        entity = identified.known.get(only, only)
        matched = marked_events(rows.filter(pl.col(ENTITY).cast(pl.String) == entity), funnel, schema)
    usable = rows.filter(pl.col(REJECTED).is_null())
    events, counted, odd = pl.collect_all(
        [matched, quality(rows), usable.select(odd_numbers(funnel, schema))], engine="streaming"
    )
    return _Collected(events, Quality.of(counted), identified.ambiguous, list(odd_warnings(funnel, odd)))


def _counted_by(asked: Sequence[Asked]) -> set[str]:
    """The columns that counting reads; those of conditions are only for matching."""
    return {name for place, name in asked if place in ("segments", "--by", "hold_constant", "value.property")}


def _readable_everywhere(source: Source) -> Source:
    """A source whose entity is a column of the log, for a second look at its bad rows."""
    if source.identity is None:
        return source
    columns = source.columns.model_copy(update={"entity": source.identity.anonymous})
    return source.model_copy(update={"columns": columns})


def _ambiguous_ids(count: int) -> Iterator[Warning]:
    if count:
        ids = "anonymous id is" if count == 1 else "anonymous ids are"
        message = f"{count:,} {ids} linked to several known ids; the link that came first in time counts"
        yield Warning(code="ambiguous_identity", stage=None, message=message)


def _early_times(funnel: Funnel, facts: Quality) -> Iterator[Warning]:
    """A number such as 20240131 is a day to a person, and a moment of 1970 to a clock."""
    if facts.last_event_at is not None and facts.last_event_at < LATEST_ODD_TIME:
        column = funnel.source.columns.time
        message = f"every time lies before 1973: does '{column}' hold seconds since 1970? Days are written 2024-01-31"
        yield Warning(code="early_times", stage=None, message=message)


def _never_true(funnel: Funnel, facts: Quality, events: pl.DataFrame) -> Iterator[Warning]:
    """Stages whose events are in the log, but never with a true condition: more often a slip than a fact."""
    for stage in unmatched(events, funnel):
        named = sum(facts.events.values()) if "*" in stage.event else sum(facts.events.get(e, 0) for e in stage.event)
        if stage.where is not None and named:
            message = f"stage '{stage.name}': its where is true for none of the {named:,} events of its name"
            yield Warning(code="condition_never_true", stage=stage.name, message=message)


def _unknown_events(funnel: Funnel, facts: Quality) -> Iterator[Warning]:
    named: list[tuple[str | None, str, Sequence[str]]] = [
        (stage.name, f"stage '{stage.name}'", stage.event) for stage in funnel.stages
    ]
    named += [(None, "exclude", rule.event) for rule in funnel.exclude]
    for stage, where, events in named:
        for event in events:
            if event != "*" and event not in facts.events:
                near = did_you_mean(event, facts.events)
                message = f"{where}: the event '{event}' never occurs in the log{near}"
                yield Warning(code="event_not_in_log", stage=stage, message=message)
