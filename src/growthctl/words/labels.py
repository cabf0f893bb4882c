"""What people call the stages and transitions of an answer, and how their rates are written."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.diagnosis.small_samples import small_sample
from growthctl.report.analysis import Analysis
from growthctl.report.funnel import FunnelFacts
from growthctl.report.segments import SegmentName
from growthctl.report.stages import StageFacts
from growthctl.report.trend import TrendStage
from growthctl.words.numbers import integer, percent, printable, share, significant


def transition(analysis: Analysis, name: str | None) -> str:
    """'Signup → Demo'."""
    names = [item.name for item in analysis.stages]
    position = names.index(name) if name in names else 0
    if not position:
        return "" if name is None else label(analysis, name)
    return f"{label(analysis, names[before(analysis.stages, position)])} → {label(analysis, names[position])}"


def before(stages: Sequence[StageFacts | TrendStage], position: int) -> int:
    """The position of the required stage before that one, of which its rate is."""
    return max(k for k in range(position) if not stages[k].optional)


def stage(analysis: Analysis, name: str) -> StageFacts:
    """The stage of that name."""
    return next(item for item in analysis.stages if item.name == name)


def label(analysis: Analysis, name: str) -> str:
    """What people call the stage: of any order, a row or one of those that rows count."""
    labels = {item.name: item.label for item in analysis.stages}
    if analysis.any_order:
        labels |= {item.name: item.label for item in analysis.any_order.stages}
    return printable(labels[name])


def rate(converted: int, entered: int) -> str:
    """'25.1%', or '2 of 11' where a percentage would claim too much."""
    if not entered:
        return "–"
    if small_sample(converted, entered):
        return f"{integer(converted)} of {integer(entered)}"
    return percent(converted / entered)


def rough_rate(converted: int, entered: int) -> str:
    """'25.1%', or '~18%' where it is that of few: for columns of percentages, which a footnote explains."""
    if not entered:
        return "–"
    rate = converted / entered
    if not small_sample(converted, entered):
        return percent(rate)
    return f"~{significant(rate * 100, 1)}%" if rate < 0.01 else f"~{share(rate)}"


def has_limit(analysis: Analysis) -> bool:
    """Does the funnel say when the time of an entity has run out, by its window or its stages' alone?"""
    return not _settles(analysis.funnel) and all(
        stage.ripe is None or stage.ripe.after in ("window", "within") for stage in analysis.stages
    )


def reference_word(analysis: Analysis) -> str:
    """What the transitions are held against, in one word that is true of all of them."""
    sources = {item.reference.source for item in analysis.ranking if item.reference}
    return "target" if sources <= {"target"} else "reference"


def net(funnel: FunnelFacts) -> str:
    """' net of refund', after money that may be paid back."""
    return f" net of {_taking_back(funnel)}" if funnel.taken_back else ""


def open_window(funnel: FunnelFacts) -> str:
    """What is open as long as somebody is not ripe."""
    return f"window or the time for {_taking_back(funnel)}" if _settles(funnel) else "window"


def _settles(funnel: FunnelFacts) -> bool:
    """Has what takes the last stage back a time, which is waited for?"""
    return any(rule.for_seconds for rule in funnel.taken_back)


def _taking_back(funnel: FunnelFacts) -> str:
    return ", ".join(dict.fromkeys(printable(name) for rule in funnel.taken_back for name in rule.event))


def value(scalar: str | float | bool | None) -> str:
    """A value of a property."""
    if scalar is None:
        return "(none)"
    return str(scalar).lower() if isinstance(scalar, bool) else printable(str(scalar))


def segment(name: SegmentName) -> str:
    """'device mobile', 'device mobile and plan pro'."""
    return segment_of(name.by, name.values)


def segment_of(by: Sequence[str], values: Sequence[str | float | bool | None]) -> str:
    """'device mobile', 'device mobile and plan pro'."""
    return " and ".join(f"{printable(name)} {value(each)}" for name, each in zip(by, values, strict=True))
