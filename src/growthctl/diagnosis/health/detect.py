"""What is odd about a log: runs the looks; read `detect` first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from growthctl.diagnosis.health.batches import in_batches
from growthctl.diagnosis.health.duplicates import duplicates, written_twice
from growthctl.diagnosis.health.entry_volume import entry_volume
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.misplaced import misplaced, mixed_granularity
from growthctl.diagnosis.health.missing_events import missing_events
from growthctl.errors import Notice, guarded

OPEN_SHARE = 0.5


class Detected(NamedTuple):
    """What was found, and which looks failed."""

    findings: list[Finding]
    """What may mislead most comes first."""
    failed: list[Notice]


def detect(inputs: HealthInputs) -> Detected:
    """Everything odd; a look that fails is left out."""
    failed: list[Notice] = []

    def look(name: str, at: Callable[[], Iterable[Finding]]) -> list[Finding]:
        return guarded(name, lambda: list(at()), [], failed)

    twice = look("duplicates", lambda: duplicates(inputs))
    # In any order nothing tells whose events are missing when fewer get that far.
    silent = look("missing_events", lambda: missing_events(inputs)) if inputs.is_ordered else []
    findings = [
        *(each for each in twice if written_twice(each)),
        *look("mixed_granularity", lambda: mixed_granularity(inputs)),
        *silent,
        *look("unlinked", lambda: _unlinked(inputs)),
        *look("misplaced", lambda: misplaced(inputs)),
        *look("entry_volume", lambda: entry_volume(inputs)),
        *look("batches", lambda: _batches(inputs)),
        *look("open", lambda: _open(inputs)),
        *(each for each in twice if not written_twice(each)),
    ]
    return Detected(findings, failed)


def _batches(inputs: HealthInputs) -> Iterator[Finding]:
    """Stages that come on some days only."""
    for stage in range(len(inputs.stages) if inputs.is_ordered else 1):
        finding = in_batches(inputs, stage)
        if finding is not None:
            yield finding


def _unlinked(inputs: HealthInputs) -> Iterator[Finding]:
    """Sources of which many never enter: more often a broken link than people who came another way."""
    for name, position, entities, strangers, arriving in inputs.sources:
        linked = entities - strangers
        converted = int(inputs.ripe_part(inputs.everybody, position).went_on[position - 1].sum())
        yield Finding(
            "unlinked",
            "tracking",
            inputs.stages[position].name,
            source=name,
            observed=strangers,
            upstream=entities,
            share=strangers / entities,
            # In an open funnel they enter there, and none is missing.
            missing=0.0 if inputs.everybody.is_open else converted * arriving / linked if linked else float(arriving),
        )


def _open(inputs: HealthInputs) -> Iterator[Finding]:
    """Most of those who entered may still convert."""
    if inputs.give_up is not None and inputs.entered and inputs.entered_open > OPEN_SHARE * inputs.entered:
        share = inputs.entered_open / inputs.entered
        yield Finding("mostly_open", "unripe", inputs.stages[0].name, observed=inputs.entered_open, share=share)
