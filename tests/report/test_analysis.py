"""The contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from growthctl.report.analysis import Analysis, Report
from growthctl.report.base import to_json
from growthctl.report.schemas import REPORTS, report_schema
from growthctl.report.stages import Ripe
from tests.golden import examples

# What readers of schema version 1 rely on: a minor version adds to it and takes nothing away.
KEYS = {
    "": "schema_version kind analyses",
    "analyses": "funnel data stages phases segments differences bottleneck ranking recommendations warnings",
    "analyses.funnel": "name entity count order window_seconds entry",
    "analyses.data": "rows_read rows_used rows_rejected entities first_event_at last_event_at as_of since until",
    "analyses.data.rows_rejected": "null_entity bad_time duplicate",
    "analyses.stages": "name label kind phase owner optional reached dropped excluded open conversion_rate "
    "overall_conversion_rate target seconds_from_previous seconds_from_entry ripe",
    "analyses.stages.seconds_from_previous": "median p90 mean",
    "analyses.stages.seconds_from_entry": "median p90 mean",
    "analyses.stages.ripe": "entered converted conversion_rate low high kaplan_meier",
    "analyses.stages.capacity": "per_day flow_per_day utilisation bound",
    "analyses.phases": "phase from_stage stage owners conversion_rate share_of_shortfall",
    "analyses.segments": "by values stages",
    "analyses.segments.stages": "name reached conversion_rate ripe differs q",
    "analyses.segments.stages.ripe": "entered converted conversion_rate low high",
    "analyses.differences": "tests splits",
    "analyses.differences.splits": "by stages",
    "analyses.differences.splits.stages": "name differs q",
    "analyses.bottleneck": "verdict stage from_stage owner reference probability_gap probability_widest recoverable "
    "more_entrants_needed days_needed largest_drop lowest_rate queue interview",
    "analyses.bottleneck.reference": "rate source",
    "analyses.bottleneck.explained_by": "by values share_of_entered share_of_gap conversion_rate "
    "rest_conversion_rate q",
    "analyses.bottleneck.explained_by_mix": "by share_of_gap",
    "analyses.bottleneck.recoverable": "conversions_per_30_days low high value currency",
    "analyses.ranking": "stage share_of_shortfall",
    "analyses.recommendations": "stage owner kind lever evidence next_test",
    "analyses.warnings": "code message",
}


def written(**changes: Any) -> dict[str, Any]:
    whole = {"stages": examples.FULL, "phases": examples.PHASES}
    loaded = json.loads(to_json(Report(analyses=[examples.CONFIRMED.model_copy(update=whole | changes)])))
    assert isinstance(loaded, dict)
    return loaded


def objects(value: Any, path: str) -> Iterator[dict[str, Any]]:
    """All objects that `path` leads to, through every element of the lists on the way."""
    if isinstance(value, list):
        for item in value:
            yield from objects(item, path)
    elif value is not None and path:
        key, _, rest = path.partition(".")
        yield from objects(value[key], rest)
    elif value is not None:
        yield value


@pytest.mark.parametrize("path", KEYS)
def test_every_key_that_readers_rely_on_is_there(path: str) -> None:
    found = list(objects(written(), path))
    assert found
    for each in found:
        assert set(KEYS[path].split()) <= set(each)


def test_a_report_says_which_version_it_is_and_is_always_a_list() -> None:
    report = written()
    assert (report["schema_version"], report["kind"], len(report["analyses"])) == ("1.0", "analysis", 1)
    assert json.loads(to_json(Report(analyses=[])))["analyses"] == []


def test_numbers_have_twelve_significant_digits() -> None:
    ripe = Ripe(entered=3, converted=1, conversion_rate=1 / 3, low=2 / 3e7, high=1, kaplan_meier=1 / 3)
    stage = examples.CONFIRMED.stages[1].model_copy(update={"ripe": ripe})
    shown = written(stages=[stage])["analyses"][0]["stages"][0]["ripe"]
    assert shown == {
        "entered": 3,
        "converted": 1,
        "conversion_rate": 0.333333333333,
        "low": 6.66666666667e-08,
        "high": 1,
        "spread": None,
        "degrees_of_freedom": None,
        "kaplan_meier": 0.333333333333,
        "after_seconds": None,
        "after": "window",
        "kaplan_meier_low": None,
        "kaplan_meier_high": None,
        "first_ripe_at": None,
    }


def test_unknown_is_null() -> None:
    first = written()["analyses"][0]["stages"][0]
    assert first["ripe"] is first["conversion_rate"] is first["seconds_from_previous"] is None


def test_what_is_no_number_is_refused_and_not_written() -> None:
    bottleneck = examples.CONFIRMED.bottleneck.model_copy(update={"conversions_per_30_days": float("nan")})
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(bottleneck=bottleneck)


@pytest.mark.parametrize("rate", [-0.001, 1.001, float("nan")])
def test_a_rate_is_between_0_and_1(rate: float) -> None:
    with pytest.raises(ValidationError):
        Ripe(entered=1, converted=1, conversion_rate=rate, low=None, high=None)


def test_json_is_indented_utf_8_that_ends_in_a_newline() -> None:
    text = to_json(Report(analyses=[examples.CONFIRMED.model_copy(update={"segments": []})]))
    assert text.startswith('{\n  "schema_version": "1.0",\n  "kind": "analysis",\n')
    assert text.endswith("}\n")
    named = examples.CONFIRMED.funnel.model_copy(update={"name": "Küche"})
    assert '"name": "Küche"' in to_json(Report(analyses=[examples.CONFIRMED.model_copy(update={"funnel": named})]))


def test_a_report_can_be_read_back() -> None:
    text = examples.CONFIRMED.model_dump_json()
    assert Analysis.model_validate_json(text).model_dump_json() == text


@pytest.mark.parametrize("kind", REPORTS)
def test_every_field_of_a_report_is_required_in_its_schema(kind: str) -> None:
    schema = report_schema(kind)
    for model in (schema, *schema["$defs"].values()):
        assert set(model["required"]) == set(model["properties"])
