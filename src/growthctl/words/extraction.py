"""The comments above a statement that unloads a log: what it leaves out, what it cannot, and what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from growthctl.errors import Notice

_SENTENCES = {
    "some_events": "Only events that the funnel names: paths, explain and compare --drivers take --every-event.",
    "every_event": "Every event, as asked for.",
    "strict": "Every event, as any may lie between two stages of order: strict. A table has no order of tied times.",
    "wildcard": "Every event: the funnel has a stage or an exclusion of any event (*).",
    "sessions": "Every event: any of them makes a session longer.",
    "made_event": "Every event: columns.event is a template or nested, so that no column has the names to choose from.",
    "table": "Every row: each is an event, or several.",
    "explode": "Every row and column: the events are inside of one.",
    "filter": "Every row, as it matters which pass source.filter first and last: a view with that filter is smaller.",
    "made_entity": "Every row: whose it is lies inside of a column, or is made of some: none is known to be the last.",
    "text_times": "Every row: no time is compared, as they are text or made of several columns (see --times).",
    "no_limit": "Times without end: what has no window may come at any time.",
    "passed": "The whole past: with skipped: passed any earlier event of a stage counts.",
    "any_first": "The whole past: the first event ever may be of any age.",
    "first_ever": "Of a stage that is the first ever, the whole past.",
    "links": "Rows that link two ids, whatever and whenever they are.",
    "ends": "The first and the last rows of the log, which say when it begins and up to when it is complete.",
    "days": "Times are whole days, at least one more than needed, so that no timezone matters: growthctl cuts exactly.",
    "missing": "The preset names columns that a table may lack: take those out.",
    "alias": "In conditions {column} is what columns.{column} says: if the table has such a column, add it.",
    "nested": "Whole columns where the funnel reads something inside of them.",
    "sources": "Columns that only another source has must be taken out.",
    "bucket": "Names in capitals, such as BUCKET, stand for yours: see --to.",
}
_OF_DIALECTS = {
    "bigquery": ["A column of DATETIME is compared with DATETIME '...' instead of TIMESTAMP '...'."],
    "snowflake": [
        "Names in lower case are those of a table that was made without quotes, and come out in lower case.",
        "Parquet takes no TIMESTAMP_TZ and no TIMESTAMP_LTZ from Snowflake: select such a column as "
        "TO_VARCHAR(column, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6TZHTZM').",
    ],
    "redshift": ["Redshift writes names of columns in lower case: the funnel file has to say them so."],
    "clickhouse": [
        "INTO OUTFILE is for clickhouse-client and clickhouse-local. Elsewhere name a bucket: --to https://..."
    ],
    "trino": [
        "The Hive catalog must be allowed to write outside (hive.non-managed-table-writes-enabled).",
        "It takes no TIMESTAMP WITH TIME ZONE: select such a column as to_iso8601(column).",
        "DROP TABLE hive.default.growthctl_extract afterwards: the files stay.",
    ],
    "postgres": ["Run it with psql -X -q -f FILE.sql > {to}, where booleans come out as t and f."],
}
_FORMATS = "source.format is {format}: set it to auto, or leave it out, before you read the file."


def comments(funnel: str, dialect: str, to: str, notices: Sequence[Notice], next_step: str) -> Iterator[str]:
    """A line each; `to` is where the files go."""
    yield f"What the funnel {funnel} needs of its log, for {dialect}. Written by growthctl extract."
    for notice in notices:
        sentence = _FORMATS if notice.code == "format" else _SENTENCES[notice.code]
        yield sentence.format(**notice.numbers)
    yield from (sentence.replace("{to}", shlex.quote(to)) for sentence in _OF_DIALECTS.get(dialect, ()))
    if to.startswith("@"):
        yield f"Fetch the files of the stage: GET {to} file://extract/"
    yield f"Then: {next_step}"
