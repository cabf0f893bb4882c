"""`./dev run python -m bench.unload`: what ClickHouse unloads as `extract` says answers what the whole log answers.

Needs the environment of `./dev bench`. DuckDB does the same in the tests, on more funnels and logs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.answers import differences, of_report
from bench.measure import ROOT, run
from growthctl.questions.analyze import analyze
from growthctl.questions.extract import extract
from growthctl.report.analysis import Report

FUNNEL = ROOT / "funnels/saas_signup.yml"
ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"since": "2026-02-01", "until": "2026-03-01"},
    {"as_of": "2026-03-20"},
    {"since": "2026-02-01", "as_of": "2026-03-20"},
)


def main(peer: str) -> None:
    """Unload the sample log for each of ASKED with a Python that has chdb. Raises SystemExit where answers differ."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.parquet"
        times = pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)
        sample = pl.scan_parquet(ROOT / "sample_data/events.parquet").with_columns(times.dt.replace_time_zone("UTC"))
        sample.sink_parquet(log)
        for number, asked in enumerate(ASKED):
            part, sql = (Path(folder) / f"{number}.{ending}" for ending in ("parquet", "sql"))
            sql.write_text(extract(FUNNEL, "clickhouse", to=str(part), **asked), encoding="utf-8")
            run([peer, str(ROOT / "bench/peers/clickhouse_unload.py"), str(log), str(sql)])
            ours, theirs = (of_report(_json(path, asked)) for path in (part, log))
            if wrong := differences(ours, theirs):
                raise SystemExit(f"{asked}: {'; '.join(wrong)}")
            rows = pl.scan_parquet(part).select(pl.len()).collect().item()
            sys.stdout.write(f"{asked}: the same {ours['reached']}, of {rows:,} rows\n")


def _json(log: Path, asked: dict[str, Any]) -> str:
    return Report(analyses=[analyze(FUNNEL, log, **asked)]).model_dump_json(by_alias=True)


if __name__ == "__main__":
    main(*sys.argv[1:] or [str(ROOT / "bench/.venv/bin/python")])
