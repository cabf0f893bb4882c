from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats import ndjson
from growthctl.events.formats.ndjson import scan_by_line
from growthctl.events.reading.open import open_log
from growthctl.funnel.sections.source import Source

LINES = [
    b'\xef\xbb\xbf{"user": "u1", "n": 1.0, "nested": {"a b": [1, 2]}}',
    b"",
    b'{"user": "u2", "n": true}\r',
    b'{"user": "u3", "n": 1e999}',
    b'{"user": "\xff"}',
    b'{"user": "u4"} {"user": "u5"}',
    b'["user"]',
    b'{"user": "u6", "n": "007"}',
    b'{"user": "u7',
]


def text(*keys: str) -> dict[str, pl.DataType]:
    return dict.fromkeys(keys, pl.String())


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(LINES))
    return str(tmp_path / "log.jsonl")


def test_a_bad_line_costs_only_itself(path: str) -> None:
    rows = scan_by_line(path, text("user", "n")).collect().sort(ROW).rows()
    assert rows == [
        ("u1", "1", False, 1),
        ("u2", "true", False, 3),
        (None, None, True, 4),
        (None, None, True, 5),
        (None, None, True, 6),
        (None, None, True, 7),
        ("u6", "007", False, 8),
        (None, None, True, 9),
    ]


def test_values_are_the_text_that_the_fast_reader_gives(tmp_path: Path) -> None:
    good = tmp_path / "good.jsonl"
    good.write_text('{"a": 1.10, "b": {"x y": [1, null]}}\n{"a": 1E3, "b": "t"}\n{"a": 12345678901234567890}\n')
    fast = pl.scan_ndjson(good, schema={"a": pl.String(), "b": pl.String()}).collect()
    assert scan_by_line(str(good), text("a", "b")).select("a", "b").collect().equals(fast)


def test_line_numbers_go_on_from_block_to_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "_BLOCK", 10)
    packed = tmp_path / "log.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"a": 1}\n\n{"a": 2}\nbad\n{"a": 3}'))
    found = scan_by_line(str(packed), text("a")).collect().sort(ROW)
    assert found.select("a", ROW).rows() == [("1", 1), ("2", 3), (None, 4), ("3", 5)]


def test_filters_limits_and_projections_reach_the_reader(path: str) -> None:
    log = scan_by_line(path, text("user", "n"))
    assert log.filter(pl.col("n") == "007").select("user").collect().rows() == [("u6",)]
    assert log.select(pl.col(UNREADABLE).sum()).collect().item() == 5
    assert log.head(2).collect().height == 2


def test_a_key_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"user": "u1", "\\ud83d": 1}\n{"user": "u2"}\n')
    frame = open_log(None, Source(path=("log.jsonl",)), tmp_path).frame.collect()
    assert frame["user"].to_list() == ["u1", "u2"]
