"""When the events of each stage were written, in a journey or not: whose are missing, or have dates only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from growthctl.clock import DAY, HOUR, Micros
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Ints

QUARTER = HOUR // 4
"""The offsets of all timezones are whole quarters of an hour."""
_MULTIPLE = (QUARTER & -QUARTER) - 1
"""Bits that no multiple of QUARTER has."""
_MANY = 1 << 20
"""As many hours as may be counted in a table; more only where a time is far off."""
_CELL = np.dtype([("hour", np.int32), ("stage", np.uint8), ("events", np.uint32), ("repeated", np.uint32)])


class StageEvents(NamedTuple):
    """Counts of the events of some entities."""

    cells: npt.NDArray[np.void]
    """For each stage and UTC hour that has any: the hour since the epoch, the stage, its events, and those of them that
    repeat another one (see `anomalies.repeats`). Narrow, because there is a table of each chunk.
    """
    on_the_quarter: Ints
    """(stages, quarters of a UTC day): the events in the very instant in which a quarter of an hour begins."""

    @classmethod
    def nothing(cls, stages: int) -> Self:
        """Of no event."""
        return cls(np.empty(0, _CELL), np.zeros((stages, DAY // QUARTER), np.int64))

    @classmethod
    def of(cls, events: Events, repeats: Ints, plan: Plan) -> Self:
        """Of all events of some entities, of which `repeats` repeat another one."""
        again = np.zeros(len(events.time), np.bool_)
        again[repeats] = True
        cells, quarters = [], cls.nothing(plan.stages).on_the_quarter
        hours = events.time // HOUR
        # A cheap look at the lower bits leaves few to divide.
        exact = np.flatnonzero((events.time & _MULTIPLE) == 0)
        exact = exact[events.time[exact] % QUARTER == 0]
        for stage in range(plan.stages):
            of_stage = np.flatnonzero(events.stages & (1 << stage))
            hour, count, repeated = _by_hour(hours.take(of_stage), again.take(of_stage))
            cell = np.empty(len(hour), _CELL)
            cell["hour"], cell["stage"], cell["events"], cell["repeated"] = hour, stage, count, repeated
            cells.append(cell)
            time = events.time[exact[(events.stages[exact] & (1 << stage)) > 0]]
            quarters[stage] = np.bincount(time % DAY // QUARTER, minlength=DAY // QUARTER)
        return cls(np.concatenate(cells), quarters)

    @classmethod
    def total(cls, parts: Sequence[Self]) -> Self:
        """The sum of one or more, of different entities."""
        return cls(
            np.concatenate([part.cells for part in parts]), np.sum([part.on_the_quarter for part in parts], axis=0)
        )

    @property
    def events(self) -> list[int]:
        """How many each stage has."""
        counts: list[int] = (
            np.bincount(self.cells["stage"], self.cells["events"], len(self.on_the_quarter)).astype(np.int64).tolist()
        )
        return counts

    def over_time(self, start: Micros, offset: Micros, hours: int) -> tuple[Ints, Ints]:
        """(stages, hours) events from `start` on, on a local clock `offset` ahead of UTC; those that repeat others."""
        stages = len(self.on_the_quarter)
        at = (self.cells["hour"].astype(np.int64) * HOUR + offset - start) // HOUR
        inside = (at >= 0) & (at < hours)
        place = self.cells["stage"][inside].astype(np.int64) * hours + at[inside]
        events, repeated = (
            np.bincount(place, self.cells[name][inside], stages * hours).astype(np.int64).reshape(stages, hours)
            for name in ("events", "repeated")
        )
        return events, repeated

    def at_midnight(self, offsets: set[Micros]) -> Ints:
        """(stages,) events exactly at midnight: of UTC, or of clocks that are `offsets` ahead of it, whichever is more
        often so.
        """
        local = sorted({-offset % DAY // QUARTER for offset in offsets})
        most: Ints = np.maximum(self.on_the_quarter[:, 0], self.on_the_quarter[:, local].sum(axis=1))
        return most


def _by_hour(hour: Ints, again: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """(hours that occur, how often, how many of these are events `again`)."""
    first, last = (int(hour.min()), int(hour.max())) if len(hour) else (0, 0)
    if last - first < _MANY:
        count, repeated = np.bincount(hour - first), np.bincount(hour[again] - first, minlength=last - first + 1)
        having = np.flatnonzero(count)
        return having + first, count[having], repeated[having]
    hours, place = np.unique(hour, return_inverse=True)
    return hours, np.bincount(place), np.bincount(place[again], minlength=len(hours))
