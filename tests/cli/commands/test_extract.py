"""`growthctl extract`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]


def test_what_it_prints_can_be_run_and_the_command_that_it_names_reads_the_file(growthctl: Run, project: Path) -> None:
    ran = growthctl("extract", "shop.yml", "--dialect", "duckdb")
    assert (ran.code, ran.err) == (Exit.OK, "")
    with duckdb.connect() as database:
        database.execute("CREATE TABLE log AS SELECT * FROM read_csv('log.csv')")
        database.execute(ran.out)
    assert "-- Then: growthctl analyze shop.yml --data extract.parquet\n" in ran.out
    whole, part = (growthctl("analyze", "shop.yml", "-q", *data).out for data in ((), ("--data", "extract.parquet")))
    assert part.split("MORE")[0] == whole.split("MORE")[0]


def test_the_next_command_asks_what_was_asked(growthctl: Run, project: Path) -> None:
    asked = ("--since", "2026-03-01", "--as-of", "2026-03-02", "--by", "device")
    ran = growthctl("extract", "shop.yml", "--dialect", "snowflake", "--table", "raw.events", *asked, "-o", "x.sql")
    assert (ran.code, ran.out) == (Exit.OK, "")
    text = Path("x.sql").read_text(encoding="utf-8")
    assert f"--data 'extract/*.parquet' {' '.join(asked)}\n" in text
    assert 'FROM "RAW"."EVENTS"' in text


def test_a_dialect_that_there_is_not_is_refused_in_one_line(growthctl: Run) -> None:
    ran = growthctl("extract", "shop.yml", "--dialect", "oracle")
    assert (ran.code, ran.out, ran.err.count("\n")) == (Exit.USAGE, "", 1)
    assert "bigquery" in ran.err
