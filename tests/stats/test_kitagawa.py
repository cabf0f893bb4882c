from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthctl.stats.kitagawa import RateDecomposition, decompose_rate
from growthctl.stats.proportions import Pair, Proportion

Counts = tuple[int, int, int, int]
# Applicants of Berkeley's six largest departments in 1973: admitted, women and men (Bickel, Hammel and O'Connell 1975).
BERKELEY: dict[str, Counts] = {
    "A": (89, 108, 512, 825),
    "B": (17, 25, 353, 560),
    "C": (202, 593, 120, 325),
    "D": (131, 375, 138, 417),
    "E": (94, 393, 53, 191),
    "F": (24, 341, 22, 373),
}
# Kidney stones that treatments B and A removed, small and large ones (Charig et al. 1986).
STONES: dict[str, Counts] = {"small": (234, 270, 81, 87), "large": (55, 80, 192, 263)}


def parted(segments: dict[str, Counts]) -> RateDecomposition[str]:
    """Each segment as x₁, n₁, x₀, n₀."""
    found = decompose_rate(
        {name: Pair(Proportion(n1, x1), Proportion(n0, x0)) for name, (x1, n1, x0, n0) in segments.items()}
    )
    assert found is not None
    return found


def test_a_change_of_rate_is_what_the_rates_and_the_mix_did() -> None:
    found = parted({"desktop": (88, 800, 60, 600), "mobile": (42, 200, 80, 400)})
    assert [part.rate for part in found.parts] == pytest.approx([0.007, 0.003])
    assert [part.mix for part in found.parts] == pytest.approx([-0.006, -0.014])
    assert (found.difference, found.rate, found.mix) == pytest.approx((-0.01, 0.01, -0.02))
    assert found.reversal
    assert found.mix_dominated


@pytest.mark.parametrize(
    ("segments", "difference", "rate", "mix"),
    [(BERKELEY, -0.141645, 0.036028, -0.177674), (STONES, 0.0457, -0.0537, 0.0994)],
)
def test_the_famous_reversals_are_found(
    segments: dict[str, Counts], difference: float, rate: float, mix: float
) -> None:
    found = parted(segments)
    assert (found.difference, found.rate, found.mix) == pytest.approx((difference, rate, mix), abs=5e-5)
    assert found.reversal
    assert found.mix_dominated


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 4), min_size=1, max_size=6))
def test_the_parts_sum_to_the_change(counts: list[Counts]) -> None:
    segments = {str(k): (min(x1, n1), n1, min(x0, n0), n0) for k, (x1, n1, x0, n0) in enumerate(counts)}
    sides = [sum(each[place] for each in segments.values()) for place in (1, 3)]
    if not all(sides):
        return
    found = parted(segments)
    assert found.rate + found.mix == pytest.approx(found.difference, abs=1e-12)


def test_a_change_inside_the_segments_is_no_mix() -> None:
    found = parted({"desktop": (60, 500, 100, 500), "mobile": (50, 500, 90, 500)})
    assert found.mix == pytest.approx(0)
    assert not found.reversal
    assert not found.mix_dominated
    assert not found.offset()


def test_a_mix_that_goes_the_other_way_does_not_explain_a_fall() -> None:
    found = parted({"desktop": (100, 900, 100, 500), "mobile": (2, 100, 50, 500)})
    assert found.difference < 0 < found.mix
    assert not found.mix_dominated


def test_a_segment_that_is_empty_on_one_side_is_all_mix() -> None:
    found = parted({"old": (100, 500, 200, 1000), "new": (10, 500, 0, 0)})
    old, new = found.parts
    assert (old.rate, new.rate) == (0, 0)
    assert new.mix == pytest.approx(0.5 * (0.02 - (0.11 + 0.2) / 2))
    assert found.overlap == 0.5


def test_changes_that_hide_one_another_are_seen_when_both_are_beyond_chance() -> None:
    hiding = {"desktop": (240, 1200, 320, 2400), "mobile": (120, 2400, 40, 1200)}
    assert parted(hiding).offset()
    assert not parted(
        {name: (x1 // 20, n1 // 20, x0 // 20, n0 // 20) for name, (x1, n1, x0, n0) in hiding.items()}
    ).offset()


def test_without_entrants_on_a_side_there_is_nothing_to_take_apart() -> None:
    assert decompose_rate({"desktop": Pair(Proportion(0, 0), Proportion(5, 2))}) is None
    assert decompose_rate({}) is None


def test_the_airlines_of_moore_are_a_reversal() -> None:
    # Moore and McCabe, Introduction to the Practice of Statistics: on time of all flights, Alaska against America West.
    airports = {
        "Los Angeles": ((559, 497), (811, 694)),
        "Phoenix": ((233, 221), (5255, 4840)),
        "San Diego": ((232, 212), (448, 383)),
        "San Francisco": ((605, 503), (449, 320)),
        "Seattle": ((2146, 1841), (262, 201)),
    }
    parts = decompose_rate(
        {name: Pair(Proportion(*this), Proportion(*other)) for name, (this, other) in airports.items()}
    )
    assert parts is not None
    assert parts.difference == pytest.approx(3274 / 3775 - 6438 / 7225)
    assert parts.difference < 0 < min(part.rate for part in parts.parts)
    assert parts.rate + parts.mix == pytest.approx(parts.difference)
    assert parts.reversal
