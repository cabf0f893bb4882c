"""`growthctl compare`."""

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
ROOT = Path(__file__).parents[3]
BROKEN = ("--since", "2026-03-06", "--until", "2026-03-21")


@pytest.fixture
def saas(project: Path) -> str:
    """The sample funnel, over the sample log."""
    funnel = yaml.safe_load((ROOT / "funnels" / "saas_signup.yml").read_text())
    funnel["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    (project / "saas.yml").write_text(yaml.safe_dump(funnel))
    return "saas.yml"


def test_one_page_says_what_changed_where_because_of_whom_and_how_sure(growthctl: Run, saas: str) -> None:
    ran = growthctl("compare", saas, *BROKEN, "-q")
    assert (ran.code, ran.err) == (Exit.OK, "")
    text = " ".join(ran.out.split())
    assert "The log lacks events of Landing page from 2026-02-19 12:00 to 18:00, which concerns 'Before'" in text
    assert "What changed: Landing page → Signup fell from 13.6% to 8.7%, owned by product" in text
    assert "Where: device mobile: Landing page → Signup fell from 13.3% to 3.9%" in text
    assert "Because of the stage itself, not of who came" in text
    assert "for everybody else it fell from 13.8% to 12.6%" in text
    assert "Segments at stages: tested 16, 1 survives." in text
    assert len(ran.out.splitlines()) < 50


def test_two_segments_are_held_against_one_another(growthctl: Run, saas: str) -> None:
    text = " ".join(growthctl("compare", saas, "--split", "campaign=display,search", "-q").out.split())
    assert text.startswith("saas-signup: campaign display against search 2,926 entered against 6,103, 2026-01-05 to")
    assert "What differs: Landing page → Signup is 2.1% for display and 13.8% for search" in text


def test_now_is_held_against_what_analyze_wrote_before(growthctl: Run, saas: str) -> None:
    assert growthctl("analyze", saas, "-q", "--until", "2026-02-19", "-o", "then.json").code == Exit.OK
    found = json.loads(growthctl("compare", saas, *BROKEN, "--against", "then.json", "-f", "json", "-q").out)
    assert found["comparisons"][0]["question"] == "result"
    assert found["comparisons"][0]["changes"][0]["stage"] == "signup"


def test_other_properties_and_other_lengths_can_be_asked_for(growthctl: Run, saas: str) -> None:
    ran = growthctl("compare", saas, "--every", "day", "--by", "campaign", "--by", "plan", "-f", "json", "-q")
    (found,) = json.loads(ran.out)["comparisons"]
    assert {split["by"] for split in found["decompositions"]} == {"campaign", "plan"}
    assert found["this"]["until"][:10] == "2026-03-21"


def test_what_goes_with_a_stage_is_told_when_asked_for(growthctl: Run, saas: str) -> None:
    text = " ".join(growthctl("compare", saas, "--since", "2026-02-10", "--drivers", "demo", "-q").out.split())
    assert "What goes with reaching Demo attended" in text
    assert "training_done by then:" in text
    assert "An event that goes with converting need not cause it" in text


def test_json_fits_its_schema_and_the_same_question_gives_the_same_bytes(growthctl: Run, project: Path) -> None:
    question = ("compare", "shop.yml", "--since", "2026-03-02", "--until", "2026-03-02T12:00", "-q")
    first = growthctl(*question, "-o", "a.json")
    second = growthctl(*question, "-f", "json")
    assert first.code == second.code == Exit.OK, first.err
    assert (project / "a.json").read_text() == second.out
    Draft202012Validator(json.loads(growthctl("schema", "comparison").out)).validate(json.loads(second.out))


def test_a_question_that_makes_no_sense_is_one_line_on_stderr(growthctl: Run) -> None:
    ran = growthctl("compare", "shop.yml", "--since", "2026-03-01", "--against", "yesterday")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith("error: 'yesterday' is nothing to compare with (write --against previous")
    assert growthctl("compare", "shop.yml", "--against", "then.json").code == Exit.DATA


def test_warnings_are_on_stderr_and_quiet_leaves_them_out(growthctl: Run) -> None:
    question = ("compare", "shop.yml", "--since", "2026-03-01T09:30", "--until", "2026-03-01T18:00")
    ran = growthctl(*question)
    assert "the log starts on 2026-03-01T09:00:00Z" in ran.err
    assert ran.out.startswith("shop: 2026-03-01 09:30:00 to 18:00:00 against 2026-03-01 01:00:00 to")
    assert growthctl(*question, "-q").err == ""
