"""Lists of entities as CSV, NDJSON or Parquet; times in UTC, ISO 8601."""

from __future__ import annotations

from io import BytesIO

import polars as pl

_ISO = "%Y-%m-%dT%H:%M:%S%.fZ"
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
    return frame.with_columns(pl.col(pl.Datetime).dt.strftime(_ISO))
