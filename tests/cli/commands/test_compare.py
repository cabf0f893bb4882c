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
    funnel["changes"] = str(ROOT / "sample_data" / "changes.csv")
    (project / "saas.yml").write_text(yaml.safe_dump(funnel))
    return "saas.yml"


def test_one_page_says_what_changed_where_because_of_whom_and_how_sure(growthctl: Run, saas: str) -> None:
    ran = growthctl("compare", saas, *BROKEN, "-q")
    assert (ran.code, ran.err) == (Exit.OK, "")
    text = " ".join(ran.out.split())
    assert "! FELL Signup for device mobile → product 13.3% before, 3.9% after; everybody else 13.8% → 12.6%." in text
    assert "8.8 fewer conversions to First payment, 7.4 of them here." in text
    assert "NOT JUDGED Landing page: 'Before' lacks events from 19 Feb 12:00 to 18:00: 3 instead of about 76." in text
    assert "Nothing else that can be judged is seen to move beyond its usual ups and downs." in text
    assert len(ran.out.splitlines()) <= 24
    details = " ".join(growthctl("compare", saas, *BROKEN, "-q", "--details").out.split())
    assert "Segments at stages: 16 were looked at, 1 moved by more than chance." in details


def test_two_segments_are_held_against_one_another(growthctl: Run, saas: str) -> None:
    text = " ".join(growthctl("compare", saas, "--split", "campaign=display,search", "-q").out.split())
    assert text.startswith("saas-signup: campaign display against search 2,926 people against 6,103, 5 Jan to 4 Apr")
    assert "! LOWER Signup → product 13.8% search, 2.1% display." in text


def test_a_comparison_is_a_page_of_markdown(growthctl: Run, saas: str, project: Path) -> None:
    page = growthctl("compare", saas, *BROKEN, "-q", "-f", "markdown").out
    assert page.startswith("## saas-signup: 6 Mar to 20 Mar 2026 against 19 Feb to 5 Mar 2026\n")
    assert "**! FELL** Signup for device mobile → product" in page
    assert "| **! Signup** | 13.6% | 8.7% | -4.9 (-7.3 to -2.5) | -8.8 |" in page
    growthctl("compare", saas, *BROKEN, "-q", "-o", "changed.md")
    assert (project / "changed.md").read_text() == page


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
    assert ran.out.startswith("shop: 1 Mar 2026, 09:30 to 18:00 against 1 Mar 2026, 01:00 to 09:30\n")
    assert growthctl(*question, "-q").err == ""
