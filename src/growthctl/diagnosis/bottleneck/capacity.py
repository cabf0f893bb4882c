"""Where a stage takes no more than it can serve: then the bottleneck is its queue, and not what people want."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.diagnosis.transitions import StageCapacity, Transition

BOUND = 0.85
DAYS_PER_WEEK = 7
IDLE = 0.1
LEAST_REACHED, LEAST_DAYS = 70, 14


class Load(NamedTuple):
    """How much of its capacity a stage uses.

    `demand_per_day` is how many reach it at the observed rates, per day on which it works.
    """

    capacity: StageCapacity
    demand_per_day: float

    @property
    def flow_per_day(self) -> float:
        """What passes: no more than the capacity."""
        return min(self.demand_per_day, self.capacity.per_day)

    @property
    def utilisation(self) -> float:
        """What passes ÷ what could."""
        return self.flow_per_day / self.capacity.per_day

    def room(self, final_conversions: float) -> float | None:
        """How many more of so many final conversions can pass before the stage is full; None while none do."""
        return final_conversions * (1 / self.utilisation - 1) if self.utilisation else None

    @property
    def bound(self) -> bool:
        """Do people wait? At 85 % random arrivals already make a queue of nearly six (M/M/1: ρ ÷ (1 − ρ))."""
        return self.utilisation >= BOUND


def working_days(reached: Sequence[int], days: int) -> int:
    """On how many weekdays a stage works, from how many reached it on each over so many calendar days.

    A weekday counts with at least a tenth of the busiest. With fewer than 70 in all, or less than two weeks, a
    weekday may be empty by chance, and all seven count.
    """
    if sum(reached) < LEAST_REACHED or days < LEAST_DAYS:
        return DAYS_PER_WEEK
    return sum(count >= IDLE * max(reached) for count in reached)


def loads(transitions: Sequence[Transition], entrants_per_30_days: float) -> list[Load | None]:
    """The load of each transition's stage; None without a capacity, and while nobody entered.

    Flows follow each other: a_k = min(a_{k−1} · p_k, capacity_k), per day; in an open funnel a_{k−1} · p_k and those
    who enter there. p_k is the usual rate of what fell before, for a queue lasts; of the stage itself it is the present
    one.
    """
    flow: float | None = entrants_per_30_days / 30
    result: list[Load | None] = []
    for transition in transitions:
        usual, present, capacity = transition.judged.rate, transition.present.rate, transition.capacity
        joining = transition.joining / 30
        came, flow = flow, None if flow is None or usual is None else flow * usual + joining
        if capacity is None or came is None or present is None or flow is None:
            result.append(None)
            continue
        load = Load(capacity, (came * present + joining) * DAYS_PER_WEEK / capacity.days_per_week)
        flow = load.flow_per_day * capacity.days_per_week / DAYS_PER_WEEK
        result.append(load)
    return result


def queue(transitions: Sequence[Transition], loads: Sequence[Load | None]) -> str | None:
    """The stage that uses most of its capacity, if that is so much that people wait."""
    full = [(load.utilisation, t.stage) for t, load in zip(transitions, loads, strict=True) if load and load.bound]
    return max(full, key=lambda pair: pair[0])[1] if full else None
