from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthctl.errors import UsageError
from growthctl.events.times.time_column import parse_instant, time_expr

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(values: Sequence[object], timezone: str = "UTC", dtype: pl.DataType | None = None) -> list[datetime | None]:
    column = pl.Series("raw", values, dtype)
    micros = column.to_frame().select(time_expr(pl.col("raw"), column.dtype, timezone)).to_series()
    assert micros.dtype == pl.Int64
    return [None if value is None else EPOCH + timedelta(microseconds=value) for value in micros]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-13T10:21:14", utc(2024, 3, 13, 10, 21, 14)),
        ("2024-03-13 10:21:14", utc(2024, 3, 13, 10, 21, 14)),
        ("  2024-03-13 10:21:14 ", utc(2024, 3, 13, 10, 21, 14)),
        ("2018-01-24 3:12:16", utc(2018, 1, 24, 3, 12, 16)),
        ("2018-1-4 3:12", utc(2018, 1, 4, 3, 12)),
        ("2018-01-24", utc(2018, 1, 24)),
        ("2024-03-13T10:21:14.5", utc(2024, 3, 13, 10, 21, 14, 500_000)),
        ("2024-03-13 10:21:14,25", utc(2024, 3, 13, 10, 21, 14, 250_000)),
        ("2024-03-13T10:21:14.1234569999Z", utc(2024, 3, 13, 10, 21, 14, 123_456)),
        ("2024-03-13T10:21:14Z", utc(2024, 3, 13, 10, 21, 14)),
        ("2024-03-13 10:21:14 UTC", utc(2024, 3, 13, 10, 21, 14)),
        ("2024-03-13T10:21:14+02:00", utc(2024, 3, 13, 8, 21, 14)),
        ("2024-03-13T10:21:14-0230", utc(2024, 3, 13, 12, 51, 14)),
        ("2024-03-13T10:21+02", utc(2024, 3, 13, 8, 21)),
    ],
)
def test_an_iso_text_is_read_whatever_its_padding_fraction_and_offset(text: str, expected: datetime) -> None:
    assert read([text]) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "12-01-2018 12:38",
        "01/24/2018",
        "18-01-24 03:12:16",
        "2018-02-30",
        "2018-01-24 24:00:00",
        "2018-01-24 23:59:60",
        "2018-01-24 23:60",
        "2018-01-24T03:12:16+99:00",
        "2018-01-24Z",
        "2024-03-13T10:21:14+01:00[Europe/Berlin]",
        "soon",
        "nan",
        "inf",
        "",
    ],
)
def test_what_is_no_time_or_might_be_another_is_null(text: str) -> None:
    assert read([text]) == [None]


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_epoch_numbers_are_told_apart_by_magnitude(unit: int) -> None:
    instant = utc(2023, 11, 14, 22, 13, 20)
    assert read([1_700_000_000 * unit]) == [instant]
    assert read([1_700_000_000.0 * unit]) == [instant]
    assert read([f" {1_700_000_000 * unit} "]) == [instant]


def test_small_and_negative_numbers_are_seconds() -> None:
    assert read([0, -1, 714]) == [EPOCH, EPOCH - timedelta(seconds=1), EPOCH + timedelta(seconds=714)]


def test_fractions_of_epoch_numbers_are_kept_to_the_microsecond() -> None:
    expected = [utc(2023, 11, 14, 22, 13, 20, 123_456)]
    assert read([1_700_000_000.123456]) == expected
    assert read(["1700000000.123456"]) == expected
    assert read(["1700000000123456789"]) == expected
    assert read([Decimal("1700000000.123456")]) == expected


def test_numbers_that_are_none_are_null() -> None:
    assert read([float("nan"), float("inf"), None]) == [None, None, None]


def test_a_column_may_mix_all_shapes() -> None:
    texts = ["2024-03-13T10:21:14", None, "1710325274", "2024-03-13 10:21:14", "2024-03-13T11:21:14+01:00", "x"]
    instant = utc(2024, 3, 13, 10, 21, 14)
    assert read(texts) == [instant, None, instant, instant, instant, None]


def test_local_times_are_in_the_timezone_and_offsets_are_not() -> None:
    texts = ["2024-03-13T10:21:14", "2024-03-13T10:21:14.5", "2024-03-13T10:21:14Z", "2024-03-13"]
    assert read(texts, "Europe/Berlin") == [
        utc(2024, 3, 13, 9, 21, 14),
        utc(2024, 3, 13, 9, 21, 14, 500_000),
        utc(2024, 3, 13, 10, 21, 14),
        utc(2024, 3, 12, 23),
    ]


def test_of_two_local_times_the_earlier_is_meant_and_a_skipped_one_is_null() -> None:
    texts = ["2024-10-27T02:30:00", "2024-03-31T02:30:00", "2024-03-31 2:30"]
    assert read(texts, "Europe/Berlin") == [utc(2024, 10, 27, 0, 30), None, None]
    naive = [datetime(2024, 10, 27, 2, 30), datetime(2024, 3, 31, 2, 30)]
    assert read(naive, "Europe/Berlin") == [utc(2024, 10, 27, 0, 30), None]


def test_a_date_starts_at_one_where_midnight_is_skipped() -> None:
    assert read(["2018-11-04"], "America/Sao_Paulo") == [utc(2018, 11, 4, 3)]
    assert read([date(2018, 11, 4)], "America/Sao_Paulo") == [utc(2018, 11, 4, 3)]
    assert read(["2018-11-04 00:00:00"], "America/Sao_Paulo") == [None]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_datetimes_of_every_unit_are_read(unit: str) -> None:
    noon = datetime(2024, 1, 1, 12)
    assert read([noon], "Europe/Berlin", pl.Datetime(unit)) == [utc(2024, 1, 1, 11)]  # type: ignore[arg-type]
    assert read([noon], "Europe/Berlin", pl.Datetime(unit, "UTC")) == [utc(2024, 1, 1, 12)]  # type: ignore[arg-type]


def test_categories_are_read_as_text_and_other_types_are_no_times() -> None:
    assert read(["2024-01-01"], dtype=pl.Categorical()) == [utc(2024, 1, 1)]
    assert read([True]) == [None]
    assert read([[1]]) == [None]


@given(st.datetimes(datetime(1970, 1, 2), datetime(2099, 1, 1)), st.sampled_from(["T", " "]))
def test_every_local_time_means_what_the_standard_library_says(local: datetime, separator: str) -> None:
    zone = ZoneInfo("America/New_York")
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    exists = instant.astimezone(zone).replace(tzinfo=None) == local
    assert read([local.isoformat(separator)], "America/New_York") == [instant if exists else None]


def test_an_instant_on_the_command_line_has_the_same_shapes() -> None:
    assert parse_instant("2024-03-01", "Europe/Berlin", what="--since") == 1_709_247_600_000_000
    assert parse_instant("2024-03-01T00:00:00Z", "Europe/Berlin", what="--since") == 1_709_251_200_000_000
    assert parse_instant("1709251200", "Europe/Berlin", what="--since") == 1_709_251_200_000_000


@pytest.mark.parametrize("text", ["yesterday", "01.03.2024", "2024", ""])
def test_nonsense_on_the_command_line_is_refused_by_the_option_s_name(text: str) -> None:
    with pytest.raises(UsageError, match=f"^--since: '{text}' is not a time$"):
        parse_instant(text, "UTC", what="--since")
