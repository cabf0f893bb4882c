"""Which event of an entity fills which stage of its journey."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.kernel.plan import Plan
from growthctl.kernel.search.bipartite import distinct_representatives, filled_stages


def assign_stages(events: Sequence[tuple[int, int]], times: Sequence[int | None], plan: Plan) -> dict[int, int]:
    """{index of the event: stage}, for `events` (time, bit set of stages) in the order of time.

    `times` are the times of the journey's stages; in `order: any`, of its first, second … different stage. Of several
    events that could fill a stage at its instant, the first ones do.
    """
    if plan.order == "any":
        occurred = [time for time in times if time is not None]
        return (_of_instants if plan.ties == "later" else _in_any_order)(events, occurred, plan.stages)
    # A stage that was passed has a time, but no event.
    having = {(time, stage) for time, bits in events for stage in range(plan.stages) if bits >> stage & 1}
    reached = [stage for stage, time in enumerate(times) if (time, stage) in having]
    usable = [
        sum(1 << stage for stage in reached if times[stage] == time and bits >> stage & 1) for time, bits in events
    ]
    return distinct_representatives(reached, usable)


def _in_any_order(events: Sequence[tuple[int, int]], times: Sequence[int], stages: int) -> dict[int, int]:
    """Event by event, each that still adds a stage at the journey's next time."""
    chosen: list[int] = []
    for index, (time, _) in enumerate(events):
        if len(chosen) == len(times) or time != times[len(chosen)]:
            continue
        tried = [*chosen, index]
        if len(filled_stages([events[i][1] for i in tried], stages)) == len(tried):
            chosen = tried
    return {chosen[n]: stage for n, stage in filled_stages([events[i][1] for i in chosen], stages).items()}


def _of_instants(events: Sequence[tuple[int, int]], times: Sequence[int], stages: int) -> dict[int, int]:
    """The same where an instant may be used once: by whichever of its events helps."""
    instants: dict[int, int] = {}
    for time, bits in events:
        instants[time] = instants.get(time, 0) | bits
    assigned = _in_any_order(list(instants.items()), times, stages)
    stage_at = {list(instants)[index]: stage for index, stage in assigned.items()}
    first: dict[int, int] = {}
    for index, (time, bits) in enumerate(events):
        if time in stage_at and bits >> stage_at[time] & 1 and stage_at[time] not in first.values():
            first[index] = stage_at[time]
    return first
