"""The funnel model: defaults, forms, and its JSON Schema."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from growthctl.funnel.conditions.parse import parse_condition
from growthctl.funnel.sections.model import Funnel, keys_at
from growthctl.funnel.sections.stage import Stage, StageKind

AD = {"name": "ad", "event": "ad_click"}


def funnel(**keys: Any) -> Funnel:
    return Funnel.model_validate({"stages": [AD, {"name": "payment", "event": "paid"}], **keys})


def test_stages_are_all_that_is_required() -> None:
    found = Funnel.model_validate({"stages": [AD]})
    assert (found.version, found.name, found.timezone) == (1, None, "UTC")
    assert found.source.model_dump() == {
        "path": None,
        "format": "auto",
        "preset": None,
        "delimiter": None,
        "header": True,
        "quote": '"',
        "event": None,
        "stage_dates": None,
        "stage_history": None,
        "counted": None,
        "explode": None,
        "properties": {},
        "time_is": "utc",
        "time_origin": None,
        "time_unit": "s",
        "encoding": None,
        "sheet": None,
        "columns": {"entity": "user_id", "event": "event", "time": "timestamp", "id": None, "session": None},
        "decimal": None,
        "time_format": None,
        "filter": None,
        "identity": None,
        "max_bad": 0.01,
        "as_of": None,
    }
    rules = (found.count, found.session_gap, found.order, found.window, found.entry, found.ties)
    assert rules == ("entities", timedelta(minutes=30), "sequential", None, "any", "any")
    assert (found.hold_constant, found.exclude, found.segments, found.attribution) == ((), (), (), "entry")
    assert (found.target, found.reference.history, found.reference.segment) == (None, 8, True)
    stage = found.stages[0]
    assert (stage.event, stage.label, stage.optional, stage.first_ever) == (("ad_click",), "ad", False, False)
    assert (stage.where, stage.kind, stage.phase, stage.owner, stage.target, stage.within) == (None,) * 6
    assert stage.capacity is None


def test_every_form_becomes_one_type() -> None:
    found = funnel(
        window="14d",
        source={"path": "a.csv", "max_bad": "5%", "filter": "is_bot = false"},
        stages=[
            {"name": "ad", "event": ["a", "b"], "label": "Ad click", "where": {"plan": "pro"}},
            {"name": "demo", "event": "*", "target": "35%", "within": "7d", "runbook": "https://wiki.example"},
        ],
        value={"per_conversion": 1200, "margin": "80%", "currency": "EUR"},
        attribution="stage:demo",
    )
    ad, demo = found.stages
    assert (found.window, demo.within, demo.target) == (timedelta(days=14), timedelta(days=7), 0.35)
    assert (found.source.path, found.source.max_bad) == (("a.csv",), 0.05)
    assert (found.source.filter, ad.where) == (parse_condition("is_bot = false"), parse_condition("plan = 'pro'"))
    assert (ad.event, ad.label, demo.event, demo.label) == (("a", "b"), "Ad click", ("*",), "demo")
    assert found.value is not None
    assert (found.value.per_conversion, found.value.margin) == (1200.0, 0.8)


def test_the_phase_of_a_stage_follows_its_kind_unless_it_is_given() -> None:
    phases = {kind: Stage.model_validate({**AD, "kind": kind}).phase for kind in get_args(StageKind)}
    assert [kind for kind, phase in phases.items() if phase == "acquisition"] == [
        "ad",
        "landing",
        "signup",
        "activation",
    ]
    assert set(phases.values()) == {"acquisition", "sales"}
    assert Stage.model_validate({**AD, "kind": "ad", "phase": "sales"}).phase == "sales"


@pytest.mark.parametrize(("written", "weeks"), [(8, 8), (6, 6), (520, 520), (True, 8), (False, 0), (0, 0)])
def test_history_is_a_number_of_weeks_or_off(written: object, weeks: int) -> None:
    assert funnel(reference={"history": written}).reference.history == weeks


@pytest.mark.parametrize("written", [5, 521, -6, 7.5, "8", None])
def test_a_history_of_fewer_than_six_weeks_is_none(written: object) -> None:
    with pytest.raises(ValidationError, match="not a number of weeks from 6 to 520, or false for none"):
        funnel(reference={"history": written})


def test_a_stage_may_have_a_capacity_and_a_funnel_a_target() -> None:
    found = funnel(stages=[AD, {"name": "demo", "event": "demo", "capacity": {"per_day": 2.5}}], target="1%")
    assert found.stages[1].capacity is not None
    assert (found.stages[1].capacity.per_day, found.target) == (2.5, 0.01)


def test_a_stage_may_come_after_exactly_its_within_or_the_whole_window_and_optional_ones_add_nothing() -> None:
    stages = [AD, {"name": "b", "event": "b", "after": "4d", "optional": True}]
    found = funnel(window="4d", stages=[*stages, {"name": "c", "event": "c", "after": "4d", "within": "4d"}])
    assert found.stages[2].after == found.stages[2].within == timedelta(days=4)


def test_a_funnel_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        setattr(funnel(), "window", None)  # noqa: B010 (mypy refuses the assignment)


def test_a_funnel_of_models_is_checked_like_one_of_mappings() -> None:
    stage = Stage.model_validate(AD)
    assert Funnel(stages=(stage,)).stages == (stage,)
    with pytest.raises(ValidationError, match="the name 'ad' is taken by stages"):
        Funnel(stages=(stage, stage))


def test_what_no_field_sees_alone_is_reported_together_with_the_fields() -> None:
    with pytest.raises(ValidationError) as caught:
        funnel(
            windw="14d",
            window=14,
            stages=[{**AD, "target": 0.5, "within": "7d"}, {"name": "ad"}],
            attribution="stage:demo",
            value={"per_conversion": 3, "property": "amount", "stage": "demo"},
        )
    assert sorted(".".join(map(str, error["loc"])) for error in caught.value.errors()) == [
        "attribution",
        "stages.0.target",
        "stages.0.within",
        "stages.1.event",
        "stages.1.name",
        "value",
        "value.stage",
        "window",
        "windw",
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"value": {}}, "either per_conversion or property"),
        ({"value": {"per_conversion": 3, "stage": "ad"}}, "stage goes with property"),
        ({"value": {"per_conversion": -1}}, "greater than or equal to 0"),
        ({"value": {"per_conversion": "3"}}, "valid number"),
        ({"stages": []}, "at least 1"),
        ({"stages": [{"name": f"s{n}", "event": "e"} for n in range(64)]}, "at most 63"),
        ({"version": 2}, "should be 1"),
        ({"segments": "country"}, "tuple"),
        ({"target": 0}, "a target is a rate above 0"),
        ({"reference": {"segment": 1}}, "valid boolean"),
        ({"stages": [AD, {"name": "b", "event": "b", "capacity": {}}]}, "Field required"),
        ({"stages": [AD, {"name": "b", "event": "b", "capacity": {"per_day": 0}}]}, "greater than 0"),
        ({"stages": [AD, {"name": "b", "event": "b", "capacity": {"per_day": "8"}}]}, "valid number"),
    ],
)
def test_what_does_not_fit_is_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        funnel(**keys)


def test_the_keys_of_a_place_are_those_of_its_model() -> None:
    assert keys_at("source.columns") == ("entity", "event", "time", "id", "session")
    assert "window" in keys_at("")
    assert "within" in keys_at("stages")
    assert keys_at("stages.capacity") == ("per_day",)
    assert keys_at("reference") == ("history", "segment")
    assert keys_at("exclude") == ("event", "where", "between", "for", "effect")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"exclude": [{"event": "x", "between": ["payment", "ad"]}]}, "'payment' does not come before 'ad'"),
        ({"exclude": [{"event": "x", "between": ["ad", "pay"]}]}, "no stage 'pay'; did you mean 'payment'"),
        ({"stages": [{**AD, "optional": True}]}, "it cannot be optional"),
        (
            {
                "stages": [AD, {"name": "b", "event": "b", "optional": True}, {"name": "c", "event": "c"}],
                "exclude": [{"event": "x", "between": ["ad", "b"]}],
            },
            "the stage 'b' is optional: name required stages",
        ),
        ({"order": "any", "exclude": [{"event": "x", "between": ["ad", "payment"]}]}, "exclude has no meaning"),
        ({"order": "any", "exclude": [{"event": "x", "between": ["payment", "end"]}]}, "exclude has no meaning"),
        ({"stages": [AD, {"name": "end", "event": "e"}]}, "the name 'end' is what comes after the last stage"),
        ({"exclude": [{"event": "x", "between": ["ad", "payment"], "for": "30d"}]}, r"for goes with \[STAGE, end\]"),
        (
            {"exclude": [{"event": "x", "between": ["ad", "end"]}]},
            r"write \[payment, end\]; what must not come before it lies between \[ad, payment\]",
        ),
        ({"exclude": [{"event": "x", "between": ["end", "payment"]}]}, r"can be taken back: write \[payment, end\] "),
        ({"exclude": [{"event": "x", "between": ["payment", "end"], "effect": "drop"}]}, "drop does not go with end"),
        (
            {"exclude": [{"event": "x", "between": ["ad", "end"]}], "stages": [AD]},
            "first stage .* cannot be taken back",
        ),
        (
            {"count": "sessions", "exclude": [{"event": "x", "between": ["payment", "end"]}]},
            "end does not go with sessions by gap",
        ),
        ({"order": "any", "attribution": "stage:ad"}, "attribution: stage:ad has no meaning"),
        ({"order": "any", "count": "attempts"}, "count: attempts has no meaning"),
        (
            {"order": "any", "stages": [AD, {"name": "b", "event": "b", "within": "1d"}]},
            "within has no meaning in order: any",
        ),
        (
            {"order": "any", "stages": [AD, {"name": "b", "event": "b", "after": "1d"}]},
            "after has no meaning in order: any",
        ),
        ({"order": "strict", "skipped": "passed"}, "skipped: passed has no meaning in order: strict"),
        (
            {"skipped": "passed", "stages": [AD, {"name": "b", "event": "b", "after": "1d"}]},
            "after has no meaning with skipped: passed",
        ),
        ({"stages": [{**AD, "after": "1d"}]}, "the first stage has no after"),
        (
            {"stages": [AD, {"name": "b", "event": "b", "after": "8d", "within": "7d"}]},
            "after is longer than within: nobody can reach the stage",
        ),
        (
            {"window": "7d", "stages": [AD, {"name": "b", "event": "b", "after": "8d", "optional": True}]},
            "after is longer than the window: nobody can reach the stage",
        ),
        (
            {"window": "7d", "stages": [AD, *({"name": name, "event": "b", "after": "4d"} for name in "bc")]},
            "with those of the stages before it, after is longer than the window: nobody can reach the stage",
        ),
        (
            {"stages": [AD, *({"name": f"o{k}", "event": "o", "optional": True} for k in range(9))]},
            "at most 8 stages can be optional",
        ),
        (
            {"order": "any", "stages": [AD, {"name": "b", "event": "b", "capacity": {"per_day": 8}}]},
            "capacity has no meaning in order: any",
        ),
        ({"stages": [{**AD, "capacity": {"per_day": 8}}]}, "the first stage has no capacity"),
        (
            {"stages": [AD, {"name": "b", "event": "b", "optional": True, "capacity": {"per_day": 8}}]},
            "an optional stage has no capacity",
        ),
        ({"source": {"columns": {"session": "s"}}}, "read for count: sessions only"),
        ({"session_gap": "1h"}, "session_gap is for count: sessions"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        funnel(**keys)
