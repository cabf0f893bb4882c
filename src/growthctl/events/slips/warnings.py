"""What a careful reader must know about a log: slips in the funnel or the tracking rather than facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.clock import TimeRange, iso
from growthctl.errors import Notice
from growthctl.events.collect import CollectedLog, all_seen
from growthctl.events.quality import Quality
from growthctl.events.slips.near_misses import near_misses
from growthctl.events.stage_flags import ANY
from growthctl.funnel.nearest import nearest
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import LinkRule


def log_notices(funnel: Funnel, collected: CollectedLog) -> Iterator[Notice]:
    """All of them, in the order in which they are to be read."""
    yield from _unknown_events(funnel, collected)
    yield from near_misses(funnel, collected.event_counts)
    if collected.ambiguous and funnel.source.identity is not None:
        yield ambiguous_identity(collected.ambiguous, funnel.source.identity.rule)
    yield from collected.non_numbers


def ambiguous_identity(ids: int, rule: LinkRule, source: str | None = None) -> Notice:
    """Of anonymous ids that are linked to several known ones, in one of several sources or in the only one."""
    return Notice("ambiguous_identity", numbers={"ids": ids, "rule": rule, "source": source})


def never_true(funnel: Funnel, collected: CollectedLog) -> Iterator[Notice]:
    """Stages whose events are in the log, but never with a true condition: more often a slip than a fact."""
    counts = collected.event_counts
    for position, stage in enumerate(funnel.stages):
        if collected.stages_seen >> position & 1 or stage.where is None:
            continue
        named = sum(counts.values()) if ANY in stage.event else sum(counts.get(event, 0) for event in stage.event)
        if named:
            yield Notice("condition_never_true", stage.name, {"events": named})


def _unknown_events(funnel: Funnel, collected: CollectedLog) -> Iterator[Notice]:
    if all_seen(funnel, collected.stages_seen, collected.exclusions_seen):
        return
    named: list[tuple[str | None, Sequence[str]]] = [(stage.name, stage.event) for stage in funnel.stages]
    named += [(None, rule.event) for rule in funnel.exclude]
    counts = collected.event_counts
    for stage, events in named:
        for event in events:
            if event != ANY and event not in counts:
                numbers = {"event": event, "near": nearest(event, counts), "events": counts}
                yield Notice("event_not_in_log", stage, numbers)


def outside(range: TimeRange, quality: Quality) -> Iterator[Notice]:
    """A range in which the log has nothing: more often a slip in a date than a fact."""
    first, last = quality.first_event_at, quality.last_event_at
    if first is None or last is None or (range.since <= last and range.until > first):
        return
    yield Notice("outside_log", numbers={"first": iso(first), "last": iso(last)})
