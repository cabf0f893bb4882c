"""A source that has counts per day instead of events, such as ad clicks: how many there were on each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple

import polars as pl

from growthctl.clock import DAY
from growthctl.errors import DataError, Notice, Problem
from growthctl.events.column_names import REJECTED, ROW, TIME
from growthctl.events.columns import ColumnRequest, check_columns
from growthctl.events.formats.contents import is_remote, text_head
from growthctl.events.quality import Quality, check_quality, places_of, quality_sums
from growthctl.events.reading.open import Log, data_errors, open_log, parts, row_by_row
from growthctl.events.rows import canonical_rows
from growthctl.events.shape.grouped_numbers import GROUPED, DecimalSign, plain_number, signs_said
from growthctl.events.slips.bad_times import settled
from growthctl.funnel.conditions.parse import columns as columns_of
from growthctl.funnel.sections.column_lists import Constant
from growthctl.funnel.sections.model import CountedStage, Funnel
from growthctl.funnel.sections.source import Columns, Source

_COUNT, _DAY = "#count", "#day"
_SHOWN = 3
_IS_DATED = pl.col(TIME).is_not_null() & pl.col(REJECTED).ne_missing("unreadable")


class CountedDays(NamedTuple):
    """How many there were, day by day and value by value."""

    counts: Mapping[tuple[int, tuple[object, ...]], int]
    """By the local day, in days since 1970, and the values of the columns in `counted.by`, in its order."""
    days: list[int]
    """The days that the source has, in order; of others it tells nothing."""


def read_counted(stage: CountedStage, funnel: Funnel, folder: Path) -> tuple[CountedDays, list[Notice]]:
    """What the source of a counted stage has, and what a careful reader must know about its rows.

    Rows of one day and value are added up. Raises DataError: a column that is not there, rows without a readable day or
    count beyond `max_bad`, signs in numbers that nothing explains, no rows.
    """
    counted = stage.source.counted
    assert counted is not None
    columns = Columns(entity=counted.count, event=Constant(stage.name), time=counted.day)
    source = stage.source.model_copy(update={"columns": columns})
    properties = [counted.count, *counted.by]
    log = open_log(None, source, folder, properties)
    _check_columns(log, funnel, list(_requests(stage)))
    if log.format is not None and log.format.stops_at_bad_rows:
        log = row_by_row(log)
    source = settled(log, source)
    with data_errors(log.place):
        rows = _rows(log, source, funnel, properties).collect(engine="streaming")
    notices = check_quality(Quality.of(quality_sums(rows.lazy()).collect()), log, source, funnel.timezone)
    dated = rows.filter(_IS_DATED)
    decimal = source.decimal or _decimal_sign(dated.get_column(counted.count), f"sources.{stage.name}", counted.count)
    count = _whole_number(pl.col(counted.count), rows.schema[counted.count], decimal)
    dated = dated.with_columns(count.alias(_COUNT), _local_day(dated.get_column(TIME), funnel.timezone))
    missing = dated.get_column(_COUNT).null_count()
    if missing:
        first = list(islice(_without_count(log, source, funnel, decimal), _SHOWN))
        numbers = {"column": counted.count, "rows": dated.height, "bad": missing, "first": first}
        if missing > source.max_bad * dated.height:
            message = (
                f"{log.place}: {missing:,} of {dated.height:,} rows without a count; the first: {', '.join(first)}"
            )
            hint = f"is counted.count ('{counted.count}') a column of whole numbers? source.max_bad allows more"
            raise DataError(Problem("too_many_bad_rows", message, hint))
        notices.append(Notice("bad_counts", numbers=numbers))
    sums = dated.drop_nulls(_COUNT).group_by(_DAY, *counted.by).agg(pl.col(_COUNT).sum()).sort(_DAY, *counted.by)
    counts = {(day, tuple(values)): count for day, *values, count in sums.iter_rows()}
    return CountedDays(counts, sums.get_column(_DAY).unique().sort().to_list()), notices


def _check_columns(log: Log, funnel: Funnel, requests: Sequence[ColumnRequest]) -> None:
    """As `check_columns`; of exports that begin with lines about themselves it is said where the header is."""
    try:
        check_columns(log, funnel, requests)
    except DataError:
        is_csv = bool(log.files and log.files[0].header) and not is_remote(log.files[0].path)
        head = text_head(log.files[0].path).decode("utf-8-sig", "replace") if is_csv else ""
        lines = [line for line, text in enumerate(head.splitlines(), 1) if all(name in text for _, name in requests)]
        if not lines or lines[0] == 1:
            raise
        message = f"the header of {log.place} is on line {lines[0]}, not on the first"
        hint = f"leave out the lines above it: tail -n +{lines[0]} OLD > NEW.csv"
        raise DataError(Problem("wrong_format", message, hint)) from None


def _requests(stage: CountedStage) -> Iterator[ColumnRequest]:
    counted, place = stage.source.counted, f"sources.{stage.name}"
    assert counted is not None
    yield from ((f"{place}.counted.{key}", name) for key, name in (("day", counted.day), ("count", counted.count)))
    yield from ((f"{place}.counted.by", name) for name in counted.by)
    yield from ((f"{place}.filter", name) for name in (columns_of(stage.source.filter) if stage.source.filter else ()))


def _rows(log: Log, source: Source, funnel: Funnel, properties: Sequence[str]) -> pl.LazyFrame:
    """Canonical rows, whose "entity" is the count: a row that has neither it nor a day is a blank line."""
    return canonical_rows(log, source, funnel.timezone, properties)


def _local_day(time: pl.Series, timezone: str) -> pl.Series:
    """In days since 1970.

    Where every time is a midnight of UTC, they are days that some program took for instants, and no times of the zone.
    """
    if (time % DAY == 0).all():
        return (time // DAY).alias(_DAY)
    instants = time.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return instants.dt.convert_time_zone(timezone).dt.date().to_physical().cast(pl.Int64).alias(_DAY)


def _decimal_sign(counts: pl.Series, place: str, column: str) -> DecimalSign:
    """Which sign of `1,020` is the decimal one. A count is whole: what stands before three digits that are not all 0
    stands between thousands. Raises DataError `ambiguous_decimal`.
    """
    if counts.dtype != pl.String():
        return "."
    texts = counts.filter(counts.str.contains(GROUPED) & counts.str.contains("[.,]")).str.strip_chars()
    if texts.is_empty():
        return "."
    text = pl.col(texts.name)
    point, comma = signs_said(text)
    parts_thousands = [
        (text.str.contains(rf"[0-9]{sign}[0-9]{{3}}$") & ~text.str.ends_with(f"{sign[-1]}000")).any()
        for sign in (",", r"\.")
    ]
    query = [expr.alias(str(at)) for at, expr in enumerate((point, comma, *parts_thousands))]
    said = texts.to_frame().select(query).row(0)
    is_point, is_comma = said[0] or said[2], said[1] or said[3]
    if is_point == is_comma:
        why = "both signs are last in some" if is_point else "none says which sign is the decimal one"
        message = f"{place}.counted.count: values of '{column}' such as '{texts.min()!s}', and {why}"
        raise DataError(Problem("ambiguous_decimal", message, f"set {place}.decimal: '.' or ','"))
    return "." if is_point else ","


def _whole_number(count: pl.Expr, dtype: pl.DataType, decimal: DecimalSign) -> pl.Expr:
    """Int64, null for what is no count: not a number, a fraction, less than none."""
    number = plain_number(count, decimal) if dtype == pl.String() else count
    number = number.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite() & (number >= 0) & (number == number.floor())).then(
        number.cast(pl.Int64, strict=False)
    )


def _without_count(log: Log, source: Source, funnel: Funnel, decimal: DecimalSign) -> Iterator[str]:
    """Where rows stand that have a day and no count, and what they have instead."""
    column = source.columns.entity
    for part in parts(log):
        rows = _rows(part, source, funnel, [ROW, column])
        is_bad = _whole_number(pl.col(column), part.schema[column], decimal).is_null()
        bad = rows.filter(_IS_DATED & is_bad).bottom_k(_SHOWN, by=ROW).collect().sort(ROW)
        for place, count in zip(places_of(part, bad.get_column(ROW).to_list()), bad.get_column(column), strict=True):
            yield f"{PurePath(place).name} " + ("(empty)" if count is None else f"'{count}'")
