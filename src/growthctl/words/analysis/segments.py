"""The funnel by segment: rates side by side, which of them differ, and which hold the gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import Explained
from growthctl.report.segments import SegmentFacts, SegmentStage
from growthctl.report.stages import StageFacts
from growthctl.words.labels import entered, is_open, label, rate, segment_of, value
from growthctl.words.numbers import interval, many, percent, printable, share
from growthctl.words.rates import RateRow

SEGMENTS_SHOWN = 8
_HIGHER, _LOWER = "▲", "▼"
_MOVED = 0.10


def held_by(analysis: Analysis) -> list[str]:
    """Which segments hold the gap of the bottleneck, a sentence each; and where it only came with who entered."""
    return [
        *(_explained(found, analysis) for found in analysis.bottleneck.explained_by),
        *(
            f"By {_properties(found.by)}, most of the gap came with who entered: more of the later entrants are of "
            "segments that convert less. None of these is to blame."
            for found in analysis.bottleneck.explained_by_mix
        ),
    ]


def holds_most(analysis: Analysis) -> list[str]:
    """The segment that holds most of the gap, in one sentence; nothing where none does."""
    explained_by = analysis.bottleneck.explained_by
    if not explained_by:
        return []
    first = explained_by[0]
    gap = "more than the whole gap" if first.share_of_gap >= 1.005 else f"{share(first.share_of_gap)} of the gap"
    more = f" ({len(explained_by) - 1} more: --details)" if len(explained_by) > 1 else ""
    return [f"{segment_of(first.by, first.values)} holds {gap} with {share(first.share_of_entered)} of who came{more}."]


def rows(segments: Sequence[SegmentFacts], analysis: Analysis) -> Iterator[RateRow]:
    """The largest segments, and one row for the rest: together they are the total."""
    lead = analysis.bottleneck.stage
    for segment in segments[:SEGMENTS_SHOWN]:
        rated = {k: stage.ripe for k, stage in enumerate(segment.stages) if stage.ripe}
        yield RateRow(
            name="  " + ", ".join(value(each) for each in segment.values),
            reached=[stage.reached for stage in segment.stages],
            marks={k: _mark(stage, analysis.stages[k]) for k, stage in enumerate(segment.stages) if stage.differs},
            ripe={k: (ripe.converted, ripe.entered) for k, ripe in rated.items()},
            ranges={
                k: interval(ripe.low, ripe.high) if ripe.entered else ""
                for k, ripe in rated.items()
                if segment.stages[k].name == lead
            },
            entered=entered(segment.stages) if is_open(analysis.funnel) else None,
        )
    rest = segments[SEGMENTS_SHOWN:]
    if rest:
        yield RateRow(
            name="  all others",
            reached=[
                sum(stage.reached for stage in stages) for stages in zip(*(each.stages for each in rest), strict=True)
            ],
            ripe=_together(rest),
            entered=sum(entered(each.stages) for each in rest) if is_open(analysis.funnel) else None,
        )


def _together(segments: Sequence[SegmentFacts]) -> dict[int, tuple[int, int]]:
    """Of several segments, by stage, how many converted of those who had the time."""
    ripe = {
        k: [stage.ripe for stage in stages if stage.ripe]
        for k, stages in enumerate(zip(*(segment.stages for segment in segments), strict=True))
    }
    return {
        k: (sum(each.converted for each in counts), sum(each.entered for each in counts))
        for k, counts in ripe.items()
        if counts
    }


def _mark(stage: SegmentStage, everybody: StageFacts) -> str:
    """Above the rate of all is above that of all others."""
    segment_rate, overall_rate = (each.ripe.conversion_rate if each.ripe else None for each in (stage, everybody))
    return _HIGHER if (segment_rate or 0.0) > (overall_rate or 0.0) else _LOWER


def footnote(analysis: Analysis) -> str:
    """What the marks mean, and how many tests were made."""
    tests = analysis.differences.tests
    if not analysis.segments:
        return ""
    rates = "Rates: of those who had the time" + (
        "." if is_open(analysis.funnel) else "; Overall: of all who came, so far."
    )
    if not tests:
        return rates
    made = f"{many(tests, 'test')}"
    if not any(stage.differs for segment in analysis.segments for stage in segment.stages):
        return f"{rates} No segment differs from all others together by more than chance ({made})."
    return (
        f"{rates} {_HIGHER} higher, {_LOWER} lower than in all other segments together, by more than chance ({made}; "
        "of what they find, at most 5% is luck)."
    )


def _explained(explained: Explained, analysis: Analysis) -> str:
    bottleneck = analysis.bottleneck
    name = segment_of(explained.by, explained.values)
    holds = (
        "more than the whole gap" if explained.share_of_gap >= 1.005 else f"{share(explained.share_of_gap)} of the gap"
    )
    return (
        f"Where: {name} is {share(explained.share_of_entered)} of those who reached "
        f"{label(analysis, bottleneck.from_stage or '')}{_moved(explained)} and {holds}. It converts "
        f"{_rate(explained, analysis)}, the others {percent(explained.rest_conversion_rate)}."
    )


def _rate(explained: Explained, analysis: Analysis) -> str:
    for segment in analysis.segments:
        for stage in segment.stages:
            same = (segment.by, segment.values, stage.name) == (
                explained.by,
                explained.values,
                analysis.bottleneck.stage,
            )
            if same and stage.ripe:
                return rate(stage.ripe.converted, stage.ripe.entered)
    return percent(explained.conversion_rate)


def _moved(explained: Explained) -> str:
    earlier, later = explained.share_of_entered_earlier, explained.share_of_entered_later
    if earlier is None or later is None or abs(later - earlier) < _MOVED:
        return ""
    return f" ({share(earlier)} in the earlier half, {share(later)} in the later)"


def _properties(by: Sequence[str]) -> str:
    return ", ".join(printable(name) for name in by)
