from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthctl.stats import empirical_bayes as shrink
from growthctl.stats.empirical_bayes import shrunk
from growthctl.stats.proportions import Proportion
from tests.stats.some_proportions import proportions

UNEVEN = proportions((1000, 100), (1000, 200), (40, 20))


def test_the_example_of_its_page_is_true() -> None:
    assert doctest.testmod(shrink).failed == 0


def test_the_weight_of_the_common_rate_follows_from_the_moments() -> None:
    n, x = (np.array(column) for column in zip(*UNEVEN, strict=True))
    whole, groups, rate = n.sum(), len(n), x.sum() / n.sum()
    q = (n * (x / n - rate) ** 2).sum()
    d = whole - (n**2).sum() / whole
    variance = (q - (groups - 1) * rate * (1 - rate)) / (d - (groups - 1))
    weight = rate * (1 - rate) / variance - 1
    assert shrunk(UNEVEN) == pytest.approx(((x + weight * rate) / (n + weight)).tolist())


def test_groups_that_differ_no_more_than_chance_get_the_common_rate() -> None:
    assert shrunk(proportions((100, 20), (100, 22), (100, 18))) == [0.2] * 3


def test_a_small_group_moves_further_than_a_large_one_of_the_same_rate() -> None:
    common, high, small, large = shrunk(proportions((1000, 100), (1000, 300), (20, 10), (2000, 1000)))
    assert common < high < small < large < 0.5


def test_the_spread_between_groups_is_recovered_from_many_of_them() -> None:
    generator = np.random.default_rng(7)
    rates = generator.beta(0.2 * 50, 0.8 * 50, size=4000)
    groups = [Proportion(100, int(x)) for x in generator.binomial(100, rates)]
    errors = np.array([x / 100 for _, x in groups]) - rates, np.array(shrunk(groups)) - rates
    raw, better = ((error**2).mean() for error in errors)
    # The best possible shrinking leaves 50/150 less error than none.
    assert better / raw == pytest.approx(100 / 150, abs=0.02)


def test_a_group_that_nobody_entered_has_the_common_rate() -> None:
    assert shrunk(proportions((0, 0), (100, 20), (100, 22))) == [0.21] * 3
    assert shrunk([Proportion(0, 0), *UNEVEN])[0] == pytest.approx(320 / 2040)


@pytest.mark.parametrize(
    ("groups", "rates"), [(proportions((7, 2)), [2 / 7]), (proportions((1, 1), (1, 0)), [0.5, 0.5])]
)
def test_one_group_and_groups_of_one_say_nothing_about_a_spread(groups: list[Proportion], rates: list[float]) -> None:
    assert shrunk(groups) == rates


def test_groups_that_agree_on_all_or_nothing_keep_their_own_rates() -> None:
    assert shrunk(proportions((50, 50), (50, 0))) == [1, 0]


def test_no_entrants_at_all_have_no_rate() -> None:
    with pytest.raises(ValueError, match="nobody entered"):
        shrunk(proportions((0, 0)))


@given(
    st.lists(st.integers(0, 500).flatmap(lambda n: st.builds(Proportion, st.just(n), st.integers(0, n))), min_size=1)
)
def test_every_rate_lies_between_its_own_and_the_common_one(groups: list[Proportion]) -> None:
    entered, converted = (sum(column) for column in zip(*groups, strict=True))
    if entered:
        common = converted / entered
        for (n, x), rate in zip(groups, shrunk(groups), strict=True):
            own = x / n if n else common
            assert min(own, common) - 1e-12 <= rate <= max(own, common) + 1e-12
