"""`growthctl analyze`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from growthctl.errors import Exit
from tests.cli.project import HELPED, LOG, REFUSED, Ran, write_project

ROOT = Path(__file__).parents[3]
Run = Callable[..., Ran]


def only(ran: Ran) -> dict[str, Any]:
    (analysis,) = json.loads(ran.out)["analyses"]
    assert isinstance(analysis, dict)
    return analysis


def reached(ran: Ran) -> list[int]:
    return [stage["reached"] for stage in only(ran)["stages"]]


def test_json_is_always_a_list_and_fits_its_schema(growthctl: Run, project: Path) -> None:
    (project / "other.yml").write_text((project / "shop.yml").read_text().replace("name: shop", "name: other"))
    schema = json.loads(growthctl("schema", "analysis").out)
    for files in (["shop.yml"], ["shop.yml", "other.yml"]):
        report = json.loads(growthctl("analyze", *files, "-f", "json").out)
        Draft202012Validator(schema).validate(report)
        assert (report["schema_version"], report["kind"], len(report["analyses"])) == ("1.0", "analysis", len(files))


def test_json_says_how_far_everyone_got(growthctl: Run, project: Path) -> None:
    write_project(project, **HELPED, **REFUSED)
    analysis = only(growthctl("analyze", "shop.yml", "-f", "json"))
    stages = {stage["name"]: stage for stage in analysis["stages"]}
    assert {name: (stage["reached"], stage["dropped"]) for name, stage in stages.items()} == {
        "visit": (4, 0),
        "cart": (3, 1),
        "help": (1, 2),
        "pay": (1, 2),
    }
    assert stages["pay"]["excluded"] == 1
    assert stages["cart"]["conversion_rate"] == 0.75
    assert stages["pay"]["overall_conversion_rate"] == 0.25
    assert analysis["data"]["rows_rejected"]["null_entity"] == 1


def test_the_same_question_gives_the_same_bytes(growthctl: Run) -> None:
    for format in ("json", "table"):
        assert growthctl("analyze", "shop.yml", "-f", format) == growthctl("analyze", "shop.yml", "-f", format)


def test_the_order_of_the_rows_changes_no_byte(growthctl: Run, project: Path) -> None:
    before = growthctl("analyze", "shop.yml", "-f", "json", "--by", "device").out
    header, *rows = (project / "log.csv").read_text().splitlines()
    (project / "log.csv").write_text("\n".join([header, *reversed(rows)]))
    assert growthctl("analyze", "shop.yml", "-f", "json", "--by", "device").out == before


def test_a_result_does_not_depend_on_where_it_was_computed(growthctl: Run, project: Path) -> None:
    write_project(project, source={"path": "log.csv", "max_bad": 0.5})
    (project / "log.csv").write_text(LOG + "zoe,visit,soon,,\n")
    here = growthctl("analyze", "shop.yml", "-f", "json")
    there = growthctl("analyze", str(project / "shop.yml"), "-f", "json")
    assert here.code == there.code == Exit.OK
    assert "log.csv:17 'soon'" in here.out
    assert here.out == there.out
    assert str(project) not in here.out


def test_a_range_restricts_entries_and_as_of_what_is_known(growthctl: Run) -> None:
    assert reached(growthctl("analyze", "shop.yml", "-f", "json", "--since", "2026-03-02")) == [2, 1, 0]
    assert reached(growthctl("analyze", "shop.yml", "-f", "json", "--until", "2026-03-02")) == [3, 2, 2]
    assert reached(growthctl("analyze", "shop.yml", "-f", "json", "--as-of", "2026-03-01T09:05:30")) == [1, 1, 0]


def test_by_replaces_the_funnel_s_segments_and_splits_by_several_together(growthctl: Run) -> None:
    def values(*by: str) -> list[tuple[list[str], list[object]]]:
        options = [word for name in by for word in ("--by", name)]
        analysis = only(growthctl("analyze", "shop.yml", "-f", "json", *options))
        return [(segment["by"], segment["values"]) for segment in analysis["segments"]]

    assert values() == [(["device"], ["mobile"]), (["device"], ["desktop"]), (["device"], [None])]
    assert (["device", "amount"], ["desktop", None]) in values("device", "amount")


def test_of_several_funnels_one_is_shown_and_the_others_are_a_line_each_unless_details_are_wanted(
    growthctl: Run, project: Path
) -> None:
    (project / "other.yml").write_text((project / "shop.yml").read_text().replace("name: shop", "name: other"))
    shop, other = (growthctl("analyze", file, "-q").out for file in ("shop.yml", "other.yml"))
    both = growthctl("analyze", "shop.yml", "other.yml", "-q").out
    assert both == f"{shop}\nOTHERS  other: bottleneck: Cannot tell yet\n"
    detailed = [growthctl("analyze", file, "-q", "--details").out for file in ("shop.yml", "other.yml")]
    assert growthctl("analyze", "shop.yml", "other.yml", "-q", "--details").out == "\n".join(detailed)
    assert len(detailed[0]) > len(shop)
    assert other.startswith("other\n")


def test_the_next_commands_can_be_pasted(growthctl: Run, project: Path) -> None:
    shown = growthctl("analyze", "shop.yml", "-q", "--data", "log.csv", "--as-of", "2026-03-03").out
    (line,) = [line for line in shown.splitlines() if "growthctl who" in line]
    command = line[line.index("growthctl") :].split()
    place = ["who", "shop.yml", "--data", "log.csv", "--as-of", "2026-03-03"]
    assert command[1:] == [*place, "--stage", "pay", "--dropped"]
    assert growthctl(*command[1:]).code == Exit.OK


PLAYBOOK = "payment: [{slug: call, text: Call everyone., next_test: Call five.}]\n"


def test_a_playbook_of_ones_own_says_what_to_try(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saas = str(ROOT / "funnels" / "saas_signup.yml")
    (project / "ours.yml").write_text(PLAYBOOK.replace("payment:", "queue:").replace("}]", ", short: call all}]"))
    items = only(growthctl("analyze", saas, "--playbook", "ours.yml", "-f", "json", "-q"))["recommendations"]
    assert [item["lever"] for item in items] == ["undo_the_change", "call"]
    assert (items[1]["action"], items[1]["trigger"], items[1]["short"]) == ("Call everyone.", "queue", "call all")
    monkeypatch.setenv("GROWTHCTL_PLAYBOOK", "ours.yml")
    assert "sales: call all\n" in growthctl("analyze", saas, "-q").out


def test_a_playbook_with_problems_is_refused_with_their_places(growthctl: Run, project: Path) -> None:
    (project / "ours.yml").write_text(PLAYBOOK.replace("slug: call", "slgu: call"))
    ran = growthctl("analyze", "shop.yml", "--playbook", "ours.yml")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.splitlines() == [
        "ours.yml:1:11: error: payment[0]: 'slug' is missing",
        "ours.yml:1:12: error: payment[0]: unknown key 'slgu'; did you mean 'slug'?",
    ]
    missing = growthctl("analyze", "shop.yml", "--playbook", "our.yml")
    assert (missing.code, missing.err) == (
        Exit.USAGE,
        "our.yml: error: there is no file our.yml; did you mean 'ours.yml'?\n",
    )


@pytest.mark.parametrize("asked", [("-f", "markdown"), ("-o", "report.md")])
def test_several_funnels_are_one_page_of_markdown(growthctl: Run, project: Path, asked: tuple[str, str]) -> None:
    (project / "other.yml").write_text((project / "shop.yml").read_text().replace("name: shop", "name: other"))
    ran = growthctl("analyze", "shop.yml", "other.yml", "-q", *asked)
    page = ran.out or (project / "report.md").read_text()
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert [line for line in page.splitlines() if line.startswith("## ")] == ["## shop", "## other"]
    assert page.count("| Stage | People | Rate |") == 2
    assert page.endswith("\n")


def test_changes_that_cannot_be_read_are_a_line_each_at_their_place(growthctl: Run, project: Path) -> None:
    write_project(project, changes="changes.csv")
    (project / "changes.csv").write_text("at,what,stage,url\nsoon,new form,cart,\n2026-03-01,mail,chart,ftp://x\n")
    ran = growthctl("analyze", "shop.yml")
    assert (ran.code, ran.out) == (Exit.DATA, "")
    assert ran.err.splitlines() == [
        "changes.csv:2: error: 'soon' is not a time in UTC (write 2026-03-05, or 2026-03-05T14:30: whether 03/05 is "
        "of March or of May is not guessed)",
        "changes.csv:3: error: stage: there is no stage 'chart'; did you mean 'cart'?",
        "changes.csv:3: error: url: 'ftp://x' is not a link: write https://…",
    ]
    (project / "changes.csv").write_text("at,what,stage\n2026-03-01,new form\x1b[31m,cart\n")
    details = growthctl("analyze", "shop.yml", "--details")
    assert (details.code, "  - 1 Mar: new form�[31m\n" in details.out) == (Exit.OK, True)
