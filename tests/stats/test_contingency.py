"""The χ² test of homogeneity, against published tables and the library."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import chdtrc
from scipy.stats import chi2_contingency

from growthctl.stats.contingency import comparable, homogeneity
from growthctl.stats.proportions import Proportion
from growthctl.stats.tails import chi_square_tail
from tests.stats.some_proportions import proportions


@pytest.mark.parametrize(
    ("statistic", "degrees", "p"),
    [(3.841, 1, 0.05), (6.635, 1, 0.01), (5.991, 2, 0.05), (7.815, 3, 0.05), (18.307, 10, 0.05), (59.703, 30, 0.001)],
)
def test_the_critical_values_of_the_tables(statistic: float, degrees: int, p: float) -> None:
    assert chi_square_tail(statistic, degrees) == pytest.approx(p, rel=1e-3)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 20, 49, 50])
def test_every_tail_is_that_of_the_library(degrees: int) -> None:
    statistics = [1e-12, 0.01, 1, 5, 30, 200, 1_000]
    assert [chi_square_tail(each, degrees) for each in statistics] == pytest.approx(
        chdtrc(degrees, statistics), rel=1e-11
    )


def test_no_difference_is_certainly_chance_and_the_farthest_never_is() -> None:
    assert chi_square_tail(0, 3) == 1
    assert chi_square_tail(-1e-15, 3) == 1
    assert chi_square_tail(1e7, 3) == 0


def test_groups_are_tested_like_the_library_does() -> None:
    generator = np.random.default_rng(5)
    for groups in range(2, 9):
        entered = generator.integers(80, 900, groups)
        converted = generator.binomial(entered, generator.uniform(0.2, 0.5, groups))
        table = np.array([converted, entered - converted])
        expected = chi2_contingency(table, correction=False).pvalue
        assert homogeneity(list(map(Proportion, entered.tolist(), converted.tolist()))) == pytest.approx(expected)


def test_the_admissions_to_berkeley_differ_as_published() -> None:
    # Bickel, Hammel and O'Connell (1975), table 1: 3738 of 8442 men and 1494 of 4321 women admitted; χ² is 110.8.
    assert homogeneity(proportions((8442, 3738), (4321, 1494))) == pytest.approx(chi_square_tail(110.8, 1), rel=0.05)


def test_small_groups_are_compared_together() -> None:
    assert comparable(proportions((400, 40), (300, 33), (30, 3), (20, 2))) == (
        Proportion(50, 5),
        Proportion(300, 33),
        Proportion(400, 40),
    )
    assert comparable(proportions((400, 40), (300, 30), (20, 2), (20, 2))) == (
        Proportion(300, 30),
        Proportion(400, 40),
    )


@pytest.mark.parametrize(
    "groups",
    [
        [],
        proportions((500, 50)),
        proportions((500, 0), (400, 0)),
        proportions((500, 500), (400, 400)),
        proportions((0, 0), (400, 40)),
        proportions((500, 50), (40, 4)),
    ],
    ids=["nobody", "one group", "nobody converted", "everybody converted", "an empty group", "too small a group"],
)
def test_there_is_nothing_to_compare(groups: list[Proportion]) -> None:
    assert len(comparable(groups)) < 2


def test_the_smokers_of_fleiss_differ_between_the_four_studies() -> None:
    # Fleiss, Statistical Methods for Rates and Proportions (1981), p. 139: X² = 12.6 with 3 degrees of freedom.
    smokers = proportions((86, 83), (93, 90), (136, 129), (82, 70))
    assert homogeneity(smokers) == pytest.approx(0.005585, abs=5e-6)
