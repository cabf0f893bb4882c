"""Conditions as mappings, and what both notations share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growthctl.funnel.conditions.parse import Column, ConditionError, Literal, Operation, columns, parse_condition

PLAN, AMOUNT = Column("plan"), Column("amount")


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ({"plan": "pro"}, "plan = 'pro'"),
        ({"plan": ["pro", 4, True]}, "plan IN ('pro', 4, TRUE)"),
        ({"plan": {"eq": "pro"}}, "plan = 'pro'"),
        ({"plan": {"ne": "pro"}}, "plan <> 'pro'"),
        ({"plan": {"in": ["pro"]}}, "plan IN ('pro')"),
        ({"plan": {"not_in": ["pro"]}}, "plan NOT IN ('pro')"),
        ({"plan": {"contains": "r"}}, "CONTAINS(plan, 'r')"),
        ({"plan": {"starts_with": "p"}}, "STARTS_WITH(plan, 'p')"),
        ({"amount": {"gt": 1, "le": 2.5}}, "amount > 1 AND amount <= 2.5"),
        ({"amount": {"ge": 1}}, "amount >= 1"),
        ({"amount": {"lt": -1}}, "amount < -1"),
        ({"plan": {"is_null": True}}, "plan IS NULL"),
        ({"plan": {"is_null": False}}, "plan IS NOT NULL"),
        ({"plan": "pro", "amount": 4}, "plan = 'pro' AND amount = 4"),
        ({"any": [{"plan": "pro"}, {"amount": 4}]}, "plan = 'pro' OR amount = 4"),
        ({"all": [{"plan": "pro"}, {"any": [{"amount": 4}, {"amount": 5}]}]}, "plan='pro' AND (amount=4 OR amount=5)"),
        ({"any": [{"plan": "pro"}, "amount > 4"]}, "plan = 'pro' OR amount > 4"),
    ],
)
def test_a_mapping_means_what_its_text_means(mapping: object, text: str) -> None:
    assert parse_condition(mapping) == parse_condition(text)


def test_a_tree_is_returned_as_it_is() -> None:
    tree = Operation("eq", (PLAN, Literal("pro")))
    assert parse_condition(tree) is tree


def test_columns_are_named_once_in_the_order_of_their_first_occurrence() -> None:
    assert columns(parse_condition("b = 1 AND a.x > b OR LOWER(c) IN (a.x)")) == ("b", "a.x", "c")


@pytest.mark.parametrize(
    ("mapping", "message", "path"),
    [
        ({}, "the condition is empty", ()),
        (4, "a condition is a mapping or a text, not a number", ()),
        (None, "a condition is a mapping or a text, not null", ()),
        ({"plan": None}, "null equals nothing", ("plan",)),
        ({"plan": ["pro", None]}, "null equals nothing", ("plan", 1)),
        ({"plan": []}, "in takes a list of at least one value", ("plan",)),
        ({"plan": {"in": "pro"}}, "in takes a list of at least one value", ("plan", "in")),
        ({"plan": {"eq": ["pro"]}}, "a value is a text, a number or true/false, not a list", ("plan", "eq")),
        ({"plan": {}}, "'plan' has no operator", ("plan",)),
        ({"plan": {"is_nul": True}}, "unknown operator 'is_nul'; did you mean 'is_null'?", ("plan", "is_nul")),
        ({"plan": {"is_null": "yes"}}, "is_null takes true or false", ("plan", "is_null")),
        ({"plan": float("nan")}, "the number is out of range", ("plan",)),
        ({"plan": 2**64}, "the number is out of range", ("plan",)),
        ({"any": {"plan": "pro"}}, "'any' takes a list of conditions", ("any",)),
        ({"any": []}, "'any' takes a list of conditions", ("any",)),
        ({"all": [{"plan": "pro"}, {"plan": None}]}, "null equals nothing", ("all", 1, "plan")),
        ({3: "pro"}, "3 is not the name of a property", ()),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused_where_it_is_wrong(
    mapping: object, message: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(mapping)
    assert (str(caught.value), caught.value.path) == (message, path)


def test_a_text_inside_a_mapping_is_refused_with_its_path_and_its_offset() -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition({"any": [{"plan": "pro"}, "amount >"]})
    assert (caught.value.path, caught.value.at) == (("any", 1), 8)


def test_a_mapping_nested_without_end_is_refused() -> None:
    bomb: object = {"plan": "pro"}
    for _ in range(10_000):
        bomb = {"any": [bomb]}
    with pytest.raises(ConditionError, match="nested deeper than 50 levels"):
        parse_condition(bomb)


KEYS = st.sampled_from(["plan", "any", "all", "eq", "in", "is_null", "gt"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
MAPPINGS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@settings(max_examples=100, deadline=None)
@given(MAPPINGS)
def test_no_mapping_raises_anything_but_a_condition_error(mapping: object) -> None:
    try:
        parse_condition(mapping)
    except ConditionError as error:
        assert str(error)
