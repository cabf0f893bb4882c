"""A bar on the terminal for work that takes a while: rows or events done, how fast, how long still."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, TextIO

from growthctl.events.reading.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Live
    from rich.progress import TaskID

DELAY = 1.0
"""Seconds; what is done sooner needs no bar."""
PAUSE = 0.1
"""Seconds between two pictures."""
_LABELS = {"rows": "Reading", "events": "Counting"}


class Bar:
    """A listener (see `events.reading.progress`) that draws on `stream`, and leaves nothing behind when closed."""

    def __init__(self, stream: TextIO, delay: float = DELAY) -> None:
        self._stream, self._delay = stream, delay
        self._began = self._drawn = monotonic()
        self._live: Live | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        """Draw it, once the work has taken a while."""
        if self._live is None:
            if monotonic() - self._began < self._delay:
                return
            self._live = _started(self._stream)
        if progress.unit not in self._tasks:
            for task in self._tasks.values():
                self._live.update(task, visible=False)
            label = _LABELS[progress.unit]
            self._tasks[progress.unit] = self._live.add_task(label, total=progress.total, unit=progress.unit)
        now = monotonic()
        is_due = now - self._drawn >= PAUSE
        self._drawn = now if is_due else self._drawn
        self._live.update(self._tasks[progress.unit], completed=progress.done, refresh=is_due)

    def close(self) -> None:
        """Wipe the bar out."""
        if self._live is not None:
            self._live.stop()


def _started(stream: TextIO) -> Live:
    # Only work that takes a while pays for this import.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Done(ProgressColumn):
        def render(self, task: Task) -> Text:
            of = "" if task.total is None else f" of {_short(task.total)}"
            speed = f", {_short(task.speed)}/s" if task.speed else ""
            return Text(f"{_short(task.completed)}{of} {task.fields['unit']}{speed}")

    # It is drawn by whoever tells how far the work is: in a thread of its own nobody could catch what fails.
    columns = TextColumn("{task.description}"), BarColumn(30), Done(), TimeRemainingColumn(compact=True)
    live = Progress(
        *columns,
        console=Console(file=stream),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    live.start()
    return live


def _short(number: float) -> str:
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.1f}{letter}"
    return f"{number:.0f}"
