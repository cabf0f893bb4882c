"""CSV whose delimiter, header or quotes the funnel file declares."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import UNREADABLE
from growthctl.events.reading.open import open_log
from growthctl.funnel.sections.source import Source

ROWS = "u1,ad,2024-01-01\nu2,pay,2024-01-02\n"


def read(content: str | bytes, folder: Path, **keys: Any) -> pl.DataFrame:
    path = folder / "log.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_log(path, Source.model_validate(keys), Path()).frame.collect()


def problem(content: str | bytes, folder: Path, **keys: Any) -> Problem:
    with pytest.raises(DataError) as caught:
        read(content, folder, **keys)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    "content",
    [ROWS, "\ufeff" + ROWS, gzip.compress(ROWS.encode()), "sep=;\n" + ROWS.replace(",", ";"), "\n" + ROWS],
)
def test_without_a_header_columns_are_numbered_from_0(content: str | bytes, tmp_path: Path) -> None:
    frame = read(content, tmp_path, header=False).filter(pl.col("0").is_not_null())
    assert frame.select("0", "1", "2").rows() == [("u1", "ad", "2024-01-01"), ("u2", "pay", "2024-01-02")]


def test_the_first_row_says_how_many_columns_there_are(tmp_path: Path) -> None:
    frame = read(ROWS + "u3,ad,2024-01-01,x\nu4\n", tmp_path, header=False)
    assert frame.select("0", "2", UNREADABLE).rows()[2:] == [("u3", "2024-01-01", True), ("u4", None, False)]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_named_as_such(content: str, tmp_path: Path) -> None:
    assert problem(content, tmp_path, header=False).code == "empty"


def test_without_quotes_a_quote_is_a_character(tmp_path: Path) -> None:
    frame = read('id,"note"\n1,a "b\n2,"\n3,"x,y"\n', tmp_path, quote=None)
    assert frame.select("id", '"note"', UNREADABLE).rows() == [
        ("1", 'a "b', False),
        ("2", '"', False),
        ("3", '"x', True),
    ]


def test_a_declared_delimiter_is_not_guessed(tmp_path: Path) -> None:
    assert read("a b;c,d\n1 2;3,4\n", tmp_path, delimiter=" ").columns[:2] == ["a", "b;c,d"]


@pytest.mark.parametrize("keys", [{"delimiter": ";"}, {"header": False}, {"quote": None}, {"preset": "snowplow"}])
def test_ndjson_is_not_read_as_csv(keys: dict[str, Any], tmp_path: Path) -> None:
    keys = {"header": False, "quote": None} if "preset" in keys else keys
    found = problem('{"user_id": "u1", "event": "ad"}\n' * 3, tmp_path, **keys)
    assert (found.code, found.message) == ("wrong_format", f"{tmp_path / 'log.csv'} is NDJSON, not csv")


def test_a_cell_of_json_is_no_ndjson(tmp_path: Path) -> None:
    frame = read('{"a": 1};u1\n{"a": 2};u2\n', tmp_path, delimiter=";", header=False)
    assert frame.get_column("0").to_list() == ['{"a": 1}', '{"a": 2}']
