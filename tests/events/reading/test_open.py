from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from growthctl.errors import DataError, Problem, UsageError
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats.csv import CSV as CSV_FORMAT
from growthctl.events.reading.open import Log, data_errors, open_log, parts, row_by_row
from growthctl.funnel.sections.source import Source

CSV = "user_id,event,timestamp\nu1,ad,2024-01-01\n"


def users(log: Log) -> list[object]:
    return log.frame.select(pl.col("user_id").sort()).collect().get_column("user_id").to_list()


def bad_rows(log: Log) -> list[tuple[object, ...]]:
    return log.frame.filter(UNREADABLE).select("user_id", UNREADABLE).collect().rows()


def problem(error: type[Exception], data: object, source: Source | None = None, folder: Path = Path()) -> Problem:
    with pytest.raises(error) as caught:
        log = open_log(data, source or Source(), folder)  # type: ignore[arg-type]
        with data_errors(log.place):
            users(log)
    (found,) = caught.value.problems  # type: ignore[attr-defined]
    assert isinstance(found, Problem)
    return found


def test_the_source_s_path_is_relative_to_the_funnel_file(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(CSV)
    log = open_log(None, Source(path=("log.csv",)), tmp_path)
    assert (log.place, log.format, log.is_text, users(log)) == ("log.csv", CSV_FORMAT, True, ["u1"])
    assert log.schema == {"user_id": pl.String(), "event": pl.String(), "timestamp": pl.String()}


def test_data_outranks_the_source_s_path_and_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_text(CSV)
    assert users(open_log("log.csv", Source(path=("other.csv",)), Path("elsewhere"))) == ["u1"]
    assert users(open_log([Path("log.csv")], Source(), Path())) == ["u1"]


def test_without_any_path_the_command_line_is_at_fault() -> None:
    assert problem(UsageError, None).code == "no_log"
    assert problem(UsageError, []).code == "no_log"


def test_a_frame_is_a_log_with_its_own_types() -> None:
    frame = pl.DataFrame({"user_id": [7]})
    for data in (frame, frame.lazy()):
        log = open_log(data, Source(), Path())
        assert (log.format, log.is_text, users(log)) == (None, False, [7])
        assert log.schema == {"user_id": pl.Int64()}


def test_many_names_are_shortened_in_messages(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / name).write_text(CSV)
    assert open_log(None, Source(path=tuple("abcd")), tmp_path).place == "a, b, c and 1 more"


def test_a_url_is_left_to_polars(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(CSV.replace(",", ";"))
    assert users(open_log(f"file://{tmp_path}/log.csv", Source(), Path())) == ["u1"]


def test_ndjson_keys_that_occur_late_are_found_where_they_are_needed(tmp_path: Path) -> None:
    lines = ['{"user_id": "u1", "event": "ad", "timestamp": 1}'] * 1000 + ['{"plan": "pro", "größe": 1, "size": 2}']
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    path = str(tmp_path / "log.jsonl")
    assert list(open_log(path, Source(), Path()).schema) == ["user_id", "event", "timestamp"]
    log = open_log(path, Source(filter="plan = 'pro'"), Path(), needed=["größe", "nowhere"])
    assert list(log.schema) == ["user_id", "event", "timestamp", "plan", "größe"]
    assert log.frame.select(pl.col("plan").drop_nulls()).collect().item() == "pro"


def test_row_by_row_a_line_that_is_no_object_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"user_id": "u1"}\n\n{"user_id": "u2"\n{"user_id": "u3"}\n')
    log = open_log(str(tmp_path / "log.jsonl"), Source(), Path())
    with pytest.raises(pl.exceptions.ComputeError):
        users(log)
    assert users(row_by_row(log)) == [None, "u1", "u3"]
    assert bad_rows(row_by_row(log)) == [(None, True)]


def test_a_log_without_any_object_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("u1\nu2\n")
    assert problem(DataError, str(tmp_path / "log.jsonl")).code == "unreadable"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("log.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:-9], "damaged"),
        ("log.jsonl.gz", gzip.compress(b'{"user_id": "u1"}\n', mtime=0)[:-9], "damaged"),
        ("log.parquet", b"PAR1" + b"\0" * 100, "damaged"),
        ("log.csv.zst", b"\x28\xb5\x2f\xfd" + b"x" * 50, "damaged"),
        ("log.csv", CSV.encode() * 1000 + b"\xff\xfe,ad,2024-01-01\n", "not_utf8"),
    ],
)
def test_damage_becomes_one_line_that_names_the_file(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    found = problem(DataError, None, Source(path=(name,)), tmp_path)
    assert found.code == code
    assert name in found.message
    assert "\n" not in found.message
    assert found.hint


def test_a_file_that_may_not_be_read_is_an_error_of_the_data() -> None:
    with pytest.raises(DataError, match=r"log\.csv: permission denied"), data_errors("the log"):
        raise PermissionError(13, "Permission denied", "log.csv")


def test_errors_of_the_program_stay_what_they_are() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError), data_errors("the log"):
        pl.DataFrame({"a": [1]}).select("b")


def test_the_parts_of_a_log_number_their_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user_id,n\nu1,1\nu2,2\n")
    (tmp_path / "b.csv").write_text("user_id\nu3\n")
    log = open_log(None, Source(path=("a.csv", "b.csv")), tmp_path)
    found = [(part.place, part.frame.select("user_id", "n", ROW).collect().rows()) for part in parts(log)]
    assert found == [("a.csv", [("u1", "1", 0), ("u2", "2", 1)]), ("b.csv", [("u3", None, 0)])]


class Foreign:
    """A table of another library."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


def test_a_table_of_another_library_is_a_frame() -> None:
    frame = pl.DataFrame({"user_id": ["u1", "u2"], "n": [1, 2]})
    assert open_log(Foreign(frame), Source(), Path()).frame.drop(UNREADABLE).collect().equals(frame)


def test_an_arrow_schema_in_the_footer_that_is_none_is_damage(tmp_path: Path) -> None:
    pl.DataFrame({"user_id": ["u1"]}).write_parquet(tmp_path / "log.parquet")
    content = bytearray((tmp_path / "log.parquet").read_bytes())
    at = content.index(b"ARROW:schema") + 20
    content[at : at + 8] = b"!" * 8
    (tmp_path / "log.parquet").write_bytes(content)
    damage = problem(DataError, str(tmp_path / "log.parquet"))
    assert damage.code == "damaged"
    assert "\n" not in damage.message


def test_files_that_differ_in_a_type_are_told_in_one_sentence(tmp_path: Path) -> None:
    for zone in (None, "UTC"):
        frame = pl.DataFrame({"at": [0]}).select(pl.from_epoch("at").dt.replace_time_zone(zone))
        frame.write_parquet(tmp_path / f"{zone}.parquet")
    message = problem(DataError, str(tmp_path)).message
    assert message.endswith("failed to determine supertype of datetime[μs] and datetime[μs, UTC]")
