from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from growthctl.errors import DataError
from growthctl.events.collect import CollectedLog, LogRequest, collect
from growthctl.events.reading.open import open_log
from growthctl.funnel.file import funnel_from_mapping

WANTED = LogRequest([], [], [], only=None, every_event=False, names=True, memory=1 << 30)
LINE = '{"user_id": "u1", "event": "ad", "timestamp": 1700000000}\n'


def collected(path: Path) -> CollectedLog:
    stages = [{"name": "seen", "event": "ad"}, {"name": "paid", "event": "pay"}]
    funnel = funnel_from_mapping({"name": "f", "window": "7d", "stages": stages})
    return collect(open_log(path, funnel.source, path.parent), funnel, WANTED, None)


def test_all_is_read_again_row_by_row_where_a_line_is_no_object(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(LINE + '{"user_id": "u2"\n' + LINE.replace("ad", "pay"))
    log = collected(tmp_path / "log.jsonl")
    assert (log.events.height, log.stages_seen) == (2, 0b11)
    assert (log.quality.rows_read, log.quality.rows_rejected["unreadable"]) == (3, 1)


@pytest.mark.parametrize(
    ("rows", "null_entity"),
    [
        ("\n\r\n,,,\n", 0),
        (",,,phone\n", 1),
        ('\n,,,phone\n\n,,,"two\n\nlines"\n,,,""\n', 3),
        (",,,phone\n,visit,,\n,,2026-03-01,\n", 3),
    ],
)
@pytest.mark.parametrize(
    "keys", [{}, {"columns": {"id": "device"}}, {"identity": {"anonymous": "device_id", "known": "user_id"}}]
)
def test_a_row_with_anything_in_it_is_counted_and_a_blank_line_is_not(
    tmp_path: Path, rows: str, null_entity: int, keys: dict[str, object]
) -> None:
    header = "user_id,event,timestamp,device,device_id\n"
    (tmp_path / "log.csv").write_text(header + "u1,ad,1700000000,,\n" + rows)
    stages = [{"name": "seen", "event": "ad"}, {"name": "paid", "event": "pay"}]
    funnel = funnel_from_mapping({"name": "f", "window": "7d", "stages": stages, "source": keys})
    quality = collect(open_log(tmp_path / "log.csv", funnel.source, tmp_path), funnel, WANTED, None).quality
    assert quality.rows_rejected["null_entity"] == null_entity
    assert quality.rows_read == 1 + null_entity


def test_a_blank_line_of_a_file_with_one_column_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("user_id\nu1\n\nu2\n")
    columns = {"entity": "user_id", "event": "user_id", "time": "user_id"}
    stages = [{"name": "seen", "event": "u1"}, {"name": "paid", "event": "u2"}]
    funnel = funnel_from_mapping({"name": "f", "window": "7d", "stages": stages, "source": {"columns": columns}})
    quality = collect(open_log(tmp_path / "log.csv", funnel.source, tmp_path), funnel, WANTED, None).quality
    assert (quality.rows_read, quality.rows_rejected["bad_time"]) == (2, 2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.jsonl.gz", gzip.compress(LINE.encode() * 9)[:-9]),
        ("log.csv.gz", gzip.compress(b"user_id,event,timestamp\nu1,ad,1700000000\n")[:-9]),
    ],
)
def test_a_file_that_is_cut_short_is_an_error_that_names_it(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name} is cut short or damaged"):
        collected(tmp_path / name)
