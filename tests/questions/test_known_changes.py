"""Known changes beside what began just after them, in every answer; on the sample log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from growthctl import DataError, analyze, compare, explain, trend

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "funnels" / "saas_signup.yml"
FORM = {
    "at": "2026-03-05T00:00:00Z",
    "what": "signup form v42",
    "stage": "signup",
    "where": None,
    "owner": "product",
    "url": "https://wiki.example/signup-form-v42",
    "hoped": 0.15,
}


def funnel(folder: Path, *rows: str, **more: Any) -> dict[str, Any]:
    """The sample funnel with other changes; without any with none."""
    content: dict[str, Any] = yaml.safe_load(SAMPLE.read_text()) | more
    content["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    (folder / "changes.csv").write_text("".join(f"{row}\n" for row in ("at,what,stage,where", *rows)))
    content["changes"] = str(folder / "changes.csv")
    if not rows:
        del content["changes"]
    return content


def what(near: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(change["what"], change["days_after"]) for change in near]


def test_the_release_on_the_eve_of_the_fault_is_named_and_its_neighbours_are_not() -> None:
    answer = analyze(SAMPLE).to_dict()
    (fault,) = answer["broken_now"]
    assert (fault["stage"], fault["since_at"]) == ("signup", "2026-03-06T00:00:00Z")
    assert fault["near"] == [FORM | {"days_after": 1}]
    assert fault["change"] == fault["near"][0]
    near = {finding["code"]: what(finding["near"]) for finding in answer["health"]["findings"]}
    assert near == {"rate_fell": [("signup form v42", 1)], "stage_silent": []}
    assert [(change["at"][:10], change["stage"]) for change in answer["changes"]] == [
        ("2026-02-27", "ad"),
        ("2026-03-05", "signup"),
        ("2026-03-06", "demo"),
    ]


def test_what_was_done_after_a_fall_or_for_others_is_never_named_beside_it(tmp_path: Path) -> None:
    others = ["2026-03-07,later,signup,", "2026-02-26,long before,signup,", "2026-03-05,mail,demo,"]
    answer = analyze(funnel(tmp_path, *others, "2026-03-05,desktop form,signup,device = 'desktop'")).to_dict()
    assert (answer["broken_now"][0]["near"], answer["broken_now"][0]["change"]) == ([], None)
    assert len(answer["changes"]) == 4


def test_an_outage_is_dated_by_what_was_done_up_to_its_hour(tmp_path: Path) -> None:
    rows = ["2026-02-19 11:30,new balancer,landing,", "2026-02-19 16:00,rollback,landing,", "2026-02-18,search ads,,"]
    findings = analyze(funnel(tmp_path, *rows)).to_dict()["health"]["findings"]
    (outage,) = (finding for finding in findings if finding["code"] == "stage_silent")
    assert outage["since_at"] == "2026-02-19T12:00:00Z"
    assert what(outage["near"]) == [("new balancer", 0), ("search ads", 1)]


def test_neither_the_order_of_the_file_nor_a_row_twice_changes_a_byte(tmp_path: Path) -> None:
    rows = ["2026-03-05,form,signup,", "2026-03-05,logo,,", "2026-03-01,ads,ad,"]
    first, second = (analyze(funnel(tmp_path, *order)).to_dict() for order in (rows, [rows[2], *rows[:2], rows[0]]))
    assert first == second


def test_a_funnel_without_changes_says_what_it_said(tmp_path: Path) -> None:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(each) for key, each in value.items() if key not in ("near", "change", "changes")}
        return [bare(each) for each in value] if isinstance(value, list) else value

    without = analyze(funnel(tmp_path)).to_dict()
    assert without["changes"] == []
    assert bare(analyze(SAMPLE).to_dict()) == bare(without)


def test_changes_outside_the_range_or_the_log_are_not_listed(tmp_path: Path) -> None:
    rows = ["2026-01-04,before,,", "2026-01-05,first day,,", "2026-02-01,in it,,", "2026-04-05,after,,"]
    listed = [change.what for change in analyze(funnel(tmp_path, *rows)).changes]
    assert listed == ["first day", "in it"]
    ranged = analyze(funnel(tmp_path, *rows), since="2026-01-20", until="2026-02-01")
    assert ranged.changes == []
    assert [change.what for change in analyze(funnel(tmp_path, *rows), as_of="2026-02-01").changes] == listed


def test_a_comparison_dates_what_moved_by_where_its_later_side_begins(tmp_path: Path) -> None:
    found = compare(SAMPLE, since="2026-03-06", until="2026-03-21").to_dict()
    assert [what(part["near"]) for part in found["slices"]] == [[("signup form v42", 1)]]
    assert [(change["stage"], what(change["near"])) for change in found["changes"]] == [
        ("signup", [("signup form v42", 1)])
    ]
    assert [what(fault["near"]) for fault in found["faults"]] == [[]]
    assert [change["what"] for change in found["known_changes"]] == [
        "search ads with prices",
        "signup form v42",
        "reminder before each demo",
    ]
    rows = [
        "2026-03-07,later,signup,",
        "2026-02-26,long before,signup,",
        "2026-03-05,desktop,signup,device = 'desktop'",
    ]
    found = compare(funnel(tmp_path, *rows), since="2026-03-06", until="2026-03-21").to_dict()
    assert (found["slices"][0]["near"], what(found["changes"][0]["near"])) == ([], [("desktop", 1)])


def test_segments_share_their_days_so_that_nothing_dates_their_difference() -> None:
    found = compare(SAMPLE, split="device=mobile,desktop", since="2026-03-06").to_dict()
    assert [change["near"] for change in found["changes"]] == [[] for _ in found["changes"]]
    assert [change["what"] for change in found["known_changes"]] == ["reminder before each demo"]


def test_a_trend_marks_the_periods_of_changes_and_lists_them() -> None:
    weeks = trend(SAMPLE, every="week", since="2026-02-23", until="2026-03-16")
    assert [change.what for change in weeks.changes] == [
        "search ads with prices",
        "signup form v42",
        "reminder before each demo",
    ]
    text = str(weeks)
    assert [line[:12] for line in text.splitlines() if line.startswith("2026-")] == [
        "2026-02-23 *",
        "2026-03-02 *",
        "2026-03-09  ",
    ]
    assert "*: a known change." in text
    assert "\n         5 Mar: signup form v42 (product)\n" in text
    assert trend(SAMPLE, every="week", since="2026-03-09").changes == []


def test_in_any_order_rows_are_of_no_stage_so_that_changes_concern_all(tmp_path: Path) -> None:
    content = funnel(tmp_path, "2026-03-05,new checkout,payment,", order="any")
    for stage in content["stages"]:
        stage.pop("capacity", None)
    found = compare(content, since="2026-03-06", until="2026-03-21").to_dict()
    assert len(found["changes"]) > 0
    assert {tuple(what(change["near"])) for change in found["changes"]} == {(("new checkout", 1),)}


@pytest.mark.parametrize("question", [analyze, compare, trend, lambda content: explain(content, entity="p10003")])
def test_a_bad_row_is_an_error_of_every_question_and_never_left_out(tmp_path: Path, question: Any) -> None:
    with pytest.raises(DataError, match="there is no stage 'sinup'; did you mean 'signup'") as caught:
        question(funnel(tmp_path, "2026-03-05,form,sinup,"))
    assert [problem.line for problem in caught.value.problems] == [2]
