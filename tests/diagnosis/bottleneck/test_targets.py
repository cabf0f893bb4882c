from __future__ import annotations

from math import exp, log

import pytest

from growthctl.diagnosis.bottleneck.targets import against_history, against_overall
from growthctl.stats.proportions import Proportion

WEEKS = [Proportion(1000, converted) for converted in (250, 270, 230, 260, 240, 255)]
LOWEST, HIGHEST = (Proportion(1000, converted).wilson(level=0.95 ** (1 / 6)) for converted in Proportion(230, 270))


def test_a_target_that_every_week_has_surely_beaten_is_below_history() -> None:
    assert LOWEST is not None
    found = against_history(LOWEST.low - 1e-6, WEEKS)
    assert found is not None
    assert (found.side, found.plausible.low, found.weeks) == ("below", LOWEST.low, 6)
    assert against_history(LOWEST.low + 1e-6, WEEKS) is None


def test_a_target_may_be_ambitious_but_not_by_more_than_four_fifths_of_the_log_odds() -> None:
    assert HIGHEST is not None
    odds = exp(log(HIGHEST.high / (1 - HIGHEST.high)) + 0.8)
    edge = odds / (1 + odds)
    assert against_history(edge - 1e-6, WEEKS) is None
    found = against_history(edge + 1e-6, WEEKS)
    assert found is not None
    assert (found.side, found.plausible.high) == ("above", HIGHEST.high)
    assert 0.48 < edge < 0.5


def test_a_target_of_all_is_above_any_history_that_was_not_all() -> None:
    found = against_history(1.0, WEEKS)
    assert found is not None
    assert found.side == "above"
    assert against_history(1.0, [Proportion(40, 40), *WEEKS]) is None


def test_five_weeks_and_weeks_of_few_are_no_history() -> None:
    assert against_history(0.99, WEEKS[:5]) is None
    assert against_history(0.99, [*WEEKS[:5], Proportion(29, 0)]) is None


@pytest.mark.parametrize(
    ("overall", "targets", "product"),
    [
        (0.01, (0.8, 0.105, 0.35, 0.22), 0.006468),
        (0.005, (0.8, 0.105, 0.35, 0.22), 0.006468),
        (0.9, (0.8, None), 0.8),
    ],
    ids=["more than they make", "less than they make", "more even if the others were perfect"],
)
def test_a_target_of_the_whole_contradicts_those_of_its_parts(
    overall: float, targets: tuple[float | None, ...], product: float
) -> None:
    found = against_overall(overall, targets)
    assert found is not None
    assert found.product == pytest.approx(product)
    assert found.complete is (None not in targets)


@pytest.mark.parametrize(
    ("overall", "targets"),
    [(0.0065, (0.8, 0.105, 0.35, 0.22)), (0.007, (0.8, 0.105, 0.35, 0.22)), (0.01, (0.8, None)), (0.5, (None, None))],
)
def test_rounding_and_stages_without_a_target_are_no_contradiction(
    overall: float, targets: tuple[float | None, ...]
) -> None:
    assert against_overall(overall, targets) is None
