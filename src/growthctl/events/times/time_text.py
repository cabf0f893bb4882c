"""Texts as instants. Columns are mostly written alike all through; what fits their layout is read ten times faster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import polars as pl

from growthctl.clock import SECOND
from growthctl.events.times.instants import epoch, evaluated, of_local, of_numbers, start_of_day, within_reach
from growthctl.events.times.written_dates import DateOrder, as_iso

_ISO = (
    r"^\s*(?<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:(?:[Tt]|\s+)(?<clock>[0-9]{1,2}:[0-5]?[0-9])(?::(?<second>[0-5]?[0-9]))?(?:[.,](?<fraction>[0-9]+))?"
    r"\s*(?<offset>[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?\s*)?$"
)
_LAYOUT = re.compile(
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,](?P<fraction>[0-9]+))?(?P<offset>Z| UTC|[+-][0-9:]+)?)?"
)
_SECOND_AT, _CLOCK_TO = 17, 19
"""Where the seconds of 2024-03-13T10:21:14 begin and end."""
_STRPTIME_DIGITS = (0, 3, 6, 9)
"""Lengths of a fraction that polars reads quickly."""
_ROWS = 1 << 16
_Read = Callable[[pl.Series], pl.Series]
_LAYOUTS, _LOOK = 3, 8
"""How many layouts are looked for at once, and how many times are looked at to find them."""


def time_of_text(
    text: pl.Expr, timezone: str, examples: Sequence[str], *, order: DateOrder | None = None, is_local: bool = False
) -> pl.Expr:
    """Int64 µs since the epoch, null where `text` is no time (see `time_column`).

    `examples` that are written like most make it faster: then polars parses, and Python only looks at the bytes.
    """
    layouts, any_shape = _layouts(examples), partial(_any_shape, timezone=timezone, order=order, is_local=is_local)
    if not layouts:
        return text.map_batches(
            lambda text: _instants(text, timezone, any_shape), return_dtype=pl.Int64, is_elementwise=True
        )

    def read(columns: Sequence[pl.Series]) -> pl.Series:
        text, *parsed = columns
        instants = layouts[0].instants(parsed[: ends[0]], timezone)
        for layout, (begin, end) in zip(layouts[1:], pairwise(ends), strict=True):
            instants = layout.instants(parsed[begin:end], timezone).zip_with(parsed[begin], instants)
        return _filled(instants, text, lambda left: _instants(left, timezone, any_shape))

    columns = [layout.columns(text) for layout in layouts]
    ends = list(accumulate(map(len, columns)))
    return pl.map_batches([text, *chain(*columns)], read, return_dtype=pl.Int64, is_elementwise=True)


def _instants(text: pl.Series, timezone: str, any_shape: _Read, layouts: int = _LAYOUTS) -> pl.Series:
    layout = next(iter(_layouts(text.head(_LOOK))), None) if layouts else None
    if layout is None:
        return any_shape(text)
    instants = layout.instants(list(text.to_frame("text").select_seq(layout.columns(pl.col("text")))), timezone)
    return _filled(instants, text, lambda left: _instants(left, timezone, any_shape, layouts - 1))


def _any_shape(text: pl.Series, timezone: str, order: DateOrder | None = None, *, is_local: bool = False) -> pl.Series:
    """The same, whatever the layouts: a number, an ISO shape, or a date as people write it."""
    instants = _filled(_integers(text, timezone, is_local), text, lambda left: _numbers(left, timezone, is_local))
    instants = _filled(instants, text, lambda left: _iso(left, timezone))
    return evaluated(within_reach, _filled(instants, text, lambda left: _iso(as_iso(left, order), timezone)))


def _filled(instants: pl.Series, text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`instants`, and what `read` makes of the texts that are no time as yet."""
    if not instants.has_nulls():
        return instants
    left = (instants.is_null() & (text != "")).arg_true()
    return instants.scatter(left, read(text.gather(left))) if len(left) else instants


def _integers(text: pl.Series, timezone: str, is_local: bool) -> pl.Series:
    return of_numbers(text.cast(pl.Int64, strict=False), timezone, is_local=is_local)


def _numbers(text: pl.Series, timezone: str, is_local: bool) -> pl.Series:
    """An integer is not read as a float, which could not hold its nanoseconds."""
    column = pl.col("text").str.strip_chars()
    number = text.to_frame("text").select_seq(
        column.cast(pl.Int64, strict=False).alias("integer"), column.cast(pl.Float64, strict=False).alias("float")
    )
    fractions = evaluated(epoch, number.select_seq(pl.when(pl.col("integer").is_null()).then("float")).to_series())
    if is_local:
        fractions = of_local(fractions.cast(pl.Datetime("us")), timezone)
    instants = of_numbers(number["integer"], timezone, is_local=is_local)
    return instants.zip_with(instants.is_not_null(), fractions)


def _iso(text: pl.Series, timezone: str) -> pl.Series:
    groups = text.to_frame("text").select_seq(pl.col("text").str.extract_groups(_ISO)).to_series().struct.unnest()
    day, clock, second, fraction = (pl.col(name) for name in ("day", "clock", "second", "fraction"))
    padded = pl.concat_str(day, pl.lit(" "), clock.fill_null("0:0"), pl.lit(":"), second.fill_null("0"))
    frame = groups.select_seq(
        _strptime(padded, "%Y-%m-%d %H:%M:%S").alias("local"),
        clock.is_null().alias("is_day"),
        _micros(fraction).fill_null(0).alias("fraction"),
        _east(pl.col("offset")).alias("east"),
    )
    frame = frame.with_columns(here=of_local(frame["local"], timezone))
    midnight = pl.when("is_day").then("local")
    instant = pl.coalesce(
        pl.col("local").to_physical() - pl.col("east"),
        pl.when(pl.col("east").is_null()).then("here"),
        start_of_day(midnight, timezone),
    )
    return frame.select_seq(instant + pl.col("fraction")).to_series()


