"""From the counts of each period to the report."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.build.analysis import LogFacts, data_facts, funnel_facts, ratio, warnings_of
from growthctl.clock import iso
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.periods import Every, Period
from growthctl.kernel.plan import Plan
from growthctl.kernel.ripeness import Ripeness
from growthctl.report.trend import PeriodFacts, PeriodStage, Trend, TrendStage


def build_trend(
    funnel: Funnel, facts: LogFacts, ripeness: Ripeness, every: Every, periods: Sequence[tuple[Period, tuple[int, ...]]]
) -> Trend:
    """The trend of one funnel; `periods` each with how many journeys include each stage."""
    plan, limit = ripeness.plan, ripeness.up_to_the_end
    return Trend(
        funnel=funnel_facts(funnel, limit),
        data=data_facts(facts),
        stages=[
            TrendStage(name=stage.name, label=stage.label, optional=k not in plan.required)
            for k, stage in enumerate(funnel.stages)
        ],
        every=every,
        periods=[
            PeriodFacts(
                period=_name(period, every),
                start_at=iso(period.start_at) or "",
                end_at=iso(period.end_at) or "",
                ripe=limit is None or period.end_at + limit <= facts.as_of,
                stages=[_stage(funnel.stages[k].name, k, reached, plan) for k in range(plan.stages)],
            )
            for period, reached in periods
        ],
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
