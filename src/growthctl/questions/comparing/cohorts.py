"""Journeys of what is compared, by the day of entry, as the diagnosis reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from growthctl.clock import DAY, LONG_AGO, TimeRange, on_clock
from growthctl.diagnosis.comparison.entry_days import EntryDays, SegmentDays, TransitionDays
from growthctl.events.column_names import SIDE
from growthctl.kernel.tally.side_counts import DAY as ENTRY_DAY
from growthctl.kernel.tally.side_counts import SideCounts


def entry_days(
    counts: Mapping[tuple[str, ...], SideCounts],
    transitions: Sequence[pl.DataFrame],
    spans: Sequence[TimeRange],
    timezone: str,
    *,
    is_shared: bool = False,
) -> EntryDays:
    """Of counts as from `by_entry_day` and `by_previous_day`; `spans`: the range of each side.

    Days without entries count, too.
    """
    cells = [(side, day) for side, span in enumerate(spans) for day in _days(span, timezone)]
    places = pl.DataFrame(
        cells, [SIDE, ENTRY_DAY], orient="row", schema_overrides={SIDE: pl.Int64, ENTRY_DAY: pl.Int64}
    )
    counted = {by: _segment_days(by_day, places) for by, by_day in counts.items()}
    everybody = counted.pop(())
    return EntryDays(
        side=places[SIDE].to_numpy(),
        day=places[ENTRY_DAY].to_numpy(),
        reached=everybody.having(everybody.values),
        segments=counted,
        is_shared=is_shared,
        transitions=[TransitionDays(*(column.to_numpy() for column in frame.iter_columns())) for frame in transitions],
    )


def _segment_days(counts: SideCounts, places: pl.DataFrame) -> SegmentDays:
    """Of counts with the columns of properties, and ENTRY_DAY; `places`: SIDE and ENTRY_DAY in their order."""
    properties = counts.columns[:-1]
    stages = [name for name in counts.frame.columns if name not in (*counts.columns, SIDE)]
    rows = counts.frame.join(places.with_row_index("at"), on=[SIDE, ENTRY_DAY])
    numbers: dict[tuple[object, ...], int] = {}
    number = [
        numbers.setdefault(row[: len(properties)], len(numbers)) for row in rows.select(*properties, "at").iter_rows()
    ]
    return SegmentDays(
        numbers,
        pl.Series(number, dtype=pl.Int64).to_numpy(),
        rows["at"].cast(pl.Int64).to_numpy(),
        rows.select(pl.col(stages).cast(pl.Int64)).to_numpy().T,
        len(places),
    )


def _days(span: TimeRange, timezone: str) -> range:
    """The days on the local clock that lie in a range, at least in part; none of one that has no beginning."""
    if span.since == LONG_AGO:
        return range(0)
    start, end = on_clock(span.since, timezone), on_clock(span.until, timezone)
    return range(start // DAY, -(-end // DAY))
