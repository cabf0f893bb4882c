"""From the counts of each period to the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.build.analysis import LogFacts, data_facts, funnel_facts, ratio, warnings_of
from growthctl.build.bottleneck import plain
from growthctl.build.known_changes import changes_within
from growthctl.clock import SECOND, Micros, TimeRange, iso
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.periods import Every, Period
from growthctl.kernel.plan import Plan
from growthctl.kernel.ripeness import Ripeness
from growthctl.report.stages import CountedPeriod
from growthctl.report.trend import PeriodFacts, PeriodStage, Trend, TrendCounted, TrendSegment, TrendStage


class Series(NamedTuple):
    """How many journeys of a segment include each stage, period by period; None where it has none."""

    values: tuple[object, ...]
    """Of everybody none."""
    reached: Sequence[tuple[int, ...] | None]


class TrendScope(NamedTuple):
    """What a trend is of."""

    every: Every
    periods: Sequence[Period]
    by: Sequence[str]
    age: Micros | None
    """For how long everybody is looked at after an entry."""


def build_trend(
    funnel: Funnel,
    facts: LogFacts,
    ripeness: Ripeness,
    scope: TrendScope,
    everybody: Series,
    segments: Sequence[Series],
    counted: Sequence[CountedPeriod] = (),
) -> Trend:
    """The trend of one funnel; `counted`: for each period what was counted before its first stage."""
    plan, limit = ripeness.plan, ripeness.up_to_the_end

    def periods(series: Series) -> list[PeriodFacts]:
        return [
            PeriodFacts(
                period=_name(period, scope.every),
                start_at=iso(period.start_at) or "",
                end_at=iso(period.end_at) or "",
                ripe=limit is None or period.end_at + limit <= facts.as_of,
                stages=[
                    _stage(funnel.stages[k].name, k, reached or (0,) * plan.stages, plan) for k in range(plan.stages)
                ],
            )
            for period, reached in zip(scope.periods, series.reached, strict=True)
        ]

    followed = periods(everybody)
    stage = funnel.counted
    return Trend(
        funnel=funnel_facts(funnel, limit),
        data=data_facts(facts),
        stages=[
            TrendStage(name=stage.name, label=stage.label, optional=k not in plan.required)
            for k, stage in enumerate(funnel.stages)
        ],
        every=scope.every,
        age_seconds=None if scope.age is None else scope.age / SECOND,
        counted=TrendCounted(name=stage.stage.name, label=stage.stage.label, source=stage.name) if stage else None,
        periods=[period.model_copy(update={"counted": facts}) for period, facts in zip(followed, counted, strict=True)]
        if counted
        else followed,
        by=list(scope.by),
        segments=[
            TrendSegment(values=[plain(value) for value in series.values], periods=periods(series))
            for series in segments
        ],
        changes=changes_within(
            facts.known_changes,
            TimeRange(scope.periods[0].start_at, scope.periods[-1].end_at) if scope.periods else TimeRange(until=0),
        ),
        warnings=warnings_of(facts.warnings),
    )


def _name(period: Period, every: Every) -> str:
    return period.starts.isoformat(timespec="minutes") if every == "hour" else period.starts.date().isoformat()


def _stage(name: str, position: int, reached: Sequence[int], plan: Plan) -> PeriodStage:
    return PeriodStage(
        name=name,
        reached=reached[position],
        conversion_rate=ratio(reached[position], reached[plan.anchor(position)]) if position else None,
        overall_conversion_rate=ratio(reached[position], reached[0]),
    )
