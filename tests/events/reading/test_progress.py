"""Rows are counted for whoever listens."""

from __future__ import annotations

import polars as pl
import pytest

from growthctl.events.reading.progress import Progress, counted_rows, is_heard, listening, tell

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


def test_a_listener_that_fails_is_told_no_more_and_the_rows_stay() -> None:
    calls: list[Progress] = []

    def broken(progress: Progress) -> None:
        calls.append(progress)
        raise OSError("the terminal is gone")

    with listening(broken) as failed:
        for done in range(3):
            tell(Progress("events", done, 3))
        assert counted_rows(FRAME, "n", lambda: 1000).collect(engine="streaming").equals(FRAME.collect())
    assert calls == [Progress("events", 0, 3)]
    assert [each.numbers["error"] for each in failed] == ["OSError"]


def test_ctrl_c_is_no_failure_of_the_listener() -> None:
    def interrupted(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), listening(interrupted):
        tell(Progress("events", 0, 3))
    assert not is_heard()
