"""Warnings about targets."""

from __future__ import annotations

from growthctl.diagnosis.bottleneck.targets import target_notices
from growthctl.funnel.file import funnel_from_mapping
from growthctl.funnel.sections.model import Funnel
from growthctl.words.warnings import hint, message
from tests.diagnosis.example import eight_weeks, large


def funnel(target: str | None = None) -> Funnel:
    stages = [{"name": name, "event": name} for name in ("ad", "landing", "signup", "demo", "payment")]
    return funnel_from_mapping({"stages": stages} | ({"target": target} if target else {}))


def test_a_target_that_no_week_speaks_for_is_questioned() -> None:
    landing, signup, *rest = large()
    weeks = eight_weeks(1000, 100)
    slip, easy = (signup._replace(target=rate, cohorts=weeks) for rate in (0.65, 0.05))
    [above] = target_notices(funnel(), [landing, slip, *rest])
    assert (above.code, above.stage) == ("target_above_history", "signup")
    assert message(above) == (
        "the target of 'signup', 65%, is far above what any of the last 8 weeks whose time has passed can have been "
        "(7.7% to 12.9%)"
    )
    assert hint(above) == "is it meant so?"
    [below] = target_notices(funnel(), [landing, easy, *rest])
    assert (below.code, below.stage) == ("target_below_history", "signup")
    assert "5%, is below what every one of the last 8 weeks whose time has passed can have been" in message(below)


def test_a_reference_that_is_no_target_is_not_questioned() -> None:
    transitions = [each._replace(cohorts=eight_weeks(1000, 1), target=None) for each in large(source="history")]
    assert list(target_notices(funnel(), transitions)) == []


def test_the_target_of_the_funnel_must_go_with_those_of_its_stages() -> None:
    [found] = target_notices(funnel("1%"), large())
    assert (found.code, found.stage) == ("targets_at_odds", None)
    assert message(found) == (
        "the target of the funnel, 1%, does not go with those of its stages: together they make 0.647%"
    )
    [found] = target_notices(funnel("10%"), large((0.8, 0.105, None, None)))
    assert message(found).endswith("together they make at most 8.4%")
    assert list(target_notices(funnel("0.65%"), large())) == []
    assert list(target_notices(funnel(), large())) == []
