"""What a funnel says about attempts, as positions and microseconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import NamedTuple

from growthctl.clock import micros
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import END

TIME_OF = "#time_"
"""What the columns of `times` start with."""
ENTRY_TIME = f"{TIME_OF}0"


class ExclusionRule(NamedTuple):
    """No excluded event strictly after the event of one stage and before that of a later one."""

    after: int
    before: int
    """The later one is any up to this."""
    drop: bool
    """Does such an event take the entity out, instead of only stopping it?"""
    takes_back: bool = False
    """Is it after the last stage, which is not reached where it follows? Then `before` is that stage, too."""
    follows_within: int | None = None
    """How long (µs) after the last stage it takes it back."""


@dataclass(frozen=True)
class Plan:
    """The rules of one funnel. Stages are positions from 0, durations microseconds, None is no limit."""

    stages: int
    required: tuple[int, ...]
    order: str
    window: int | None
    within: tuple[int | None, ...]
    """For each stage, how long after the required stage before it."""
    after: tuple[int, ...]
    """For each stage, how long after the required stage before it at least."""
    ties: str
    entry: str
    skipped: str
    exclusions: tuple[ExclusionRule, ...]
    hold: tuple[str, ...]
    """The properties that are held constant."""
    count: str
    gap: int | None = None
    """What ends a session."""
    first_ever: tuple[int, ...] = ()
    """The stages that only the first event of a name may fill."""

    @property
    def optional(self) -> tuple[int, ...]:
        """The stages that never block."""
        return tuple(stage for stage in range(self.stages) if stage not in self.required)

    @property
    def give_up(self) -> int | None:
        """How long after its entry an attempt may still convert: the window, else the stages' own limits summed."""
        limits = [limit for limit in self.within if limit is not None]
        return self.window if self.window is not None else sum(limits) if limits else None

    @property
    def takes_back(self) -> bool:
        """Can the last stage be taken back?"""
        return any(rule.takes_back for rule in self.exclusions)

    @property
    def settling(self) -> int:
        """For how long (µs) after it the last stage may be taken back; 0 where it never is, or without limit."""
        return max((rule.follows_within or 0 for rule in self.exclusions if rule.takes_back), default=0)

    def anchor(self, stage: int) -> int:
        """The required stage before `stage`."""
        return max(before for before in self.required if before < stage)

    def following(self, stage: int) -> int | None:
        """The required stage after `stage`; None where that is the last one, or after it."""
        return next((after for after in self.required if after > stage), None)


def plan_of(funnel: Funnel) -> Plan:
    """The plan of a valid funnel."""
    required = tuple(k for k, stage in enumerate(funnel.stages) if not stage.optional)
    position = {stage.name: k for k, stage in enumerate(funnel.stages)} | {END: required[-1]}
    return Plan(
        stages=len(funnel.stages),
        required=required,
        order=funnel.order,
        window=micros(funnel.window),
        within=tuple(micros(stage.within) for stage in funnel.stages),
        after=tuple(micros(stage.after) or 0 for stage in funnel.stages),
        ties=funnel.ties,
        entry=funnel.entry,
        skipped=funnel.skipped,
        exclusions=tuple(
            ExclusionRule(
                position[rule.between[0]],
                position[rule.between[1]],
                rule.effect == "drop",
                rule.takes_back,
                micros(rule.follows_within),
            )
            for rule in funnel.exclude
        ),
        hold=tuple(funnel.hold_constant),
        count=funnel.count,
        gap=micros(funnel.session_gap) if funnel.count == "sessions" and not funnel.source.columns.session else None,
        first_ever=tuple(k for k, stage in enumerate(funnel.stages) if stage.first_ever),
    )


def without_drop(plan: Plan) -> Plan:
    """The plan in which every exclusion only stops."""
    return replace(plan, exclusions=tuple(rule._replace(drop=False) for rule in plan.exclusions))


def at_age(plan: Plan, age: int) -> Plan:
    """What the funnel would say had everybody been observed for `age` microseconds after each entry, and no longer.
    What takes the last stage back may come later still.

    That is the funnel with its window cut to that age: later events are ignored, whoever has them. An attempt that
    is less deep by then may give way to another one, as it would have had the log ended there.
    """
    return plan if plan.give_up is not None and plan.give_up <= age else replace(plan, window=age)


def times(stages: Sequence[int] | range) -> list[str]:
    """The columns that hold the times of stages: Int64 microseconds since the epoch, UTC."""
    return [f"{TIME_OF}{stage}" for stage in stages]


def choices(optional: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every choice of optional stages: larger ones first, of equally large the earlier stages."""
    return chain.from_iterable(combinations(optional, size) for size in range(len(optional), -1, -1))
