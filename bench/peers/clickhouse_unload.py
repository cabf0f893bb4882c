"""ClickHouse runs a file of SQL over a table `events`, whose rows are those of a Parquet file, in process (chdb)."""

import sys
from pathlib import Path

from chdb import session

log, statement = sys.argv[1:]
with session.Session() as clickhouse:
    clickhouse.query("CREATE DATABASE shop")
    clickhouse.query("USE shop")
    clickhouse.query(f"CREATE TABLE events ENGINE = Memory AS SELECT * FROM file('{log}', Parquet)")
    clickhouse.query(Path(statement).read_text(encoding="utf-8").rstrip().removesuffix(";"))
