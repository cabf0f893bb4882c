"""Files that list known changes: a row for each, in any format that logs have."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.reading.open import Log, data_errors, parts, written_log
from growthctl.events.slips.bad_times import settled
from growthctl.events.times.event_time import event_time
from growthctl.funnel.known_changes import COLUMNS, REQUIRED, KnownChange, known_change
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Columns, Source

_INSTANT = "#instant"
_MOST_PROBLEMS = 20
_HINT = "write 2026-03-05, or 2026-03-05T14:30: whether 03/05 is of March or of May is not guessed"


def known_changes_of(funnel: Funnel, folder: Path) -> tuple[KnownChange, ...]:
    """The changes that the files of a funnel list, by their time; of one instant as they are listed, equal ones once.

    Raises DataError `bad_changes` with the rows that cannot be read, by file and line: none is left out silently.
    """
    changes: list[KnownChange] = []
    problems: list[Problem] = []
    for name in funnel.changes:
        log, source = _opened(name, folder)
        source = settled(log, source, everywhere=True)
        for part in parts(log):
            of_part, bad = _read(part, source, funnel)
            changes += of_part
            problems += bad
    if len(problems) > _MOST_PROBLEMS:
        more = f"{len(problems) - _MOST_PROBLEMS} more cells or rows of changes cannot be read"
        problems[_MOST_PROBLEMS:] = [Problem("bad_changes", more)]
    if problems:
        raise DataError(*problems)
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.at))


def _opened(name: str, folder: Path) -> tuple[Log, Source]:
    """A file, and how it is read. Raises DataError where it lacks a column, or names one otherwise."""
    source = Source(path=(name,), columns=Columns(entity="what", event="what", time="at"))
    try:
        log, _ = written_log(None, source, folder, COLUMNS)
    except DataError as error:
        # There is no key for the encoding of such a file.
        codes = [problem.code for problem in error.problems]
        if codes != ["not_utf8"]:
            raise
        raise DataError(error.problems[0]._replace(hint="save it as UTF-8")) from None
    columns = list(log.schema)
    meant = {column: column.strip().casefold().removesuffix("s") for column in columns if column not in COLUMNS}
    problems = [
        Problem("bad_changes", f"{log.place}: the column '{column}' is not read", f"call it '{known}'")
        for column, known in meant.items()
        if known in COLUMNS and known not in columns
    ]
    for column in REQUIRED:
        if column not in columns and column not in meant.values():
            near = did_you_mean(column, meant)
            message = f"{log.place} has no column '{column}'{near}"
            problems.append(Problem("bad_changes", message, f"its columns: {', '.join(columns)}"))
    if problems:
        raise DataError(*problems)
    return log, source


def _read(part: Log, source: Source, funnel: Funnel) -> tuple[list[KnownChange], list[Problem]]:
    """The changes of a file, a row each that is not blank; and what is wrong with it, at its line."""
    known = [column for column in COLUMNS if column in part.schema]
    instant = event_time(pl.col("at"), part.schema["at"], source, funnel.timezone, part.examples("at"))
    with data_errors(part.place):
        frame = part.frame.select(ROW, UNREADABLE, pl.col(known).cast(pl.String), instant.alias(_INSTANT)).collect()
    stages = [stage.name for stage in funnel.stages]
    changes, bad = [], []
    for row in frame.sort(ROW).iter_rows(named=True):
        if not row[UNREADABLE] and not any(row[column] for column in known):
            continue
        change, problems = known_change(row[_INSTANT] or 0, row, stages)
        if row[UNREADABLE]:
            problems = [Problem("bad_changes", part.format.bad_row if part.format else "the row cannot be read")]
        elif row[_INSTANT] is None:
            text = f"'{row['at']}' is not a time in {funnel.timezone}" if row["at"] else "'at' is empty"
            problems = [Problem("bad_changes", text, _HINT), *problems]
        changes.append(change)
        bad += [(row[ROW], problem) for problem in problems]
    rows = sorted({row for row, _ in bad})
    lines = part.format.lines(part.files[0], rows) if part.format else None
    line_of = dict(zip(rows, lines or (), strict=False))
    return changes, [problem._replace(file=part.place, line=line_of.get(row)) for row, problem in bad]
