"""Lists of entities as CSV, NDJSON or Parquet."""

from __future__ import annotations

from io import BytesIO

import polars as pl

_ISO = "%Y-%m-%dT%H:%M:%S%.fZ"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_rows(frame: pl.DataFrame, format: str) -> str | bytes:
    """The rows; times in UTC, ISO 8601. In CSV, texts that a spreadsheet would run as a formula start with '."""
    if format == "parquet":
        file = BytesIO()
        frame.write_parquet(file)
        return file.getvalue()
    texts = frame.with_columns(pl.col(pl.Datetime).dt.strftime(_ISO))
    if format == "ndjson":
        return texts.write_ndjson()
    harmless = [
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(sign) for sign in _FORMULA))
        .then("'" + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name, dtype in texts.schema.items()
        if dtype == pl.String
    ]
    return texts.with_columns(harmless).write_csv()
