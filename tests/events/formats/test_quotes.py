"""A quote that does not close costs its line, and nothing of what follows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from pathlib import Path

import pytest

from growthctl import analyze
from growthctl.events.column_names import UNREADABLE
from growthctl.events.formats.quotes import mended, odd_lines
from growthctl.events.reading.open import open_log
from growthctl.funnel.sections.source import Source

HEADER = "user,event,note\n"
ROWS = [f"u{number},visit,x\n" for number in range(20_000)]
STAND_IN = b",,,#\n"


def counted(path: Path) -> tuple[int, int]:
    """The rows of a log that can be read, and those that cannot."""
    rows = open_log(None, Source(path=(path.name,)), path.parent).frame.collect()
    broken = int(rows[UNREADABLE].sum())
    return rows.filter(~rows[UNREADABLE])["user"].n_unique(), broken


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ('uX,visit,"5 inch\n', ""),
        ('uX,visit,"5 inch\n', "\n"),
        ('uX,visit,5" pipe\n', "\n"),
        ('5" pipe,visit,x\n', "\n"),
        ('uX,visit,"5" pipe"\n', "\n"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path, line: str, end: str, packed: bool) -> None:
    text = "".join([HEADER, *ROWS[:10_000], line, *ROWS[10_000:]]).rstrip("\n") + end
    path = tmp_path / ("log.csv.gz" if packed else "log.csv")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert odd_lines(str(path)) == [10_001]
    assert counted(path) == (20_000, 1)


def test_two_such_quotes_far_apart_swallow_nothing(tmp_path: Path) -> None:
    inch = 'uX,visit,"5 inch\n'
    (tmp_path / "log.csv").write_text("".join([HEADER, *ROWS[:5_000], inch, *ROWS[5_000:15_000], inch, *ROWS[15_000:]]))
    assert counted(tmp_path / "log.csv") == (20_000, 2)


def test_a_quote_that_opens_and_a_far_one_that_closes_swallow_no_rows_between(tmp_path: Path) -> None:
    opens, closes = 'uX,visit,"5 inch\n', 'uY,visit,6 inch"\n'
    rows = [HEADER, *ROWS[:5], opens, *ROWS[5:9_000], "uZ,visit,x,y\n", *ROWS[9_000:15_000], closes, *ROWS[15_000:]]
    (tmp_path / "log.csv").write_text("".join(rows))
    assert counted(tmp_path / "log.csv") == (20_000, 3)


def test_a_field_over_several_lines_is_a_field(tmp_path: Path) -> None:
    record = 'uX,visit,"two\nlines, and a ""quote""\n\nwith a blank one"\n'
    (tmp_path / "log.csv").write_text("".join([HEADER, *ROWS[:5_000], record, *ROWS[5_000:], record.replace("X", "Y")]))
    assert counted(tmp_path / "log.csv") == (20_002, 0)


def test_a_log_without_damage_is_read_where_it_is(tmp_path: Path) -> None:
    for text in (HEADER + ROWS[0], HEADER + 'u1,visit,"a ""b"""\n', HEADER + 'u1,visit,"a\nb"\n'):
        (tmp_path / "log.csv").write_text(text)
        (file,) = open_log(None, Source(path=("log.csv",)), tmp_path).files
        assert file.path == str(tmp_path / "log.csv")


def test_text_in_another_encoding_is_looked_through_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b'user,event,note\nu1,visit,"K\xfcche\nu2,visit,x\n')
    assert odd_lines(str(tmp_path / "log.csv")) == [1]


def test_random_records_keep_every_line_and_lose_only_what_cannot_be_a_record() -> None:
    rng = random.Random(20_261_129)
    for _ in range(400):
        records, damaged = [], 0
        for number in range(rng.randrange(1, 12)):
            note = rng.choice(["plain", 'a "quoted" word', "two\nlines", "comma, inside", '5" pipe', "open"])
            if note == "open":
                records.append(f'u{number},visit,"5 inch\n')
                damaged += 1
            else:
                text = io.StringIO()
                csv.writer(text, lineterminator="\n").writerow([f"u{number}", "visit", note])
                records.append(text.getvalue())
        content = "".join(records).encode()
        lines = content.splitlines(keepends=True)
        odd = {number for number, line in enumerate(lines) if line.count(b'"') % 2}
        result = list(mended(lines, odd, ",", 3))
        assert len(result) == len(lines)
        assert sum(stands_in for _, stands_in in result) == damaged
        assert all(line == STAND_IN for line, stands_in in result if stands_in)
        sound = b"".join(line for line, stands_in in result if not stands_in).decode()
        whole = "".join(record for record in records if '"5 inch' not in record)
        assert list(csv.reader(io.StringIO(sound))) == list(csv.reader(io.StringIO(whole)))


def test_text_behind_a_closing_quote_costs_its_record_wherever_its_column_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("event,user,timestamp,note\nvisit,w,2026-03-01,x\n")
    rows = [f'u{number},visit,2026-03-01,"a ""b"""\n' for number in range(200)]
    broken = 'uX,visit,2026-03-01,"5" inch\n'
    (tmp_path / "a.csv").write_text(
        "".join(["user,event,timestamp,note\n", *rows[:5], broken, *rows[5:], "u,visit,no,\n"])
    )
    source = {"path": ["a.csv", "b.csv"], "columns": {"entity": "user"}}
    stages = [{"name": "visit", "event": "visit", "where": "note != 'y'"}, {"name": "pay", "event": "pay"}]
    path = tmp_path / "shop.yml"
    path.write_text(json.dumps({"source": source, "stages": stages}))
    answer = analyze(path)
    assert (answer.data.rows_read, answer.stages[0].reached) == (203, 201)
    assert (answer.data.rows_rejected.unreadable, answer.data.rows_rejected.bad_time) == (1, 1)
    bad = next(warning for warning in answer.warnings if warning.code == "bad_rows")
    assert bad.hint is not None
    assert "a.csv:7 (" in bad.hint
    assert "a.csv:203 'no'" in bad.hint
