"""Which event of an entity fills which stage of its journey."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.kernel.plan import Plan
from growthctl.kernel.search.bipartite import matched


def filled_by(events: Sequence[tuple[int, int]], moments: Sequence[int | None], plan: Plan) -> dict[int, int]:
    """{index of the event: stage}, for `events` (time, bit set of stages) in the order of time.

    `moments` are the times of the journey's stages; in `order: any`, of its first, second … different stage. Of several
    events that could fill a stage at its instant, the first ones do.
    """
    if plan.order == "any":
        occurred = [moment for moment in moments if moment is not None]
        return (_of_instants if plan.ties == "later" else _in_any_order)(events, occurred, plan.stages)
    reached = [stage for stage, moment in enumerate(moments) if moment is not None]
    usable = [
        sum(1 << stage for stage in reached if moments[stage] == time and bits >> stage & 1) for time, bits in events
    ]
    return matched(reached, usable)


def _in_any_order(events: Sequence[tuple[int, int]], moments: Sequence[int], stages: int) -> dict[int, int]:
    """Event by event, each that still adds a stage at the journey's next moment."""
    chosen: list[int] = []
    filled: dict[int, int] = {}
    for index, (time, _) in enumerate(events):
        if len(chosen) == len(moments) or time != moments[len(chosen)]:
            continue
        tried = [*chosen, index]
        by_stage = [sum(1 << n for n, i in enumerate(tried) if events[i][1] >> k & 1) for k in range(stages)]
        found = matched(range(len(tried)), by_stage)
        if len(found) == len(tried):
            chosen, filled = tried, {tried[number]: stage for stage, number in found.items()}
    return filled


def _of_instants(events: Sequence[tuple[int, int]], moments: Sequence[int], stages: int) -> dict[int, int]:
    """The same where an instant may be used once: by whichever of its events helps."""
    instants: dict[int, int] = {}
    for time, bits in events:
        instants[time] = instants.get(time, 0) | bits
    filled = _in_any_order(list(instants.items()), moments, stages)
    stage_at = {list(instants)[index]: stage for index, stage in filled.items()}
    first: dict[int, int] = {}
    for index, (time, bits) in enumerate(events):
        if time in stage_at and bits >> stage_at[time] & 1 and stage_at[time] not in first.values():
            first[index] = stage_at[time]
    return first
