"""Conditions over a log: three-valued logic, and how types meet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growthctl.errors import DataError
from growthctl.events.conditions.expressions import compile_condition
from growthctl.funnel.conditions.parse import ConditionError, parse_condition

ALIASES = {"event": "#event", "time": "#time"}


def kept(values: list[Any], condition: object, dtype: pl.DataType | None = None, timezone: str = "UTC") -> list[bool]:
    """What a condition says of a column `p` with these values."""
    return rows(pl.DataFrame({"p": pl.Series(values, dtype=dtype, strict=False)}), condition, timezone)


def rows(frame: pl.DataFrame, condition: object, timezone: str = "UTC") -> list[bool]:
    schema = {name: dtype for name, dtype in frame.schema.items() if not name.startswith("#")}
    expr = compile_condition(parse_condition(condition), schema, ALIASES, timezone)
    found = frame.with_columns(pl.when(expr).then(True).otherwise(False).alias("kept"))["kept"]
    return [bool(one) for one in found]


def refused(values: list[Any], condition: object, dtype: pl.DataType | None = None) -> str:
    with pytest.raises(DataError) as caught:
        kept(values, condition, dtype)
    [problem] = caught.value.problems
    assert problem.code == "type_mismatch"
    return problem.message


@pytest.mark.parametrize(
    "condition",
    [
        {"p": "a"},
        {"p": {"ne": "a"}},
        {"p": ["a", "b"]},
        {"p": {"not_in": ["a", "b"]}},
        {"p": {"contains": ""}},
        {"p": {"starts_with": ""}},
        {"p": {"ge": ""}},
        {"p": {"lt": 10}},
        {"p": {"ne": 10}},
        {"p": {"not_in": [10, True]}},
        {"p": True},
        {"p": {"ne": True}},
        "NOT p = 'a'",
        "p NOT LIKE 'a%'",
        "p NOT BETWEEN 'a' AND 'b'",
        "NOT (p = 'a' OR FALSE)",
        "p = NULL",
        "p <> NULL",
        "p = p",
        "LOWER(p) <> 'a'",
        "p || 'x' <> 'a'",
        "CASE WHEN p = 'a' THEN TRUE END",
    ],
    ids=str,
)
def test_a_null_property_matches_nothing_except_is_null(condition: object) -> None:
    assert kept([None], condition, pl.String()) == [False]
    assert kept([None], {"p": {"is_null": True}}, pl.String()) == [True]
    assert kept([None], {"p": {"is_null": False}}, pl.String()) == [False]


def test_a_column_of_nulls_alone_matches_nothing_either() -> None:
    assert kept([None], {"p": {"not_in": ["a", 4, True]}}) == [False]
    assert kept([None], "p > 4 OR p IS NULL") == [True]


def test_unknown_combines_as_in_sql() -> None:
    frame = pl.DataFrame({"p": [True, False, None], "q": [None, None, None]})
    assert rows(frame, "p OR q = 1") == [True, False, False]
    assert rows(frame, "NOT (p AND q = 1)") == [False, True, False]
    assert rows(frame, "p IS NOT TRUE") == [False, True, True]
    assert rows(frame, "p IS FALSE") == [False, True, False]
    assert kept(["a", "b"], "p IN ('a', NULL)") == [True, False]
    assert kept(["a", "b"], "p NOT IN ('a', NULL)") == [False, False]


TEXTS = ["4", " 12.5 ", "abc", "", "true", "False", "nan"]


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"p": 4}, [1, 0, 0, 0, 0, 0, 0]),
        ({"p": "4"}, [1, 0, 0, 0, 0, 0, 0]),
        ({"p": 4.0}, [1, 0, 0, 0, 0, 0, 0]),
        ({"p": {"gt": 4}}, [0, 1, 0, 0, 0, 0, 0]),
        ({"p": {"gt": "4"}}, [0, 0, 1, 0, 1, 1, 1]),
        ({"p": {"ne": 4}}, [0, 1, 1, 1, 1, 1, 1]),
        ("NOT p = 4", [0, 1, 1, 1, 1, 1, 1]),
        ("NOT p > 4", [1, 0, 0, 0, 0, 0, 0]),
        ({"p": {"not_in": [4, 5]}}, [0, 1, 1, 1, 1, 1, 1]),
        ({"p": [4, "abc", True]}, [1, 0, 1, 0, 1, 0, 0]),
        ({"p": False}, [0, 0, 0, 0, 0, 1, 0]),
        ({"p": {"ne": False}}, [1, 1, 1, 1, 1, 0, 1]),
        ("p", [0, 0, 0, 0, 1, 0, 0]),
        ("p + 1 = 5", [1, 0, 0, 0, 0, 0, 0]),
        ("p BETWEEN 4 AND 13", [1, 1, 0, 0, 0, 0, 0]),
        ("COALESCE(CAST(p AS FLOAT), 0) = 0", [0, 0, 1, 1, 1, 1, 1]),
        ("CAST(p AS INTEGER) = 12", [0, 1, 0, 0, 0, 0, 0]),
        ("CAST(p AS BOOLEAN) IS NULL", [1, 1, 1, 1, 0, 0, 1]),
    ],
    ids=str,
)
def test_text_is_read_as_the_condition_asks(condition: object, answer: list[int]) -> None:
    assert kept(TEXTS, condition) == [bool(one) for one in answer]


def test_flags_are_true_false_one_and_zero_in_any_case() -> None:
    assert kept(["TRUE", "1", "0", "yes", "t"], {"p": True}) == [True, True, False, False, False]
    assert kept(["FALSE", "1", "0", "no", "f"], "NOT p") == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("values", "dtype", "condition", "answer"),
    [
        ([4, 5], pl.Int8(), {"p": "4"}, [1, 0]),
        ([4, 5], pl.Int8(), {"p": [4.0, 4.5, 300, "5"]}, [1, 1]),
        ([4, 5], pl.UInt8(), {"p": {"gt": -1}}, [1, 1]),
        ([4, 5], pl.UInt8(), "p - 5 < 0", [1, 0]),
        ([4, 5], pl.Int64(), {"p": {"gt": 4.5}}, [0, 1]),
        ([2**63 + 1, 2**63], pl.UInt64(), {"p": 2**63 + 1}, [1, 0]),
        ([2**63 + 1, 2**63], pl.UInt64(), {"p": [2**63 + 1, -1]}, [1, 0]),
        ([1, 0], pl.Int64(), {"p": True}, [1, 0]),
        ([1, 0], pl.Int64(), "NOT p", [0, 1]),
        ([0.1, float("nan")], pl.Float32(), {"p": 0.1}, [1, 0]),
        ([0.1, float("nan")], pl.Float32(), {"p": [0.1]}, [1, 0]),
        ([0.1, float("nan")], pl.Float64(), "p > 0", [1, 0]),
        ([0.1, float("nan")], pl.Float64(), {"p": {"is_null": True}}, [0, 1]),
        (["4.50", "5"], pl.Decimal(10, 2), {"p": 4.5}, [1, 0]),
        ([True, False], pl.Boolean(), {"p": True}, [1, 0]),
        ([True, False], pl.Boolean(), {"p": "FALSE"}, [0, 1]),
        ([True, False], pl.Boolean(), {"p": 1}, [1, 0]),
        (["a", "b"], pl.Categorical(), {"p": ["a", "c"]}, [1, 0]),
        (["a", "b"], pl.Enum(["a", "b"]), {"p": {"starts_with": "a"}}, [1, 0]),
        ([404, 500], pl.Int64(), {"p": {"contains": 4}}, [1, 0]),
        ([404, 500], pl.Int64(), "p LIKE '4__'", [1, 0]),
        ([True, False], pl.Boolean(), {"p": {"contains": "ru"}}, [1, 0]),
    ],
    ids=str,
)
def test_a_value_is_read_as_the_type_of_the_column(
    values: list[Any], dtype: pl.DataType, condition: object, answer: list[int]
) -> None:
    assert kept(values, condition, dtype) == [bool(one) for one in answer]


DAYS = [date(2024, 3, 4), date(2024, 3, 5)]
LOCAL = [datetime(2024, 3, 4, 10), datetime(2024, 3, 5)]
ZONED = [datetime(2024, 3, 4, 9, tzinfo=UTC), datetime(2024, 3, 4, 23, tzinfo=UTC)]


@pytest.mark.parametrize("values", [DAYS, LOCAL, ZONED], ids=["date", "local", "zoned"])
@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"p": "2024-03-05"}, [False, True]),
        ({"p": {"lt": "2024-03-04T10:00:01"}}, [True, False]),
        ({"p": {"ge": "2024-03-04T23:00:00Z"}}, [False, True]),
        ({"p": ["2024-03-05T00:00:00+01:00", "2024-01-01"]}, [False, True]),
        ("CAST(p AS DATE) = '2024-03-04'", [True, False]),
        ("CASE WHEN p < '2024-03-05' THEN p END IS NULL", [False, True]),
    ],
    ids=str,
)
def test_times_without_an_offset_are_in_the_timezone_of_the_funnel(
    values: list[Any], condition: object, answer: list[bool]
) -> None:
    assert kept(values, condition, timezone="Europe/Berlin") == answer


def test_event_and_time_are_properties_unless_the_log_has_columns_of_that_name() -> None:
    frame = pl.DataFrame({"#event": ["signup", "visit"], "#time": [0, 1_709_542_800_000_000]})
    assert rows(frame, {"event": {"not_in": ["visit"]}}) == [True, False]
    assert rows(frame, {"time": {"ge": "2024-03-04T09:00:00Z"}}) == [False, True]
    assert rows(frame, {"time": "2024-03-04T10:00"}, "Europe/Berlin") == [False, True]
    assert rows(frame, "time LIKE '2024-03-04 09:00%'") == [False, True]
    own = frame.with_columns(event=pl.Series(["visit", "signup"]), time=pl.Series(["noon", "night"]))
    assert rows(own, {"event": "visit", "time": "noon"}) == [True, False]


def test_text_times_are_read_where_they_meet_a_time() -> None:
    frame = pl.DataFrame({"#time": [0, 0, 0], "p": ["1970-01-01T00:00:00Z", "1970-01-01 01:00", "soon"]})
    assert rows(frame, "p = time") == [True, False, False]
    assert rows(frame, "CAST(p AS TIMESTAMP) > '1970-01-01T00:30'") == [False, True, False]


def test_a_dotted_name_is_a_column_or_a_field_of_a_struct() -> None:
    frame = pl.DataFrame({"a": [{"b": {"c": "x"}}, {"b": None}, None], "d.e": ["x", "y", "z"]})
    assert rows(frame, {"a.b.c": "x"}) == [True, False, False]
    assert rows(frame, "a.b.c IS NULL") == [False, True, True]
    assert rows(frame, "d.e = 'x'") == [True, False, False]


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("p LIKE 'A%'", [1, 0, 0, 0]),
        ("p ILIKE 'A%'", [1, 1, 0, 0]),
        ("p LIKE '%.%'", [0, 0, 1, 0]),
        ("p LIKE '_.c'", [0, 0, 0, 0]),
        ("p LIKE '50!%%' ESCAPE '!'", [0, 0, 0, 1]),
        ("p LIKE 'a%\nd'", [0, 1, 0, 0]),
        ("p LIKE 'b'", [0, 0, 0, 0]),
        ("UPPER(TRIM(p)) = 'B.C'", [0, 0, 1, 0]),
        ("LENGTH(p) = 3", [1, 0, 0, 0]),
        ("SUBSTR(p, 1, 2) = '50'", [0, 0, 0, 1]),
        ("SUBSTR(p, -2) = 'bc'", [1, 0, 0, 0]),
        ("SUBSTR(p, 2, -1) = ''", [1, 1, 1, 1]),
        ("CONTAINS(p, '.')", [0, 0, 1, 0]),
        ("p || '!' = 'Abc!'", [1, 0, 0, 0]),
        ("NULLIF(p, 'Abc') IS NULL", [1, 0, 0, 0]),
        ("CASE WHEN p = 'Abc' THEN 1 WHEN p LIKE '50%' THEN 2 ELSE 3 END = 2", [0, 0, 0, 1]),
        ("CASE p WHEN 'Abc' THEN 'x' END = 'x'", [1, 0, 0, 0]),
        ("COALESCE(NULLIF(p, 'Abc'), 'none') = 'none'", [1, 0, 0, 0]),
    ],
)
def test_functions_of_text(condition: str, answer: list[int]) -> None:
    assert kept(["Abc", "abc\nd", " b.c", "50% off"], condition) == [bool(one) for one in answer]


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("p / 2 = 2.5", [1, 0, 0]),
        ("p / 0 IS NULL", [1, 1, 1]),
        ("p % 0 IS NULL", [1, 1, 1]),
        ("p % 3 = -2", [0, 1, 0]),
        ("-p = 5", [0, 1, 0]),
        ("ABS(p) = 5", [1, 1, 0]),
        ("ROUND(p / 2) = 3", [1, 0, 0]),
        ("ROUND(p / 3, 2) = 1.67", [1, 0, 0]),
        ("p * 9223372036854775807 > 0", [1, 0, 1]),
    ],
)
def test_arithmetic(condition: str, answer: list[int]) -> None:
    assert kept([5, -5, 7], condition) == [bool(one) for one in answer]


def test_a_constant_condition_holds_for_every_row() -> None:
    assert kept(["a", "b"], "TRUE") == [True, True]
    assert kept(["a", "b"], "1 = 2 OR NULL") == [False, False]


@pytest.mark.parametrize(
    ("values", "condition", "message"),
    [
        ([4], {"p": "abc"}, "column 'p' (Int64): 'abc' is not a number"),
        ([4], {"p": [4, "abc"]}, "column 'p' (Int64): 'abc' is not a number"),
        ([4], {"p": "1_0"}, "column 'p' (Int64): '1_0' is not a number"),
        ([True], {"p": "maybe"}, "column 'p' (Boolean): 'maybe' is not true or false"),
        (DAYS, {"p": "soon"}, "column 'p' (Date): 'soon' is not a time"),
        (DAYS, {"p": 4}, "column 'p' (Date) and 4 cannot be compared"),
        (DAYS, "p + 1 > 0", "column 'p' (Date) cannot be read as a number"),
        ([[1]], {"p": 1}, "column 'p' (List) and 1 cannot be compared"),
        ([[1]], {"p": {"contains": "1"}}, "column 'p' (List) cannot be read as a text"),
        ([{"a": 1}], {"p": 1}, "column 'p' (Struct) and 1 cannot be compared"),
        ([4], "p = 4 AND 'abc'", "'abc' is not true or false"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name_type_and_value(
    values: list[Any], condition: object, message: str
) -> None:
    assert refused(values, condition) == message


def test_an_unknown_column_is_refused_with_the_nearest_name() -> None:
    frame = pl.DataFrame({name: ["x"] for name in ("plan", "amount", "#event", "#time")})
    with pytest.raises(DataError) as caught:
        rows(frame, {"paln": "pro"})
    [problem] = caught.value.problems
    assert (problem.code, problem.message) == ("unknown_column", "the log has no column 'paln'; did you mean 'plan'?")
    assert problem.hint == "columns: plan, amount"


def test_the_hint_of_an_unknown_column_lists_at_most_twelve_and_explains_quotes() -> None:
    frame = pl.DataFrame({f"c{n}": ["x"] for n in range(14)})
    with pytest.raises(DataError) as caught:
        rows(frame, "c1 = pro")
    assert caught.value.problems[0].hint == (
        "columns: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, …; "
        "to compare with the text, write 'pro' in single quotes"
    )
    with pytest.raises(DataError, match=r"no column 'c1\.x'"):
        rows(frame, "c1.x = 'a'")


def test_the_deepest_conditions_compile_and_run() -> None:
    text = "(" * 48 + "p = 1" + ")" * 48
    assert kept([1], text) == [True]
    assert kept([1], "p" + " + 1" * 48 + " = 49") == [True]
    assert kept([1], "NOT " * 48 + "p") == [True]
    assert kept([1], "CASE" + " WHEN p = 2 THEN 2" * 50 + " ELSE 1 END = 1") == [True]
    assert kept(["x7"], f"p IN ({', '.join(repr(f'x{n}') for n in range(20_000))})") == [True]
    assert kept(["%" * 9], "p LIKE '" + "_%" * 500 + "'") == [False]


WORDS = (
    "t n f b d s z t n f b 'x' '4' 'true' '2024-03-04' 1 -2.5 NULL TRUE ( ) , = < <> + - / % || AND OR NOT IS IN ( "
    "LIKE BETWEEN LOWER( ABS( ROUND( LENGTH( SUBSTR( COALESCE( NULLIF( CAST( AS INTEGER DATE TEXT CASE WHEN THEN END"
)
FRAME = pl.DataFrame(
    {
        "t": ["a", "4", None],
        "n": [1, -4, None],
        "f": [0.5, float("nan"), None],
        "b": [True, False, None],
        "d": [date(2024, 3, 4), date(1, 1, 1), None],
        "s": [{"x": 1}, {"x": None}, None],
        "z": [None, None, None],
    }
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join))
def test_whatever_can_be_read_runs_or_is_refused(text: str) -> None:
    try:
        assert len(rows(FRAME, text)) == 3
    except (ConditionError, DataError) as error:
        assert str(error)
