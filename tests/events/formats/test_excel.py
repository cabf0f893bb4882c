"""Workbooks as logs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest
from xlsxwriter import Workbook

from growthctl import analyze
from growthctl.errors import DataError, Exit, MissingExtraError, Notice, Problem
from growthctl.events.column_names import UNREADABLE
from growthctl.events.quality import Quality, check_quality, quality_sums
from growthctl.events.reading.open import open_log
from growthctl.events.rows import canonical_rows
from growthctl.funnel.sections.source import Source

Rows = Sequence[Sequence[Any]]
HEADER = ["user_id", "event", "timestamp"]
NINE = datetime(2026, 3, 1, 9, 5)
PARTS = ("[Content_Types].xml", "xl/workbook.xml")


def written(path: Path, **sheets: Rows) -> Path:
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(row, column, cell)
    return path


def frame_of(path: Path, **keys: Any) -> pl.DataFrame:
    return open_log(path, Source.model_validate(keys), Path()).frame.drop(UNREADABLE).collect()


def refused(path: Path, **keys: Any) -> Problem:
    with pytest.raises(DataError) as caught:
        open_log(path, Source.model_validate(keys), Path())
    (problem,) = caught.value.problems
    return problem._replace(message=problem.message.replace(str(path), path.name))


def checked(path: Path, **keys: Any) -> list[Notice]:
    source = Source.model_validate(keys)
    log = open_log(path, source, Path())
    return check_quality(
        Quality.of(quality_sums(canonical_rows(log, source, "UTC")).collect()), log, source, "Europe/Berlin"
    )


def test_cells_keep_their_types_and_whole_numbers_are_no_fractions(tmp_path: Path) -> None:
    rows: Rows = [
        ["user_id", "code", "at", "on", "price", "mixed"],
        [12345678901, "007", NINE, True, 1.5, 1],
        [2, "8", date(2026, 3, 2), False, 2, "a"],
    ]
    frame = frame_of(written(tmp_path / "log.xlsx", Log=rows))
    assert frame.rows() == [
        (12345678901, "007", NINE, True, 1.5, "1"),
        (2, "8", datetime(2026, 3, 2), False, 2.0, "a"),
    ]
    assert [dtype.is_integer() for dtype in frame.dtypes] == [True, False, False, False, False, False]


def test_times_are_local_ones_of_the_funnels_timezone(tmp_path: Path) -> None:
    path = written(tmp_path / "log.xlsx", Log=[HEADER, [1, "visit", NINE], [1, "pay", NINE]])
    stages = [{"name": name, "event": name} for name in ("visit", "pay")]
    analysis = analyze({"timezone": "Europe/Berlin", "stages": stages}, path)
    assert analysis.data.first_event_at == "2026-03-01T08:05:00Z"
    assert [stage.reached for stage in analysis.stages] == [1, 1]


def test_blank_rows_are_skipped_and_do_not_move_the_numbers_of_the_others(tmp_path: Path) -> None:
    rows: Rows = [[], [None, *HEADER], [None, 1, "visit", "soon"], [], [None, 2, "visit", NINE], [], [None, 3, "visit"]]
    path = written(tmp_path / "log.xlsx", Log=rows)
    assert frame_of(path)["user_id"].to_list() == [1, 2, 3]
    with pytest.raises(DataError, match=r"2 of 3 rows.*: log\.xlsx:3 'soon', log\.xlsx:7 \(no time\)"):
        checked(path)


def test_the_first_sheet_is_read_unless_another_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "log.xlsx", Costs=[["day"], [1]], Log=[HEADER, [1, "visit", NINE]])
    assert frame_of(path).columns == ["day"]
    assert frame_of(path, sheet="Log").columns == HEADER
    problem = refused(path, sheet="log")
    assert problem[:3] == (
        "no_such_sheet",
        "log.xlsx has no sheet 'log'; did you mean 'Log'?",
        "sheets: Costs, Log",
    )


def test_an_empty_sheet_is_an_error_that_names_the_others(tmp_path: Path) -> None:
    path = written(tmp_path / "log.xlsx", Notes=[], Log=[HEADER])
    assert refused(path)[:3] == (
        "empty",
        "the sheet 'Notes' of log.xlsx is empty",
        "name the sheet of the log with source.sheet: Notes, Log",
    )
    with pytest.raises(DataError, match="has no rows"):
        checked(path, sheet="Log")


def test_columns_of_one_name_are_told_apart_by_position(tmp_path: Path) -> None:
    path = written(tmp_path / "log.xlsx", Log=[["id", " n ", "id", "id_1"], [1, 2, 3, 4]])
    assert frame_of(path).columns == ["id (column 1)", "n", "id (column 3)", "id_1"]


def test_several_workbooks_are_one_log(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", Log=[HEADER, [1, "visit", NINE]])
    written(tmp_path / "b.xlsx", Log=[HEADER, ["x", "visit", NINE]])
    (tmp_path / "~$a.xlsx").write_bytes(b"the note of Excel that a is open")
    assert sorted(frame_of(tmp_path)["user_id"].to_list()) == ["1", "x"]


def test_a_sheet_of_openoffice_is_read_too(tmp_path: Path) -> None:
    cells = "".join(f"<table:table-cell office:value-type='string'><text:p>{name}</text:p></table:table-cell>"
                    for name in HEADER)  # fmt: skip
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f"<office:document-content xmlns:office='{name}office:1.0' xmlns:table='{name}table:1.0' "
        f"xmlns:text='{name}text:1.0'><office:body><office:spreadsheet><table:table table:name='Log'>"
        f"<table:table-row>{cells}</table:table-row><table:table-row>{cells}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(tmp_path / "log.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='urn:x'/>")
        archive.writestr("content.xml", content)
    assert frame_of(tmp_path / "log.ods").rows() == [tuple(HEADER)]


def test_a_workbook_is_known_by_its_bytes_whatever_its_name(tmp_path: Path) -> None:
    path = written(tmp_path / "log.xlsx", Log=[HEADER, [1, "visit", NINE]]).rename(tmp_path / "log.csv")
    assert frame_of(path).height == 1
    assert refused(path, format="csv").hint == "set source.format: excel, or auto"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "log.xlsx is protected by a password"),
        (b"PK\x03\x04 xl/workbook.xml", "log.xlsx is not a workbook that can be read: Cannot detect file format"),
        (b"user_id,event,timestamp\n", "log.xlsx is not Excel: it does not begin with PK"),
    ],
)
def test_what_is_no_readable_workbook_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "log.xlsx").write_bytes(content)
    problem = refused(tmp_path / "log.xlsx")
    assert problem.message == message
    assert problem.hint


def test_a_workbook_far_away_is_to_be_downloaded(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="workbook far away"):
        open_log("https://localhost/log.xlsx", Source(), tmp_path)


def test_without_the_extra_the_error_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "log.xlsx", Log=[HEADER, [1, "visit", NINE]])
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(MissingExtraError, match=r"log\.xlsx needs the extra 'excel'") as caught:
        frame_of(path)
    assert (caught.value.exit, int(caught.value.exit)) == (Exit.ENGINE, 4)
    assert caught.value.problems[0].hint == "pip install 'growthctl-funnel[excel]'"


def test_days_as_excel_counts_them_are_named_as_what_they_are(tmp_path: Path) -> None:
    path = written(tmp_path / "log.xlsx", Log=[HEADER, [1, "visit", 45292.5], [1, "pay", 45293]])
    with pytest.raises(DataError, match="2 of 2 rows without a readable time") as caught:
        checked(path)
    assert "export them as dates" in str(caught.value.problems[0].hint)
