from __future__ import annotations

from tests.diagnosis.example import funnel


def test_the_rate_is_converted_by_entered_and_unknown_where_nobody_entered() -> None:
    first, second = funnel((40, 0), (10, 0), (None, None))
    assert first.rate == 0.25
    assert second.rate is None


def test_dropped_are_those_who_entered_and_did_not_convert() -> None:
    assert [transition.dropped for transition in funnel((40, 10), (10, 10), (None, None))] == [30, 0]
