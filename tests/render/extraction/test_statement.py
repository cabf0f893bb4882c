"""The statement of each dialect, read by a parser that is not ours: nothing breaks out, nothing is lost."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import expressions as sql

from growthctl.clock import DAY, TimeRange
from growthctl.errors import UsageError
from growthctl.render.extraction.dialects import DIALECTS
from growthctl.render.extraction.statement import Extraction, RowFilter, statement

ROWS = RowFilter(("event",), "at", "timestamp", ("user",), ("a", "b"), TimeRange(DAY, 9 * DAY))
HOSTILE = (
    "it's",
    "''; DROP TABLE t; --",
    "\\'; DROP TABLE t; --",
    "\\",
    "a\nb\r",
    '"',
    "`",
    "/* */",
    "$$",
    "日本 ü",
    "",
)
NAMES = ("user id", 'a"b', "a`b", "Order", "x'y", "ü", "--", "select")


def extraction(dialect: str, rows: RowFilter = ROWS, columns: tuple[str, ...] | None = ("user", "at")) -> Extraction:
    return Extraction(dialect, ("shop", "events"), columns, rows, DIALECTS[dialect].to)


def select_of(dialect: str, text: str) -> sql.Select:
    """The query in a statement, parsed by the rules of the dialect."""
    if dialect == "redshift":
        nested = re.search(r"UNLOAD \('(.*)'\)\nTO ", text, re.DOTALL)
        assert nested is not None
        query = nested[1].replace("''", "'")
    else:
        query = text[text.index("SELECT") :]
        for end in ("\n) TO", "\n)\nFILE_FORMAT", "\nINTO OUTFILE", ";\n"):
            query = query.split(end)[0] if query.rpartition(end)[1] else query
    (parsed,) = sqlglot.parse(query, dialect=dialect)
    assert isinstance(parsed, sql.Select)
    return parsed


def texts(select: sql.Select) -> list[str]:
    """The texts that the column of events is compared with."""
    (wanted,) = select.find_all(sql.In)
    return [_joined(each) for each in wanted.expressions]


def _joined(text: sql.Expr) -> str:
    if isinstance(text, sql.DPipe):
        return _joined(text.left) + _joined(text.right)
    return chr(int(text.expressions[0].this)) if isinstance(text, sql.Chr) else str(text.this)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_name_of_an_event_stays_a_text(dialect: str) -> None:
    text = statement(extraction(dialect, ROWS._replace(events=HOSTILE)), [])
    assert texts(select_of(dialect, text)) == list(HOSTILE)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_name_of_a_column_stays_a_name_and_is_what_the_funnel_calls_it(dialect: str) -> None:
    select = select_of(dialect, statement(extraction(dialect, columns=NAMES), []))
    assert [each.alias_or_name for each in select.selects] == list(NAMES)
    assert all(isinstance(each.unalias(), sql.Column) for each in select.selects)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_comment_stays_in_its_line(dialect: str) -> None:
    text = statement(extraction(dialect), ["a\nDROP TABLE t;", "b\r\u2028c"])
    assert text.startswith("-- a�DROP TABLE t;\n-- b��c\n")


def test_what_no_statement_can_hold_is_refused() -> None:
    for dialect, name in (("duckdb", "a\0b"), ("redshift", "a\\b")):
        with pytest.raises(UsageError) as refused:
            statement(extraction(dialect, columns=(name,)), [])
        assert refused.value.problems[0].code == "unwritable_name"


def test_a_table_in_bigquery_is_one_name_and_elsewhere_several() -> None:
    assert "FROM `shop.events`\n" in statement(extraction("bigquery"), [])
    assert 'FROM "shop"."events"\n' in statement(extraction("duckdb"), [])
    assert 'FROM "SHOP"."EVENTS"\n' in statement(extraction("snowflake"), [])


def test_snowflake_folds_plain_names_and_no_others() -> None:
    text = statement(extraction("snowflake", columns=("user_id", "userId", "user id")), [])
    assert '"USER_ID" AS "user_id",\n  "userId",\n  "user id"\n' in text


def test_numbers_are_compared_with_numbers() -> None:
    text = statement(extraction("duckdb", ROWS._replace(unit="milliseconds")), [])
    assert '"at" >= 86400000 AND "at" < 777600000' in text


def test_clickhouse_writes_to_a_bucket_with_a_function() -> None:
    bucket = extraction("clickhouse")._replace(to="https://bucket.example/extract.parquet")
    assert statement(bucket, []).startswith(
        "INSERT INTO FUNCTION s3('https://bucket.example/extract.parquet', 'Parquet')\nSELECT"
    )


def test_a_log_of_which_everything_is_needed_has_no_condition() -> None:
    rows = RowFilter(("event",), "at", "timestamp", ("user",))
    assert "WHERE" not in statement(extraction("duckdb", rows), [])
    bounded = statement(extraction("duckdb", rows._replace(as_of=10 * DAY)), [])
    assert "WHERE \"at\" < TIMESTAMP '1970-01-13 00:00:00'\n" in bounded


@pytest.mark.parametrize(
    ("dialect", "to", "reads"),
    [
        ("bigquery", "gs://b/x/*.parquet", "gs://b/x/*.parquet"),
        ("snowflake", "@stage/x/", "extract/*.parquet"),
        ("snowflake", "s3://b/x/", "s3://b/x/*.parquet"),
        ("databricks", "/Volumes/a/b/", "/Volumes/a/b/*.parquet"),
        ("redshift", "s3://b/x_", "s3://b/x_*.parquet"),
        ("trino", "s3://b/x/", "s3://b/x/*"),
        ("duckdb", "x.parquet", "x.parquet"),
    ],
)
def test_what_is_written_is_read_by_its_own_name(dialect: str, to: str, reads: str) -> None:
    assert extraction(dialect)._replace(to=to).reads == reads
