"""`growthctl schema`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize("kind", ["funnel", "playbook", "analysis", "comparison", "trend", "paths", "explanation"])
def test_every_schema_is_a_json_schema(growthctl: Run, kind: str) -> None:
    ran = growthctl("schema", kind)
    assert (ran.code, ran.err) == (Exit.OK, "")
    schema = json.loads(ran.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_the_funnel_s_schema_takes_a_good_funnel_and_refuses_a_bad_one(growthctl: Run, project: Path) -> None:
    judge = Draft202012Validator(json.loads(growthctl("schema", "funnel").out))
    funnel = yaml.safe_load((project / "shop.yml").read_text())
    assert judge.is_valid(funnel)
    assert not judge.is_valid(funnel | {"windo": "1d"})
    assert not judge.is_valid(funnel | {"window": "1x"})


def test_an_unknown_kind_is_a_usage_error_that_names_the_known_ones(growthctl: Run) -> None:
    ran = growthctl("schema", "funel")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "'funnel', 'playbook', 'analysis', 'comparison', 'trend', 'paths', 'inspection', 'explanation'" in ran.err
