"""From the counts of paths to the report."""

from __future__ import annotations

from typing import Any, NamedTuple

from growthctl.build.log_facts import LogFacts, data_facts, funnel_facts, warnings_of
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.ripeness import Ripeness
from growthctl.kernel.tally.path_counts import EventPath, Outcomes, PathCounts, Walk
from growthctl.report.paths import JourneyShare, PathFacts, Paths, StepFacts
from growthctl.stats.proportions import Proportion

MOST = 100
"""Events and paths that are listed: names of events may be without number."""


class PathScope(NamedTuple):
    """What paths are of."""

    stage: int
    walk: Walk
    reached: bool | None
    """Of those who reached the next stage or of those who dropped; None is of all."""


def build_paths(
    funnel: Funnel, facts: LogFacts, ripeness: Ripeness, scope: PathScope, outcomes: Outcomes, counts: PathCounts
) -> Paths:
    """The paths of one funnel, whose stages are the rows of its answers."""
    stage, walk, reached = scope
    following = ripeness.plan.following(stage)
    after = None if following is None else funnel.stages[following]
    steps, sequences = counts.ranking(1, MOST), counts.ranking(walk.steps, MOST)
    return Paths(
        funnel=funnel_facts(funnel, ripeness.up_to_the_end),
        data=data_facts(facts),
        stage=funnel.stages[stage].name,
        label=funnel.stages[stage].label,
        direction="before" if walk.backward else "after",
        next_stage=after.name if after else None,
        next_label=after.label if after else None,
        reached=outcomes.reached,
        went_on=outcomes.went_on if after else None,
        dropped=outcomes.dropped if after else None,
        open=outcomes.open if after else None,
        outcome=None if reached is None else "reached" if reached else "dropped",
        journeys=counts.journeys,
        steps=walk.steps,
        events=[StepFacts(event=event, **_share(number, counts)) for (event,), number in steps.first],
        more_events=steps.paths - len(steps.first),
        nothing=JourneyShare(**_share(counts.without_step, counts)),
        paths=[PathFacts(events=_in_time(path, walk), **_share(number, counts)) for path, number in sequences.first],
        more_paths=sequences.paths - len(sequences.first),
        warnings=warnings_of(facts.warnings),
    )


def _in_time(path: EventPath, walk: Walk) -> list[str | None]:
    return list(reversed(path) if walk.backward else path)


def _share(number: int, counts: PathCounts) -> dict[str, Any]:
    proportion = Proportion(counts.journeys, number)
    interval = proportion.wilson()
    return {
        "journeys": number,
        "share": proportion.rate,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }
