"""What stands below the table of stages: what its columns mean, who is still open, and the phases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.diagnosis.small_samples import small_sample
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import ReferenceFacts
from growthctl.report.stages import PhaseFacts, StageFacts
from growthctl.words.labels import has_limit, label, rate
from growthctl.words.numbers import day, integer, percent, printable, target


def footnotes(analysis: Analysis) -> Iterator[str]:
    """A sentence each."""
    required = [stage for stage in analysis.stages if not stage.optional]
    if analysis.funnel.order == "any":
        yield "In any order, row by row: who did 1, 2, 3 … different stages, whichever they were."
    ripe = "only of those whose window has passed" if has_limit(analysis) else "for there is no window"
    noun = "stage" if len(required) == len(analysis.stages) else "required stage"
    yield f"Rate: of the {noun} before. Ripe: the same, {ripe}."
    yield from _references([item.reference for item in analysis.ranking if item.reference])
    yield from _open(required)
    yield from _not_yet_ripe(analysis, required)
    excluded = [f"{integer(stage.excluded)} before {printable(stage.label)}" for stage in required if stage.excluded]
    if excluded:
        yield f"Kept out by an exclusion: {', '.join(excluded)}."


def phases(analysis: Analysis) -> str:
    """The phases of the funnel, and the funnel as a whole where it has a target; nothing where that says nothing."""
    parts = [_phase(phase) for phase in analysis.phases] if len(analysis.phases) > 1 else []
    last = [stage for stage in analysis.stages if not stage.optional][-1].ripe
    if analysis.funnel.target is not None and last is not None:
        first = analysis.stages[1].ripe or last
        parts.append(f"overall {rate(last.converted, first.entered)}, target {target(analysis.funnel.target)}")
    return f"By phase: {', '.join(parts)}." if parts else ""


def _phase(phase: PhaseFacts) -> str:
    facts = [" and ".join(printable(owner) for owner in phase.owners)]
    if phase.share_of_shortfall is not None:
        facts.append(f"{percent(phase.share_of_shortfall)} of the shortfall")
    known = "; ".join(fact for fact in facts if fact)
    return f"{phase.phase} {rate(phase.converted, phase.entered)}" + (f" ({known})" if known else "")


def _references(references: Sequence[ReferenceFacts]) -> Iterator[str]:
    weeks = sorted({reference.weeks for reference in references if reference.weeks is not None})
    if weeks:
        last = f"{weeks[0]} to {weeks[-1]}" if len(weeks) > 1 else f"{weeks[0]}"
        yield f"h: its own history, the 75th percentile of its last {last} ripe weeks."
    if any(reference.source == "segment" for reference in references):
        yield "s: the rate of its best segment."


def _open(required: Sequence[StageFacts]) -> Iterator[str]:
    """How many are open before each stage, and what its rate is when they count as far as they have been seen."""
    waiting = [stage for stage in required if stage.open]
    if not waiting:
        return
    places = [f"{integer(stage.open)} before {printable(stage.label)}{_with_open(stage)}" for stage in waiting]
    used = " (and the rate that uses them too, by Kaplan-Meier)" if any(map(_with_open, waiting)) else ""
    yield f"Still open, not lost{used}: {', '.join(places)}."


def _with_open(stage: StageFacts) -> str:
    if stage.ripe is None or stage.ripe.kaplan_meier is None:
        return ""
    few = small_sample(stage.reached, stage.reached + stage.dropped)
    return "" if few else f" ({percent(stage.ripe.kaplan_meier)})"


def _not_yet_ripe(analysis: Analysis, required: Sequence[StageFacts]) -> Iterator[str]:
    """Where nobody is ripe although some got there; of the whole funnel the verdict says it."""
    if analysis.bottleneck.verdict == "no_data":
        return
    for stage in required:
        if stage.ripe and not stage.ripe.entered and stage.ripe.first_ripe_at:
            at = day(stage.ripe.first_ripe_at, analysis.funnel.timezone)
            yield f"Nobody before {label(analysis, stage.name)} is ripe yet; the first will be on {at}."
