"""Rows are counted for whoever listens."""

from __future__ import annotations

import polars as pl
import pytest

from growthctl.events.progress import Progress, counted_rows, is_heard, listening

FRAME = pl.LazyFrame({"n": range(1000)})


def test_rows_are_told_as_they_pass_and_stay_as_they_are() -> None:
    heard: list[Progress] = []
    with listening(heard.append):
        assert is_heard()
        assert counted_rows(FRAME, "n", lambda: 1000).collect(engine="streaming").equals(FRAME.collect())
    assert heard[0] == Progress("rows", 0, 1000)
    assert heard[-1] == Progress("rows", 1000, 1000)


def test_without_a_listener_nothing_is_added_to_a_query() -> None:
    assert not is_heard()
    assert counted_rows(FRAME, "n", lambda: pytest.fail("nobody wants to know")) is FRAME
