"""The rules of counting, a file each, as small truth tables: a funnel, a log, and what must come out.

A line of `log` is an entity, a time, an event and its properties: `u1  09:00:00  pay  plan=pro`. A time of day is on
DAY, in the funnel's timezone; `-` is no entity, `plan=` a null; `amount` holds numbers, everything else text. A line
of `at` is a journey: its entity, and when it reached each stage. Lists of numbers are by stage; in any order by row,
but `having` and `only_lacking` by stage. The keys of a case's funnel replace those of its file's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from growthctl import analyze, entities, trend

DAY = "2024-03-04T"
HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "semantics.md"
COLUMNS = {"entity": "user", "event": "event", "time": "time"}
NOT_EXPECTED = ("about", "rule", "funnel", "log", "call", "trend")
IN_TREND = ("reached", "entered_here", "came_through", "conversion_rate", "overall_conversion_rate")
BY_STAGE = (*IN_TREND, "dropped", "open", "excluded", "out_of_order")

Case = dict[str, Any]
RULES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yml"))}
CASES: list[Case] = [
    {"rule": name, "call": {}, **case, "funnel": {**rule.get("funnel", {}), **case.get("funnel", {})}}
    for name, rule in RULES.items()
    for case in rule["cases"]
]


def name(case: Case) -> str:
    return f"{case['rule']}: {case['about']}"


def funnel_of(case: Case) -> dict[str, Any]:
    funnel: dict[str, Any] = case["funnel"]
    source = funnel.get("source", {})
    return funnel | {"source": source | {"columns": COLUMNS | source.get("columns", {})}}


def log_of(case: Case) -> pl.DataFrame:
    rows = []
    for user, time, event, *properties in (line.split() for line in case["log"].splitlines()):
        row = {"user": user.strip("-"), "time": time if "T" in time else DAY + time, "event": event}
        rows.append(row | dict(text.split("=") for text in properties))
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.all().replace("", None))
    return frame.with_columns(pl.col("^amount$").cast(pl.Int64))


def range_of(case: Case) -> dict[str, Any]:
    return {key: value for key, value in case["call"].items() if key in ("since", "until", "as_of")}


def analysed(case: Case) -> dict[str, Any]:
    """What `analyze` says, in the words of the cases."""
    analysis = analyze(funnel_of(case), log_of(case), **case["call"])
    stages = analysis.stages
    said: dict[str, Any] = {key: [getattr(stage, key) for stage in stages] for key in BY_STAGE}
    for key in ("median", "p90", "mean"):
        said[f"{key}_seconds"] = [getattr(stage.seconds_from_previous, key, None) for stage in stages]
        said[f"{key}_seconds_from_entry"] = [getattr(stage.seconds_from_entry, key, None) for stage in stages]
    said["ripe"] = [stage.ripe and f"{stage.ripe.converted} of {stage.ripe.entered}" for stage in stages]
    declared = analysis.any_order.stages if analysis.any_order else []
    said["having"], said["only_lacking"] = [each.reached for each in declared], [each.only_lacking for each in declared]
    said["rejected"] = {reason: rows for reason, rows in analysis.data.rows_rejected if rows}
    said["warnings"] = [warning.code for warning in analysis.warnings]
    said["segments"] = {
        " / ".join(str(value or "null") for value in segment.values): [stage.reached for stage in segment.stages]
        for segment in analysis.segments
    }
    return said


def listed(case: Case) -> list[list[str]]:
    """What `entities` says: each journey as a line of `at`."""
    funnel = funnel_of(case)
    stages = [stage["name"] for stage in funnel["stages"]]
    starts = stages if funnel.get("entry") == "any_stage" else stages[:1]
    lists = (entities(funnel, log_of(case), stage=stage, **range_of(case)) for stage in starts)
    found = pl.concat(lists).unique().sort(pl.all())
    local = pl.col(stages).dt.convert_time_zone(funnel.get("timezone", "UTC")).dt.strftime("%FT%T")
    who = pl.concat_str([key for key in ("entity", "session") if key in found.columns], separator="/")
    return [list(row) for row in found.select(who, local.str.strip_prefix(DAY).fill_null("-")).iter_rows()]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_case(case: Case) -> None:
    expected = {key: value for key, value in case.items() if key not in NOT_EXPECTED}
    found = analysed(case)
    if "at" in case:
        expected["at"] = [line.split() for line in case["at"].splitlines()]
        found["at"] = listed(case)
    if "trend" in case:
        periods = trend(funnel_of(case), log_of(case), case["trend"], **range_of(case)).periods
        found["periods"] = {period.period: [stage.reached for stage in period.stages] for period in periods}
        found["unripe"] = [period.period for period in periods if not period.ripe]
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("case", [case for case in CASES if "trend" in case], ids=name)
def test_a_period_is_what_analyze_says_for_its_range(case: Case) -> None:
    for period in trend(funnel_of(case), log_of(case), case["trend"], **range_of(case)).periods:
        same = {**range_of(case), "since": period.start_at, "until": period.end_at}
        analysis = analysed({**case, "call": same})
        assert {key: [getattr(stage, key) for stage in period.stages] for key in IN_TREND} == {
            key: analysis[key] for key in IN_TREND
        }


def test_segments_beyond_the_fifty_largest_are_one() -> None:
    log = "".join(f"u{n}  09:00:00  signup  channel=c{n}\n" for n in range(52))
    case = next(case for case in CASES if case["rule"] == "segments")
    assert analysed({**case, "log": log})["segments"]["(other)"] == [2, 0]


def test_every_rule_of_the_page_links_its_cases() -> None:
    sections = re.findall(r"^### ([^\n]+)(.*?)(?=^##|\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    linked = {rule: re.findall(r"\(\.\./tests/cases/([^)]*)\.yml\)", text) for rule, text in sections}
    assert linked == {rule["rule"]: [stem] for stem, rule in RULES.items()}
