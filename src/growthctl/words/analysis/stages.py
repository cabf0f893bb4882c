"""The rates of all stages in full, in words: how they are counted, the row of each, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.diagnosis.small_samples import small_sample
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import ReferenceFacts
from growthctl.report.stages import DeclaredStage, PhaseFacts, StageFacts
from growthctl.words.dates import Clocks
from growthctl.words.labels import label, rate, rough_rate
from growthctl.words.numbers import duration, integer, interval, percent, printable, span, target

HEADINGS = ("Stage", "Rate", "95% range", "So far", "Open", "With open", "Median time")
"""Those of `cells`."""
DECLARED_HEADINGS = ("Stage", "People", "Rate", "Alone lacking")
"""Those of `declared_cells`."""


def counting(analysis: Analysis) -> str:
    """How journeys are counted."""
    funnel = analysis.funnel
    window = "no window" if funnel.window_seconds is None else f"a window of {span(funnel.window_seconds)}"
    return f"Counted: {funnel.count} by {printable(funnel.entity)}, order {funnel.order}, {window}."


def cells(stage: StageFacts, analysis: Analysis) -> tuple[str, ...]:
    """The row of a stage, under HEADINGS."""
    ripe, took = stage.ripe, stage.seconds_from_previous
    if ripe is None:
        return (labelled(stage, analysis), *[""] * 6)
    is_small = small_sample(ripe.converted, ripe.entered)
    return (
        labelled(stage, analysis),
        rough_rate(ripe.converted, ripe.entered),
        interval(ripe.low, ripe.high) if ripe.entered else "",
        rough_rate(stage.reached, stage.reached + stage.dropped),
        integer(stage.open),
        "" if ripe.kaplan_meier is None or is_small else percent(ripe.kaplan_meier),
        duration(took.median if took else None),
    )


def declared_cells(stage: DeclaredStage, analysis: Analysis) -> tuple[str, ...]:
    """The row of a stage of any order, under DECLARED_HEADINGS."""
    return (
        labelled(stage, analysis),
        integer(stage.reached),
        rough_rate(stage.ripe_throughout, analysis.stages[0].ripe_throughout),
        integer(stage.only_lacking),
    )


def labelled(stage: StageFacts | DeclaredStage, analysis: Analysis) -> str:
    """What people call the stage, and whether the log has no event of it."""
    absent = not stage.reached and ("event_not_in_log", stage.name) in ((w.code, w.stage) for w in analysis.warnings)
    return printable(stage.label) + (" (not in the log)" if absent else "")


def reference_marks(stage: StageFacts, analysis: Analysis) -> str:
    """What the rate is held against; a letter, which a note explains, where that is not a target."""
    reference = next((item.reference for item in analysis.ranking if item.stage == stage.name), None)
    if stage.target is not None or reference is None:
        return target(stage.target)
    return f"{percent(reference.rate)} {reference.source[0]}"


def reference_notes(analysis: Analysis) -> Iterator[str]:
    """What the letters mean."""
    untargeted = {stage.name for stage in analysis.stages if stage.target is None}
    references: list[ReferenceFacts] = [
        item.reference for item in analysis.ranking if item.reference and item.stage in untargeted
    ]
    weeks = sorted({reference.weeks for reference in references if reference.weeks is not None})
    if weeks:
        last = f"{weeks[0]} to {weeks[-1]}" if len(weeks) > 1 else f"{weeks[0]}"
        yield f"h: what its best quarter of {last} weeks reached."
    if any(reference.source == "history" and reference.weeks is None for reference in references):
        yield f"{'h of a rate that fell or rose' if weeks else 'h'}: what it was before."
    if any(reference.source == "segment" for reference in references):
        yield "s: its best segment."


def footnotes(analysis: Analysis) -> Iterator[str]:
    """What the columns mean, a sentence each."""
    required = [stage for stage in analysis.stages if not stage.optional]
    noun = "row" if analysis.any_order else "stage" if len(required) == len(analysis.stages) else "required stage"
    if analysis.any_order:
        yield "In any order, row by row: who did 1, 2, 3 … different stages, whichever they were."
    yield f"Rate: of who came to the {noun} before and had the time; 95% range: its confidence interval."
    yield "So far: of all who came. Open: who came and may still go on, not lost."
    if any(stage.ripe and stage.ripe.kaplan_meier is not None for stage in required):
        yield "With open: the rate when they count as far as they were followed (Kaplan-Meier)."
    yield f"Median time: from the {noun} before."
    yield from _not_yet_ripe(analysis, required)
    excluded = [f"{integer(stage.excluded)} before {printable(stage.label)}" for stage in required if stage.excluded]
    if excluded:
        how = "Kept out or taken back" if analysis.funnel.taken_back else "Kept out"
        yield f"{how} by an exclusion: {', '.join(excluded)}."


def declared_footnote() -> str:
    """What the columns of the stages of any order mean."""
    return "Rate: of who had the time for all. Alone lacking: how many of these lack this stage and no other."


def phases(analysis: Analysis) -> str:
    """The phases of the funnel as one step each; nothing where that says nothing."""
    parts = [_phase(phase) for phase in analysis.phases] if len(analysis.phases) > 1 else []
    return f"By phase: {'; '.join(parts)}." if parts else ""


def _phase(phase: PhaseFacts) -> str:
    owners = " and ".join(printable(owner) for owner in phase.owners)
    whose = f" ({owners})" if owners else ""
    lost = phase.share_of_shortfall
    part = "" if lost is None else f", {percent(lost)} of the lasting gaps"
    return f"{phase.phase}{whose} {rate(phase.converted, phase.entered)}{part}"


def _not_yet_ripe(analysis: Analysis, required: Sequence[StageFacts]) -> Iterator[str]:
    """Where nobody has had the time although some got there; of the whole funnel the verdict says it."""
    if analysis.bottleneck.verdict == "no_data":
        return
    for stage in required:
        if stage.ripe and not stage.ripe.entered and stage.ripe.first_ripe_at:
            at = Clocks.of(analysis).day(stage.ripe.first_ripe_at)
            yield f"Nobody before {label(analysis, stage.name)} has had the time yet; the first will on {at}."
