"""Conditions on one event, from either notation to one tree.

A mapping: `{plan: pro}` equals, `{plan: [pro, team]}` in, `{amount: {gt: 10, le: 99}}` operators, several
keys = and, `{any: […]}`, `{all: […]}`. A text: one SQL condition (see `sql`).
"""

from __future__ import annotations

from collections.abc import Mapping

from growthctl.funnel.conditions.sql import parse_sql
from growthctl.funnel.conditions.tree import (
    MAX_DEPTH,
    Column,
    Condition,
    ConditionError,
    Literal,
    Operation,
    check_number,
    columns,
)
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.values import called

__all__ = ["Column", "Condition", "ConditionError", "Literal", "Operation", "columns", "parse_condition"]

_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge", "contains", "starts_with")
_OPERATORS = (*_COMPARISONS, "in", "not_in", "is_null")
_GROUPS = {"any": "or", "all": "and"}
_Path = tuple[str | int, ...]


def parse_condition(raw: object) -> Condition:
    """The tree of a mapping or a text; a tree is returned as it is.

    Raises ConditionError (a ValueError): the offset in the text, the path in the mapping, and how to mend it.
    """
    return _parse(raw, ())


def _parse(raw: object, path: _Path) -> Condition:
    if isinstance(raw, Column | Literal | Operation):
        return raw
    if len(path) > MAX_DEPTH:
        raise ConditionError(f"nested deeper than {MAX_DEPTH} levels", path=path[:1])
    if isinstance(raw, str):
        try:
            return parse_sql(raw)
        except ConditionError as error:
            error.path = path
            raise
    if not isinstance(raw, Mapping):
        raise ConditionError(f"a condition is a mapping or a text, not {called(raw)}", path=path)
    if not raw:
        raise ConditionError("the condition is empty", "leave it out, or write {plan: pro}", path=path)
    return _joined("and", [part for key, value in raw.items() for part in _entry(key, value, path)])


def _joined(name: str, parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else Operation(name, tuple(parts))


def _entry(key: object, value: object, path: _Path) -> list[Condition]:
    """The conditions of one key of a mapping."""
    if not isinstance(key, str) or not key:
        raise ConditionError(f"{key!r} is not the name of a property", path=path)
    key_path = (*path, key)
    if key in _GROUPS:
        if not isinstance(value, list | tuple) or not value:
            hint = f'for a property of that name write the text "\\"{key}\\" = \'…\'"'
            raise ConditionError(f"'{key}' takes a list of conditions", hint, path=key_path)
        return [_joined(_GROUPS[key], [_parse(part, (*key_path, index)) for index, part in enumerate(value)])]
    column = Column(key)
    if isinstance(value, Mapping):
        if not value:
            raise ConditionError(f"'{key}' has no operator", f"operators: {', '.join(_OPERATORS)}", path=key_path)
        return [_operation(column, name, operand, (*key_path, str(name))) for name, operand in value.items()]
    return [_operation(column, "in" if isinstance(value, list | tuple) else "eq", value, key_path)]


def _operation(column: Column, name: object, operand: object, path: _Path) -> Condition:
    if name == "is_null":
        if not isinstance(operand, bool):
            raise ConditionError("is_null takes true or false", path=path)
        test = Operation("is_null", (column,))
        return test if operand else Operation("not", (test,))
    if name in ("in", "not_in"):
        if not isinstance(operand, list | tuple) or not operand:
            raise ConditionError(f"{name} takes a list of at least one value", path=path)
        members = [_value(member, (*path, index)) for index, member in enumerate(operand)]
        test = Operation("in", (column, *members))
        return test if name == "in" else Operation("not", (test,))
    if name not in _COMPARISONS:
        near = did_you_mean(str(name), _OPERATORS)
        raise ConditionError(f"unknown operator '{name}'{near}", f"operators: {', '.join(_OPERATORS)}", path=path)
    return Operation(str(name), (column, _value(operand, path)))


def _value(raw: object, path: _Path) -> Literal:
    if raw is None:
        raise ConditionError("null equals nothing", "write is_null: true", path=path)
    if not isinstance(raw, str | int | float):
        raise ConditionError(f"a value is a text, a number or true/false, not {called(raw)}", path=path)
    if not isinstance(raw, str):
        try:
            check_number(raw)
        except ConditionError as error:
            error.path = path
            raise
    return Literal(raw)
