"""The bar on the terminal."""

from __future__ import annotations

from io import StringIO

from growthctl.events.reading.progress import Progress
from growthctl.render.progress_bar import Bar


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown(delay: float) -> str:
    stream = Terminal()
    bar = Bar(stream, delay)
    for done in (0, 600_000, 1_200_000):
        bar(Progress("rows", done, 2_000_000))
    bar(Progress("events", 1, 3))
    bar.close()
    return stream.getvalue()


def test_a_bar_shows_what_is_done_and_how_much_there_is() -> None:
    text = shown(delay=0)
    assert "Counting" in text
    assert "of 3 events" in text


def test_work_that_is_done_soon_draws_nothing() -> None:
    assert shown(delay=60) == ""
