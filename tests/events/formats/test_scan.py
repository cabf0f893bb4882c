from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from growthctl.errors import DataError
from growthctl.events.column_names import UNREADABLE
from growthctl.events.reading.open import open_log
from growthctl.funnel.sections.source import Source


def frame_of(folder: Path, *names: str) -> pl.LazyFrame:
    return open_log(None, Source(path=names), folder).frame


def test_csv_columns_are_text_and_keep_their_zeros(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\ufeffuser;n\n007;1.50\n"x;y";\n')
    assert frame_of(tmp_path, "a.csv").select("user", "n").collect().rows() == [("007", "1.50"), ("x;y", None)]


def test_a_csv_row_that_is_too_long_is_unreadable_and_a_short_one_ends_in_nulls(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user,n\nu1,1\nu2,2,3\nu3\nu4,4,\n")
    assert frame_of(tmp_path, "a.csv").select("user", "n", UNREADABLE).collect().sort("user").rows() == [
        ("u1", "1", False),
        ("u2", "2", True),
        ("u3", None, False),
        ("u4", "4", False),
    ]


def test_columns_of_one_name_are_told_apart_by_position(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,"the ""n""",id\n1,2,3\n')
    frame = frame_of(tmp_path, "a.csv").drop(UNREADABLE).collect()
    assert frame.to_dicts() == [{"id (column 1)": "1", 'the "n"': "2", "id (column 3)": "3"}]


def test_files_with_other_columns_and_delimiters_are_put_together_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user,n\nu1,1\n")
    (tmp_path / "b.csv").write_text("n;user;more\n2;u2;x\n")
    frame = frame_of(tmp_path, "a.csv", "b.csv").sort("user").collect()
    assert frame.select("user", "n", "more").rows() == [("u1", "1", None), ("u2", "2", "x")]


def test_ndjson_values_are_text_whatever_their_type(tmp_path: Path) -> None:
    (tmp_path / "a[1].jsonl").write_text('{"user": 7, "n": {"a": [1]}}\n\n{"user": "007", "n": true}\n')
    assert frame_of(tmp_path, "a[1].jsonl").select("user", "n").collect().rows() == [
        ("7", '{"a": [1]}'),
        ("007", "true"),
    ]


def test_parquet_keeps_its_types_and_hive_folders_become_columns(tmp_path: Path) -> None:
    for day in ("2024-01-01", "2024-01-02"):
        folder = tmp_path / f"day={day}"
        folder.mkdir()
        pl.DataFrame({"user": [7]}).write_parquet(folder / "a.parquet")
    frame = frame_of(tmp_path, ".").sort("day").collect()
    assert frame.select("user", "day").rows() == [(7, date(2024, 1, 1)), (7, date(2024, 1, 2))]


def test_parquet_files_may_differ_in_columns_and_in_the_width_of_numbers(tmp_path: Path) -> None:
    pl.DataFrame({"user": [1]}, schema={"user": pl.Int32}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"user": [2], "plan": ["pro"]}).write_parquet(tmp_path / "b.parquet")
    frame = frame_of(tmp_path, "*.parquet").sort("user").collect()
    assert frame.select("user", "plan").rows() == [(1, None), (2, "pro")]


def test_types_that_do_not_go_together_are_an_error(tmp_path: Path) -> None:
    pl.DataFrame({"user": [[1]]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"user": [date(2024, 1, 1)]}).write_parquet(tmp_path / "b.parquet")
    with pytest.raises(DataError) as caught:
        frame_of(tmp_path, "*.parquet")
    assert caught.value.problems[0].code == "mixed_formats"


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_only_the_columns_and_rows_that_are_used_are_read(tmp_path: Path, name: str) -> None:
    whole = pl.DataFrame({"user": ["u1", "u2"], "n": ["1", "2"], "unused": ["x", "y"]})
    whole.write_csv(tmp_path / "a.csv")
    whole.write_parquet(tmp_path / "a.parquet")
    whole.write_ndjson(tmp_path / "a.jsonl")
    plan = frame_of(tmp_path, name).filter(pl.col("n") == "2").select("user").explain()
    assert 'SELECTION: col("n") == "2"' in plan
    assert "unused" not in plan
    assert "PROJECT 2/" in plan or "PROJECT */2" in plan


def test_a_column_that_is_a_list_in_one_file_and_a_text_in_another_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({"user": ["u1"], "note": [["a"]]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"user": ["u2"], "note": ["b"]}).write_parquet(tmp_path / "b.parquet")
    with pytest.raises(DataError, match="'note' holds lists or objects in some of the files"):
        frame_of(tmp_path, "a.parquet", "b.parquet")
