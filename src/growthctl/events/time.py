"""Time columns of any shape to one: microseconds since 1970-01-01T00:00Z.

| shape | read as |
| --- | --- |
| a number below 1e11, 1e14, 1e17 or above (absolute) | epoch seconds, ms, µs, ns |
| `2024-03-13T10:21:14`, also with a space, unpadded, without seconds, with a fraction | local time |
| the same with `Z`, ` UTC`, `+02`, `+0200`, `+02:00` | an instant |
| `2024-03-13`, a Date | the start of that local day |
| a Datetime, with or without a timezone | an instant or local time |

Local time is in the funnel's timezone: of two instants the earlier, of none (the clock was put forward) null.
A fraction is cut to µs. Whatever else is null, days before months and months before days above all: they cannot
be told apart.
"""

from __future__ import annotations

import polars as pl

from growthctl.errors import Problem, UsageError

_DAY = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d\d:\d\d:[0-5]\d"
_LOOSE = r"^\s*(\d{4}-\d{1,2}-\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}:[0-5]?\d)(?::([0-5]?\d))?(.*))?$"
_TAIL = r"^((?:[.,](\d+))?\s*([Zz]|UTC|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?\s*)$"
_SECOND = 1_000_000
_NUMBER_IS_DATE = 100_000_000
# 1000-01-01 and 9000-01-01: beyond, such as 9999-12-31 for "never", no window can be added.
EARLIEST, LATEST = -30_610_224_000_000_000, 221_845_392_000_000_000


def time_expr(column: pl.Expr, dtype: pl.DataType, timezone: str) -> pl.Expr:
    """Int64 µs since the epoch (UTC), null where `column` (of type `dtype`) holds no time. See the module.

    Times before the year 1000 or after 8999 are none: they stand for something else.
    """
    instant = _time(column, dtype, timezone)
    return pl.when(instant.is_between(EARLIEST, LATEST, closed="left")).then(instant)


def _time(column: pl.Expr, dtype: pl.DataType, timezone: str) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        micros = column.dt.cast_time_unit("us")
        return micros.to_physical() if dtype.time_zone else _instant(micros, timezone)
    if dtype == pl.Date:
        return _start_of_day(column.cast(pl.Datetime("us")), timezone)
    if dtype.is_integer():
        return _epoch(column.cast(pl.Int64, strict=False))
    if dtype.is_numeric():
        return _epoch(column.cast(pl.Float64))
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return _text(column.cast(pl.String), timezone)
    return pl.lit(None, pl.Int64)


