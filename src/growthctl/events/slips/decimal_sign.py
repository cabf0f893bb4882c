"""Which sign of `1,020.00` is the decimal one, where a column has numbers that only people read."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.errors import DataError, Notice, Problem
from growthctl.events.columns import ColumnRequest
from growthctl.events.reading.open import Log
from growthctl.events.reading.readable import collected
from growthctl.events.shape.grouped_numbers import DecimalSign, signs_said


def signs_in(log: Log, names: Sequence[str]) -> tuple[bool, bool]:
    """Does some value of these columns of text say that a point is the decimal sign, and does some say a comma?"""
    said = [expr for name in names for expr in signs_said(pl.col(name))]
    query = [expr.alias(str(number)) for number, expr in enumerate(said)]
    row = collected(log, lambda frame: frame.select(query)).row(0)
    return any(row[::2]), any(row[1::2])


def decimal_sign(log: Log, columns: Sequence[ColumnRequest], notices: Sequence[Notice]) -> DecimalSign | None:
    """The sign, by all values of the `columns` of numbers; None where `notices` tell of no number with such signs.

    Looks through the log once more. Raises DataError `ambiguous_decimal` where no value settles it, or two disagree.
    """
    grouped = [notice for notice in notices if notice.numbers["grouped"]]
    if not grouped:
        return None
    names = list(dict.fromkeys(name for _, name in columns if log.schema.get(name) == pl.String()))
    point, comma = signs_in(log, names)
    if point != comma:
        return "." if point else ","
    key, name, count, first = (grouped[0].numbers[part] for part in ("key", "property", "grouped", "first_grouped"))
    values = "1 value" if count == 1 else f"{count:,} values"
    why = "both signs are last in some" if point else "none says which sign is the decimal one"
    message = f"{key}: {values} of '{name}' such as '{first}', and {why}"
    raise DataError(Problem("ambiguous_decimal", message, "set source.decimal: '.' or ','"))
