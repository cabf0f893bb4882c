"""The table of stages in words: what was looked at, the row of each, and what stands below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.diagnosis.small_samples import small_sample
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import ReferenceFacts
from growthctl.report.stages import DeclaredStage, PhaseFacts, StageFacts
from growthctl.words.labels import label, rate
from growthctl.words.numbers import day, duration, integer, interval, last_day, percent, printable, span, target

HEADINGS = ("Stage", "Reached", "Rate", "Ripe", "95% interval", "{reference}", "Verdict", "Owner")
"""Those of `cells`."""
FACT_HEADINGS = ("Stages", *HEADINGS[1:5])
"""Of any order, where nothing is judged: those that `cells` begins with."""
DECLARED_HEADINGS = ("Stage", "Reached", "Rate", "Ripe", "Alone lacking")
"""Those of `declared_cells`."""
_JUDGEMENTS = {
    "silent": "silent",
    "fell": "fell",
    "rose": "rose",
    "too_few": "too few",
    "below_target": "below",
    "maybe_below": "below?",
    "close_to_target": "close",
    "at_target": "reached",
}


def scope(analysis: Analysis) -> str:
    """How many entered when, and how they are counted."""
    data, funnel = analysis.data, analysis.funnel
    since = day(data.since or data.first_event_at, funnel.timezone)
    last = max(since, day(data.last_event_at, funnel.timezone))
    until = max(since, last_day(data.until, funnel.timezone)) if data.until else last
    window = funnel.window_seconds
    limit = "no window" if window is None else f"window {span(window)}"
    entered = analysis.stages[0].reached
    kind = "" if funnel.count == "entities" else f"{funnel.count.removesuffix('s' if entered == 1 else '')} "
    order = "" if funnel.order == "sequential" else f", order {funnel.order}"
    return f"{integer(entered)} {kind}entered, {since} to {until}, {limit}{order}, by {printable(funnel.entity)}"


def cells(stage: StageFacts, analysis: Analysis) -> tuple[str, ...]:
    """The row of a stage, under HEADINGS."""
    return (
        _label(stage, analysis),
        integer(stage.reached),
        *_rates(stage),
        _reference(stage, analysis),
        _JUDGEMENTS.get(stage.judgement or "no_target", ""),
        printable(stage.owner or ""),
    )


def declared_cells(stage: DeclaredStage, analysis: Analysis) -> tuple[str, ...]:
    """The row of a stage of any order, under DECLARED_HEADINGS."""
    entered = analysis.stages[0]
    return (
        _label(stage, analysis),
        integer(stage.reached),
        rate(stage.reached, entered.reached),
        rate(stage.ripe_throughout, entered.ripe_throughout),
        integer(stage.only_lacking),
    )


def _label(stage: StageFacts | DeclaredStage, analysis: Analysis) -> str:
    absent = not stage.reached and ("event_not_in_log", stage.name) in ((w.code, w.stage) for w in analysis.warnings)
    is_optional = isinstance(stage, StageFacts) and stage.optional
    remarks = [text for text, applies in (("optional", is_optional), ("not in the log", absent)) if applies]
    return printable(stage.label) + (f" ({', '.join(remarks)})" if remarks else "")


def _rates(stage: StageFacts) -> tuple[str, str, str]:
    """Over all who entered; over the ripe; the interval of the latter, where there are enough of them."""
    if stage.ripe is None:
        return "", "", ""
    ripe = rate(stage.ripe.converted, stage.ripe.entered)
    bounds = interval(stage.ripe.low, stage.ripe.high) if ripe.endswith("%") else ""
    return rate(stage.reached, stage.reached + stage.dropped), ripe, bounds


def _reference(stage: StageFacts, analysis: Analysis) -> str:
    """What the rate is held against; a letter, which a footnote explains, where that is not a target."""
    reference = next((item.reference for item in analysis.ranking if item.stage == stage.name), None)
    if stage.target is not None or reference is None:
        return target(stage.target)
    return f"{percent(reference.rate)} {reference.source[0]}"


def footnotes(analysis: Analysis) -> Iterator[str]:
    """A sentence each."""
    required = [stage for stage in analysis.stages if not stage.optional]
    noun = "stage" if len(required) == len(analysis.stages) else "required stage"
    if analysis.funnel.order == "any":
        yield "In any order, row by row: who did 1, 2, 3 … different stages, whichever they were."
        noun = "row"
    ripe = _ripe_means(required)
    yield f"Rate: of the {noun} before. Ripe: the same, {ripe}."
    took = [
        f"{printable(stage.label)} {duration(stage.seconds_from_previous.median)}"
        for stage in analysis.stages
        if stage.seconds_from_previous
    ]
    if took:
        yield f"Median time from the {noun} before: {', '.join(took)}."
    yield from _reference_notes([item.reference for item in analysis.ranking if item.reference])
    yield from _open(required)
    yield from _not_yet_ripe(analysis, required)
    excluded = [f"{integer(stage.excluded)} before {printable(stage.label)}" for stage in required if stage.excluded]
    if excluded:
        yield f"Kept out by an exclusion: {', '.join(excluded)}."


def declared_footnote(analysis: Analysis) -> str:
    """What the columns of the stages of any order mean."""
    return (
        f"Rate: of all who entered. Ripe: the same, {_ripe_means(analysis.stages)}. "
        "Alone lacking: how many of these lack this stage and no other."
    )


def _ripe_means(required: Sequence[StageFacts]) -> str:
    """Who is ripe, in words that hold for all stages."""
    sources = {stage.ripe.after for stage in required if stage.ripe}
    if sources <= {"window"}:
        return "only of those whose window has passed"
    if sources == {"unknown"}:
        return "for there is no window"
    estimated = (
        " (where it is not declared, the time in which 95% of conversions come)" if "estimate" in sources else ""
    )
    return f"only of those who have had the time for it{estimated}"


def phases(analysis: Analysis) -> str:
    """The phases of the funnel, and the funnel as a whole where it has a target; nothing where that says nothing."""
    parts = [_phase(phase) for phase in analysis.phases] if len(analysis.phases) > 1 else []
    last = [stage for stage in analysis.stages if not stage.optional][-1]
    if analysis.funnel.target is not None and last.ripe is not None:
        overall = rate(last.ripe_throughout, analysis.stages[0].ripe_throughout)
        parts.append(f"overall {overall}, target {target(analysis.funnel.target)}")
    return f"By phase: {', '.join(parts)}." if parts else ""


def _phase(phase: PhaseFacts) -> str:
    facts = [" and ".join(printable(owner) for owner in phase.owners)]
    if phase.share_of_shortfall is not None:
        facts.append(f"{percent(phase.share_of_shortfall)} of the shortfall")
    known = "; ".join(fact for fact in facts if fact)
    return f"{phase.phase} {rate(phase.converted, phase.entered)}" + (f" ({known})" if known else "")


def _reference_notes(references: Sequence[ReferenceFacts]) -> Iterator[str]:
    weeks = sorted({reference.weeks for reference in references if reference.weeks is not None})
    if weeks:
        last = f"{weeks[0]} to {weeks[-1]}" if len(weeks) > 1 else f"{weeks[0]}"
        yield f"h: its own history, the 75th percentile of the {last} ripe weeks before the last two."
    if any(reference.source == "history" and reference.weeks is None for reference in references):
        yield "h of a rate that fell or rose: what it was before."
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
