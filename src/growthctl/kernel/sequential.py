"""Sequential order: anything may lie between two stages.

Depth by depth from the last stage down: the groups of entries that have an attempt of that depth are settled, the
others are asked again one stage less deep. A unit is only asked for depths for which it has an event at every stage,
so most take part in a single round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.chains import Limit, chains
from growthctl.kernel.exclusions import fence, last_excluded
from growthctl.kernel.names import DEPTH, GROUP, STAGES, UNIT
from growthctl.kernel.pick import deepest, earliest
from growthctl.kernel.plan import ENTRY_TIME, Plan, choices, times
from growthctl.kernel.ties import cells as cells_of


def sequential_journeys(events: pl.DataFrame, entries: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The journey of each ENTITY and GROUP: ENTITY, GROUP, UNIT, DEPTH and the time of each stage reached.

    `events` holds ENTITY, UNIT, TIME, STAGES, EXCLUDED and their fences; `entries` UNIT, TIME, ENTITY and GROUP.
    """
    units = events.drop_nulls(UNIT)
    cells = _starting(_cells(units, plan, plan.required), entries)
    if any(rule.drop for rule in plan.exclusions):
        journeys = _clean(cells, entries, plan, events)
    else:
        journeys = pl.concat(_rounds(cells, entries, plan, plan.required), how="diagonal")
    journeys = journeys.rename(_stage_names(plan.required))
    if plan.optional:
        journeys = _with_optional(journeys, units, plan)
    return deepest(journeys, plan)


