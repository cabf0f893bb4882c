"""Small things between counts and the report."""

from __future__ import annotations

import pytest

from growthctl.build.log_facts import ratio
from growthctl.clock import iso


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00Z"),
        (1_772_355_600_000_000, "2026-03-01T09:00:00Z"),
        (1_772_355_600_500_000, "2026-03-01T09:00:00.500000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_times_are_iso_8601_in_utc(microseconds: int | None, text: str | None) -> None:
    assert iso(microseconds) == text


def test_a_rate_over_nobody_is_unknown() -> None:
    assert (ratio(0, 0), ratio(0, 4), ratio(1, 4)) == (None, 0, 0.25)
