"""Texts of one layout are read at once, and exactly as they are one by one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from growthctl.events.times.time_text import time_of_text

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo", "Australia/Lord_Howe"]
FORMS = ["{:%Y-%m-%dT%H:%M:%S}", "{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%d}", "{:%Y-%m-%dT%H:%M:%S.%f}", "{:%Y-%m-%d %H:%M}"]
TAILS = ["", "", "Z", " UTC", "+02:00", "-0330", "+14", "+15:00", ".5", ",123456789", " ", "x"]
ODD = ["", None, "never", "1709290800", "1.7e9", "2024-02-30T10:00:00", "2024-03-01T10:00:60", "0018-03-13", "20240301"]


def written(rng: random.Random) -> str | None:
    """A time as logs write it, sometimes with a slip of the pen."""
    moment = datetime(2024, 3, 31, tzinfo=UTC) + timedelta(seconds=rng.randint(-20_000_000, 40_000_000))
    text = rng.choice(FORMS).format(moment) + rng.choice(TAILS)
    slip = rng.random()
    if slip < 0.1 and text:
        at = rng.randrange(len(text))
        return text[:at] + rng.choice("09 -:TZ.x+") + text[at + 1 :]
    return rng.choice(ODD) if slip < 0.2 else text


def read(texts: list[str | None], zone: str, examples: list[str]) -> list[int | None]:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    return frame.lazy().select(time_of_text(pl.col("text"), zone, examples)).collect().to_series().to_list()


@pytest.mark.parametrize("seed", range(6))
def test_a_column_is_read_as_its_texts_are_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    form, tail = rng.choice(FORMS), rng.choice(TAILS)
    start = datetime(rng.choice([1925, 1970, 2018, 2024]), 3, 1, tzinfo=UTC)
    alike = [form.format(start + timedelta(minutes=rng.randint(0, 500_000))) + tail for _ in range(60)]
    texts = [text if rng.random() < 0.8 else written(rng) for text in alike]
    zone = ZONES[seed % len(ZONES)]
    one_by_one = [read([text], zone, [])[0] for text in texts]
    assert read(texts, zone, []) == one_by_one
    assert read(texts, zone, alike[:3]) == one_by_one
    assert read(texts, zone, ["2024-03-13T10:21:14Z"]) == one_by_one


def test_a_column_longer_than_a_batch_is_read_whole() -> None:
    start = datetime(2024, 3, 1, tzinfo=UTC)
    moments = [start + timedelta(seconds=n) for n in range(150_000)]
    texts: list[str | None] = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments]
    expected = [int(moment.timestamp()) * 1_000_000 for moment in moments]
    assert read(texts, "UTC", []) == read(texts, "UTC", ["2024-03-01T00:00:00Z"]) == expected