def _cells(events: pl.DataFrame, plan: Plan, path: Sequence[int]) -> pl.DataFrame:
    """The cells of the stages of `path`, which are its positions."""
    bits = [(pl.col(STAGES) // (1 << stage) % 2) * (1 << position) for position, stage in enumerate(path)]
    fences = [fence(number) for number in range(len(plan.exclusions))]
    on_path = events.select(UNIT, TIME, pl.sum_horizontal(bits).alias(STAGES), *fences)
    return cells_of(on_path.filter(pl.col(STAGES) > 0), len(path), ties=plan.ties)


def _starting(cells: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """The cells from each unit's first entry on, without entries that are not among `entries`."""
    begin = entries.group_by(UNIT).agg(pl.col(TIME).min().alias("begin"))
    starts = entries.select(UNIT, TIME, pl.lit(value=True).alias("may_start")).unique()
    return (
        cells.join(begin, on=UNIT, maintain_order="left")
        .filter(pl.col(TIME) >= pl.col("begin"))
        .join(starts, on=[UNIT, TIME], how="left", maintain_order="left")
        .filter((pl.col("first") > 0) | pl.col("may_start"))
        .drop("begin", "may_start")
    )


def _rounds(
    cells: pl.DataFrame, entries: pl.DataFrame, plan: Plan, path: Sequence[int], *, blocked: bool = False
) -> Iterator[pl.DataFrame]:
    """The journeys of each depth, deepest first; times are those of positions of `path`."""
    seen = cells.group_by(UNIT).agg(pl.lit(2, pl.UInt64).pow("stage").bitwise_or().alias("seen"))
    hoped = seen.select(UNIT, pl.col("seen").bitwise_trailing_ones().alias("hoped"))
    one_each = entries[GROUP].n_unique() <= 1
    for depth in range(len(path), 0, -1):
        asked = cells.join(hoped.filter(pl.col("hoped") >= depth), on=UNIT, how="semi", maintain_order="left")
        found = chains(asked, depth, list(limits(plan, path, depth, blocked=blocked)))
        settled = earliest(_grouped(found, entries), depth)
        yield settled
        entries = entries.join(settled, on=[ENTITY, GROUP], how="anti")
        # With one journey for each entity, its units leave as a whole.
        cells = (
            cells.join(entries, on=UNIT, how="semi", maintain_order="left") if one_each else _starting(cells, entries)
        )


def _grouped(found: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    return found.join(entries, left_on=[UNIT, ENTRY_TIME], right_on=[UNIT, TIME])


def limits(plan: Plan, path: Sequence[int], depth: int, *, blocked: bool = False) -> Iterator[Limit]:
    """The limits of a chain through the first `depth` stages of `path`, in positions of the path.

    With `blocked`, the last stage may lie behind an event whose exclusion drops the entity.
    """
    last = depth - 1
    if plan.window is not None:
        yield Limit(0, last, plan.window)
    for position, stage in enumerate(path[:depth]):
        within = plan.within[stage]
        if within is not None:
            yield Limit(path.index(plan.anchor(stage)), position, within)
    for number, rule in enumerate(plan.exclusions):
        bound = sum(stage <= rule.before for stage in path) - 1
        end = min(bound, last - 1 if blocked and rule.drop else last)
        after = path.index(rule.after) if rule.after in path else depth
        if after < end:
            yield Limit(after, end, fence(number))


def _clean(cells: pl.DataFrame, entries: pl.DataFrame, plan: Plan, events: pl.DataFrame) -> pl.DataFrame:
    """The journeys where an exclusion drops the entity: whoever gets no deeper than the clean ones stays.

    How deep a sequence goes that meets such an event is how deep one goes whose last stage alone may be blocked.
    So an entity stays if a clean attempt goes as deep as that.
    """
    path = plan.required
    journeys = []
    for depth, possible in zip(range(len(path), 0, -1), _rounds(cells, entries, plan, path, blocked=True), strict=True):
        concerned = entries.join(possible, on=[ENTITY, GROUP], how="semi")
        asked = _starting(cells, concerned)
        rules = list(limits(plan, path, depth))
        found = _grouped(chains(asked, depth, rules), concerned)
        met = last_excluded(found, events, plan, path[depth - 1], times([depth - 1])[0])
        untouched = found.join(met, on=[UNIT, ENTRY_TIME], how="anti")
        again = _grouped(_ending_later(asked, met, plan, depth, rules), concerned)
        journeys.append(earliest(pl.concat([untouched, again.select(untouched.columns)]), depth))
    return pl.concat(journeys, how="diagonal")


def _ending_later(
    cells: pl.DataFrame, met: pl.DataFrame, plan: Plan, depth: int, rules: Sequence[Limit]
) -> pl.DataFrame:
    """The chains of the entries `met` (UNIT, time_0, `end`) whose last stage is not before `end`.

    Each entry is looked at on its own, with the part of its unit's cells that its window holds.
    """
    own = met.with_row_index("own")
    inside = pl.col(TIME) >= pl.col(ENTRY_TIME)
    if plan.window is not None:
        inside = inside & (pl.col(TIME) - pl.col(ENTRY_TIME) <= plan.window)
    usable = (
        cells.join(own, on=UNIT)
        .filter(
            inside,
            (pl.col("first") > 0) | (pl.col(TIME) == pl.col(ENTRY_TIME)),
            (pl.col("stage") < depth - 1) | (pl.col(TIME) >= pl.col("end")),
        )
        .drop(UNIT, ENTRY_TIME, "end")
        .rename({"own": UNIT})
        .sort(UNIT, TIME, "first", "stage", descending=[False, False, True, False])
    )
    found = chains(usable, depth, rules)
    return found.rename({UNIT: "own"}).join(own.select("own", UNIT), on="own").drop("own")


def _with_optional(journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """`journeys` with the times of the optional stages that they did on the way.

    The required times are settled. Of the optional stages as many as possible are taken, of equally many the earlier
    stages; each choice is asked for, as if its stages were required, of those who have an event of each.
    """
    seen = events.group_by(UNIT).agg(pl.col(STAGES).bitwise_or().alias("seen"))
    completed = []
    for (depth,), found in journeys.join(seen, on=UNIT).partition_by(DEPTH, as_dict=True).items():
        required = plan.required[:depth]
        end = plan.required[depth] if depth < len(plan.required) else plan.stages
        for taken in choices([stage for stage in plan.optional if stage < end]):
            having = sum(1 << stage for stage in taken)
            asked = found.filter(pl.col("seen") & having == having)
            if asked.is_empty():
                continue
            passed = _passing(asked, events, plan, sorted((*required, *taken))) if taken else asked
            completed.append(passed.drop("seen"))
            found = found.join(passed, on=[ENTITY, GROUP, UNIT], how="anti")
    return pl.concat([journeys.clear(), *completed], how="diagonal")


def _passing(journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, path: Sequence[int]) -> pl.DataFrame:
    """Those of `journeys` that pass all stages of `path`, with the times of the optional ones."""
    own = journeys.with_row_index("own")
    at_required = [
        pl.when(pl.col(times([stage])[0]) == pl.col(TIME)).then(pl.col(STAGES) & (1 << stage)).otherwise(0)
        if stage in plan.required
        else pl.col(STAGES) & (1 << stage)
        for stage in path
    ]
    mine = (
        events.join(own.drop(ENTITY), on=UNIT)
        .filter(pl.col(TIME) >= pl.col(ENTRY_TIME))
        .with_columns(pl.sum_horizontal(at_required).alias(STAGES))
        .with_columns(pl.col("own").alias(UNIT))
    )
    found = chains(_cells(mine, plan, path), len(path), list(limits(plan, path, len(path))))
    optional = [name for name, stage in zip(times(range(len(path))), path, strict=True) if stage in plan.optional]
    passed = found.select(pl.col(UNIT).alias("own"), *optional).rename(
        {old: new for old, new in _stage_names(path).items() if old in optional}
    )
    return own.join(passed, on="own").drop("own")


def _stage_names(path: Sequence[int]) -> dict[str, str]:
    return dict(zip(times(range(len(path))), times(path), strict=True))
