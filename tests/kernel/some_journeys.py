"""Journeys to count, from the times of their stages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import ENTITY
from growthctl.kernel.journeys import Journeys


def found(rows: Sequence[Sequence[int | None]], stages: int, first: Sequence[int] | None = None) -> Journeys:
    """A row each: the time of each stage, None where the journey lacks it; `first` entries, else those of the rows."""
    time = np.array([[NEVER if at is None else at for at in row] for row in rows], np.int64).reshape(-1, stages).T
    return Journeys(
        names=pl.DataFrame({ENTITY: [f"u{number}" for number in range(len(rows))]}, {ENTITY: pl.String}),
        row=np.arange(len(rows)),
        session=None,
        group=np.zeros(len(rows), np.int64),
        depth=(time != NEVER).sum(axis=0),
        first_entry=time[0] if first is None else np.array(first, np.int64),
        time=time,
    )
