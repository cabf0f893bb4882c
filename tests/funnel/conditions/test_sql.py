"""Conditions as text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growthctl.funnel.conditions.parse import Column, Condition, ConditionError, Literal, Operation, parse_condition


def shown(condition: Condition) -> str:
    """A tree as (name argument …)."""
    if isinstance(condition, Column):
        return condition.name
    if isinstance(condition, Literal):
        return repr(condition.value)
    return f"({' '.join([condition.name, *map(shown, condition.arguments)])})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = 1 OR b = 2 AND NOT c = 3", "(or (eq a 1) (and (eq b 2) (not (eq c 3))))"),
        ("(a OR b) AND c", "(and (or a b) c)"),
        ("a and b AND c", "(and a b c)"),
        ("NOT a IS NULL", "(not (is_null a))"),
        ("a == 1", "(eq a 1)"),
        ("a != 1", "(ne a 1)"),
        ("a <> 1", "(ne a 1)"),
        ("a<=1 or a>=2", "(or (le a 1) (ge a 2))"),
        ("1 - 2 - 3 < 4", "(lt (subtract (subtract 1 2) 3) 4)"),
        ("a + b * -c > -2", "(gt (add a (multiply b (negate c))) -2)"),
        ("a / 2 % 3 = .5e1", "(eq (remainder (divide a 2) 3) 5.0)"),
        ("a || 'x' = 'it''s'", "(eq (concat a 'x') \"it's\")"),
        ("a BETWEEN 1 AND 2 AND b", "(and (and (ge a 1) (le a 2)) b)"),
        ("a NOT BETWEEN 1 AND 2", "(not (and (ge a 1) (le a 2)))"),
        ("a NOT IN (1, 'x', NULL)", "(not (in a 1 'x' None))"),
        ("a LIKE '50!%' ESCAPE '!'", "(like a '50!%' '!')"),
        ("a NOT ILIKE 'x_'", "(not (ilike a 'x_' None))"),
        ("a IS NOT TRUE", "(not (is_true a))"),
        ("a IS FALSE", "(is_false a)"),
        ("a IS NOT NULL", "(not (is_null a))"),
        ("TRUE", "True"),
        ("COALESCE(a, b, 0) = ROUND(ABS(c), 2)", "(eq (coalesce a b 0) (round (abs c) 2))"),
        ("cast(a as varchar) = 'x'", "(eq (cast a 'text') 'x')"),
        ("TRY_CAST(a AS DOUBLE) > 1", "(gt (cast a 'float') 1)"),
        ("CASE WHEN a THEN 1 ELSE 2 END = 1", "(eq (case a 1 2) 1)"),
        ("CASE a WHEN 'x' THEN 1 END = 1", "(eq (case (eq a 'x') 1 None) 1)"),
        ("SUBSTR(a, 1, 2) = 'x'", "(eq (substr a 1 2) 'x')"),
        ('"utm source" = \'x\' AND `b``c` = "d""e"', "(and (eq utm source 'x') (eq b`c d\"e))"),
        ('a.b."c d" = $browser', "(eq a.b.c d $browser)"),
        ("größe > 1", "(gt größe 1)"),
        ("a\n  = 1", "(eq a 1)"),
    ],
)
def test_a_text_is_read_by_the_precedence_of_sql(text: str, tree: str) -> None:
    assert shown(parse_condition(text)) == tree


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "the condition is empty"),
        ("plan = ", 7, "expected a value, found the end"),
        ("plan = 'pro", 7, "the quote ' is not closed"),
        ("plan = 'pro' amount", 13, "expected an operator or the end, found 'amount'"),
        ("(plan = 'pro'", 13, "expected ')', found the end"),
        ("1 < a < 3", 6, "comparisons do not chain"),
        ("a ~ 'x'", 2, "unexpected character '~'"),
        ("a = 1; DROP TABLE x", 5, "unexpected character ';'"),
        ("a = 1 -- really", 6, "comments are not part of a condition"),
        ("a = 1 /* really */", 6, "comments are not part of a condition"),
        ("a::int = 1", 1, "unexpected character ':'"),
        ("a IN ()", 6, "expected a value, found ')'"),
        ("a NOT 1", 6, "expected IN, BETWEEN or LIKE, found '1'"),
        ("a IS 1", 5, "expected NULL, TRUE or FALSE, found '1'"),
        ("a LIKE b", 7, "expected a pattern in single quotes, found 'b'"),
        ("a LIKE 'x' ESCAPE 'yy'", 18, "ESCAPE takes one character"),
        ("LOWER(a, b) = 'x'", 0, "LOWER takes 1 arguments, not 2"),
        ("COALESCE() = 'x'", 0, "COALESCE takes 1 or more arguments, not 0"),
        ("ROUND(a, b) = 1", 9, "the digits of ROUND are a whole number from 0 to 15"),
        ("CAST(a AS json) = 1", 10, "'json' is not a type"),
        ("CASE ELSE 1 END = 1", 5, "expected a value, found 'ELSE'"),
        ("a. = 1", 3, "expected a name after the dot, found '='"),
        ("a = 1e999", 4, "the number is out of range"),
        ("a = 99999999999999999999", 4, "the number is out of range"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_offset(text: str, at: int, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert (caught.value.at, str(caught.value)) == (at, message)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("COUNT(*) > 1", 0),
        ("a = 1 AND MAX(b) > 2", 10),
        ("a IN (SELECT b FROM c)", 6),
        ("EXISTS (SELECT 1)", 0),
        ("SELECT a FROM b", 0),
        ("LENGTH(a) OVER (PARTITION BY b) > 1", 10),
        ("ROW_NUMBER() OVER () = 1", 0),
        ("a = 1 ORDER BY b", 6),
        ("a = 1 UNION SELECT 2", 6),
    ],
)
def test_what_looks_beyond_the_event_is_refused_with_a_hint(text: str, at: int) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert caught.value.at == at
    assert "one event" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("LEN(a) = 1", "did you mean LENGTH?"),
        ("a = 1 AND read_csv('/etc/passwd') = 'x'", "functions: LOWER, UPPER"),
        ("start_with(a, 'x')", "did you mean STARTS_WITH?"),
        ("now() > time", "functions: LOWER, UPPER"),
    ],
)
def test_an_unknown_function_is_refused_with_the_nearest_one(text: str, hint: str) -> None:
    with pytest.raises(ConditionError, match="is not a function of conditions") as caught:
        parse_condition(text)
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize(
    "bomb",
    [
        "(" * 20_000 + "a" + ")" * 20_000,
        "NOT " * 20_000 + "a",
        "- " * 20_000 + "a = 1",
        "a" + " + 1" * 20_000 + " = 1",
        "LOWER(" * 20_000,
        "CASE WHEN " * 20_000,
        "a IN (" * 20_000,
    ],
    ids=lambda bomb: bomb[:10],
)
def test_a_text_nested_without_end_is_refused(bomb: str) -> None:
    with pytest.raises(ConditionError, match="nested deeper than 50 levels"):
        parse_condition(bomb)


def test_a_long_flat_text_is_fine() -> None:
    tree = parse_condition(" OR ".join(f"a = {n}" for n in range(5000)))
    assert isinstance(tree, Operation)
    assert len(tree.arguments) == 5000


@pytest.mark.parametrize("text", ["CASE" + " WHEN a THEN 1" * 51 + " END = 1", f"a LIKE '{'_' * 1001}'"])
def test_what_the_engine_could_not_bear_is_refused(text: str) -> None:
    with pytest.raises(ConditionError, match=r"more than 50 branches|at most 1000 characters"):
        parse_condition(text)


WORDS = (
    "a 'x' 1 .5 ( ) , . AND OR NOT IN IS NULL LIKE BETWEEN CASE WHEN THEN ELSE END CAST AS LOWER COUNT "
    'SELECT = < <> + - * / % || "q" ` \' $ ; -- 99999999999999999999 1e999 ESCAPE TRUE'
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join) | st.text(max_size=20))
def test_no_text_raises_anything_but_a_condition_error(text: str) -> None:
    try:
        parse_condition(text)
    except ConditionError as error:
        assert str(error)
        assert error.at is not None
        assert 0 <= error.at <= len(text)
