"""How far everyone got, the widest bottleneck, and what to try: the main job on one page. Read this first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.diagnosis.bottleneck import Diagnosis, diagnose
from growthctl.diagnosis.counts import Reference, Transition
from growthctl.diagnosis.playbook import load_playbook, recommend
from growthctl.errors import Problem, UsageError
from growthctl.events.memory import Memory
from growthctl.events.read import Data
from growthctl.kernel.counts import Counts, count, entrants_per_30_days, mark_ripe, reached_by_segment
from growthctl.kernel.settle import Question
from growthctl.pipeline.read import FunnelLike, Moment, Read, When, load, read_and_settle
from growthctl.report.build import Astray, build
from growthctl.report.model import Analysis
from growthctl.spec.model import Funnel
from growthctl.spec.nearest import did_you_mean


def analyze(
    funnel: FunnelLike,
    data: Data = None,
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    as_of: Moment | None = None,
    by: str | Sequence[str] | None = None,
    attribution: str | None = None,
    memory: Memory = None,
) -> Analysis:
    """How far everyone got, the widest bottleneck, and what to try.

    `funnel` is a path or a mapping; `data` a path, a list of paths or a polars frame, by default the funnel's
    `source.path`. `since` and `until` restrict entries ([since, until); a date is midnight in the funnel's
    timezone); `as_of` is the time up to which the log is complete, by default its last event. `by` splits by these
    properties together, instead of by each of the funnel's `segments`; `attribution` replaces the funnel's.
    A log that may take more than `memory` (such as "4GB", or bytes; by default half of the machine's) is worked on in
    parts, through temporary files.

    Raises SpecError (all problems of the funnel), UsageError (a question that makes no sense), DataError (the log).
    """
    asked, folder = load(funnel)
    by = [by] if isinstance(by, str) else by
    splits = (tuple(dict.fromkeys(by)),) if by else tuple((name,) for name in dict.fromkeys(asked.segments))
    rule = attribution or asked.attribution
    where = _attribution(asked, rule)
    when = When(since, until, as_of)
    log, settled = read_and_settle(
        asked, folder, data, when, lambda log: Question(log.entries, splits, where, _valued(asked)), by or None, memory
    )
    found = mark_ripe(settled.journeys, log.plan, log.span.as_of)
    counts = count(found, log.plan, asked.timezone)
    segments = [
        (split, reached_by_segment(found, values, log.plan))
        for split, values in zip(splits, settled.segments, strict=True)
    ]
    diagnosis = _diagnose(log, counts, settled.values)
    return build(
        asked.model_copy(update={"attribution": rule}),
        log.facts(settled),
        log.plan,
        counts,
        Astray(settled.excluded, settled.out_of_order),
        segments,
        diagnosis,
        recommend(diagnosis, load_playbook()),
    )


def _diagnose(log: Read, counts: Counts, values: pl.Series | None) -> Diagnosis:
    transitions = []
    for stage in log.plan.required[1:]:
        declared, here, anchor = log.funnel.stages[stage], counts.stages[stage], log.plan.anchor(stage)
        transitions.append(
            Transition(
                stage=declared.name,
                from_stage=log.funnel.stages[anchor].name,
                owner=declared.owner,
                kind=declared.kind,
                entered=here.ripe_before,
                converted=here.ripe,
                reference=Reference(declared.target, "target") if declared.target is not None else None,
                weeks=tuple((week[anchor], week[stage]) for week in counts.weeks),
                observed=bool(log.seen >> stage & 1),
            )
        )
    since, until, as_of = log.span.since, log.span.until, log.span.as_of
    entrants = entrants_per_30_days(counts, log.plan, since, until, as_of or 0)
    return diagnose(transitions, entrants, _value(log.funnel, values))


def _valued(funnel: Funnel) -> tuple[str, int] | None:
    """The property that a conversion is worth, and the stage whose event has it."""
    value = funnel.value
    if value is None or value.property is None:
        return None
    names = [stage.name for stage in funnel.stages]
    return value.property, names.index(value.stage) if value.stage else len(names) - 1


def _value(funnel: Funnel, values: pl.Series | None) -> float | None:
    """Money per final conversion, after margin; of a property, its mean over the journeys that have it."""
    value = funnel.value
    if value is None:
        return None
    worth = value.per_conversion
    if values is not None:
        amounts = values.cast(pl.Float64, strict=False)
        # Sorted, because a sum of fractions depends on their order.
        worth = amounts.filter(amounts.is_finite()).sort().mean()  # type: ignore[assignment]
    return None if worth is None else worth * value.margin


def _attribution(funnel: Funnel, rule: str) -> str | int:
    """`first`, `last`, or the position of a stage."""
    names = [stage.name for stage in funnel.stages]
    if rule in ("first", "last"):
        return rule
    if rule == "entry":
        return 0
    name = rule.removeprefix("stage:")
    if not rule.startswith("stage:") or name not in names:
        near = did_you_mean(name, [*names, "entry", "first", "last"])
        hint = "entry, first, last, or stage: and the name of a stage"
        raise UsageError(Problem("invalid_attribution", f"'{rule}' is no rule of attribution{near}", hint))
    return names.index(name)
