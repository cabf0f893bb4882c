"""A Parquet file without a bad row is known as such, and what it held is the same as counted row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.events.column_names import ENTITY, TIME
from growthctl.events.formats.csv import CSV
from growthctl.events.quality import Quality, is_spotless, quality_of_spotless, quality_sums
from growthctl.events.reading.open import Log, open_log
from growthctl.events.rows import canonical_rows
from growthctl.funnel.sections.source import Source

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = 86_400_000_000
SOURCE = Source()


def log(tmp_path: Path, unit: Any = "us", zone: str | None = "UTC", **changes: Any) -> Log:
    columns: dict[str, list[Any]] = {
        "user_id": [f"u{n % 7}" for n in range(100)],
        "event": ["a", "b"] * 50,
        "timestamp": [START + timedelta(hours=n) for n in range(100)],
    }
    frame = pl.DataFrame(columns | changes)
    frame = frame.with_columns(pl.col("timestamp").dt.convert_time_zone("UTC").dt.cast_time_unit(unit))
    if zone is None:
        frame = frame.with_columns(pl.col("timestamp").dt.replace_time_zone(None))
    frame.write_parquet(tmp_path / "log.parquet", row_group_size=20)
    return open_log(tmp_path / "log.parquet", SOURCE, tmp_path)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_file_without_a_bad_row_is_spotless(tmp_path: Path, unit: str) -> None:
    assert is_spotless(log(tmp_path, unit), SOURCE, "UTC", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": ["u"] * 99 + [None]},
        {"user_id": ["u"] * 99 + [""]},
        {"user_id": [1.0] * 99 + [float("nan")]},
        {"timestamp": [START] * 99 + [None]},
        {"timestamp": [START] * 99 + [datetime(9999, 12, 31, tzinfo=UTC)]},
        {"timestamp": [START] * 99 + [datetime(999, 12, 31, tzinfo=UTC)]},
    ],
)
def test_one_bad_row_is_enough_not_to_be(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert not is_spotless(log(tmp_path, **changes), SOURCE, "UTC", None)


def test_a_row_after_as_of_is_enough_not_to_be(tmp_path: Path) -> None:
    last = int(START.timestamp()) * 1_000_000 + 99 * 3600 * 1_000_000
    assert is_spotless(log(tmp_path), SOURCE, "UTC", last)
    assert not is_spotless(log(tmp_path), SOURCE, "UTC", last - 1)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu"])
def test_times_without_a_zone_are_instants_only_in_utc(tmp_path: Path, unit: str, zone: str) -> None:
    local = log(tmp_path, unit, zone=None)
    assert is_spotless(local, SOURCE, "UTC", None)
    assert not is_spotless(local, SOURCE, zone, None)
    quick, slow = (canonical_rows(each, SOURCE, "UTC") for each in (local._replace(spotless=True), local))
    assert quick.select(ENTITY, TIME).collect().equals(slow.select(ENTITY, TIME).collect())
    assert quality_of_spotless(local, SOURCE, quick.head(1).select(TIME)) == Quality.of(quality_sums(slow).collect())


def test_nothing_is_said_of_identities_and_text(tmp_path: Path) -> None:
    joined = Source.model_validate({"identity": {"anonymous": "event", "known": "user_id"}})
    assert not is_spotless(log(tmp_path), joined, "UTC", None)
    assert not is_spotless(log(tmp_path)._replace(format=CSV), SOURCE, "UTC", None)


@pytest.mark.parametrize("read", ["all", "some", "none"])
def test_what_a_spotless_log_held_is_known_from_a_part_of_it(tmp_path: Path, read: str) -> None:
    opened = log(tmp_path)
    counted = Quality.of(quality_sums(canonical_rows(opened, SOURCE, "UTC")).collect())
    marked = opened._replace(spotless=True)
    rows = canonical_rows(marked, SOURCE, "UTC")
    known = {"all": rows, "some": rows.filter(pl.col(ENTITY) == "u3"), "none": rows.filter(pl.col(ENTITY) == "x")}[read]
    assert quality_of_spotless(marked, SOURCE, known.select(TIME)) == counted


def test_an_empty_file_held_nothing(tmp_path: Path) -> None:
    empty = log(tmp_path, user_id=[], event=[], timestamp=pl.Series([], dtype=pl.Datetime("us", "UTC")))
    rows = canonical_rows(empty._replace(spotless=True), SOURCE, "UTC")
    found = quality_of_spotless(empty, SOURCE, rows)
    assert (found.rows_read, found.first_event_at, found.last_event_at) == (0, None, None)
