"""Many tests at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from growthctl.stats.multitest import benjamini_hochberg, q_values

# Benjamini and Hochberg (1995), thrombolysis: at .05 four of fifteen are rejected.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
]  # fmt: skip


def test_the_published_example_rejects_four() -> None:
    assert sum(q <= 0.05 for q in q_values(PUBLISHED)) == 4


def test_the_values_are_those_of_the_library_in_any_order() -> None:
    generator = np.random.default_rng(2)
    for tests in (1, 2, 7, 50):
        p_values = (generator.random(tests) ** 2).tolist()
        assert q_values(p_values) == pytest.approx(false_discovery_control(p_values))
    assert q_values([]) == []


def test_those_are_believed_whose_value_is_at_most_the_share_asked_for() -> None:
    assert benjamini_hochberg(PUBLISHED, 0.05) == [True] * 4 + [False] * 11
    assert benjamini_hochberg(PUBLISHED[::-1], 0.05) == [False] * 11 + [True] * 4
    assert benjamini_hochberg([], 0.05) == []
