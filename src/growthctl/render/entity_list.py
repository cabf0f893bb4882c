"""Lists of entities as CSV, NDJSON or Parquet; times in ISO 8601, UTC as Z."""

from __future__ import annotations

from io import BytesIO

import polars as pl

_ISO, _UTC, _OFFSET = "%Y-%m-%dT%H:%M:%S%.f", "Z", "%:z"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(frame: pl.DataFrame) -> str:
    """The rows; texts that a spreadsheet would run as a formula start with '."""
    texts = _with_texts(frame)
    harmless = [
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(sign) for sign in _FORMULA))
        .then("'" + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name, dtype in texts.schema.items()
        if dtype == pl.String
    ]
    return texts.with_columns(harmless).write_csv()


def render_ndjson(frame: pl.DataFrame) -> str:
    """A row a line."""
    return _with_texts(frame).write_ndjson()


def render_parquet(frame: pl.DataFrame) -> bytes:
    """The rows with their types."""
    file = BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def _with_texts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col(name).dt.strftime(_ISO + (_UTC if dtype.time_zone == "UTC" else _OFFSET if dtype.time_zone else ""))
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime)
    )
