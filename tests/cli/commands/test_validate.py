"""`growthctl validate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]


def test_a_good_funnel_is_one_line_and_no_log_is_read(growthctl: Run, project: Path) -> None:
    (project / "log.csv").unlink()
    assert growthctl("validate", "shop.yml") == Ran(Exit.OK, "shop.yml: ok, 3 stages\n", "")


def test_with_data_it_counts_usable_rows(growthctl: Run) -> None:
    ran = growthctl("validate", "shop.yml", "--data", "log.csv")
    assert (ran.code, ran.out, ran.err) == (Exit.OK, "shop.yml: ok, 3 stages; 14 rows can be used\n", "")


def test_with_data_an_event_that_never_occurs_is_an_error_that_lists_those_that_do(
    growthctl: Run, project: Path
) -> None:
    (project / "bad.yml").write_text((project / "shop.yml").read_text().replace("event: pay", "event: pai"))
    ran = growthctl("validate", "shop.yml", "bad.yml", "--data", "log.csv")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err == (
        "bad.yml: error: stage 'pay': the event 'pai' never occurs in the log (did you mean 'pay'?; the log has: visit "
        "(5), cart (4), pay (3), help (1), refuse (1))\n"
    )


def test_with_data_a_missing_column_is_an_error_with_the_nearest_name(growthctl: Run, project: Path) -> None:
    (project / "shop.yml").write_text((project / "shop.yml").read_text().replace("- device", "- devise"))
    ran = growthctl("validate", "shop.yml", "--data", "log.csv")
    assert (ran.code, ran.out) == (Exit.DATA, "")
    assert "no column 'devise'; did you mean 'device'?" in ran.err


def test_problems_of_all_funnels_come_at_once(growthctl: Run, project: Path) -> None:
    (project / "a.yml").write_text("stages: []\n")
    (project / "b.yml").write_text("stages: [{name: a}]\n")
    ran = growthctl("validate", "a.yml", "shop.yml", "b.yml")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert {line.split(":")[0] for line in ran.err.splitlines()} == {"a.yml", "b.yml"}


def test_with_data_a_stage_that_nobody_reaches_is_told(growthctl: Run, project: Path) -> None:
    shop = (project / "shop.yml").read_text()
    (project / "turned.yml").write_text(
        shop.replace("event: visit", "event: VISIT").replace("event: pay", "event: visit")
    )
    (project / "turned.yml").write_text((project / "turned.yml").read_text().replace("event: VISIT", "event: pay"))
    ran = growthctl("validate", "turned.yml", "--data", "log.csv")
    assert ran.code == Exit.OK
    assert "its events are in the log, but none comes after" in ran.err


def test_with_read_the_logs_that_the_funnel_names_are_looked_into(growthctl: Run, project: Path) -> None:
    (project / "two.yml").write_text(
        "sources:\n  shop: {path: log.csv}\n  calls: {path: log.csv, event: call}\n"
        "stages:\n  - {name: visit, event: visit}\n  - {name: call, event: call}\n"
    )
    ran = growthctl("validate", "two.yml", "--read")
    assert (ran.code, ran.out) == (Exit.OK, "two.yml: ok, 2 stages; 28 rows can be used\n")
    ran = growthctl("validate", "two.yml", "--data", "log.csv")
    assert ran.code == Exit.USAGE
    assert "leave --data away: their paths are in the funnel file, and validate --read looks into them" in ran.err
