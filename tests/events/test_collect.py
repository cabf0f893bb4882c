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
