"""A counted stage, and what cannot go with one."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.errors import SpecError
from growthctl.funnel.file import funnel_from_mapping, load_funnel

COUNTED = {"day": "day", "count": "clicks", "by": {"campaign": "utm_campaign"}}
ADS: dict[str, Any] = {"path": "costs.csv", "counted": COUNTED}
SITE = {"path": "site.csv"}
AD: dict[str, Any] = {"name": "ad", "source": "ads"}
LANDING: dict[str, Any] = {"name": "landing", "event": "view", "target": 0.6}
SIGNUP = {"name": "signup", "event": "signup", "target": 0.2}


def funnel(*stages: object, ads: object = ADS, **keys: object) -> dict[str, Any]:
    return {"sources": {"site": SITE, "ads": ads}, "stages": list(stages or (AD, LANDING, SIGNUP)), **keys}


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(SpecError) as caught:
        funnel_from_mapping(raw)
    return [problem.message for problem in caught.value.problems]


def test_the_stages_that_are_followed_stand_apart_from_the_counted_one() -> None:
    declared = funnel_from_mapping(funnel())
    followed = declared.followed
    assert [stage.name for stage in declared.stages] == ["ad", "landing", "signup"]
    assert [stage.name for stage in followed.stages] == ["landing", "signup"]
    assert [stage.target for stage in followed.stages] == [None, 0.2]
    assert list(followed.sources) == ["site"]
    assert followed.counted is not None
    assert (followed.counted.stage.name, followed.counted.name, followed.counted.target) == ("ad", "ads", 0.6)
    assert followed.counted.properties == ("utm_campaign",)
    assert followed.followed is followed


def test_a_funnel_without_counts_is_followed_as_it_is() -> None:
    declared = funnel_from_mapping({"stages": [LANDING | {"target": None}, SIGNUP]})
    assert declared.followed is declared
    assert declared.counted is None


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            funnel(LANDING | {"target": None}),
            "sources.ads.counted: the source 'ads' is counted, but the first stage does",
        ),
        (
            funnel(LANDING | {"target": None}, AD),
            "stages[1].source: the source 'ads' is counted: only the first stage can be, for nobody is followed to it",
        ),
        (funnel(AD), "stages: 'ad' is counted: a stage has to follow at which people are followed"),
        (funnel(AD | {"event": "click"}, LANDING), "stages[0].event: a counted stage has no event: every row counts"),
        (
            funnel(AD | {"where": {"a": 1}}, LANDING),
            "stages[0].where: a counted stage has no where: write sources.ads.",
        ),
        (funnel(AD | {"first_ever": True}, LANDING), "stages[0].first_ever: a counted stage has no first_ever"),
        (funnel(AD | {"target": 0.2}, LANDING), "stages[0].target: the first stage has no target"),
        (funnel(AD | {"capacity": {"per_day": 3}}, LANDING), "stages[0].capacity: the first stage has no capacity"),
        (funnel(AD, LANDING | {"within": "3d"}), "stages[1].within: the first stage that is followed has no within"),
        (
            funnel(AD, LANDING | {"optional": True}),
            "stages[1].optional: the first stage that is followed has no optional",
        ),
        (funnel(order="any"), "stages[0].source: 'ads' is counted and its stage stands first: in order: any none does"),
        (
            funnel(exclude=[{"event": "bot", "between": ["ad", "signup"]}]),
            "exclude[0].between[0]: the stage 'ad' is counted, not followed",
        ),
        (funnel(attribution="stage:ad"), "attribution: the stage 'ad' is counted, not followed"),
        (funnel(value={"property": "a", "stage": "ad"}), "value.stage: the stage 'ad' is counted, not followed"),
        (
            funnel(ads=ADS | {"preset": "segment"}),
            "sources.ads.preset: preset is for events, and the source 'ads' is counted: it has counted.day and .count",
        ),
        (funnel(ads=ADS | {"event": "click"}), "sources.ads.event: event is for events"),
        (funnel(ads=ADS | {"columns": {"entity": "a"}}), "sources.ads.columns: columns is for events"),
        (funnel(ads=ADS | {"explode": "a"}), "sources.ads.explode: explode is for events"),
        (funnel(ads=ADS | {"counted": {"day": "day"}}), "sources.ads.counted: 'count' is missing"),
        (
            funnel(ads=ADS | {"counted": COUNTED | {"by": {"a": "utm", "b": "utm"}}}),
            "sources.ads.counted.by: two columns are the same property of events",
        ),
        (funnel(ads={"path": "costs.csv"}), "stages[0]: 'event' is missing"),
        (
            {"source": ADS, "stages": [SIGNUP | {"target": None}]},
            "source.counted: a funnel of counts alone follows nobody",
        ),
    ],
)
def test_what_cannot_go_with_a_counted_stage_is_a_clear_problem(raw: dict[str, Any], message: str) -> None:
    assert [text for text in problems(raw) if text.startswith(message)], problems(raw)


def test_a_missing_event_is_found_where_its_stage_stands(tmp_path: Any) -> None:
    path = tmp_path / "f.yml"
    path.write_text("stages:\n  - {name: a, event: a}\n  - {name: b}\n")
    with pytest.raises(SpecError) as caught:
        load_funnel(path)
    problem = caught.value.problems[0]
    assert (problem.code, problem.message, problem.line) == ("missing_key", "stages[1]: 'event' is missing", 3)
