"""Time columns of any shape to one: microseconds since 1970-01-01T00:00Z.

| shape | read as |
| --- | --- |
| a number below 1e11, 1e14, 1e17 or above (absolute) | epoch seconds, ms, µs, ns |
| `20240313`, `202403131021`, `20240313102114`, as number or text | that local day or time |
| `2024-03-13T10:21:14`, also with a space, unpadded, without seconds, with a fraction | local time |
| the same with `Z`, ` UTC`, `+02`, `+0200`, `+02:00` | an instant |
| `2024-03-13`, a Date | the start of that local day |
| `2024/3/13`, `13-Mar-2024`, `March 13, 2024`, each with `10:21`, `10:21:14 PM` … | the same |
| a Datetime, with or without a timezone | an instant or local time |

Local time is in the funnel's timezone: of two instants the earlier, of none (the clock was put forward) null.
A fraction is cut to µs. Whatever else is null, 03/02/2024 above all, unless somebody says what comes first.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.clock import SECOND
from growthctl.errors import Problem, UsageError
from growthctl.events.times.instants import epoch, evaluated, of_local, of_numbers, start_of_day, within_reach
from growthctl.events.times.time_text import time_of_text
from growthctl.events.times.written_dates import DateOrder

_NUMBER_IS_DATE = 100_000_000


def time_expr(
    column: pl.Expr,
    dtype: pl.DataType,
    timezone: str,
    examples: Sequence[str] = (),
    *,
    order: DateOrder | None = None,
    is_local: bool = False,
) -> pl.Expr:
    """Int64 µs since the epoch (UTC), null where `column` (of type `dtype`) holds no time. See the module.

    Times before the year 1000 or after 2099 are none: they stand for something else. `examples` of a text make it
    faster. `order`: what comes first in 03/02/2024. `is_local`: do numbers count on the clocks of `timezone`?
    """
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return time_of_text(column.cast(pl.String), timezone, examples, order=order, is_local=is_local)
    if dtype.is_integer():
        integers = column.cast(pl.Int64, strict=False)
        return integers.map_batches(
            lambda numbers: evaluated(within_reach, of_numbers(numbers, timezone, is_local=is_local)),
            pl.Int64,
            is_elementwise=True,
        )
    if dtype.is_numeric() and is_local:
        column, dtype = epoch(column.cast(pl.Float64)).cast(pl.Datetime("us")), pl.Datetime("us")
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is None:
        micros = column.dt.cast_time_unit("us")
        return micros.map_batches(
            lambda local: evaluated(within_reach, of_local(local, timezone)), pl.Int64, is_elementwise=True
        )
    return within_reach(_time(column, dtype, timezone))


def _time(column: pl.Expr, dtype: pl.DataType, timezone: str) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        return column.dt.cast_time_unit("us").to_physical()
    if dtype == pl.Date:
        return start_of_day(column.cast(pl.Datetime("us")), timezone)
    if dtype.is_numeric():
        return epoch(column.cast(pl.Float64))
    return pl.lit(None, pl.Int64)


def parse_instant(text: str, timezone: str, *, what: str) -> int:
    """µs since the epoch of a time that a person wrote: an ISO date (its start), time, or epoch number.

    Raises UsageError naming `what`; a number that would lie before 1973 is taken for a mistyped date.
    """
    column = pl.DataFrame({"text": [text]}).select(time_expr(pl.col("text"), pl.String(), timezone))
    instant: int | None = column.item()
    if instant is None or (_is_number(text) and abs(instant) < _NUMBER_IS_DATE * SECOND):
        hint = f"write 2024-03-01 or 2024-03-01T12:30 (in {timezone}), or 2024-03-01T12:30:00+02:00"
        raise UsageError(Problem("invalid_time", f"{what}: '{text}' is not a time", hint))
    return instant


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
