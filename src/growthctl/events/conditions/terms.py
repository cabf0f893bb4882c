"""How values of different types meet in a condition: the log's columns decide, or, where they are text, the condition.

A CSV's columns arrive as text, so `amount > 10` reads them as numbers and `is_bot = false` as booleans. Where the
column has a type, a value that the condition writes is read as that type, and refused when it cannot be.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem, UsageError
from growthctl.events.times.time_column import parse_instant, time_expr
from growthctl.funnel.conditions.tree import Scalar

ValueKind = Literal["text", "number", "boolean", "instant", "null", "other"]

INSTANT = pl.Datetime("us", "UTC")
DTYPES: dict[ValueKind, pl.DataType] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "instant": pl.Int64(),
    "null": pl.Null(),
}
_NOUNS: dict[ValueKind, str] = {"text": "a text", "number": "a number", "boolean": "true or false", "instant": "a time"}
_TRUE, _FALSE = ("true", "1"), ("false", "0")


class Term(NamedTuple):
    """An expression with its type."""

    expr: pl.Expr
    dtype: pl.DataType
    label: str
    """What messages call it."""
    literal: Scalar = None
    """The value, where the condition writes it."""

    @property
    def kind(self) -> ValueKind:
        """What its type is to a condition."""
        if self.dtype.is_numeric():
            return "number"
        if isinstance(self.dtype, pl.Datetime | pl.Date):
            return "instant"
        kinds: dict[pl.DataType, ValueKind] = {pl.String(): "text", pl.Boolean(): "boolean", pl.Null(): "null"}
        return kinds.get(self.dtype, "other")


def column_term(expr: pl.Expr, dtype: pl.DataType, name: str) -> Term:
    """A column of the log; NaN, which is how some tools write "missing", is null."""
    label = f"column '{name}' ({dtype.base_type().__name__})"
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return Term(expr.cast(pl.String), pl.String(), label)
    if dtype.is_decimal():
        return Term(expr.cast(pl.Float64), pl.Float64(), label)
    return Term(expr.fill_nan(None) if dtype.is_float() else expr, dtype, label)


def literal_term(value: Scalar) -> Term:
    """A value that the condition writes."""
    dtypes: dict[type, pl.DataType] = {str: pl.String(), bool: pl.Boolean(), int: pl.Int64(), float: pl.Float64()}
    return Term(pl.lit(value), dtypes.get(type(value), pl.Null()), repr(value), value)


def common_kind(left: Term, right: Term) -> ValueKind:
    """The kind in which two terms can be compared; DataError where there is none.

    Text takes the kind of the other side; numbers and booleans meet as numbers, true being 1.
    """
    kinds = {left.kind, right.kind}
    if "other" not in kinds:
        rest = kinds - {"null"} - ({"text"} if kinds - {"null", "text"} else set())
        if len(rest) <= 1:
            return next(iter(rest), "null")
        if rest == {"number", "boolean"}:
            return "number"
    raise _mismatch(f"{left.label} and {right.label} cannot be compared")


def convert(term: Term, kind: ValueKind, timezone: str, against: Term | None = None) -> pl.Expr:
    """The term as `kind`, instants being Int64 µs since the epoch; a column's value that cannot be read is null.

    A literal that cannot be read raises DataError, which names `against`, the term that asks for the kind.
    """
    if term.kind == "null":
        return pl.lit(None, DTYPES[kind])
    if term.literal is None:
        return cast(term, kind, timezone)
    return pl.lit(literal_value(term, kind, timezone, against))


def literal_value(term: Term, kind: ValueKind, timezone: str, against: Term | None = None) -> Scalar:
    """The value of a literal as `kind`; DataError where it cannot be read, naming `against`."""
    raw = str(term.literal).lower() if isinstance(term.literal, bool) else str(term.literal)
    prefix = f"{against.label}: " if against else ""
    hint = None
    if kind == "text":
        return raw
    if kind == "number" and (number := _number(term.literal)) is not None:
        return number
    if kind == "boolean" and raw.lower() in _TRUE + _FALSE:
        return raw.lower() in _TRUE
    if kind == "instant" and term.kind == "text":
        try:
            return parse_instant(raw, timezone, what=prefix.removesuffix(": "))
        except UsageError as error:
            hint = error.problems[0].hint
    raise _mismatch(f"{prefix}{term.literal!r} is not {_NOUNS[kind]}", hint)


def cast(term: Term, kind: ValueKind, timezone: str) -> pl.Expr:
    """The term as `kind`, null where a value cannot be read; DataError where no value could."""
    if kind == "instant" and term.kind != "other":
        return time_expr(term.expr, term.dtype, timezone)
    if term.kind in (kind, "null"):
        return term.expr
    if kind == "text" and term.kind != "other":
        return term.expr.cast(pl.String)
    if kind == "number" and term.kind == "text":
        return term.expr.str.strip_chars().cast(pl.Float64, strict=False).fill_nan(None)
    if kind == "number" and term.kind == "boolean":
        return term.expr.cast(pl.Int64)
    if kind == "boolean" and term.kind == "text":
        text = term.expr.str.to_lowercase()
        return pl.when(text.is_in(_TRUE)).then(True).when(text.is_in(_FALSE)).then(False)
    if kind == "boolean" and term.kind == "number":
        return term.expr != 0
    raise _mismatch(f"{term.label} cannot be read as {_NOUNS[kind]}")


def is_member(expr: pl.Expr, dtype: pl.DataType, values: list[Scalar]) -> pl.Expr:
    """Whether a text or number is one of the values, by its own type, so that neither is rounded."""
    if not dtype.is_numeric():
        return expr.is_in(values)
    numbers = [float(value) if isinstance(value, float) else int(value or 0) for value in values]
    if dtype.is_integer():
        integers = [int(number) for number in numbers if abs(number) < 2**64 and number == int(number)]
        members = pl.Series(integers, dtype=pl.Int128)
    else:
        members = pl.Series([float(number) for number in numbers], dtype=pl.Float64)
    return expr.is_in(members.cast(dtype, strict=False).drop_nulls().implode())


def _number(raw: Scalar) -> int | float | None:
    if isinstance(raw, bool):
        return int(raw)
    if not isinstance(raw, str):
        return raw
    try:
        number = float(raw) if "_" not in raw else math.nan
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(raw) if raw.strip().lstrip("+-").isdecimal() else number


def _mismatch(message: str, hint: str | None = None) -> DataError:
    return DataError(Problem("type_mismatch", message, hint))