def _east(offset: pl.Expr) -> pl.Expr:
    """`Z`, `UTC`, `+02`, `+0200`, `-02:30` as µs ahead of UTC; null where there is none."""
    hours = offset.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = offset.str.slice(3).str.strip_prefix(":").cast(pl.Int64, strict=False).fill_null(0)
    east = (hours * 60 + minutes) * 60 * SECOND
    return pl.when(offset.str.starts_with("-")).then(-east).when(offset.is_not_null()).then(east)


class _Layout(NamedTuple):
    """A way to write times, in which only digits differ."""

    least: bytes
    """What each byte is at least."""
    more: bytes
    """How much more each byte may be."""
    form: str
    """For strptime: of all the text, or where it does not take `digits` of a fraction, of what is before it."""
    digits: int
    """Of a fraction of a second."""
    east: int | None
    """How far ahead of UTC the times are, in µs; None where they are local."""

    def columns(self, text: pl.Expr) -> list[pl.Expr]:
        """Is a text as long as it must be? Its bytes, its Datetime("us"), and where strptime does not take it the
        fraction in µs.
        """
        raw = text.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, len(self.least)))
        is_long = text.str.len_bytes().eq_missing(len(self.least))
        # strptime takes long over what it does not take.
        text = pl.when(is_long).then(text)
        if self.digits in _STRPTIME_DIGITS:
            columns = [_strptime(text, self.form)]
        else:
            fraction = text.str.slice(_CLOCK_TO + 1, self.digits)
            columns = [_strptime(text.str.slice(0, _CLOCK_TO), self.form), _micros(fraction)]
        return [column.alias(str(at)) for at, column in enumerate([is_long, raw, *columns])]

    def instants(self, columns: Sequence[pl.Series], timezone: str) -> pl.Series:
        """Of the `columns` of texts: µs since the epoch, null for other layouts and for what is no time."""
        is_long, raw, local = columns[:3]
        fits = self._bytes_fit(raw.filter(is_long))
        if not fits.all():
            at = is_long.arg_true().filter(fits.reshape((-1, len(self.least))).arr.all())
            instants = pl.repeat(None, len(raw), dtype=pl.Int64, eager=True)
            return instants.scatter(at, self.instants([column.gather(at) for column in columns], timezone))
        instants = of_local(local, timezone) if self.east is None else local.to_physical() - self.east
        return instants if self.digits in _STRPTIME_DIGITS else instants + columns[3]

    def _bytes_fit(self, raw: pl.Series) -> pl.Series:
        """Of each byte; strptime alone would take blanks for digits, signs, and a 60th second."""
        least, more = _repeated(self.least), _repeated(self.more)
        slices = [raw.slice(at, _ROWS).reshape((-1,)) for at in range(0, len(raw) or 1, _ROWS)]
        return pl.concat([flat - least.head(len(flat)) <= more.head(len(flat)) for flat in slices])


def _layouts(texts: Iterable[str | None]) -> list[_Layout]:
    """Those of some texts, and each without a fraction: so some programs write whole seconds.

    The first of each length, so that the length tells them apart; of a few lengths.
    """
    layouts = (layout for text in texts if text for layout in _layouts_of(text) if layout)
    by_length: dict[int, _Layout] = {}
    for layout in layouts:
        by_length.setdefault(len(layout.least), layout)
    return list(by_length.values())[:_LAYOUTS]


def _layouts_of(text: str) -> Iterator[_Layout | None]:
    """Of a time of the 20th or 21st century that is written in full."""
    match = _LAYOUT.fullmatch(text)
    if match is None:
        return
    offset, digits = match["offset"] or "", len(match["fraction"] or "")
    body = text.removesuffix(offset)
    body = body[:2] + re.sub("[0-9]", "0", body[2:])
    yield _layout(body, offset, digits)
    if digits:
        yield _layout(body[:_CLOCK_TO], offset, 0)


@lru_cache
def _layout(body: str, offset: str, digits: int) -> _Layout | None:
    """`body` with all digits but those of the century at 0; `digits` of a fraction."""
    there, utc = _any_shape(pl.Series([f"2000-01-01 00:00:00{offset}", "2000-01-01"]), "UTC")
    if there is None:
        return None
    more = [9 if at > 1 and byte == "0" else 0 for at, byte in enumerate(body + " " * len(offset))]
    form = "%Y-%m-%d"
    if len(body) >= _CLOCK_TO:
        more[_SECOND_AT] = 5
        form += f"{body[10]}%H:%M:%S"
    if digits in _STRPTIME_DIGITS:
        form += (f"{body[_CLOCK_TO]}%{digits}f" if digits else "") + offset
    return _Layout((body + offset).encode(), bytes(more), form, digits, utc - there if offset else None)


@lru_cache(maxsize=8)
def _repeated(row: bytes) -> pl.Series:
    """The bytes of as many rows as there can be."""
    return pl.Series([row * _ROWS]).bin.reinterpret(dtype=pl.Array(pl.UInt8, len(row) * _ROWS)).reshape((-1,))


def _strptime(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.to_datetime(form, time_unit="us", strict=False, cache=False)


def _micros(digits: pl.Expr) -> pl.Expr:
    """The digits of a fraction of a second as µs, cut."""
    return digits.str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64, strict=False)
