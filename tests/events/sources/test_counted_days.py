"""Counts per day: which formats and numbers are read, and what is no count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import DataError, Notice
from growthctl.events.sources.counted_days import read_counted
from growthctl.funnel.file import funnel_from_mapping

Counts = Mapping[tuple[date, tuple[object, ...]], int]
COUNTED = {"day": "day", "count": "clicks", "by": {"campaign": "utm"}}
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


def read(path: Path, timezone: str = "UTC", **keys: Any) -> tuple[Counts, list[Notice]]:
    ads = {"path": str(path), "counted": COUNTED, **keys}
    stages = [{"name": "ad", "source": "ads"}, {"name": "visit", "event": "visit"}]
    raw = {"sources": {"site": {"path": "s"}, "ads": ads}, "stages": stages, "timezone": timezone}
    funnel = funnel_from_mapping(raw).followed
    assert funnel.counted is not None
    table, notices = read_counted(funnel.counted, funnel, Path())
    days = {day: date.fromordinal(date(1970, 1, 1).toordinal() + day) for day in table.days}
    return {(days[day], values): count for (day, values), count in table.counts.items()}, notices


def written(tmp_path: Path, *lines: str, header: str = "day,campaign,clicks") -> Path:
    path = tmp_path / "costs.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_rows_of_one_day_and_value_are_added_up_and_null_is_a_value(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-03-01,a,3", "2026-03-01,a,4", "2026-03-01,,2", "2026-03-02,b,0")
    assert read(path)[0] == {(FIRST, ("a",)): 7, (FIRST, (None,)): 2, (SECOND, ("b",)): 0}


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"])
def test_a_day_is_the_same_day_in_every_format_and_zone(tmp_path: Path, timezone: str) -> None:
    wanted = {(FIRST, ("a",)): 3, (SECOND, ("a",)): 4}
    rows = [("2026-03-01", "a", 3), ("2026-03-02", "a", 4)]
    path = written(tmp_path, *(f"{day},{name},{count}" for day, name, count in rows))
    assert read(path, timezone)[0] == wanted
    path = tmp_path / "bom.csv"
    path.write_text("\ufeffday;campaign;clicks\n01.03.2026;a;3\n02.03.2026;a;4\n", encoding="utf-8")
    assert read(path, timezone, time_format="day-first")[0] == wanted
    path = tmp_path / "a.ndjson"
    path.write_text(
        "".join(json.dumps(dict(zip(("day", "campaign", "clicks"), row, strict=True))) + "\n" for row in rows)
    )
    assert read(path, timezone)[0] == wanted
    frame = pl.DataFrame(rows, schema=["day", "campaign", "clicks"], orient="row")
    for kind in (pl.Date, pl.Datetime("us"), pl.Datetime("ms", "UTC")):
        dated = frame.with_columns(pl.col("day").str.to_date().cast(kind))
        dated.write_parquet(tmp_path / "a.parquet")
        assert read(tmp_path / "a.parquet", timezone)[0] == wanted, kind
    frame.with_columns(pl.col("day").str.to_date()).write_excel(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", timezone)[0] == wanted


def test_hours_belong_to_the_day_of_the_funnels_clocks(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-03-01T22:00:00Z,a,1", "2026-03-01T23:00:00Z,a,2")
    assert read(path, "Europe/Berlin")[0] == {(FIRST, ("a",)): 1, (SECOND, ("a",)): 2}


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (['"1,020"'], 1020),
        (["1.020"], 1020),
        (['"1,234,000"', '"1,500"'], 1_235_500),
        (['"1.020,00"', '"2.000"'], 3020),
        (["12.0", '"1,000"'], 1012),
        (["1 020", "7"], 1027),
        ([" 5 ", "+6"], 11),
    ],
)
def test_a_count_is_whole_so_that_signs_between_thousands_are_known(
    tmp_path: Path, texts: list[str], count: int
) -> None:
    path = written(tmp_path, *(f"2026-03-01,a,{text}" for text in texts))
    assert read(path)[0] == {(FIRST, ("a",)): count}


def test_a_sign_that_may_be_either_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, '2026-03-01,a,"1,000"')
    with pytest.raises(DataError, match=r"sources\.ads\.counted\.count: values of 'clicks' such as '1,000', and none"):
        read(path)
    assert read(path, decimal=".")[0] == {(FIRST, ("a",)): 1000}
    assert read(path, decimal=",")[0] == {(FIRST, ("a",)): 1}


@pytest.mark.parametrize("bad", ["-3", "x", "2.5", "", "--", "inf"])
def test_what_is_no_count_is_a_problem_and_never_nothing(tmp_path: Path, bad: str) -> None:
    path = written(tmp_path, "2026-03-01,a,3", f"2026-03-01,a,{bad}", "2026-03-02,a,4")
    shown = f"'{bad}'" if bad else r"\(empty\)"
    with pytest.raises(DataError, match=rf"1 of 3 rows without a count; the first: costs\.csv:3 {shown}"):
        read(path)
    counts, notices = read(path, max_bad=0.5)
    assert counts == {(FIRST, ("a",)): 3, (SECOND, ("a",)): 4}
    assert [(notice.code, notice.numbers["bad"]) for notice in notices] == [("bad_counts", 1)]


def test_rows_of_totals_are_counted_and_it_is_said_how_to_leave_them_out(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-03-01,a,3", "2026-03-02,a,4", "Total: account,,7", ",total,7")
    with pytest.raises(
        DataError, match=r"2 of 4 rows without a readable time \(50%\); the first: costs\.csv:4"
    ) as caught:
        read(path)
    assert caught.value.problems[0].hint == "rows of totals? source.filter: \"day NOT LIKE 'Total%'\" leaves them out"
    counts, notices = read(path, max_bad=0.5)
    assert counts == {(FIRST, ("a",)): 3, (SECOND, ("a",)): 4}
    assert [notice.code for notice in notices] == ["bad_rows"]
    assert read(path, filter="day NOT LIKE 'Total%' AND day IS NOT NULL") == (counts, [])


def test_a_row_that_cannot_be_taken_apart_counts_nothing_and_signs_of_totals_say_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-03-01,a,3", "2026-03-01,a,4,5,6", 'Total: account,,"1,000"')
    counts, notices = read(path, max_bad=0.7)
    assert counts == {(FIRST, ("a",)): 3}
    assert [notice.numbers["reasons"] for notice in notices] == [{"unreadable": 1, "bad_time": 1}]


def test_a_blank_line_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-03-01,a,3", "", ",,", "2026-03-02,a,4")
    assert read(path)[1] == []


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("date,campaign,clicks", r"sources\.ads\.counted\.day: .*costs\.csv has no column 'day'"),
        ("day,campaign,klicks", r"sources\.ads\.counted\.count: .*has no column 'clicks'; did you mean 'klicks'"),
        ("day,name,clicks", r"sources\.ads\.counted\.by: .*has no column 'campaign'"),
    ],
)
def test_a_column_that_is_not_there_is_named_with_who_asks(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(written(tmp_path, "2026-03-01,a,3", header=header))


def test_an_export_that_begins_with_lines_about_itself_is_said_to(tmp_path: Path) -> None:
    path = written(
        tmp_path, '"March 1, 2026 - March 9, 2026"', "day,campaign,clicks", "2026-03-01,a,3", header="Report"
    )
    with pytest.raises(DataError, match=r"the header of .*costs\.csv is on line 3, not on the first") as caught:
        read(path)
    assert caught.value.problems[0].hint == "leave out the lines above it: tail -n +3 OLD > NEW.csv"


def test_a_file_without_rows_is_no_zero(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no rows"):
        read(written(tmp_path))


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    lines = [f"2026-03-0{1 + k % 9},{'abc'[k % 3]},{k}" for k in range(60)]
    assert list(read(written(tmp_path, *lines))[0].items()) == list(read(written(tmp_path, *lines[::-1]))[0].items())
