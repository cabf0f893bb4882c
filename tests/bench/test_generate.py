"""The generated logs are what the benchmarks promise: reproducible, in order, without ties between different events."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bench import generate
from bench.generate import OTHERS, SHAPES, slices, write
from bench.workloads import FIVE, SIXTEEN

USUAL = SHAPES["usual"]


def log(shape: str = "usual", users: int = 2_000) -> pl.DataFrame:
    return pl.concat(slices(users, SHAPES[shape]))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write(tmp_path / f"{name}.parquet", 500, USUAL, seed)
    first, again, other = ((tmp_path / f"{name}.parquet").read_bytes() for name in "abc")
    assert first == again
    assert first != other


def test_a_log_made_in_many_slices_is_in_order_of_time_and_keeps_every_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "EVENTS_PER_SLICE", 1_000)
    pieces = list(slices(2_000, USUAL))
    whole = pl.concat(pieces)
    assert len(pieces) == 20
    assert whole["timestamp"].is_sorted()
    assert 1_980 <= whole["user_id"].n_unique() <= 2_000
    assert len(whole) / 2_000 == pytest.approx(9.7, abs=0.3)


def test_five_of_twelve_events_are_stages_and_half_of_the_users_repeat_one() -> None:
    usual = log()
    assert set(usual["event"]) == {*FIVE, *OTHERS}
    assert len(usual) / 2_000 == pytest.approx(9.7, abs=0.3)
    stages = usual.filter(pl.col("event").is_in(FIVE)).group_by("user_id", "event").len()
    repeating = stages.filter(pl.col("len") > 1)["user_id"].n_unique()
    assert repeating / 2_000 == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("shape", SHAPES)
def test_different_events_never_share_an_instant(shape: str) -> None:
    crowds = log(shape).group_by("timestamp").agg(pl.col("event").n_unique())
    assert crowds["event"].max() == 1


def test_many_stages_are_all_reached_and_heavy_users_are_few_with_many_events() -> None:
    assert set(SIXTEEN) < set(log("many")["event"])
    heavy = log("heavy", 6_000)
    assert heavy["user_id"].n_unique() == 60
    assert len(heavy) / 60 > 500


@pytest.mark.parametrize(("format", "read"), [("csv", pl.read_csv), ("ndjson", pl.read_ndjson)])
def test_text_formats_hold_the_rows_of_the_parquet_file(format: str, read: object, tmp_path: Path) -> None:
    assert callable(read)
    write(tmp_path / "log.parquet", 300, USUAL)
    write(tmp_path / f"log.{format}", 300, USUAL)
    text = read(tmp_path / f"log.{format}").with_columns(pl.col("timestamp").str.to_datetime("%+", time_unit="ms"))
    assert text.equals(pl.read_parquet(tmp_path / "log.parquet"))
