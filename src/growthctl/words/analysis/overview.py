"""The table of the first screen: how many came to each stage, at which rate, and what to think of that."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.analysis import Analysis
from growthctl.report.stages import StageFacts
from growthctl.words.analysis import counted_stage
from growthctl.words.analysis.stages import labelled, reference_marks, reference_notes
from growthctl.words.dates import Clocks
from growthctl.words.labels import reference_word, rough_rate
from growthctl.words.numbers import integer, printable, span, target
from growthctl.words.people import people

_VERDICTS = {
    "silent": "silent",
    "no_target": "no target",
    "too_few": "too few to tell",
    "below_target": "clearly below",
    "maybe_below": "maybe below",
    "close_to_target": "close to {goal}",
    "at_target": "at {goal}",
}
BROKEN, NAMED, SUSPECTED = "!", "▶", "?"


def headings(analysis: Analysis) -> tuple[str, ...]:
    """Those of `cells`; in any order nothing is judged."""
    counted = ("Stages" if analysis.any_order else "Stage", people(analysis.funnel).capitalize(), "Rate")
    return counted if analysis.any_order else (*counted, reference_word(analysis).capitalize(), "Verdict", "Owner")


def cells(stage: StageFacts, analysis: Analysis) -> tuple[str, ...]:
    """The row of a stage, under the headings."""
    ripe = stage.ripe
    counted = (
        labelled(stage, analysis),
        integer(stage.reached),
        "" if ripe is None else rough_rate(ripe.converted, ripe.entered),
    )
    if analysis.any_order:
        return counted
    if analysis.counted is not None and stage is analysis.stages[0]:
        wanted, judgement = analysis.counted.target, analysis.counted.judgement
        verdict = "" if wanted is None else _VERDICTS[judgement or ""].format(goal="target")
        ratio = counted_stage.ratio(analysis.counted)
        return (*counted[:2], ratio, target(wanted), verdict, printable(stage.owner or ""))
    return (*counted, reference_marks(stage, analysis), _verdict(stage, analysis), printable(stage.owner or ""))


def mark(stage: StageFacts, analysis: Analysis) -> str:
    """What stands before a row: is it broken now, or does the verdict name it?"""
    if any(fault.stage == stage.name for fault in analysis.broken_now):
        return BROKEN
    return named(analysis) if stage.name in analysis.bottleneck.contenders else ""


def named(analysis: Analysis) -> str:
    """What stands before the verdict, and before the rows that it names."""
    if not analysis.bottleneck.contenders:
        return " "
    return SUSPECTED if analysis.bottleneck.verdict in ("cannot_tell", "no_reference") else NAMED


def notes(analysis: Analysis) -> Iterator[str]:
    """What the columns mean."""
    required = [stage for stage in analysis.stages if not stage.optional]
    if len(required) > 1:
        yield from _of_rates(analysis, required)
    if analysis.counted is not None:
        yield counted_stage.note(analysis.counted, analysis)


def _of_rates(analysis: Analysis, required: list[StageFacts]) -> Iterator[str]:
    open_ones = f"; {integer(analysis.open)} may still go on" if analysis.open else ""
    above = "row" if analysis.any_order else "stage"
    yield f"Rate: of the {above} above, {_who(analysis, required)}{open_ones}."
    yield from _taken_back(analysis, required[-1])
    if any("~" in cells(stage, analysis)[2] for stage in required):
        yield "~: of few."
    yield from reference_notes(analysis)


def _who(analysis: Analysis, required: list[StageFacts]) -> str:
    """Of whom the rates are, in words that hold for all stages."""
    everybody = people(analysis.funnel)
    had = f"{everybody} {'who' if everybody == 'people' else 'that'} had"
    sources = {stage.ripe.after for stage in required if stage.ripe}
    window = analysis.funnel.window_seconds
    if sources == {"window"} and window is not None and window == analysis.funnel.ripe_after_seconds:
        time = span(window)
        return f"{everybody} whose {time} {'are' if time.endswith('s') else 'is'} over"
    if sources == {"unknown"}:
        return f"all {everybody}, for there is no window"
    if "estimate" in sources:
        return f"{had} the time in which 95% convert"
    return f"{had} the time for it"


def _taken_back(analysis: Analysis, last: StageFacts) -> Iterator[str]:
    """What the count of the last stage, and money, is net of."""
    rules = analysis.funnel.taken_back
    limits = [rule.for_seconds for rule in rules]
    taking = [
        " or ".join(map(printable, rule.event)) + ("" if limit is None else f" within {span(limit)}")
        for rule, limit in zip(rules, limits, strict=True)
    ]
    if taking:
        waits = "; its rate waits until that is over" if any(limit is not None for limit in limits) else ""
        yield f"{printable(last.label)} is net of {' and of '.join(taking)}{waits}."


def _verdict(stage: StageFacts, analysis: Analysis) -> str:
    if stage.optional:
        return "optional"
    lead = analysis.bottleneck
    if lead.unresolvable == "data_in_doubt" and lead.stage == stage.name:
        return "in doubt"
    if stage.judgement in ("fell", "rose"):
        return _moved(stage, analysis)
    return _VERDICTS.get(stage.judgement or "", "").format(goal=reference_word(analysis))


def _moved(stage: StageFacts, analysis: Analysis) -> str:
    """'fell on 6 Mar', of a segment or of all; 'sinking' where no day can be named."""
    since = [fault.since_at for fault in analysis.broken_now if fault.stage == stage.name]
    since += [stage.now.since_at] if stage.now else []
    day = next((Clocks.of(analysis).day(at) for at in since if at is not None), None)
    if day is None:
        return "sinking" if stage.judgement == "fell" else "rose"
    return f"{stage.judgement} on {day}"
