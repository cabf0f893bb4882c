"""The rules of the kernel once more, in plain Python: every sequence is enumerated. Obviously right, and slow.

One entity at a time. A *sequence* is a list of (stage, event); whether it is an attempt, the rules decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf


@dataclass(frozen=True)
class Exclusion:
    """`after` and `before` are stage positions."""

    after: int
    before: int
    effect: str = "stop"


@dataclass(frozen=True)
class Rules:
    """What a funnel says, as plain numbers (seconds, positions)."""

    stages: int
    order: str = "sequential"
    window: int | None = None
    within: Sequence[int | None] = ()
    after: Sequence[int] = ()
    ties: str = "any"
    entry: str = "any"
    optional: frozenset[int] = frozenset()
    skipped: str = "missing"
    exclusions: Sequence[Exclusion] = ()
    taken_back: Sequence[int | None] = ()
    """How long after the last required stage each further exclusion takes it back; None: no limit."""
    hold: bool = False
    since: int | None = None
    until: int | None = None
    only: str | None = None
    """The value that an entry must hold."""


@dataclass(frozen=True)
class Event:
    """When it happened, which stages it matches, which exclusions (those of `taken_back` come after the others), and
    what it holds constant (None: a null).
    """

    time: int
    stages: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    held: str | None = ""
    passed: bool = False
    """Nobody wrote it: a later one shows that the stage was passed."""


Chain = list[tuple[int, Event]]


@dataclass(frozen=True)
class Journey:
    """The time of each stage, None where it was not reached; `depth` counts required stages."""

    times: tuple[int | None, ...]
    depth: int
    stages: tuple[int, ...] = ()
    """In any order, which ones it has."""
    passed: tuple[int, ...] = ()
    """Those without an event of their own."""


def with_passed(events: Sequence[Event], rules: Rules) -> list[Event]:
    """`events`, and for each one an event of every earlier required stage of which there is none up to then."""
    if rules.skipped == "missing":
        return [*events]
    required = [k for k in range(rules.stages) if k not in rules.optional]
    return [
        *events,
        *(
            Event(event.time, frozenset([k]), held=event.held, passed=True)
            for event in events
            for k in required
            if any(later in event.stages for later in required if later > k)
            and not any(k in one.stages and one.time <= event.time and one.held == event.held for one in events)
        ),
    ]


def journey(events: Sequence[Event], rules: Rules) -> Journey | None:
    """The journey of an entity whose `events` are in the order of the log; None when it does not enter."""
    events = sorted(with_passed(events, rules), key=lambda event: event.time)
    if rules.order == "any":
        return min(_any_order(events, rules), key=_rank_any, default=(None, ""))[0]
    clean, met = [], 0
    for chain in _sequences(events, rules):
        if not _meets(chain, events, rules, "stop") and not _is_taken_back(chain, events, rules):
            depth = sum(stage not in rules.optional for stage, _ in chain)
            if _meets(chain, events, rules, "drop"):
                met = max(met, depth)
            else:
                clean.append(chain)
    best = min(clean, key=lambda chain: _rank(chain, rules), default=None)
    if best is None:
        return None
    times: list[int | None] = [None] * rules.stages
    for stage, event in best:
        times[stage] = event.time
    depth = sum(stage not in rules.optional for stage, _ in best)
    passed = tuple(stage for stage, event in best if event.passed)
    return None if met > depth else Journey(tuple(times), depth, passed=passed)


def one_after_the_other(events: Sequence[Event], rules: Rules) -> list[Journey]:
    """The attempts of an entity: the next starts at the first entry after the running one ended. Those of different
    held values run beside each other.
    """
    events = sorted(with_passed(events, rules), key=lambda event: event.time)
    stopping = replace(rules, exclusions=[replace(rule, effect="stop") for rule in rules.exclusions])
    found: list[Journey] = []
    ends: dict[str | None, float] = {}
    for held, time in sorted({(entry.held, entry.time) for entry in entries(events, rules)}):
        running = journey(events, _from_only(time, held, stopping))
        if time <= ends.get(held, -inf) or running is None:
            continue
        if running.depth < rules.stages - len(rules.optional):
            # One that was taken back ended when it converted.
            running = journey(events, _from_only(time, held, replace(stopping, taken_back=()))) or running
        ends[held] = _end(running, events, stopping)
        counted = journey(events, _from_only(time, held, rules))
        if counted is not None:
            found.append(counted)
    return found


def limits(found: Sequence[Journey], rules: Rules, as_of: int) -> list[float | None]:
    """Without a window: after how long since the required stage before who has not reached a stage is lost."""
    own, after = rules.within or [None] * rules.stages, rules.after or [0] * rules.stages
    usual = [_usual_limit(found, rules, k, as_of) if k and own[k] is None else own[k] for k in range(rules.stages)]
    least = [after[k] or None if usual[k] is None else usual[k] for k in range(rules.stages)]
    return [limit if k < _last(rules) else (limit or 0) + settling(rules) or limit for k, limit in enumerate(least)]


def settling(rules: Rules) -> int:
    """For how long the last required stage may be taken back."""
    return max((limit or 0 for limit in rules.taken_back), default=0)


def is_ripe(journey: Journey, first_entry: int, stage: int, limit: float | None, rules: Rules, as_of: int) -> bool:
    """Of a journey that reached the required stage before: has it had its time to reach `stage`?"""
    if rules.window is not None:
        return first_entry + rules.window + (settling(rules) if stage >= _last(rules) else 0) <= as_of
    start = journey.times[anchor(stage, rules)] if stage else journey.times[0]
    assert start is not None
    return limit is None or start + limit <= as_of


def _last(rules: Rules) -> int:
    return max(k for k in range(rules.stages) if k not in rules.optional)


def anchor(stage: int, rules: Rules) -> int:
    return max(k for k in range(stage) if k not in rules.optional)


def _usual_limit(found: Sequence[Journey], rules: Rules, stage: int, as_of: int) -> float | None:
    """The time in which 95 % of all conversions come, by Kaplan and Meier: one instant after the other."""
    took, waited = [], []
    for each in found:
        start, end = each.times[anchor(stage, rules)], each.times[stage]
        if {stage, anchor(stage, rules)} & {*each.passed}:
            continue
        if start is not None and end is not None:
            took.append(end - start)
        elif start is not None:
            waited.append(as_of - start)
    if len(took) < 20:
        return None
    left, converted = Fraction(1), {}
    for time in sorted(set(took)):
        at_risk = sum(each >= time for each in took + waited)
        left *= 1 - Fraction(took.count(time), at_risk)
        converted[time] = 1 - left
    return min(time for time, share in converted.items() if share >= Fraction(95, 100) * max(converted.values()))


def _from_only(time: int, held: str | None, rules: Rules) -> Rules:
    return replace(rules, since=time, until=time + 1, entry="any", only=held)


def _end(running: Journey, events: Sequence[Event], rules: Rules) -> float:
    times = [time for time in running.times if time is not None]
    counted = [k for k in range(rules.stages) if rules.order == "strict" or k not in rules.optional]
    last = max(time for k in counted if (time := running.times[k]) is not None)
    if running.depth == rules.stages - len(rules.optional):
        return last
    limits = [limit for limit in rules.within if limit is not None]
    window = rules.window if rules.window is not None else sum(limits) if limits else inf
    ends = [times[0] + window] + ([last] if rules.order == "strict" else [])
    for number, rule in enumerate(rules.exclusions):
        start, done = running.times[rule.after], running.times[rule.before]
        if start is not None and done is None:
            ends += [event.time for event in events if number in event.excluded and event.time > start]
    return min(ends)


def _rank(chain: Chain, rules: Rules) -> tuple[object, ...]:
    required = [event.time for stage, event in chain if stage not in rules.optional]
    extra = {stage: event.time for stage, event in chain if stage in rules.optional}
    optional = [extra.get(stage, inf) for stage in sorted(rules.optional)]
    # Of equal ones that of the first held value.
    return -len(required), required, -len(extra), optional, chain[0][1].held if rules.hold else ""


def _rank_any(held: tuple[Journey, str]) -> tuple[object, ...]:
    """Of equal ones that of the first held value, then the one of the stages declared earliest."""
    found, value = held
    return -found.depth, [time for time in found.times if time is not None], value, found.stages


def entries(events: Sequence[Event], rules: Rules) -> list[Event]:
    found = [
        event
        for event in events
        if (event.stages if rules.order == "any" else 0 in event.stages)
        and (not rules.hold or event.held is not None)
        and (rules.only is None or event.held == rules.only)
        and (rules.since is None or event.time >= rules.since)
        and (rules.until is None or event.time < rules.until)
    ]
    if rules.entry == "first" and found:
        found = [event for event in found if event.time == min(entry.time for entry in found)]
    return found


def _sequences(events: Sequence[Event], rules: Rules) -> Iterator[Chain]:
    for entry in entries(events, rules):
        yield from _extended([(0, entry)], events, rules)


def _extended(chain: Chain, events: Sequence[Event], rules: Rules) -> Iterator[Chain]:
    yield chain
    if rules.exclusions and _between(chain, events, rules, ("stop", "drop")):
        return
    for stage in _next_stages(chain[-1][0], rules):
        for event in events:
            if stage in event.stages and _follows(chain, stage, event, events, rules):
                yield from _extended([*chain, (stage, event)], events, rules)


def _next_stages(stage: int, rules: Rules) -> Iterator[int]:
    for following in range(stage + 1, rules.stages):
        yield following
        if following not in rules.optional:
            return


def _follows(chain: Chain, stage: int, event: Event, events: Sequence[Event], rules: Rules) -> bool:
    last = chain[-1][1]
    required = next(done for at, done in reversed(chain) if at not in rules.optional)
    limit = rules.within[stage] if rules.within else None
    gap = event.time - last.time
    following = next((i for i, other in enumerate(events) if other is last), 0) + 1
    return (
        not any(event is used for _, used in chain)
        and (gap > 0 if rules.ties == "later" and not last.passed else gap >= 0)
        and (limit is None or event.time - required.time <= limit)
        and (not rules.after or event.time - required.time >= rules.after[stage])
        and (rules.window is None or event.time - chain[0][1].time <= rules.window)
        and (not rules.hold or event.held == chain[0][1].held)
        and (rules.order != "strict" or (following < len(events) and events[following] is event))
    )


def _meets(chain: Chain, events: Sequence[Event], rules: Rules, effect: str) -> bool:
    return _between(chain, events, rules, (effect,)) or (effect == "drop" and _afterwards(chain, events, rules))


def _between(chain: Chain, events: Sequence[Event], rules: Rules, effects: Sequence[str]) -> bool:
    """Lies an excluded event strictly after the event of `after` and strictly before one up to `before`?"""
    times = {stage: event.time for stage, event in chain}
    return any(
        rule.effect in effects
        and rule.after in times
        and number in event.excluded
        and any(
            times[rule.after] < event.time < time for stage, time in times.items() if rule.after < stage <= rule.before
        )
        for number, rule in enumerate(rules.exclusions)
        for event in events
    )


def _is_taken_back(chain: Chain, events: Sequence[Event], rules: Rules) -> bool:
    """Comes an event that takes the last required stage back after the one of that stage?"""
    return any(
        stage == _last(rules)
        and number in event.excluded
        and event.time > reached.time
        and (limit is None or event.time - reached.time <= limit)
        for stage, reached in chain
        for number, limit in enumerate(rules.taken_back, len(rules.exclusions))
        for event in events
    )


def _afterwards(chain: Chain, events: Sequence[Event], rules: Rules) -> bool:
    """Does a sequence that ends before `before` meet an excluded event later, inside the window?

    It ends with its last required stage: an optional one never anchors anything.
    """
    first = chain[0][1]
    last_stage, last = next((stage, event) for stage, event in reversed(chain) if stage not in rules.optional)
    return any(
        rule.effect == "drop"
        and rule.after <= last_stage < rule.before
        and number in event.excluded
        and event.time > last.time
        and (rules.window is None or event.time - first.time <= rules.window)
        for number, rule in enumerate(rules.exclusions)
        for event in events
    )


def _any_order(events: Sequence[Event], rules: Rules) -> Iterator[tuple[Journey, str]]:
    """With the value that each holds."""
    for entry in entries(events, rules):
        inside = [
            event
            for event in events
            if event is not entry
            and event.time >= entry.time
            and (rules.window is None or event.time - entry.time <= rules.window)
            and (not rules.hold or event.held == entry.held)
        ]
        for stage in entry.stages:
            for times, stages in _collected([entry.time], {stage}, inside, rules):
                none = (None,) * (rules.stages - len(times))
                yield Journey((*times, *none), len(times), tuple(sorted(stages))), (rules.hold and entry.held) or ""


def _collected(
    times: list[int], stages: set[int], events: Sequence[Event], rules: Rules
) -> Iterator[tuple[list[int], set[int]]]:
    yield times, stages
    for index, event in enumerate(events):
        if rules.ties == "any" or event.time > times[-1]:
            for stage in event.stages - stages:
                yield from _collected([*times, event.time], stages | {stage}, events[index + 1 :], rules)
