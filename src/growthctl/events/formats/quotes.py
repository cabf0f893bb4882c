"""Lines of CSV whose quotes do not close: one such line must cost itself, and nothing of what follows."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import closing
from mmap import ACCESS_READ, mmap
from pathlib import Path

import polars as pl

from growthctl.events.formats.contents import is_packed, opened

_LONGEST = 1 << 20
"""Bytes that a record over several lines may have."""


def odd_lines(path: str) -> list[int]:
    """The lines (from 0) of a local file, packed or not, that have an odd number of quotes, in their order.

    They begin or end a field over several lines, or they are damaged. Raises what reading the file raises.
    """
    if not _may_have_quotes(path):
        return []
    quotes = pl.col("line").str.count_matches('"', literal=True)
    try:
        odd = pl.scan_lines(path, row_index_name="number", glob=False).filter(quotes % 2 == 1).select("number")
        return sorted(odd.collect(engine="streaming").get_column("number").to_list())
    except pl.exceptions.ComputeError:
        # Text in another encoding, which may be in columns that nobody reads.
        with closing(opened(path)) as lines:
            return [number for number, line in enumerate(lines) if line.count(b'"') % 2]


def broken_records(path: str, delimiter: str) -> list[range]:
    """The lines (from 0) of each record with text behind the closing quote of a field (`"5" inch`), for which polars
    refuses the log.
    """
    mark = re.escape(delimiter)
    suspect = pl.col("line").str.contains(rf'[^{mark}"]"[^{mark}"\r]')
    if pl.scan_lines(path, glob=False).filter(suspect).head(1).collect(engine="streaming").is_empty():
        return []
    broken: list[range] = []
    begins = 0
    with closing(opened(path)) as lines:
        reader = csv.reader((line.decode(errors="replace") for line in lines), delimiter=delimiter, strict=True)
        while True:
            try:
                next(reader)
            except StopIteration:
                return broken
            except csv.Error as error:
                if "expected after" in str(error):
                    broken.append(range(begins, reader.line_num))
            begins = reader.line_num


def without(lines: Iterable[bytes], records: Iterable[range], delimiter: str, width: int) -> Iterator[bytes]:
    """The lines of a file, with a line that stands for each of some records."""
    stand_in = _stand_in(delimiter, width)
    ends = {record.start: record.stop for record in records}
    end = 0
    for number, line in enumerate(lines):
        if number in ends:
            end = ends[number]
            yield stand_in
        elif number >= end:
            yield line


def _stand_in(delimiter: str, width: int) -> bytes:
    return f"{delimiter * width}#\n".encode()


def _may_have_quotes(path: str) -> bool:
    """False only where that is known without unpacking anything."""
    if is_packed(path) or not Path(path).stat().st_size:
        return True
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(b'"') >= 0


def mended(lines: Iterable[bytes], odd: Container[int], delimiter: str, width: int) -> Iterator[tuple[bytes, bool]]:
    """The lines of a file, and whether each stands for a damaged one: that has one field more than the `width` of the
    header.

    `odd`: see `odd_lines`. A record over several lines stays if its quotes open and close fields, and if it does not
    look like several records.
    """
    stand_in = _stand_in(delimiter, width)
    record = _record(delimiter, width)
    numbered, pushed_back = iter(enumerate(lines)), deque[tuple[int, bytes]]()

    def following() -> tuple[int, bytes] | None:
        return pushed_back.popleft() if pushed_back else next(numbered, None)

    while item := following():
        number, line = item
        if number not in odd:
            yield line, False
            continue
        ahead: list[tuple[int, bytes]] = []
        size = len(line)
        while size < _LONGEST and (item := following()):
            ahead.append(item)
            size += len(item[1])
            if item[0] in odd:
                break
        texts = [line, *(text for _, text in ahead)]
        is_record = ahead and ahead[-1][0] in odd and record.fullmatch(b"".join(texts))
        if is_record and not _are_rows(texts, delimiter.encode(), width):
            yield from ((text, False) for text in texts)
        else:
            yield stand_in, True
            pushed_back.extendleft(reversed(ahead))


def _are_rows(lines: Sequence[bytes], delimiter: bytes, width: int) -> bool:
    """Whether one inch mark opens and a far one closes: most lines have as many fields as rows, and prose has not."""
    fitting = sum(line.count(delimiter) == width - 1 for line in lines)
    return len(lines) > 2 and width > 2 and fitting >= 0.9 * len(lines)


def _record(delimiter: str, width: int) -> re.Pattern[bytes]:
    """At most so many fields; a quoted one has its quotes at both ends, and those inside twice."""
    mark = re.escape(delimiter).encode()
    field = rb'(?:"(?:[^"]|"")*"|[^"%b\n][^%b\n]*|)' % (mark, mark)
    return re.compile(rb"(?:\xef\xbb\xbf)?%b(?:%b%b){0,%d}\r?\n?" % (field, mark, field, max(0, width - 1)))
