"""What a careful reader must know about a log: slips in the funnel or the tracking rather than facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.events.rows import Quality
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.match import ANY
from growthctl.pipeline.collect import Collected, all_seen
from growthctl.report.model import Warning

LATEST_ODD_TIME = 100_000_000_000_000


def log_warnings(funnel: Funnel, found: Collected) -> Iterator[Warning]:
    """All of them, in the order in which they are to be read."""
    yield from _unknown_events(funnel, found)
    yield from _ambiguous_ids(found.ambiguous)
    yield from _early_times(funnel, found.quality)
    for message in found.odd_numbers:
        yield Warning(code="not_a_number", stage=None, message=message)


def never_true(funnel: Funnel, found: Collected) -> Iterator[Warning]:
    """Stages whose events are in the log, but never with a true condition: more often a slip than a fact."""
    counts = found.event_counts
    for position, stage in enumerate(funnel.stages):
        if found.stages_seen >> position & 1 or stage.where is None:
            continue
        named = sum(counts.values()) if ANY in stage.event else sum(counts.get(event, 0) for event in stage.event)
        if named:
            message = f"stage '{stage.name}': its where is true for none of the {named:,} events of its name"
            yield Warning(code="condition_never_true", stage=stage.name, message=message)


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


def _unknown_events(funnel: Funnel, found: Collected) -> Iterator[Warning]:
    if all_seen(funnel, found.stages_seen, found.exclusions_seen):
        return
    named: list[tuple[str | None, str, Sequence[str]]] = [
        (stage.name, f"stage '{stage.name}'", stage.event) for stage in funnel.stages
    ]
    named += [(None, "exclude", rule.event) for rule in funnel.exclude]
    for stage, where, events in named:
        for event in events:
            if event != ANY and event not in found.event_counts:
                near = did_you_mean(event, found.event_counts)
                message = f"{where}: the event '{event}' never occurs in the log{near}"
                yield Warning(code="event_not_in_log", stage=stage, message=message)
