"""Events that share an instant may be used in whatever order helps: what one instant can contribute to an attempt.

An attempt spends distinct events, one per stage. Inside one instant of one entity it therefore uses a *run* of
consecutive stages `first … last` that can be matched one to one with events of that instant. Every part of a run is
a run too, so for each first stage the longest run says all. A *cell* is one stage of one longest run; the frame of
cells replaces the events, and what remains to be found is a chain of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from growthctl.events.rows import TIME
from growthctl.kernel.matching import matched
from growthctl.kernel.names import STAGES, UNIT


def cells(events: pl.DataFrame, stages: int, *, ties: str) -> pl.DataFrame:
    """The cells of `events` (UNIT, TIME, STAGES …): UNIT, TIME, `first` (the stage its run starts with), `stage` ….

    In the order in which chains are looked up: by unit and time; inside an instant runs that start later come first,
    so that whatever follows the cells of a run, and starts a run itself, lies at a later instant. Other columns of
    `events` must be the same for all events of one instant.
    """
    if ties == "later":
        found = _runs_of_one(events, stages).unique()
    else:
        ordered = events.select(UNIT, TIME, STAGES).sort(UNIT, TIME)
        tied = (pl.col(UNIT) == pl.col(UNIT).shift()) & (pl.col(TIME) == pl.col(TIME).shift())
        crowded = tied | tied.shift(-1) | (pl.col(STAGES).bitwise_count_ones() > 1)
        marked = ordered.with_columns(crowded.fill_null(value=False).alias("crowded"))
        found = pl.concat(
            [
                _runs_of_one(marked.filter(~pl.col("crowded")), stages),
                _longest_runs(marked.filter("crowded"), stages),
            ]
        )
    instants = events.drop(STAGES).unique()
    if instants.width > 2:
        found = found.join(instants, on=[UNIT, TIME])
    return found.sort(UNIT, TIME, "first", "stage", descending=[False, False, True, False])


def _runs_of_one(events: pl.DataFrame, stages: int) -> pl.DataFrame:
    """A run of one for every stage that an event matches."""
    return pl.concat(
        [
            events.filter(pl.col(STAGES) & (1 << k) > 0).select(
                UNIT, TIME, pl.lit(k, pl.UInt8).alias("first"), pl.lit(k, pl.UInt8).alias("stage")
            )
            for k in range(stages)
        ]
    )


def _longest_runs(events: pl.DataFrame, stages: int) -> pl.DataFrame:
    """The longest runs of crowded instants, worked out once for each different crowd.

    Instants with the same multiset of matched stages can contribute the same, and a real log has few such multisets;
    more copies of one bit set than there are stages add nothing.
    """
    crowds = (
        events.group_by(UNIT, TIME, STAGES)
        .agg(pl.len().clip(upper_bound=stages).alias("copies"))
        .sort(UNIT, TIME, STAGES)
        .group_by(UNIT, TIME, maintain_order=True)
        .agg(STAGES, "copies")
    )
    different = crowds.select(STAGES, "copies").unique(maintain_order=True)
    runs = pl.DataFrame(
        [
            (bits, copies, first, stage)
            for bits, copies in different.iter_rows()
            for first, last in longest_runs(
                [bit for bit, n in zip(bits, copies, strict=True) for _ in range(n)], stages
            )
            for stage in range(first, last + 1)
        ],
        schema={
            STAGES: pl.List(pl.UInt64),
            "copies": crowds.schema["copies"],
            "first": pl.UInt8,
            "stage": pl.UInt8,
        },
        orient="row",
    )
    return crowds.join(runs, on=[STAGES, "copies"]).select(UNIT, TIME, "first", "stage")


def longest_runs(events: Sequence[int], stages: int) -> Iterator[tuple[int, int]]:
    """For each stage that one of `events` (bit sets) matches, the longest run that starts there: (first, last)."""
    for first in range(stages):
        length = len(matched(range(first, stages), events))
        if length:
            yield first, first + length - 1
