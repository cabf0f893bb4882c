from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from growthctl.stats.power import per_group


@pytest.mark.parametrize(
    ("power", "expected"),
    # The examples of power.prop.test in R's documentation: n = 76.7 for a power of 0.9, a power of 0.740 for n = 50.
    [(0.9, 76.7), (0.740, 50.0)],
)
def test_groups_are_as_large_as_r_says(power: float, expected: float) -> None:
    assert per_group(0.50, 0.75, power=power) == pytest.approx(expected, abs=0.05)
    assert per_group(0.75, 0.50, power=power) == per_group(0.50, 0.75, power=power)


def test_so_many_people_see_the_difference_four_times_in_five() -> None:
    size = round(per_group(0.25, 0.35))
    rng = np.random.default_rng(1)
    ones, others = rng.binomial(size, 0.25, 20_000) / size, rng.binomial(size, 0.35, 20_000) / size
    pooled = (ones + others) / 2
    z = (others - ones) / np.sqrt(2 * pooled * (1 - pooled) / size)
    assert np.mean(np.abs(z) > stats.norm.ppf(0.975)) == pytest.approx(0.8, abs=0.01)
