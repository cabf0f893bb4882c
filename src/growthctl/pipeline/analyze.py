"""How far everyone got, the widest bottleneck, and what to try: the main job on one page. Read this first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.diagnosis.bottleneck import Diagnosis, diagnose
from growthctl.diagnosis.counts import Reference, Transition
from growthctl.diagnosis.playbook import load_playbook, recommend
from growthctl.errors import Problem, UsageError
from growthctl.events.read import Data
from growthctl.kernel.counts import Counts, count, entrants_per_30_days, mark_ripe, reached_by_segment
from growthctl.kernel.journeys import Entries, excluded, journeys
from growthctl.kernel.match import unmatched
from growthctl.kernel.out_of_order import out_of_order
from growthctl.kernel.segments import segment_of, values_at
from growthctl.pipeline.read import FunnelLike, Moment, Read, When, load, read
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
) -> Analysis:
    """How far everyone got, the widest bottleneck, and what to try.

    `funnel` is a path or a mapping; `data` a path, a list of paths or a polars frame, by default the funnel's
    `source.path`. `since` and `until` restrict entries ([since, until); a date is midnight in the funnel's
    timezone); `as_of` is the time up to which the log is complete, by default its last event. `by` splits by these
    properties together, instead of by each of the funnel's `segments`; `attribution` replaces the funnel's.

    Raises SpecError (all problems of the funnel), UsageError (a question that makes no sense), DataError (the log).
    """
    asked, folder = load(funnel)
    by = [by] if isinstance(by, str) else by
    splits = [list(dict.fromkeys(by))] if by else [[name] for name in dict.fromkeys(asked.segments)]
    log = read(asked, folder, data, When(since, until, as_of), by or None)
    rule = attribution or asked.attribution
    where = _attribution(asked, rule)

    entries = Entries(log.span.since, log.span.until)
    found = mark_ripe(journeys(log.events, log.plan, entries), log.plan, log.span.as_of)
    astray = Astray(excluded(log.events, log.plan, entries, found), out_of_order(found, log.events, log.plan))
    counts = count(found, log.plan, asked.timezone)
    segments = [
        (split, reached_by_segment(found, segment_of(found, log.events, log.plan, split, where), log.plan))
        for split in splits
    ]
    diagnosis = _diagnose(log, counts, found)
    return build(
        asked.model_copy(update={"attribution": rule}),
        log.facts,
        log.plan,
        counts,
        astray,
        segments,
        diagnosis,
        recommend(diagnosis, load_playbook()),
    )


def _diagnose(log: Read, counts: Counts, found: pl.DataFrame) -> Diagnosis:
    transitions, unseen = [], unmatched(log.events, log.funnel)
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
                observed=declared not in unseen,
            )
        )
    since, until, as_of = log.span.since, log.span.until, log.span.as_of
    entrants = entrants_per_30_days(counts, log.plan, since, until, as_of or 0)
    return diagnose(transitions, entrants, _value(log, found))


def _value(log: Read, found: pl.DataFrame) -> float | None:
    """Money per final conversion, after margin; of a property, its mean over the journeys that have it."""
    value = log.funnel.value
    if value is None:
        return None
    worth = value.per_conversion
    if value.property is not None:
        names = [stage.name for stage in log.funnel.stages]
        stage = names.index(value.stage) if value.stage else len(names) - 1
        texts = values_at(found, log.events, log.plan, [value.property], stage)[value.property]
        amounts = texts.cast(pl.Float64, strict=False)
        worth = amounts.filter(amounts.is_finite()).mean()  # type: ignore[assignment]
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
