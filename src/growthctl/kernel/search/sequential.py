"""Sequential order: anything may lie between two stages.

Depth by depth from the last stage down: the journeys that have an attempt of that depth are settled, the others are
asked again one stage less deep. A group of events is only asked for depths for which it has an event at every stage, so
most take part in a single round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import Bits, begins
from growthctl.kernel.plan import Plan, choices
from growthctl.kernel.search.best_attempt import all_least, deepest
from growthctl.kernel.search.chains import Limit, chains
from growthctl.kernel.search.entries import Entries
from growthctl.kernel.search.event_groups import Attempts, EventGroups, together
from growthctl.kernel.search.exclusions import excluded_times, last_excluded, next_excluded
from growthctl.kernel.search.late_chains import late_chains, pinned_chains
from growthctl.kernel.search.ties import Cells, cells
from growthctl.stats.arrays import Bools, Ints


def sequential_journeys(event_groups: EventGroups, entries: Entries, plan: Plan) -> Attempts:
    """The journeys of those that may start."""
    search = _Search(event_groups, entries, plan)
    if any(rule.drop for rule in plan.exclusions):
        attempts = together(list(search.clean()))
    else:
        attempts = together([settled for settled, _ in search.rounds()])
    if plan.optional:
        attempts = search.with_optional(attempts)
    return deepest(attempts, plan)


class _Search:
    """What all rounds share: the cells of the required stages, and what each may be for."""

    def __init__(self, event_groups: EventGroups, entries: Entries, plan: Plan) -> None:
        self.event_groups, self.entries, self.plan = event_groups, entries, plan
        self.excluded = excluded_times(event_groups.events, plan)
        self.next_excluded = next_excluded(event_groups.events, self.excluded)
        instant = np.zeros(len(event_groups.events.time), np.int64)
        instant[event_groups.at] = np.cumsum(begins(event_groups.event_group, event_groups.time)) - 1
        journey = np.full(len(event_groups.at), -1)
        journey[instant[entries.at]] = entries.journey
        self.after = [plan.after[stage] for stage in plan.required]
        self.cells = self.cells_of(
            event_groups.at, event_groups.event_group, event_groups.time, event_groups.stages, plan.required
        )
        self.journey = journey[instant[self.cells.at]]
        """Of a cell of the first stage the journey that it may start, else -1."""
        self.journey[self.cells.stage > 0] = -1
        self.starting = np.flatnonzero(self.journey >= 0)

    def cells_of(self, at: Ints, event_group: Ints, time: Ints, stages: Bits, path: Sequence[int]) -> Cells:
        """The cells of the stages of `path`, which are its positions, of events `at`."""
        bits = stages
        if list(path) != list(range(self.plan.stages)):
            bits = np.zeros(len(stages), np.uint64)
            for position, stage in enumerate(path):
                bits |= ((stages >> stage) & 1).astype(np.uint64) << np.uint64(position)
        on_path = bits > 0
        passed = self.event_groups.events.passed
        on_path_passed = None if passed is None else passed[at[on_path]]
        fillable = cells(
            event_group[on_path], time[on_path], bits[on_path], len(path), ties=self.plan.ties, passed=on_path_passed
        )
        return Cells(fillable.event_group, fillable.time, fillable.first, fillable.stage, at[on_path][fillable.at])

    def rounds(self, *, blocked: bool = False) -> Iterator[tuple[Attempts, Bools]]:
        """The journeys of each depth, deepest first, and which journeys these are."""
        path = self.plan.required
        hoped = self._hoped(len(path))
        waiting = np.ones(self.entries.journeys, np.bool_)
        for depth in range(len(path), 0, -1):
            attempts = self._chained(
                self._cells_to_search(waiting, hoped >= depth), depth, self.limits(path, depth, blocked)
            )
            settled = attempts.only(all_least(attempts.journey, attempts.time))
            waiting[settled.journey] = False
            chosen = np.zeros(self.entries.journeys, np.bool_)
            chosen[settled.journey] = True
            yield settled, chosen

    def _hoped(self, stages: int) -> Ints:
        """For each group how many stages from the first on it has a cell of."""
        bits_seen = self._bits_of(self.cells.event_group, np.uint64(1) << self.cells.stage.astype(np.uint64))
        return np.bitwise_count(bits_seen & ~(bits_seen + np.uint64(1))).astype(np.int64)

    def _bits_of(self, event_group: Ints, bits: Bits) -> Bits:
        """For each group all bits of what is its own; `event_group` is sorted."""
        bits_seen = np.zeros(len(self.event_groups.entity), np.uint64)
        new = np.flatnonzero(begins(event_group))
        if len(new):
            bits_seen[event_group[new]] = np.bitwise_or.reduceat(bits, new)
        return bits_seen

    def _cells_to_search(self, waiting: Bools, hopeful: Bools) -> Ints:
        """The cells of groups that are `hopeful` and may start a `waiting` journey."""
        starting = self.starting[waiting[self.journey[self.starting]]]
        groups = np.zeros(len(hopeful), np.bool_)
        groups[self.cells.event_group[starting]] = True
        groups &= hopeful
        chosen = groups[self.cells.event_group] & (self.cells.stage > 0)
        chosen[starting] = groups[self.cells.event_group[starting]]
        return np.flatnonzero(chosen)

    def _chained(self, positions: Ints, depth: int, rules: Sequence[Limit]) -> Attempts:
        """The chains through `depth` stages of some cells, one for each that starts a journey."""
        entries, time = chains(self.cells.only(positions), depth, self.after, rules)
        return self._attempts(positions[entries], time)

    def _attempts(self, entries: Ints, time: Ints) -> Attempts:
        """With times at the positions of the stages; `entries` are cells."""
        full = np.full((self.plan.stages, len(entries)), NEVER)
        full[list(self.plan.required[: len(time)])] = time
        return Attempts(self.journey[entries], self.cells.event_group[entries], np.full(len(entries), len(time)), full)

    def limits(self, path: Sequence[int], depth: int, blocked: bool = False) -> list[Limit]:
        """The limits of a chain through the first `depth` stages of `path`, in positions of the path.

        With `blocked`, the last stage may lie behind an event whose exclusion drops the entity.
        """
        plan, last = self.plan, depth - 1
        limits = [] if plan.window is None else [Limit(0, last, plan.window)]
        for position, stage in enumerate(path[:depth]):
            within = plan.within[stage]
            if within is not None:
                limits.append(Limit(path.index(plan.anchor(stage)), position, within))
        for number, rule in enumerate(plan.exclusions):
            bound = sum(stage <= rule.before for stage in path) - 1
            end = min(bound, last - 1 if blocked and rule.drop else last)
            after = path.index(rule.after) if rule.after in path else depth
            if after < end:
                limits.append(Limit(after, end, next_excluded=self.next_excluded[number]))
        return limits

    def clean(self) -> Iterator[Attempts]:
        """The journeys where an exclusion drops the entity: whoever gets no deeper than the clean ones stays.

        How deep a sequence goes that meets such an event is how deep one goes whose last stage alone may be blocked.
        So an entity stays if a clean attempt goes as deep as that.
        """
        path = self.plan.required
        everybody = np.ones(len(self.event_groups.entity), np.bool_)
        for depth, (_, concerned) in zip(range(len(path), 0, -1), self.rounds(blocked=True), strict=True):
            rules = self.limits(path, depth)
            positions = self._cells_to_search(concerned, everybody)
            cells = self.cells.only(positions)
            entries, time = chains(cells, depth, self.after, rules)
            entity = self.event_groups.entity[self.cells.event_group[positions[entries]]]
            end = last_excluded(entity, time, path[depth - 1], self.plan, self.excluded)
            met = end > LONG_AGO
            attempts = self._attempts(positions[entries[~met]], time[:, ~met])
            if depth > 1 and met.any():
                late, time = late_chains(cells, depth, self.after, rules, entries[met], end[met])
                attempts = together([attempts, self._attempts(positions[late], time)])
            yield attempts.only(all_least(attempts.journey, attempts.time))

    def with_optional(self, attempts: Attempts) -> Attempts:
        """`attempts` with the times of the optional stages that they did on the way.

        The required times are settled. Of the optional stages as many as possible are taken, of equally many the
        earlier stages; each choice is asked for, as if its stages were required, of those who have an event of each.
        """
        bits_seen = self._bits_of(self.event_groups.event_group, self.event_groups.stages.astype(np.uint64))
        completed = []
        for depth in range(1, len(self.plan.required) + 1):
            left = attempts.only(attempts.depth == depth)
            end = [*self.plan.required, self.plan.stages][depth]
            for taken in choices([stage for stage in self.plan.optional if stage < end]):
                having = np.uint64(sum(1 << stage for stage in taken))
                may = (bits_seen[left.event_group] & having) == having
                if not may.any():
                    continue
                path = sorted((*self.plan.required[:depth], *taken))
                passed, time = self._passing(left.only(may), path) if taken else (np.flatnonzero(may), None)
                passing = np.flatnonzero(may)[passed] if taken else passed
                done = left.only(passing)
                if time is not None:
                    done.time[list(taken)] = time[[path.index(stage) for stage in taken]]
                completed.append(done)
                rest = np.ones(len(left.journey), np.bool_)
                rest[passing] = False
                left = left.only(rest)
        return together(completed) if completed else attempts

    def _passing(self, journeys: Attempts, path: Sequence[int]) -> tuple[Ints, Ints]:
        """Which of `journeys` pass all stages of `path`, and when."""
        event_groups = self.event_groups
        asked_for = np.zeros(len(event_groups.entity), np.bool_)
        asked_for[journeys.event_group] = True
        on = asked_for[event_groups.event_group]
        passed = self.cells_of(
            event_groups.at[on], event_groups.event_group[on], event_groups.time[on], event_groups.stages[on], path
        )
        pinned = [position for position, stage in enumerate(path) if stage in self.plan.required]
        least = np.array([journeys.time[stage] for stage in path])
        for position, stage in enumerate(path):
            if stage in self.plan.optional:
                least[position] = journeys.time[self.plan.anchor(stage)] + self.plan.after[stage]
        return pinned_chains(passed, journeys.event_group, least, pinned, self.limits(path, len(path)))
