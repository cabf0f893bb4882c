"""Lists of entities as workbooks."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest

from growthctl.errors import MissingExtraError, UsageError
from growthctl.render.workbook import render_xlsx

TIME = datetime(2026, 3, 1, 9, 0, 0, 250_000, UTC)
FRAME = pl.DataFrame(
    {
        "entity": ["=1+1", "+1", "-1", "@sum", "http://a.b", "a"],
        "n": [1, 2, None, 4, 5, 6],
        "visit": [TIME, *[None] * 5],
    },
    schema_overrides={"visit": pl.Datetime("us", "UTC")},
)


def parts(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def read(content: bytes) -> pl.DataFrame:
    return fastexcel.read_excel(content).load_sheet(0).to_polars()


def test_texts_stay_texts_and_times_are_times() -> None:
    content = render_xlsx(FRAME)
    frame = read(content)
    assert frame["entity"].to_list() == FRAME["entity"].to_list()
    assert frame["n"].to_list() == [1, 2, None, 4, 5, 6]
    assert frame["visit"][0] == TIME.replace(tzinfo=None)
    sheet = parts(content)["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_header_is_bold_and_stays_in_sight() -> None:
    content = parts(render_xlsx(FRAME))
    assert 'state="frozen"' in content["xl/worksheets/sheet1.xml"]
    assert '<c r="A1" s="1"' in content["xl/worksheets/sheet1.xml"]
    assert "<b/>" in content["xl/styles.xml"]


def test_the_same_list_is_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    content = render_xlsx(FRAME)
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert render_xlsx(FRAME) == content
    assert "2026-01-01T00:00:00Z" in parts(content)["docProps/core.xml"]


def test_times_are_those_of_the_clocks_asked_for() -> None:
    berlin = FRAME.with_columns(pl.col("visit").dt.convert_time_zone("Europe/Berlin"))
    assert read(render_xlsx(berlin))["visit"][0] == datetime(2026, 3, 1, 10, 0, 0, 250_000)


def test_ids_with_more_digits_than_excel_keeps_are_texts() -> None:
    frame = pl.DataFrame({"entity": [1234567890123456789], "rate": [float("nan")], "on": [True]})
    assert read(render_xlsx(frame)).row(0) == ("1234567890123456789", "NaN", "true")


def test_a_list_of_nobody_has_its_header() -> None:
    assert read(render_xlsx(FRAME.clear())).columns == ["entity", "n", "visit"]


def test_what_a_sheet_has_no_room_for_is_refused() -> None:
    with pytest.raises(UsageError, match="room for 1,048,575 rows"):
        render_xlsx(pl.DataFrame({"entity": pl.int_range(1_048_576, eager=True)}))
    with pytest.raises(UsageError, match="32,767 characters"):
        render_xlsx(pl.DataFrame({"entity": ["a" * 32_768]}))


def test_without_the_extra_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match="to write a workbook needs the extra 'excel'"):
        render_xlsx(FRAME)
