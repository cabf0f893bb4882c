"""Times that say how they are to be read only together, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import DataError, analyze
from growthctl.events.reading.open import open_log
from growthctl.events.slips.bad_times import how_to_mend, settled
from growthctl.funnel.sections.source import Source

SOURCE = Source()


def log(times: list[Any], **columns: Any) -> pl.DataFrame:
    return pl.DataFrame({"user_id": "u1", "event": ["ad", "pay"] * len(times), "timestamp": times * 2} | columns)


def order_of(*times: str, **source: Any) -> str | None:
    asked = Source.model_validate(source)
    return settled(open_log(log(list(times)), asked, Path()), asked).time_format


def last_event_at(times: list[Any], folder: Path | None = None, **source: Any) -> str | None:
    data: pl.DataFrame | Path = log(times)
    if folder is not None:
        log(times).write_csv(folder / "log.csv")
        data = folder / "log.csv"
    stages = [{"name": "ad", "event": "ad"}, {"name": "pay", "event": "pay"}]
    return analyze({"window": "7d", "source": source, "stages": stages}, data).data.last_event_at


def test_one_date_settles_what_comes_first_in_all() -> None:
    assert order_of("03/02/2014", "31/01/2014") == "day-first"
    assert order_of("03/02/2014", "01/31/2014 10:00") == "month-first"
    assert order_of("2014-02-03", "31.01.2014") == "day-first"


def test_what_nothing_settles_stays_open_and_what_is_said_stays() -> None:
    assert order_of("03/02/2014", "04/05/2014") is None
    assert order_of("01/31/2014", "31/01/2014") is None
    assert order_of("2014-01-31") is None
    assert order_of("31/01/2014", time_format="month-first") == "month-first"


@pytest.mark.parametrize("first", ["2014-02-03", "03/02/2014"])
def test_a_date_that_settles_it_may_come_late(first: str, tmp_path: Path) -> None:
    times = [first] * 3000 + ["31/01/2014", "04/02/2014"] * 50
    assert last_event_at(times, tmp_path) == "2014-02-04T00:00:00Z"


def test_a_line_that_is_no_object_does_not_hide_what_comes_first(tmp_path: Path) -> None:
    lines = [f'{{"user_id": "u1", "event": "ad", "timestamp": "{time}"}}' for time in ("03/02/2014", "31/01/2014")]
    (tmp_path / "log.ndjson").write_text("\n".join([*lines * 100, "{", ""]))
    opened = open_log(tmp_path / "log.ndjson", SOURCE, Path())
    assert settled(opened, SOURCE).time_format == "day-first"


@pytest.mark.parametrize(
    ("times", "hint"),
    [
        (["03/02/2014"], "set source.time_format to day-first, or month-first"),
        (["45000", "45000.5"], "Excel counts days so: export them as dates"),
        (["5", "17.5"], "numbers that count from a start? Set source.time_origin: 2024-01-01"),
        (["soon"], "is columns.time ('timestamp') the column that says when?"),
        (["2024-03-31 02:30"], "clocks in Europe/Berlin never showed some of these"),
        ([], "mend these rows"),
    ],
)
def test_what_cannot_be_read_says_how_to_mend_it(times: list[str], hint: str) -> None:
    assert hint in how_to_mend(times, SOURCE, "Europe/Berlin")


def test_the_advice_about_excel_mends_it() -> None:
    with pytest.raises(DataError, match="rows without a readable time"):
        last_event_at([45000.5])
    at = last_event_at([45000.5], time_origin="1899-12-30", time_unit="d")
    assert at == "2023-03-15T12:00:00Z"
