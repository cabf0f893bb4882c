from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import DataError, Notice, Problem
from growthctl.events.column_names import TIME
from growthctl.events.quality import Quality, check_quality, quality_sums
from growthctl.events.reading.open import Data, open_log, row_by_row
from growthctl.events.rows import canonical_rows
from growthctl.events.slips.bad_times import settled
from growthctl.funnel.sections.source import Source
from growthctl.words.warnings import hint, message

HEADER = "user_id,event,timestamp\n"
GOOD = "u1,ad,2024-01-01\n"


def checked(data: Data, folder: Path, **keys: Any) -> list[Notice]:
    source = Source.model_validate(keys)
    log = open_log(data, source, folder)
    readable = row_by_row(log) if log.format and log.format.stops_at_bad_rows else log
    source = settled(log, source)
    counted = quality_sums(canonical_rows(readable, source, "UTC")).collect()
    return check_quality(Quality.of(counted), log, source, "UTC")


def refused(data: Data, folder: Path, **keys: Any) -> Problem:
    with pytest.raises(DataError) as caught:
        checked(data, folder, **keys)
    return caught.value.problems[0]


def test_a_good_log_gives_no_warning(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER + GOOD)
    assert checked(None, tmp_path, path="log.csv") == []


def test_a_log_without_rows_is_empty(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER)
    assert refused(None, tmp_path, path="log.csv").message == "log.csv has no rows"
    (tmp_path / "log.csv").write_text(HEADER + GOOD)
    found = refused(None, tmp_path, path="log.csv", filter="event = 'x'")
    assert (found.code, found.message) == ("empty", "log.csv has no rows that pass source.filter")


def test_too_many_bad_rows_are_an_error_that_shows_the_first_by_line(tmp_path: Path) -> None:
    rows = GOOD + 'u1,"an\nevent",13-01-24\n' + GOOD + "u1,ad\n\nu1,ad,2024-01-01,x\nu1,ad,14-01-24\n"
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress((HEADER + rows).encode()))
    found = refused(None, tmp_path, path="log.csv.gz")
    assert found.code == "too_many_bad_rows"
    assert found.message == (
        "log.csv.gz: 4 of 6 rows unreadable: 1 broken, 3 without a readable time (66.7%); "
        "the first: log.csv.gz:3 '13-01-24', log.csv.gz:6 (no time), log.csv.gz:8 (more fields than the "
        "header, or a quote that is not closed at the end of its field)"
    )
    assert found.hint == (
        "day-first and month-first dates look alike: set source.time_format to day-first, or month-first"
    )


@pytest.mark.parametrize("times", [["32874", "45292.5", "73051"], ["45293"]])
def test_days_as_excel_counts_them_are_no_seconds_of_1970(tmp_path: Path, times: list[str]) -> None:
    (tmp_path / "log.csv").write_text(HEADER + "".join(f"u1,ad,{time}\n" for time in times))
    problem = refused(None, tmp_path, path="log.csv")
    assert problem.code == "too_many_bad_rows"
    assert "set source.time_origin: 1899-12-30, and time_unit: d" in str(problem.hint)


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["03/02/2014", "05/02/2014", "31/01/2014"], ["2014-01-31", "2014-02-03", "2014-02-05"]),
        (["03/02/2014", "02/28/2014", "2014-03-01"], ["2014-02-28", "2014-03-01", "2014-03-02"]),
    ],
)
def test_dates_that_look_alike_are_settled_by_one_that_does_not(
    tmp_path: Path, dates: list[str], days: list[str]
) -> None:
    (tmp_path / "log.csv").write_text(HEADER + "".join(f"u1,ad,{date}\n" for date in dates))
    assert checked(None, tmp_path, path="log.csv") == []
    source = Source(path=("log.csv",))
    log = open_log(None, source, tmp_path)
    times = canonical_rows(log, settled(log, source), "UTC").collect()[TIME].sort()
    assert times.cast(pl.Datetime("us")).dt.date().cast(pl.String).to_list() == days


def test_dates_that_look_alike_and_are_settled_by_none_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER + "u1,ad,03/02/2014\nu1,ad,05/02/2014\n")
    assert refused(None, tmp_path, path="log.csv").hint == (
        "day-first and month-first dates look alike: set source.time_format to day-first, or month-first"
    )
    assert checked(None, tmp_path, path="log.csv", time_format="month-first") == []


def test_bad_rows_up_to_the_limit_are_a_warning(tmp_path: Path) -> None:
    lines = ['{"user_id": "u1", "event": "ad", "timestamp": 1700000000}', ""] * 99 + ['{"user_id": "u1", "ev']
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    (notice,) = checked(None, tmp_path, path="log.jsonl")
    assert (message(notice), hint(notice)) == ("1 of 100 rows broken", "the first: log.jsonl:199 (no JSON object)")
    assert refused(None, tmp_path, path="log.jsonl", max_bad=0.009).hint == (
        "mend these rows, or allow more with source.max_bad"
    )


def test_offenders_are_looked_for_in_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + GOOD + "u1,ad,soon\n")
    (tmp_path / "b.csv").write_text("\n\nplan," + HEADER + ",u1,ad,never\n")
    found = refused(None, tmp_path, path=["a.csv", "b.csv"])
    assert found.message.endswith("first: a.csv:3 'soon', b.csv:4 'never'")
    assert found.hint == (
        "is columns.time ('timestamp') the column that says when? Local times are in UTC; source.max_bad allows more"
    )


def test_rows_of_parquet_and_frames_are_counted_from_one(tmp_path: Path) -> None:
    frame = pl.DataFrame({"user_id": ["u1", "u1"], "event": ["ad", "ad"], "timestamp": ["2024-01-01", "x" * 99]})
    frame.write_parquet(tmp_path / "log.parquet")
    shown = "x" * 60 + "…"
    assert refused(None, tmp_path, path="log.parquet").message.endswith(f"first: log.parquet, row 2 '{shown}'")
    assert refused(frame, tmp_path).message.endswith(f"first: the frame, row 2 '{shown}'")


def test_without_any_usable_row_the_reasons_are_given(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER + ",ad,2024-01-01\n" * 2)
    found = refused(None, tmp_path, path="log.csv")
    assert (found.code, found.message) == ("no_usable_rows", "log.csv has no usable row: 2 null_entity")


def test_times_that_clocks_skipped_are_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER + "u1,ad,2011-12-30 10:00:00\n")
    source = Source(path=("log.csv",))
    log = open_log(None, source, tmp_path)
    counted = Quality.of(quality_sums(canonical_rows(log, source, "Pacific/Apia")).collect())
    with pytest.raises(DataError) as caught:
        check_quality(counted, log, source, "Pacific/Apia")
    assert caught.value.problems[0].hint == (
        "clocks in Pacific/Apia never showed some of these: are the times of another zone? Set timezone"
    )


def test_digits_of_a_day_and_a_time_are_no_milliseconds(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER + "u1,ad,20090319043255\nu2,ad,20090320\n")
    assert checked(None, tmp_path, path="log.csv") == []
    source = Source(path=("log.csv",))
    times = canonical_rows(open_log(None, source, tmp_path), source, "UTC").collect()[TIME].sort()
    assert times.cast(pl.Datetime("us")).cast(pl.String).to_list() == [
        "2009-03-19 04:32:55.000000",
        "2009-03-20 00:00:00.000000",
    ]
