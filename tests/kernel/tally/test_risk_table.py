"""Who is still open, and how long the others took."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from growthctl.clock import DAY
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.ripeness import Ripeness, mark_ripe, ripeness_of
from growthctl.kernel.tally.risk_table import RiskTable, risk_tables
from growthctl.kernel.tally.stage_counts import Durations, FunnelTally
from growthctl.kernel.tally.sums import total
from growthctl.stats.kaplan_meier import kaplan_meier
from tests.kernel.some_journeys import found

Moments = tuple[int | None, int | None, int | None]


def plan(window: str | None = "10d", **middle: object) -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "cart", "pay")]
    stages[1] |= middle  # type: ignore[arg-type]
    return plan_of(funnel_from_mapping({"stages": stages} | ({"window": window} if window else {})))


def journeys(rows: list[Moments]) -> Journeys:
    """Days at which each stage was reached."""
    return found([[None if day is None else day * DAY for day in row] for row in rows], 3)


def tally(parts: list[Journeys], ripeness: Ripeness) -> FunnelTally:
    return total(lambda part: FunnelTally.of(mark_ripe(part, ripeness), ripeness), parts)


def tables(rows: list[Moments], as_of: int, asked: Plan) -> tuple[RiskTable | None, ...]:
    """In two parts."""
    parts = [journeys(rows[part::2]) for part in range(2)]
    ripeness = ripeness_of(parts, asked, as_of * DAY)
    return risk_tables(tally(parts, ripeness), ripeness)


def test_conversions_and_censorings_are_counted_in_the_order_of_the_time_since_the_stage_before() -> None:
    rows: list[Moments] = [
        (0, None, None),  # ripe: never converts
        (0, 1, None),
        (5, 6, 8),
        (6, 9, None),
        (6, None, None),  # open for six days
        (8, None, None),  # open for four days
        (8, 12, None),  # as long as that
    ]
    entry, cart, pay = tables(rows, 12, plan())
    assert entry is None
    assert cart == RiskTable(7, [4, 0], [2, 0])
    # Of the four with a cart one paid after two days; two are open, for no time at all and for three days.
    assert pay == RiskTable(4, [0, 1, 0], [1, 1, 0])


def test_who_passed_a_stage_without_an_event_is_counted_but_takes_no_time() -> None:
    some = journeys([(0, 1, 3), (0, 2, 2), (4, 4, 8), (8, None, None)])
    some = replace(some, passed=np.array([0, 0b10, 0b01, 0], np.uint64))
    ripeness = ripeness_of([some], plan(), 9 * DAY)
    tallied = tally([some], ripeness)
    assert [len(part) for part in (*tallied.stages[1].from_previous, *tallied.stages[2].from_previous)] == [1, 2]
    assert [len(part) for part in tallied.stages[2].from_entry] == [2]
    _, cart, pay = tallied.counts(ripeness).stages
    assert (cart.from_previous, cart.same_instant) == (Durations(86_400, 86_400, 86_400), 0)
    assert pay.from_entry == Durations(2.5 * 86_400, 2.9 * 86_400, 2.5 * 86_400)
    assert risk_tables(tallied, ripeness)[1] == RiskTable(4, [2, 1], [1, 0])


def test_those_that_took_longer_than_anyone_has_waited_come_last() -> None:
    _, cart, _ = tables([(0, 7, None), (0, 8, None), (9, None, None)], 12, plan())
    assert cart == RiskTable(3, [0, 2], [1, 0])


def test_with_nobody_open_there_is_nothing_to_sort() -> None:
    _, cart, _ = tables([(0, 1, None), (0, None, None)], 12, plan())
    assert cart == RiskTable(2, (1,), (0,))


def test_without_a_limit_and_for_optional_stages_there_are_no_tables() -> None:
    assert tables([(0, None, None)], 12, plan(window=None)) == (None, None, None)
    _, cart, pay = tables([(9, None, None)], 12, plan(optional=True))
    assert cart is None
    assert pay == RiskTable(1, [0, 0], [1, 0])


def test_the_limit_of_a_stage_is_one_too() -> None:
    _, cart, _ = tables([(9, None, None)], 12, plan(window=None, within="5d"))
    assert cart == RiskTable(1, [0, 0], [1, 0])


def test_the_estimate_is_that_of_each_journey_on_its_own() -> None:
    """As a textbook does it: one journey after the other, in the order of time."""
    rows: list[Moments] = [(k % 12, k % 12 + k % 7 if k % 3 else None, None) for k in range(200)]
    as_of = 14
    asked = plan()
    _, cart, _ = tables([row for row in rows if row[1] is None or row[1] <= as_of], as_of, asked)
    observed = []
    for entered, reached, _ in rows:
        if reached is not None and reached <= as_of:
            observed.append((reached - (entered or 0), 0))
        elif reached is None and (entered or 0) + 10 > as_of:
            observed.append((as_of - (entered or 0), 1))
    left, at_risk = 1.0, sum(row[1] is None or row[1] <= as_of for row in rows)
    for _, censored in sorted(observed):
        left *= 1 if censored else 1 - 1 / at_risk
        at_risk -= 1
    assert cart is not None
    found = kaplan_meier(cart.entered, cart.converted, cart.censored)
    assert found is not None
    assert found.rate == pytest.approx(1 - left)


def test_it_is_known_when_the_first_who_got_to_the_stage_before_is_ripe() -> None:
    def first_ripe(asked: Plan, *parts: Journeys) -> list[float | None]:
        ripeness = ripeness_of(parts, asked, 30 * DAY)
        stages = tally(list(parts), ripeness).counts(ripeness).stages
        return [None if stage.first_ripe_at is None else stage.first_ripe_at / DAY for stage in stages]

    visited, went_on = journeys([(3, None, None)]), journeys([(5, 6, None), (7, 8, 9)])
    assert first_ripe(plan(), visited, went_on) == [13, 13, 15]
    assert first_ripe(plan(), visited) == [13, 13, None]
    # With limits of the stages alone, since the stage before.
    assert first_ripe(plan(window=None, within="5d"), visited, went_on) == [3, 8, 6]
