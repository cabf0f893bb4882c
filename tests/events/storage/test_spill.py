"""Every row is in one part, and all rows of a key in the same."""

from __future__ import annotations

import polars as pl
import pytest

from growthctl.events.storage.scratch import Scratch
from growthctl.events.storage.spill import Partitions, Spill

FRAME = pl.DataFrame(
    {"key": [n * 7 % 50 for n in range(500)], "value": range(500), "text": ["a", None, "b", "ü", "a"] * 100},
    schema_overrides={"text": pl.Categorical},
)


def spilled(frame: pl.DataFrame, number: int) -> Partitions:
    spill = Spill(Scratch(), "key", number)
    pl.collect_all([spill.query(frame.lazy())], engine="streaming")
    return spill.written(frame.schema)


@pytest.mark.parametrize("number", [1, 4, 60])
def test_parts_in_files_hold_all_rows_and_a_key_whole(number: int) -> None:
    parts = spilled(FRAME, number)
    assert_whole(list(parts))
    assert parts.rows.collect().sort("value").equals(FRAME)


def test_rows_in_memory_are_one_part() -> None:
    parts = Partitions(FRAME.lazy())
    assert parts.height == FRAME.height
    assert_whole(list(parts))


def assert_whole(parts: list[pl.DataFrame]) -> None:
    assert pl.concat(parts).sort("value").equals(FRAME)
    assert sum(part["key"].n_unique() for part in parts) == FRAME["key"].n_unique()


def test_no_rows_are_one_empty_part() -> None:
    for parts in (spilled(FRAME.clear(), 4), Partitions(FRAME.clear().lazy())):
        assert [part.equals(FRAME.clear()) for part in parts] == [True]
