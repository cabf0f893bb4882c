"""Zip archives as logs."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from growthctl.errors import DataError, Problem
from growthctl.events.reading.files import log_files
from growthctl.events.reading.open import open_log
from growthctl.funnel.sections.source import Source

CSV = "user_id,event,timestamp\nu1,ad,2024-01-01\n"
ENCRYPTED = 1


def archive(folder: Path, members: dict[str, str | bytes], kind: int = zipfile.ZIP_STORED) -> Path:
    path = folder / "log.zip"
    with zipfile.ZipFile(path, "w", kind) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return path


def labels(path: Path) -> list[str]:
    return [file.label for file in log_files([path.name], path.parent)]


def problem(path: Path) -> Problem:
    with pytest.raises(DataError) as caught:
        labels(path)
    return caught.value.problems[0]


def test_each_member_is_a_file_in_the_order_of_names(tmp_path: Path) -> None:
    path = archive(tmp_path, {"day/": "", "day/b.csv": CSV, "a.csv.gz": gzip.compress(CSV.encode())})
    assert labels(path) == ["log.zip/a.csv.gz", "log.zip/day/b.csv"]
    log = open_log(path, Source(), Path())
    assert log.frame.select("user_id").collect().to_series().to_list() == ["u1", "u1"]


def test_notes_of_other_programs_and_empty_files_are_no_logs(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.csv": CSV, "__MACOSX/._a.csv": b"\0", ".DS_Store": b"\0", "b.csv": ""})
    assert labels(path) == ["log.zip/a.csv"]


def test_a_name_that_leads_out_of_the_folder_writes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = archive(tmp_path / "in", {"../outside.csv": CSV})
    assert labels(path) == ["log.zip/../outside.csv"]
    assert not (tmp_path / "outside.csv").exists()


def test_members_name_the_file_in_templates(tmp_path: Path) -> None:
    columns = "user_id,timestamp\nu1,2024-01-01\n"
    path = archive(tmp_path, {"x/ad.csv": columns, "pay.csv": columns})
    log = open_log(path, Source.model_validate({"columns": {"event": "{file}"}}), Path())
    events = log.frame.collect().get_column(str(log.shape.made[0])).to_list()
    assert sorted(events) == ["ad", "pay"]


@pytest.mark.parametrize("members", [{}, {"_notes/readme.txt": "hello"}])
def test_an_archive_without_a_log_is_empty(members: dict[str, str | bytes], tmp_path: Path) -> None:
    found = problem(archive(tmp_path, members))
    assert (found.code, found.message) == ("empty", "log.zip holds no logs")


def test_an_archive_in_an_archive_and_a_broken_workbook_are_refused(tmp_path: Path) -> None:
    inner = archive(tmp_path, {"a.csv": CSV}).read_bytes()
    assert "inside another" in problem(archive(tmp_path, {"inner.zip": inner})).message
    assert "is not a workbook" in problem(archive(tmp_path, {"[Content_Types].xml": "", "xl/workbook.xml": ""})).message


def test_an_encrypted_archive_is_named_as_such(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.csv": CSV})
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= ENCRYPTED
    path.write_bytes(content)
    assert (problem(path).code, problem(path).message) == ("encrypted", "log.zip is encrypted")


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damage_is_one_line_that_names_the_archive(kind: int, tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.csv": CSV * 5000}, kind)
    content = bytearray(path.read_bytes())
    content[80] ^= 0xFF
    path.write_bytes(content)
    assert problem(path).code == "damaged"
    path.write_bytes(content[: len(content) // 2])
    assert problem(path).message.startswith("log.zip cannot be unzipped: ")
