"""The JSON of an earlier `analyze` as one side of a comparison: counts of ripe entities."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from growthctl.build.analysis import funnel_facts
from growthctl.clock import TimeRange, instant_of
from growthctl.errors import DataError, Problem
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.tally.side_counts import Reached
from growthctl.report.previous_result import EarlierAnalysis, EarlierFunnel, EarlierSegmentStage, earlier_analyses

_HINT = "name the file that growthctl analyze -f json wrote for this funnel"


class PreviousCounts(NamedTuple):
    """How many ripe entities reached each required stage."""

    range: TimeRange
    """Of their entries; without ends where nobody was ripe."""
    reached: Reached
    segments: Mapping[str, Mapping[tuple[object, ...], Reached]]
    """The same by the values of single properties."""


def previous_counts(path: str, funnel: Funnel) -> PreviousCounts:
    """The analysis of `funnel` in a file.

    Raises DataError where it holds none, or one of other stages or rules.
    """
    try:
        analyses = earlier_analyses(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise _unusable(path, "it is not the JSON of an analysis") from error
    now = EarlierFunnel.model_validate(funnel_facts(funnel).model_dump())
    analysis = next((each for each in analyses if each.funnel.name == now.name), None)
    if analysis is None:
        raise _unusable(path, f"it holds no analysis of '{now.name}'")
    stages = [stage.name for stage in analysis.stages if not stage.optional]
    required = [stage.name for stage in funnel.stages if not stage.optional]
    if stages != required:
        raise _unusable(path, f"its stages were {', '.join(stages)}; now they are {', '.join(required)}")
    # An estimate is no rule.
    estimated = any(stage.ripe and stage.ripe.after in ("estimate", "unknown") for stage in analysis.stages)
    for rule, was in analysis.funnel.model_dump(exclude={"ripe_after_seconds"} if estimated else None).items():
        if was != getattr(now, rule):
            raise _unusable(path, f"its {rule} was {was}; now it is {getattr(now, rule)}")
    return _counts(analysis)


def _counts(analysis: EarlierAnalysis) -> PreviousCounts:
    required = {stage.name for stage in analysis.stages if not stage.optional}
    by_property: dict[str, dict[tuple[object, ...], Reached]] = {}
    for segment in analysis.segments:
        if len(segment.by) == 1:
            by_property.setdefault(segment.by[0], {})[tuple(segment.values)] = _reached(segment.stages, required)
    # Only where a window decides, and no more, those who are ripe at a stage are among those who are at the one before.
    if analysis.funnel.window_seconds is None or analysis.funnel.window_seconds != analysis.funnel.ripe_after_seconds:
        by_property = {}
    return PreviousCounts(_range(analysis), _reached_throughout(analysis, required), by_property)


def _reached(stages: Sequence[EarlierSegmentStage], required: Collection[str]) -> Reached:
    ripe = [stage.ripe for stage in stages if stage.ripe and stage.name in required]
    return (ripe[0].entered, *(each.converted for each in ripe)) if ripe else (0,) * len(required)


def _reached_throughout(analysis: EarlierAnalysis, required: Collection[str]) -> Reached:
    counted = [stage.ripe_throughout for stage in analysis.stages if not stage.optional]
    known = tuple(count for count in counted if count is not None)
    return known if len(known) == len(counted) else _reached(analysis.stages, required)


def _range(analysis: EarlierAnalysis) -> TimeRange:
    """Of the entries that were ripe: from `since` or the first one to `until` or the last that could be."""
    window = round((analysis.funnel.ripe_after_seconds or 0) * 1e6)
    since, until, as_of = (instant_of(at) for at in (analysis.data.since, analysis.data.until, analysis.data.as_of))
    first_ripe = instant_of(analysis.bottleneck.first_ripe_at)
    if since is None and first_ripe is not None:
        first = [stage.ripe for stage in analysis.stages if not stage.optional and stage.ripe][:1]
        own_limit = next((ripe.after_seconds for ripe in first if ripe.after_seconds is not None), None)
        since = first_ripe - (window if own_limit is None else round(own_limit * 1e6))
    if as_of is not None and (until is None or until > as_of - window):
        until = as_of - window
    if since is None or until is None or since >= until:
        return TimeRange()
    return TimeRange(since, until)


def _unusable(path: str, reason: str) -> DataError:
    return DataError(Problem("unusable_result", f"--against {path}: {reason}", _HINT))
