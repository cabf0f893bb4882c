"""Lists of entities."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import polars as pl
import pytest

from growthctl.render.entity_list import render_csv, render_ndjson, render_parquet

FRAME = pl.DataFrame(
    {"entity": ["a", "b"], "visit": [datetime(2026, 3, 1, 9, 0, 0, 250_000, UTC), None]},
    schema_overrides={"visit": pl.Datetime("us", "UTC")},
)


def test_times_are_utc_and_what_is_unknown_is_empty_or_null() -> None:
    assert render_csv(FRAME) == "entity,visit\na,2026-03-01T09:00:00.250Z\nb,\n"
    assert render_ndjson(FRAME) == ('{"entity":"a","visit":"2026-03-01T09:00:00.250Z"}\n{"entity":"b","visit":null}\n')


def test_parquet_keeps_the_types() -> None:
    content = render_parquet(FRAME)
    assert isinstance(content, bytes)
    assert pl.read_parquet(BytesIO(content)).equals(FRAME)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_csv_texts_that_a_spreadsheet_would_run_are_quoted_with_an_apostrophe(name: str) -> None:
    frame = pl.DataFrame({"entity": [name]})
    shown = render_csv(frame)
    assert isinstance(shown, str)
    assert pl.read_csv(shown.encode())["entity"].to_list() == [f"'{name}"]
    kept = render_ndjson(frame)
    assert isinstance(kept, str)
    assert pl.read_ndjson(kept.encode())["entity"].to_list() == [name]


def test_numbers_stay_numbers() -> None:
    assert render_csv(pl.DataFrame({"entity": [-1, 2]})) == "entity\n-1\n2\n"


def test_a_list_of_nobody_has_its_header() -> None:
    assert render_csv(FRAME.clear()) == "entity,visit\n"
    assert render_ndjson(FRAME.clear()) == ""


def test_times_of_another_zone_have_its_offset() -> None:
    berlin = FRAME.with_columns(pl.col("visit").dt.convert_time_zone("Europe/Berlin"))
    assert render_csv(berlin) == "entity,visit\na,2026-03-01T10:00:00.250+01:00\nb,\n"


def test_an_entity_that_is_a_time_without_a_zone_is_shown_without_one() -> None:
    frame = pl.DataFrame({"entity": [datetime(2026, 3, 1, 9)]})
    assert render_csv(frame) == "entity\n2026-03-01T09:00:00\n"