def parse_instant(text: str, timezone: str, *, what: str) -> int:
    """µs since the epoch of a time that a person wrote: an ISO date (its start), time, or epoch number.

    Raises UsageError naming `what`; a number that would lie before 1973 is taken for a mistyped date.
    """
    column = pl.DataFrame({"text": [text]}).select(time_expr(pl.col("text"), pl.String(), timezone))
    instant: int | None = column.item()
    if instant is None or (_is_number(text) and abs(instant) < _NUMBER_IS_DATE * _SECOND):
        hint = f"write 2024-03-01 or 2024-03-01T12:30 (in {timezone}), or 2024-03-01T12:30:00+02:00"
        raise UsageError(Problem("invalid_time", f"{what}: '{text}' is not a time", hint))
    return instant


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _epoch(number: pl.Expr) -> pl.Expr:
    """Numbers by magnitude; not a number and infinite become null."""
    size = number.abs()
    micros = (
        pl.when(size < 1e11)
        .then(number * _SECOND)
        .when(size < 1e14)
        .then(number * 1000)
        .when(size < 1e17)
        .then(number)
        .otherwise(number // 1000)
    )
    return micros.round().cast(pl.Int64, strict=False)


def _instant(local: pl.Expr, timezone: str) -> pl.Expr:
    zoned = local.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return zoned.to_physical()


def _start_of_day(midnight: pl.Expr, timezone: str) -> pl.Expr:
    """Where clocks go forward at midnight the day starts at one."""
    return pl.coalesce(_instant(midnight, timezone), _instant(midnight.dt.offset_by("1h"), timezone))


def _text(text: pl.Expr, timezone: str) -> pl.Expr:
    """ISO shapes, then what is left as a number.

    A chain of struct fields, so that each step reads only what those before it left, and none runs twice.
    """
    field = pl.field
    steps = _with_tail(_with_local(pl.struct(text.alias("text"))))
    steps = steps.struct.with_fields(
        instant=_zoned(field("local"), field("offset"), field("is_day"), timezone) + field("fraction"),
        number=pl.when(field("local").is_null()).then(field("text")).str.strip_chars(),
    )
    integer = field("number").cast(pl.Int64, strict=False)
    steps = steps.struct.with_fields(
        instant=pl.coalesce(field("instant"), _epoch(integer)),
        number=pl.when(integer.is_null()).then(field("number")).cast(pl.Float64, strict=False),
    )
    steps = steps.struct.with_fields(instant=pl.coalesce(field("instant"), _epoch(field("number"))))
    return steps.struct.field("instant")


def _with_local(steps: pl.Expr) -> pl.Expr:
    """Adds `local` (a Datetime), the `tail` of the text behind it, and `is_day` where there is no clock."""
    field = pl.field
    steps = steps.struct.with_fields(iso=_padded(field("text"), "T"))
    steps = steps.struct.with_fields(rest=pl.when(field("iso").is_null()).then(field("text")))
    steps = steps.struct.with_fields(spaced=_padded(field("rest"), " "))
    steps = steps.struct.with_fields(local=pl.coalesce(field("iso"), field("spaced")))
    steps = steps.struct.with_fields(
        tail=pl.when(field("local").is_not_null()).then(field("text").str.slice(19)),
        loose=pl.when(field("local").is_null()).then(field("text")).str.extract_groups(_LOOSE),
    )
    day, clock, seconds, tail = (field("loose").struct[k] for k in range(4))
    padded = pl.concat_str(day, pl.lit(" "), clock.fill_null("0:0"), pl.lit(":"), seconds.fill_null("0"))
    return steps.struct.with_fields(
        local=pl.coalesce(field("local"), _strptime(padded, " ")),
        tail=pl.coalesce(field("tail"), tail, pl.lit("")),
        is_day=day.is_not_null() & clock.is_null(),
    )


def _with_tail(steps: pl.Expr) -> pl.Expr:
    """Adds `fraction` and `offset` (µs, the latter null where there is none); a strange tail nulls `local`."""
    tail = pl.field("tail")
    steps = steps.struct.with_fields(
        groups=pl.when(tail != "").then(tail).str.extract_groups(_TAIL), is_plain=tail == ""
    )
    whole, fraction, offset = (pl.field("groups").struct[k] for k in range(3))
    return steps.struct.with_fields(
        local=pl.when(pl.field("is_plain") | whole.is_not_null()).then(pl.field("local")),
        fraction=fraction.str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0),
        offset=_offset(offset),
    )


def _padded(text: pl.Expr, separator: str) -> pl.Expr:
    """The first 19 characters where they are the common shape, the cheapest to read."""
    is_padded = text.str.contains(f"^{_DAY}{separator}{_CLOCK}")
    return _strptime(pl.when(is_padded).then(text.str.slice(0, 19)), separator)


def _strptime(text: pl.Expr, separator: str) -> pl.Expr:
    """Callers see to the shape: strptime itself would take the year 18 and a 60th second."""
    shape = f"%Y-%m-%d{separator}%H:%M:%S"
    return text.str.to_datetime(shape, time_unit="us", strict=False, cache=False)


def _offset(text: pl.Expr) -> pl.Expr:
    """`Z`, `UTC`, `+02`, `+0200`, `-02:30` as µs east of Greenwich; null where there is none."""
    hours = text.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = text.str.slice(3).str.strip_prefix(":").cast(pl.Int64, strict=False).fill_null(0)
    east = (hours * 60 + minutes) * 60 * _SECOND
    return pl.when(text.str.starts_with("-")).then(-east).when(text.is_not_null()).then(east)


def _zoned(local: pl.Expr, offset: pl.Expr, is_day: pl.Expr, timezone: str) -> pl.Expr:
    if timezone == "UTC":
        return local.to_physical() - offset.fill_null(0)
    here = pl.when(offset.is_null()).then(local)
    day = pl.when(is_day).then(local)
    return pl.coalesce(local.to_physical() - offset, _instant(here, timezone), _start_of_day(day, timezone))
