"""Which events make a funnel: the way that most people took who got to the event that is worth most."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from growthctl.clock import DAY, HOUR, WEEK, Micros
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, TIME
from growthctl.events.inspect.event_profiles import EventProfile

_VALUABLE = (
    re.compile(r"purchase|paid|payment(?!.*detail)|order|subscri|won$|closed.?won|contract|convert|conversion"),
    re.compile(r"complete|transaction|checkout|trial|sign.?up|signed|register|approved|submit"),
)
"""Names of events that a business lives from, the surest first."""
_AGAINST = re.compile(r"refund|cancel|fail|error|reject|abandon|chargeback|view|cart|detail|start|click")
_NO_STEP = re.compile(r"\.(js|css|map|png|jpe?g|gif|svg|webp|ico|woff2?|ttf)(\?|$)|robots\.txt|sitemap")
"""What browsers and robots fetch by themselves."""
_MOST_EVENTS, _MOST_STAGES = 60, 6
_FEWEST, _USUAL, _SAME = 0.002, 0.5, 0.98
"""Of all entities those that a goal has at least; of those at the goal the share that has gone through a stage; of
those at a stage the share by which another one is the same."""
WINDOWS: tuple[tuple[str, Micros], ...] = (
    ("30m", HOUR // 2), ("1h", HOUR), ("6h", 6 * HOUR), ("1d", DAY), ("3d", 3 * DAY), ("7d", WEEK), ("14d", 2 * WEEK),
    ("30d", 30 * DAY), ("60d", 60 * DAY), ("90d", 90 * DAY), ("180d", 180 * DAY), ("365d", 365 * DAY),
)  # fmt: skip
_MOST_IN_TIME = 0.95
_LARGE = 30
"""So many people of one value tell whether all of them go on."""


class LikelyFunnel(NamedTuple):
    """Stages in their order, and how long people take."""

    events: tuple[str, ...]
    window: str | None
    """A duration within which nearly all of those convert that do; None where the log is too short to say."""


def likely_funnel(
    rows: pl.LazyFrame, events: Sequence[EventProfile], chosen: Sequence[str] = (), sold: Collection[str] = ()
) -> LikelyFunnel:
    """Of canonical rows, and their events; `chosen`: the stages, where somebody knows them; `sold`: events that are
    valuable whatever they are called, as they have an amount.
    """
    entities = {event.name: event.entities for event in events if event.name is not None}
    counts = {event.name: event.rows for event in events if event.name is not None}
    considered = list(chosen) or _steps(entities)[:_MOST_EVENTS]
    usable = rows.filter(pl.col(REJECTED).is_null() & pl.col(EVENT).is_in(considered))
    firsts = usable.group_by(ENTITY, EVENT).agg(pl.col(TIME).min()).collect(engine="streaming")
    if not firsts.height:
        return LikelyFunnel(tuple(chosen), None)
    steps = {name: entities[name] for name in considered if name in entities}
    stages = tuple(chosen) or _stages(firsts, steps, counts, sold)
    return LikelyFunnel(stages, _window(firsts, stages) if len(stages) > 1 else None)


def _steps(entities: Mapping[str, int]) -> list[str]:
    """The events that most have first, without what nobody does."""
    steps = [name for name in entities if not _NO_STEP.search(name.lower())] or list(entities)
    return sorted(steps, key=lambda name: -entities[name])


def _stages(
    firsts: pl.DataFrame, entities: Mapping[str, int], counts: Mapping[str, int], sold: Collection[str]
) -> tuple[str, ...]:
    goal = _goal(firsts, entities, sold)
    reached = firsts.filter(pl.col(EVENT) == goal).select(ENTITY, pl.col(TIME).alias("goal_at"))
    before = firsts.join(reached, on=ENTITY).filter((pl.col(TIME) <= pl.col("goal_at")) & (pl.col(EVENT) != goal))
    ranked = before.with_columns(pl.col(TIME).rank("average").over(ENTITY).alias("rank"))
    usual = (
        ranked.group_by(EVENT)
        .agg((pl.len() / reached.height).alias("share"), pl.col("rank").mean())
        .filter(pl.col("share") >= _USUAL)
        .sort("rank", EVENT)
    )
    stages: list[str] = []
    for event in usual[EVENT]:
        # What about as many get to as to the stage before is the same stage by another name: the commoner one.
        if stages and entities[event] >= _SAME * entities[stages[-1]]:
            stages[-1] = max(stages[-1], event, key=lambda name: (counts[name], name))
        elif entities[event] > entities[goal]:
            stages.append(event)
    while len(stages) >= _MOST_STAGES:
        stages.remove(min(stages[1:], key=lambda stage: _narrowing(stages, stage, entities)))
    return (*stages, goal)


def _narrowing(stages: Sequence[str], stage: str, entities: Mapping[str, int]) -> float:
    """How many of those before get to a stage: the least telling one is that which nearly all get to."""
    return -entities[stage] / entities[stages[stages.index(stage) - 1]]


def _goal(firsts: pl.DataFrame, entities: Mapping[str, int], sold: Collection[str]) -> str:
    """The rarest of the events with the most valuable names; without such a name that which comes last for most."""
    fewest = max(2, _FEWEST * firsts[ENTITY].n_unique())
    frequent = [name for name in entities if entities[name] >= fewest] or list(entities)
    for words in _VALUABLE:
        named = [
            name
            for name in frequent
            if (name in sold or words.search(name.lower())) and not _AGAINST.search(name.lower())
        ]
        if named:
            return min(named, key=lambda name: (entities[name], name))
    last = firsts.filter(pl.col(EVENT).is_in(frequent)).with_columns(
        (pl.col(TIME).rank("average").over(ENTITY) / pl.len().over(ENTITY)).alias("rank"),
        pl.len().over(ENTITY).alias("n"),
    )
    ranks = last.filter(pl.col("n") > 1).group_by(EVENT).agg(pl.col("rank").mean()).sort("rank", EVENT)
    return str(ranks[EVENT][-1]) if ranks.height else min(frequent, key=lambda name: (entities[name], name))


def telling(rows: pl.LazyFrame, properties: Sequence[str], stages: Sequence[str]) -> tuple[str, ...]:
    """Of properties of canonical rows those by which a funnel can be split.

    Their values at the entry differ, and do not say already who gets to the end.
    """
    usable = rows.filter(pl.col(REJECTED).is_null())
    entry, goal = (usable.filter(pl.col(EVENT) == stages[end]) for end in (0, -1))
    entries = entry.sort(TIME).unique(ENTITY, keep="first", maintain_order=True).select(ENTITY, *properties)
    reached = goal.select(ENTITY).unique().with_columns(pl.lit(True).alias("reached"))
    people = entries.join(reached, on=ENTITY, how="left").collect()
    splitting = []
    for name in properties:
        rates = people.group_by(name).agg(pl.col("reached").count() / pl.len(), pl.len().alias("size"))
        large = rates.filter(pl.col("size") >= _LARGE)["reached"]
        is_outcome = large.len() > 0 and large.is_in([0.0, 1.0]).all()
        if rates.height > 1 and not is_outcome:
            splitting.append(name)
    return tuple(splitting)


def _window(firsts: pl.DataFrame, events: Sequence[str]) -> str | None:
    """The shortest usual duration in which nearly all conversions happened; at most a third of what the log covers."""
    entry, goal = (firsts.filter(pl.col(EVENT) == name).select(ENTITY, TIME) for name in (events[0], events[-1]))
    waits = entry.join(goal, on=ENTITY).select((pl.col(f"{TIME}_right") - pl.col(TIME)).alias("wait"))["wait"]
    longest = waits.filter(waits >= 0).quantile(_MOST_IN_TIME, "higher")
    first, last = firsts.select(pl.col(TIME).min().alias("first"), pl.col(TIME).max().alias("last")).row(0)
    possible = [(text, length) for text, length in WINDOWS if length <= (last - first) / 3]
    enough = [text for text, length in possible if longest is not None and longest <= length]
    return [*enough, *(text for text, _ in possible[-1:]), None][0]
