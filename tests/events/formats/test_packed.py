"""How large packed logs are unpacked, and so how many rows they have."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import polars as pl
import pytest

from growthctl.events.formats.contents import line_count
from growthctl.events.formats.packed import unpacked_size

ROWS = 400_000


def log(rows: int = ROWS) -> pl.DataFrame:
    """Of which little is left when it is packed: the same words again and again."""
    number = pl.int_range(rows, eager=True)
    page = "https://shop.example.com/a/long/path/that/is/the/same/in/every/row?utm_source=search&utm_medium=cpc"
    return pl.DataFrame({"user_id": number // 500, "event": "visit", "timestamp": number // 300, "page": page})


def noise(size: int) -> bytes:
    """Which cannot be packed."""
    return random.Random(1).randbytes(size // 2).hex().encode()


def in_pieces(content: bytes, size: int) -> bytes:
    return b"".join(gzip.compress(content[at : at + size], 6) for at in range(0, len(content), size))


@pytest.mark.parametrize("name", ["log.csv.gz", "pieces.csv.gz", "small-pieces", "log.csv.zst", "two.csv.zst"])
def test_the_rows_of_a_log_that_packs_fifty_to_one_are_known_within_a_factor_of_two(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = log().write_csv().encode()
    if name == "log.csv.gz":
        path.write_bytes(gzip.compress(text))
    elif name == "pieces.csv.gz":
        path.write_bytes(in_pieces(text, 20 << 20))
    elif name == "small-pieces":
        path.write_bytes(in_pieces(text, 100_000))
    else:
        halves = (log(), log().clear()) if name == "log.csv.zst" else (log(ROWS // 2), log(ROWS // 2))
        for half in halves:
            half.lazy().sink_csv(tmp_path / "half", compression="zstd", check_extension=False)
            with path.open("ab") as both:
                both.write((tmp_path / "half").read_bytes())
    assert len(text) > 50 * path.stat().st_size
    assert ROWS / 2 < (line_count(str(path)) or 0) < ROWS * 2


def test_a_file_whose_head_packs_worse_than_the_rest_is_as_large_as_it_says(tmp_path: Path) -> None:
    content = noise(3 << 20) + b"visit\n" * (10 << 20)
    (tmp_path / "log.gz").write_bytes(gzip.compress(content))
    assert unpacked_size(str(tmp_path / "log.gz")) == len(content)


def test_a_file_whose_head_packs_better_than_the_rest_is_never_taken_for_a_smaller_one(tmp_path: Path) -> None:
    content = b"visit\n" * (1 << 20) + noise(6 << 20)
    (tmp_path / "log.gz").write_bytes(gzip.compress(content))
    assert unpacked_size(str(tmp_path / "log.gz")) >= len(content)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", gzip.compress(b"a,b\n1,2\n"), gzip.compress(b"")])
def test_small_files_are_known_exactly(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log").write_bytes(content)
    text = gzip.decompress(content) if content.startswith(b"\x1f") else content
    assert unpacked_size(str(tmp_path / "log")) == len(text)


@pytest.mark.parametrize("kept", [5, 9, 17, 300_000])
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_file_that_is_cut_short_has_a_size_too(tmp_path: Path, kept: int, ending: str) -> None:
    log(1000).lazy().sink_csv(tmp_path / "log", compression="gzip" if ending == "gz" else "zstd", check_extension=False)
    (tmp_path / "log").write_bytes((tmp_path / "log").read_bytes()[:kept])
    assert unpacked_size(str(tmp_path / "log")) >= 0
