"""Most entities need no search: the earliest event of each stage already is their journey.

Take the earliest event of every stage that the entity has an event of. Where these are stages 1 … d without a gap, at
strictly rising times and within every limit, they are the journey:
- it is an attempt: distinct events (their times differ), in order, within the limits;
- none is deeper, because there is no event of any other stage;
- none is earlier at any stage, because these are the earliest events, and entries, that there are.
An optional stage may be missing; where it is not, as many as possible are taken, at their earliest. So the rule asks of
every stage that the entity has: later than the earliest of the stages before it. Nothing is out of order then, and
where no excluded event is near, nothing is excluded. Everybody else is left to `journeys`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.journeys import Entries
from growthctl.kernel.names import CHECK, DEPTH, EXCLUDED, FIRST_ENTRY, GROUP, SESSION, STAGES
from growthctl.kernel.plan import ENTRY_TIME, Plan, times

_NEVER = 2**63 - 1
_LATEST_ENTRY = "#latest_entry"
_HINDERED = "#hindered"
_SETTLED = "#settled"
_OTHER_CHECK = "#other_check"


class SharedNumberError(Exception):
    """Two entities are one number."""


@dataclass(frozen=True)
class Minima:
    """`journeys` as `journeys.journeys` gives them, with `extra` columns; `others`, the keys of who has another.

    `keys`: how many entities, or sessions, have any event.
    """

    journeys: pl.DataFrame
    others: pl.DataFrame
    keys: int


def covers(plan: Plan) -> bool:
    """Whether the minima can settle anybody under this plan."""
    return plan.order == "sequential" and not plan.hold


def minima(events: pl.DataFrame, plan: Plan, entries: Entries, extra: Sequence[tuple[str, pl.Expr]] = ()) -> Minima:
    """The journeys that the earliest events are, of all `events` of some entities; `plan` is covered.

    `extra` are named numbers of an entry event; the smallest of each over the entries is added to a journey.
    Raises SharedNumberError where CHECK says that two entities have one number.
    """
    keys = [name for name in (ENTITY, SESSION) if name in events.columns]
    stages = times(range(plan.stages))
    is_entry = _is_entry(entries)
    found = [pl.col(STAGES) & (1 << stage) > 0 for stage in range(1, plan.stages)]
    earliest = [
        pl.when(here).then(pl.col(TIME)).otherwise(pl.lit(_NEVER, pl.Int64)).alias(name)
        for name, here in zip(stages, [is_entry, *found], strict=True)
    ]
    least = [pl.when(is_entry).then(value).otherwise(pl.lit(_NEVER, pl.Int64)).alias(name) for name, value in extra]
    several = plan.count == "attempts" and plan.entry == "any"
    latest = [pl.when(is_entry).then(pl.col(TIME)).alias(_LATEST_ENTRY)] if several or entries.period else []
    check = [CHECK] if CHECK in events.columns else []
    hindered = [(pl.col(EXCLUDED) > 0).alias(_HINDERED)] if plan.exclusions else []
    grouped = (
        events.lazy()
        .select(*keys, *earliest, *least, *latest, *hindered, *check)
        .group_by(keys)
        .agg(
            pl.col(*stages, *(name for name, _ in extra)).min(),
            *([pl.col(_LATEST_ENTRY).max()] if latest else []),
            *([pl.col(_HINDERED).any()] if hindered else []),
            *([pl.col(CHECK).min(), pl.col(CHECK).max().alias(_OTHER_CHECK)] if check else []),
        )
        .with_columns(pl.all_horizontal(pl.lit(value=True), *_conditions(plan, entries)).alias(_SETTLED))
        .collect(engine="streaming")
    )
    if check and (grouped[CHECK] != grouped[_OTHER_CHECK]).any():
        raise SharedNumberError
    entered = grouped.lazy().filter(pl.col(ENTRY_TIME) != _NEVER)
    settled = entered.filter(_SETTLED)
    group = pl.col(ENTRY_TIME) if plan.count == "attempts" else pl.lit(0, pl.Int64)
    journeys = settled.select(
        *keys,
        (entries.period(pl.col(ENTRY_TIME)) if entries.period else group).alias(GROUP),
        pl.sum_horizontal((pl.col(stages[k]) != _NEVER).cast(pl.UInt8) for k in plan.required).alias(DEPTH),
        pl.col(ENTRY_TIME).alias(FIRST_ENTRY),
        *(pl.when(pl.col(name) != _NEVER).then(pl.col(name)).alias(name) for name in stages),
        *(name for name, _ in extra),
    )
    others = entered.filter(~pl.col(_SETTLED)).select(keys)
    return Minima(journeys.collect(), others.collect(), grouped.height)


def _is_entry(entries: Entries) -> pl.Expr:
    is_entry = pl.col(STAGES) & 1 > 0
    if entries.since is not None:
        is_entry = is_entry & (pl.col(TIME) >= entries.since)
    if entries.until is not None:
        is_entry = is_entry & (pl.col(TIME) < entries.until)
    return is_entry


def _conditions(plan: Plan, entries: Entries) -> Iterator[pl.Expr]:
    for stage in range(1, plan.stages):
        yield _absent(stage) | pl.all_horizontal(_in_order(plan, stage), _in_time(plan, stage))
    if entries.period is not None:
        entry = pl.when(~_absent(0)).then(pl.col(ENTRY_TIME))
        yield entries.period(pl.col(_LATEST_ENTRY)) == entries.period(entry)
    elif plan.count == "attempts" and plan.entry == "any":
        yield pl.col(_LATEST_ENTRY) == pl.col(ENTRY_TIME)
    if plan.exclusions:
        yield ~pl.col(_HINDERED)


def _in_order(plan: Plan, stage: int) -> pl.Expr:
    """After the required stage before it, and after the optional ones between the two that there are."""
    anchor, here = plan.anchor(stage), _time(stage)
    between = [_absent(optional) | (_time(optional) < here) for optional in range(anchor + 1, stage)]
    return pl.all_horizontal(_time(anchor) < here, *between)


def _in_time(plan: Plan, stage: int) -> pl.Expr:
    limits = [(0, plan.window), (plan.anchor(stage), plan.within[stage])]
    held = [_time(stage) - _time(anchor) <= limit for anchor, limit in limits if limit is not None]
    return pl.all_horizontal(held) if held else pl.lit(value=True)


def _absent(stage: int) -> pl.Expr:
    return _time(stage) == _NEVER


def _time(stage: int) -> pl.Expr:
    return pl.col(times([stage])[0])
