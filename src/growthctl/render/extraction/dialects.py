"""How each warehouse writes names, texts, times and the unloading of a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_DOUBLED = {'"': '""'}
# Ends of lines may change on the way of a file, so none stands in a text.
_PLAIN = {"'": "''", "\n": "' || CHR(10) || '", "\r": "' || CHR(13) || '"}
_BACKSLASHES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}
_BACKTICKS = {"\\": "\\\\", "`": "\\`", "\n": "\\n", "\r": "\\r"}


class Dialect(NamedTuple):
    """One of them; templates name what is put in."""

    unload: str
    """Of {query} to {to}; {nested} is the query as a text."""
    to: str
    """Where to, unless somebody says it."""
    reads: str
    """What `--data` then calls it; {folder} is {to} without a slash at its end."""
    unload_to_bucket: str | None = None
    """Instead of `unload`, where {to} is a URL."""
    mark: str = '"'
    """What stands before and after a name."""
    in_names: Mapping[str, str] = _DOUBLED
    """How characters are written in a name that would end it, or become others."""
    in_texts: Mapping[str, str] = _PLAIN
    """The same in a text between single quotes."""
    time: str = "TIMESTAMP '{}'"
    text_of: str = "CAST({} AS VARCHAR)"
    """A value of any type as text; null stays null."""
    time_of: str = "{}"
    """A time as it is, and an error for a number."""
    refused: str = "\0"
    """Characters that no part of the statement can hold."""
    format: str = "parquet"
    whole_path: bool = False
    """Is `project.set.table` one name, rather than several?"""
    folds: bool = False
    """Are names without quotes in upper case, once a table is made of them?"""


DIALECTS = {
    "bigquery": Dialect(
        unload="EXPORT DATA OPTIONS (uri = {to}, format = 'PARQUET') AS\n{query}",
        to="gs://BUCKET/extract/*.parquet",
        reads="{to}",
        mark="`",
        in_names=_BACKTICKS,
        in_texts=_BACKSLASHES,
        text_of="CAST({} AS STRING)",
        whole_path=True,
    ),
    "snowflake": Dialect(
        unload="COPY INTO {to} FROM (\n{query}\n)\nFILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE",
        to="@~/extract/",
        reads="{to}*.parquet",
        in_texts=_BACKSLASHES,
        folds=True,
    ),
    "databricks": Dialect(
        unload="INSERT OVERWRITE DIRECTORY {to} USING PARQUET\n{query}",
        to="/Volumes/CATALOG/SCHEMA/VOLUME/extract",
        reads="{folder}/*.parquet",
        mark="`",
        in_names={"`": "``"},
        in_texts=_BACKSLASHES,
        text_of="CAST({} AS STRING)",
    ),
    "redshift": Dialect(
        unload="UNLOAD ({nested})\nTO {to} IAM_ROLE default FORMAT AS PARQUET",
        to="s3://BUCKET/extract/",
        reads="{to}*.parquet",
        # Whether a backslash is one depends on settings, and on how deep it is nested.
        in_texts={**_PLAIN, "\\": "' || CHR(92) || '"},
        refused="\0\\",
    ),
    "clickhouse": Dialect(
        unload="{query}\nINTO OUTFILE {to} FORMAT Parquet",
        unload_to_bucket="INSERT INTO FUNCTION s3({to}, 'Parquet')\n{query}",
        to="extract.parquet",
        reads="{to}",
        mark="`",
        in_names=_BACKTICKS,
        in_texts=_BACKSLASHES,
        time="toDateTime64('{}', 6, 'UTC')",
        text_of="toString({})",
        time_of="toTimeZone({}, 'UTC')",
    ),
    "trino": Dialect(
        unload="CREATE TABLE hive.default.growthctl_extract WITH (\n"
        "  format = 'PARQUET', external_location = {to}\n) AS\n{query}",
        to="s3://BUCKET/extract/",
        reads="{folder}/*",
    ),
    "postgres": Dialect(
        unload="COPY (\n{query}\n) TO STDOUT (FORMAT csv, HEADER)",
        to="extract.csv",
        reads="{to}",
        format="csv",
    ),
    "duckdb": Dialect(
        unload="COPY (\n{query}\n) TO {to} (FORMAT parquet)",
        to="extract.parquet",
        reads="{to}",
    ),
}
