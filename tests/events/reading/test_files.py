from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from growthctl.errors import DataError, Problem
from growthctl.events.formats.ndjson import NDJSON
from growthctl.events.reading.files import log_files

CSV = "user_id,event,timestamp\nu1,ad,2024-01-01\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two CSV logs, one below the other, among files that are none."""
    (tmp_path / "sub").mkdir()
    for name in ("a.csv", "sub/b.csv", ".hidden.csv", "_part.csv", "notes.txt"):
        (tmp_path / name).write_text(CSV)
    (tmp_path / "empty.csv").touch()
    return tmp_path


def labels(folder: Path, *names: str) -> list[str]:
    return [file.label for file in log_files(names, folder)]


def problem(folder: Path, *names: str) -> Problem:
    with pytest.raises(DataError) as caught:
        log_files(names, folder)
    return caught.value.problems[0]


def test_a_directory_stands_for_the_logs_below_it(folder: Path) -> None:
    assert labels(folder, ".") == ["a.csv", "sub/b.csv"]


def test_a_glob_stands_for_its_matches_in_order(folder: Path) -> None:
    assert labels(folder, "**/*.csv") == [str(folder / name) for name in ("_part.csv", "a.csv", "sub/b.csv")]
    assert labels(folder, str(folder / "a*")) == [str(folder / "a.csv")]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    assert labels(folder, "./a.csv", "a.csv", "sub") == ["./a.csv", "sub/b.csv"]
    (folder / "link.csv").symlink_to("a.csv")
    (folder / "sub" / "up").symlink_to("..")
    names = ("a.csv", str(folder / "a.csv"), "link.csv", "sub/up/a.csv", "sub/up/sub/up/*.csv")
    assert labels(folder, *names) == ["a.csv", str(folder / "sub/up/sub/up/_part.csv")]


def test_a_file_whose_name_looks_like_a_glob_is_a_file(folder: Path) -> None:
    (folder / "a[1].csv").write_text(CSV)
    assert labels(folder, "a[1].csv") == ["a[1].csv"]


def test_an_empty_file_is_left_out_unless_all_are_empty(folder: Path) -> None:
    assert labels(folder, "a.csv", "empty.csv") == ["a.csv"]
    assert problem(folder, "empty.csv").code == "empty"


def test_a_missing_file_names_the_nearest_one(folder: Path) -> None:
    found = problem(folder, "A.cvs")
    assert (found.code, found.message) == ("no_such_file", "no such file: A.cvs; did you mean 'a.csv'?")


def test_a_missing_folder_is_said_to_be_missing(folder: Path) -> None:
    assert problem(folder, "nowhere/a.csv").hint == f"there is no folder {folder / 'nowhere'}"


def test_a_glob_without_matches_and_a_folder_without_logs_are_errors(folder: Path) -> None:
    assert problem(folder, "*.parquet").message == "no file matches *.parquet"
    (folder / "bare").mkdir()
    assert problem(folder, "bare").message == "the folder bare holds no CSV, Parquet, NDJSON or Excel files"


def test_formats_do_not_mix_unless_one_is_asked_for(folder: Path) -> None:
    (folder / "c.ndjson").write_text('{"user_id": "u1"}\n')
    found = problem(folder, ".")
    assert (found.code, found.message) == ("mixed_formats", "a.csv is csv, but c.ndjson is ndjson")
    assert [file.label for file in log_files(["."], folder, NDJSON)] == ["c.ndjson"]


def test_standard_input_is_kept_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV.encode())))
    (file,) = log_files(["-"], tmp_path)
    assert (file.label, file.header) == ("standard input", ("user_id", "event", "timestamp"))
    assert Path(file.path).read_text() == CSV
    # A second funnel asks for it as well.
    assert log_files(["-"], tmp_path) == [file]


def test_a_standard_input_that_is_closed_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert problem(tmp_path, "-").message == "standard input is closed"


def test_a_named_pipe_is_kept_in_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(CSV,))
    writer.start()
    (file,) = log_files(["pipe"], tmp_path)
    writer.join()
    assert Path(file.path).read_text() == CSV
    assert log_files(["pipe"], tmp_path) == [file]


def test_a_link_to_nothing_is_called_one(folder: Path) -> None:
    (folder / "link.csv").symlink_to("gone.csv")
    assert problem(folder, "link.csv").message == "link.csv is a link to nothing: gone.csv"


def test_a_file_in_a_folder_whose_name_is_in_another_encoding_is_named(folder: Path) -> None:
    (folder / os.fsdecode(b"K\xfcche.csv")).write_text(CSV)
    assert problem(folder, ".").code == "not_utf8"
    assert problem(folder, "K*.csv").code == "not_utf8"
