"""What people see, to the letter.

After a wanted change: REWRITE_GOLDEN=1 ./dev test tests/golden, and read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from growthctl.report.analysis import Report
from growthctl.report.comparison import ComparisonReport
from growthctl.report.journey import Explanation, ExplanationReport
from growthctl.report.paths import Paths, PathsReport
from growthctl.report.trend import TrendReport
from tests.golden import comparisons, counted_examples, examples, path_examples
from tests.render.pages import markdown_of, table_of

HERE = Path(__file__).parent
ANALYSES = {
    "broken_now": examples.BROKEN_NOW,
    "net": examples.NET,
    "suspect": examples.SUSPECT,
    "queue": examples.QUEUE,
    "history": examples.HISTORY,
    "tie": examples.TIE,
    "none_below_reference": examples.NONE_BELOW,
    "cannot_tell": examples.CANNOT_TELL,
    "in_doubt": examples.IN_DOUBT,
    "nothing_ripe_there": examples.NOTHING_RIPE_THERE,
    "no_reference": examples.NO_REFERENCE,
    "no_data": examples.NO_DATA,
    "counted": counted_examples.COUNTED,
    "counted-exceeded": counted_examples.EXCEEDED,
    "counted-no-days": counted_examples.NO_DAYS,
}


def explained(explanation: Explanation) -> ExplanationReport:
    return ExplanationReport(explanations=[explanation])


def paths(answer: Paths) -> PathsReport:
    return PathsReport(paths=[answer])


CONFIRMED = Report(analyses=[examples.CONFIRMED])
TEXTS = {
    "confirmed-pipe": table_of(CONFIRMED, width=None, color=False),
    "confirmed-80": table_of(CONFIRMED, width=80, color=False),
    "confirmed-120": table_of(CONFIRMED, width=120, color=False),
    "confirmed-80-color": table_of(CONFIRMED, width=80, color=True),
    **{f"{name}-80": table_of(Report(analyses=[each]), width=80, color=False) for name, each in ANALYSES.items()},
    "two-funnels-80": table_of(Report(analyses=[examples.NO_DATA, examples.NONE_BELOW]), width=80, color=False),
    "trend-80": table_of(TrendReport(trends=[examples.TREND, examples.LONG_TREND]), width=80, color=False),
    "trend-pipe": table_of(TrendReport(trends=[examples.LONG_TREND]), width=None, color=False),
    "trend-empty-80": table_of(TrendReport(trends=[examples.trend([])]), width=80, color=False),
    **{
        f"comparison-{name}-80": table_of(ComparisonReport(comparisons=[each]), width=80, color=False)
        for name, each in comparisons.ALL.items()
    },
    "comparison-pipe": table_of(ComparisonReport(comparisons=[comparisons.MIX]), width=None, color=False),
    "confirmed.md": markdown_of(CONFIRMED),
    "two-funnels.md": markdown_of(Report(analyses=[examples.IN_DOUBT, examples.NO_DATA])),
    "hostile.md": markdown_of(Report(analyses=[examples.HOSTILE])),
    "counted.md": markdown_of(Report(analyses=[counted_examples.COUNTED])),
    "counted-hostile.md": markdown_of(Report(analyses=[counted_examples.HOSTILE])),
    "trend.md": markdown_of(TrendReport(trends=[examples.TREND, examples.trend([])])),
    "explanation-80": table_of(explained(examples.EXPLANATION), width=80, color=False),
    "explanation-two-journeys-80": table_of(explained(examples.TWO_JOURNEYS), width=80, color=False),
    "explanation-taken-back-80": table_of(explained(examples.TAKEN_BACK), width=80, color=False),
    "explanation-excluded-80": table_of(explained(examples.EXCLUDED), width=80, color=False),
    "explanation-never-entered-80": table_of(explained(examples.NEVER_ENTERED), width=80, color=False),
    "paths-after-80": table_of(paths(path_examples.AFTER), width=80, color=False),
    "paths-before-80": table_of(paths(path_examples.DROPPED_BEFORE), width=80, color=False),
    "paths-last-stage-80": table_of(paths(path_examples.LAST), width=80, color=False),
    "paths-nobody-80": table_of(
        PathsReport(paths=[path_examples.NOBODY, path_examples.NOBODY_WENT_ON]), width=80, color=False
    ),
    "paths-hostile-80": table_of(paths(path_examples.HOSTILE), width=80, color=False),
    "paths-pipe": table_of(paths(path_examples.AFTER), width=None, color=False),
    "paths-hostile.md": markdown_of(paths(path_examples.HOSTILE)),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_report_reads_as_it_should(name: str) -> None:
    golden = HERE / (name if name.endswith(".md") else f"{name}.txt")
    if os.environ.get("REWRITE_GOLDEN"):
        golden.write_text(TEXTS[name], encoding="utf-8")
    shown = golden.read_text(encoding="utf-8") if golden.exists() else ""
    assert TEXTS[name] == shown, "if the change is wanted: REWRITE_GOLDEN=1 ./dev test tests/golden, and read the diff"


def test_there_is_no_golden_file_that_nothing_prints() -> None:
    there = [path.stem for path in HERE.glob("*.txt")] + [path.name for path in HERE.glob("*.md")]
    assert sorted(there) == sorted(TEXTS)


def test_no_line_is_wider_than_the_terminal() -> None:
    wide = [line for name, text in TEXTS.items() if name.endswith("-80") for line in text.split("\n") if len(line) > 80]
    assert wide == []


def test_colour_changes_no_character() -> None:
    plain = re.sub(r"\x1b\[[\d;]*m", "", TEXTS["confirmed-80-color"])
    assert [line.rstrip() for line in plain.split("\n")] == TEXTS["confirmed-80"].split("\n")
    assert "\x1b" not in TEXTS["confirmed-80"]
