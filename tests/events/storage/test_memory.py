"""Amounts of memory, and which logs are too large for them."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from growthctl.errors import UsageError
from growthctl.events.reading.open import open_log
from growthctl.events.storage.memory import bytes_of, rows_about, spill_for
from growthctl.funnel.sections.source import Source

SOURCE = Source()
ROWS = 5000


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("4GB", 4 << 30), ("512MiB", 512 << 20), ("1.5 g", 3 << 29), ("100", 100), (100, 100), ("2TB", 2 << 40)],
)
def test_an_amount_of_memory_is_a_number_with_a_unit(asked: str | int, expected: int) -> None:
    assert bytes_of(asked) == expected


def test_without_an_amount_it_is_half_of_the_machines() -> None:
    assert 1 << 28 < bytes_of(None) < 1 << 45


@pytest.mark.parametrize("asked", ["", "much", "0", "0GB", "-1GB", "4XB", "GB", "nan"])
def test_what_is_no_amount_is_refused(asked: str) -> None:
    with pytest.raises(UsageError, match="is no amount of memory"):
        bytes_of(asked)


def frame() -> pl.DataFrame:
    return pl.DataFrame({"user_id": [f"u{n % 77}" for n in range(ROWS)], "event": "a", "timestamp": "2026-01-01"})


def test_the_rows_of_parquet_and_of_a_frame_are_known_exactly(tmp_path: Path) -> None:
    frame().write_parquet(tmp_path / "log.parquet")
    log = open_log([tmp_path / "log.parquet"], SOURCE, tmp_path)
    assert rows_about(log) == rows_about(open_log(frame(), SOURCE, tmp_path)) == ROWS


def test_the_rows_of_text_are_guessed_from_the_first_lines(tmp_path: Path) -> None:
    frame().write_csv(tmp_path / "log.csv")
    frame().write_ndjson(tmp_path / "log.ndjson")
    for name in ("log.csv", "log.ndjson"):
        assert rows_about(open_log(tmp_path / name, SOURCE, tmp_path)) == pytest.approx(ROWS, rel=0.05)


def test_packed_text_is_worked_on_in_parts_where_it_would_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress(frame().write_csv().encode()))
    log = open_log(tmp_path / "log.csv.gz", SOURCE, tmp_path)
    assert rows_about(log) == pytest.approx(ROWS, rel=0.05)
    schema = pl.Schema({"user_id": pl.String()})
    assert spill_for(log, schema, ROWS * 32 * 4 // 2, "user_id") is not None
    assert spill_for(log, schema, ROWS * 32 * 4 * 2, "user_id") is None


def test_how_many_rows_a_query_gives_is_not_known(tmp_path: Path) -> None:
    assert rows_about(open_log(frame().lazy(), SOURCE, tmp_path)) is None


def test_only_a_log_that_may_be_too_large_goes_to_files(tmp_path: Path) -> None:
    schema = pl.Schema({"key": pl.UInt64(), "time": pl.Int64()})
    log = open_log(frame(), SOURCE, tmp_path)
    assert spill_for(log, schema, 10 << 20, "key") is None
    spill = spill_for(log, schema, ROWS * 16, "key")
    assert spill is not None
    assert 4 <= spill.number <= 6


def test_there_are_never_more_files_than_a_process_may_open(tmp_path: Path) -> None:
    unknown = open_log(frame().lazy(), SOURCE, tmp_path)
    for log in (unknown, open_log(frame(), SOURCE, tmp_path)):
        spill = spill_for(log, pl.Schema({"key": pl.UInt64()}), 1, "key")
        assert spill is not None
        assert spill.number == 500


def test_a_list_of_events_counts_as_many_rows(tmp_path: Path) -> None:
    rows = pl.DataFrame({"user_id": ["u1"] * 100, "events": [[{"event": "a", "timestamp": 1}] * 30] * 100})
    rows.write_parquet(tmp_path / "log.parquet")
    rows.write_ndjson(tmp_path / "log.ndjson")
    source = Source(explode="events")
    for data in (rows, tmp_path / "log.parquet", tmp_path / "log.ndjson"):
        assert rows_about(open_log(data, source, tmp_path)) == 3000
