"""Text that is not UTF-8 is read as what it is said to be, and UTF-16 by its mark."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from growthctl import DataError, SpecError, analyze, inspect
from growthctl.cli.main import main
from growthctl.errors import Exit

TEXT = "Kunde;event;timestamp\nMüller;Käufe;2026-01-13\nWeiß;Käufe;2026-01-14\n"
SOURCE = {"columns": {"entity": "Kunde"}}
STAGES = [{"name": "buy", "event": "Käufe"}]


def reached(path: Path, **source: str) -> int:
    return analyze({"source": {**SOURCE, "path": str(path), **source}, "stages": STAGES}).stages[0].reached


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16-le", "utf-16", "utf-8-sig"])
def test_a_declared_encoding_is_read_packed_or_not(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "log.csv").write_bytes(TEXT.encode(encoding))
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress(TEXT.encode(encoding)))
    assert reached(tmp_path / "log.csv", encoding=encoding) == 2
    assert reached(tmp_path / "log.csv.gz", encoding=encoding) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_what_says_itself_how_it_is_encoded_needs_no_key(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "log.csv").write_bytes(TEXT.encode(encoding))
    assert reached(tmp_path / "log.csv") == 2


def test_other_text_is_refused_with_the_key_to_set(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(TEXT.encode("cp1252"))
    with pytest.raises(DataError, match="is not UTF-8") as caught:
        reached(tmp_path / "log.csv")
    assert str(caught.value.problems[0].hint).startswith("set source.encoding: cp1252")
    (tmp_path / "log.csv").write_bytes(TEXT.encode() + b"\x81")
    with pytest.raises(DataError, match="is not in cp1252"):
        reached(tmp_path / "log.csv", encoding="cp1252")


@pytest.mark.parametrize("encoding", ["cp99", "zip", "base64"])
def test_what_is_no_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(SpecError, match=r"source\.encoding: "):
        reached(tmp_path / "log.csv", encoding=encoding)


def test_a_draft_says_which_encoding_it_supposes(tmp_path: Path) -> None:
    rows = "".join(f"Müller{k % 9};{'Besuch' if k % 2 else 'Käufe'};2026-01-{k % 27 + 1:02}\n" for k in range(60))
    (tmp_path / "log.csv").write_bytes(("Kunde;event;timestamp\n" + rows).encode("cp1252"))
    assert inspect(str(tmp_path / "log.csv")).source["encoding"] == "cp1252"
    assert main(["init", str(tmp_path / "log.csv"), "-o", str(tmp_path / "f.yml")]) == Exit.OK
    assert "The log is not UTF-8" in (tmp_path / "f.yml").read_text()
    assert analyze(str(tmp_path / "f.yml")).stages[0].reached == 9
