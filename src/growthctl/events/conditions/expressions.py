"""Conditions to polars expressions: SQL's three-valued logic over the columns that a log happens to have.

Null equals nothing and orders nowhere. A text that is no number equals no number, and is neither below nor above
one. Arithmetic is in floats; division by zero is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.conditions.terms import (
    DTYPES,
    INSTANT,
    Term,
    ValueKind,
    cast,
    column_term,
    common_kind,
    convert,
    is_member,
    literal_term,
    literal_value,
)
from growthctl.funnel.conditions.parse import Column, Condition, Literal
from growthctl.funnel.nearest import did_you_mean

_MOST_LISTED = 12


def compile_condition(
    condition: Condition, schema: Mapping[str, pl.DataType], aliases: Mapping[str, str], timezone: str = "UTC"
) -> pl.Expr:
    """A Boolean expression, never null, over a frame that has the columns of `schema`.

    `aliases` says where `event` and `time` (Int64 µs since the epoch) are, should the log have no column of that
    name; `timezone` is that of times without an offset. Raises DataError `unknown_column` or `type_mismatch`.
    """
    return _Compiler(schema, aliases, timezone).boolean(condition).fill_null(False)


class _Compiler:
    def __init__(self, schema: Mapping[str, pl.DataType], aliases: Mapping[str, str], timezone: str) -> None:
        self.schema, self.aliases, self.timezone = schema, aliases, timezone

    def boolean(self, node: Condition) -> pl.Expr:
        return convert(self.term(node), "boolean", self.timezone)

    def text(self, node: Condition) -> pl.Expr:
        return convert(self.term(node), "text", self.timezone)

    def number(self, node: Condition) -> pl.Expr:
        """Floats, which neither wrap around nor need to agree on a width."""
        return convert(self.term(node), "number", self.timezone).cast(pl.Float64)

    def term(self, node: Condition) -> Term:
        if isinstance(node, Column):
            return self.column(node)
        if isinstance(node, Literal):
            return literal_term(node.value)
        label = f"{node.name.upper()}(…)"
        for rules, dtype in _RULES:
            if node.name in rules:
                return Term(rules[node.name](self, *node.arguments), dtype, label)
        return Term(*_CHOICES[node.name](self, *node.arguments), label)

    def column(self, node: Column) -> Term:
        name = node.name
        if name in self.schema:
            return column_term(pl.col(name), self.schema[name], name)
        if name in self.aliases:
            alias = INSTANT if name == "time" else pl.String()
            return column_term(pl.col(self.aliases[name]).cast(alias), alias, name)
        parts = name.split(".")
        for split in range(len(parts) - 1, 0, -1):
            expr, dtype = pl.col(".".join(parts[:split])), self.schema.get(".".join(parts[:split]))
            for part in parts[split:]:
                expr, dtype = expr.struct.field(part), _field_type(dtype, part)
            if dtype is not None:
                return column_term(expr, dtype, name)
        raise self.unknown(node)

    def unknown(self, node: Column) -> DataError:
        listed = [name for name in self.schema if name not in self.aliases.values()]
        hint = f"columns: {', '.join(listed[:_MOST_LISTED])}" + (", …" if len(listed) > _MOST_LISTED else "")
        if node.at is not None:
            hint += f"; to compare with the text, write '{node.name}' in single quotes"
        near = did_you_mean(node.name, (*listed, *self.aliases))
        return DataError(Problem("unknown_column", f"the log has no column '{node.name}'{near}", hint))

    def compare(self, name: str, left: Term, right: Term) -> pl.Expr:
        kind = common_kind(left, right)
        a, b = convert(left, kind, self.timezone, right), convert(right, kind, self.timezone, left)
        comparison = _COMPARISONS[name](a, b)
        return _decided(comparison, name == "ne", kind, left, right) if name in ("eq", "ne") else comparison

    def is_in(self, subject: Condition, *members: Condition) -> pl.Expr:
        """The texts and numbers that the condition writes as one list of a kind, the rest one by one."""
        left, tests = self.term(subject), []
        lists: dict[ValueKind, list[Term]] = {}
        for right in map(self.term, members):
            kind = common_kind(left, right)
            if right.literal is not None and left.literal is None and kind in ("text", "number"):
                lists.setdefault(kind, []).append(right)
            else:
                tests.append(self.compare("eq", left, right))
        for kind, terms in lists.items():
            values = [literal_value(term, kind, self.timezone, left) for term in terms]
            dtype = left.dtype if left.kind == kind else DTYPES[kind]
            is_listed = is_member(convert(left, kind, self.timezone).cast(dtype), dtype, values)
            tests.append(_decided(is_listed, False, kind, left))
        return pl.any_horizontal(tests)

    def like(self, flags: str, subject: Condition, pattern: Literal, escape: Literal) -> pl.Expr:
        return self.text(subject).str.contains(f"(?{flags})^{_regex(str(pattern.value), escape.value)}$")

    def substring(self, text: Condition, start: Condition, length: Condition | None = None) -> pl.Expr:
        """Counts from 1, or back from the end where the start is negative."""
        first = self.number(start).cast(pl.Int64, strict=False)
        offset = pl.when(first > 0).then(first - 1).otherwise(first)
        count = None if length is None else self.number(length).cast(pl.Int64, strict=False).clip(lower_bound=0)
        return self.text(text).str.slice(offset, count)

    def rounded(self, value: Condition, digits: Literal | None = None) -> pl.Expr:
        places = int(digits.value or 0) if digits else 0
        return self.number(value).round(places, mode="half_away_from_zero")

    def divisor(self, node: Condition) -> pl.Expr:
        number = self.number(node)
        return pl.when(number != 0).then(number)

    def remainder(self, left: Condition, right: Condition) -> pl.Expr:
        """Of the sign of the dividend, as in SQL."""
        number = self.number(left)
        return (number.abs() % self.divisor(right).abs()) * number.sign()

    def alike(self, nodes: Sequence[Condition]) -> tuple[list[pl.Expr], pl.DataType]:
        """Values that one expression chooses from, as one type."""
        first, *rest = terms = [self.term(node) for node in nodes]
        for term in rest:
            first = first if common_kind(first, term) == first.kind else term
        exprs = [convert(term, first.kind, self.timezone, first) for term in terms]
        if first.kind == "instant":
            return [expr.cast(INSTANT) for expr in exprs], INSTANT
        if first.kind == "number":
            return [expr.cast(pl.Float64) for expr in exprs], pl.Float64()
        return exprs, first.dtype

    def coalesce(self, *nodes: Condition) -> tuple[pl.Expr, pl.DataType]:
        exprs, dtype = self.alike(nodes)
        return pl.coalesce(exprs), dtype

    def nullif(self, value: Condition, sentinel: Condition) -> tuple[pl.Expr, pl.DataType]:
        term = self.term(value)
        equal = self.compare("eq", term, self.term(sentinel)).fill_null(False)
        return pl.when(~equal).then(term.expr), term.dtype

    def case(self, *nodes: Condition) -> tuple[pl.Expr, pl.DataType]:
        (*exprs, otherwise), dtype = self.alike((*nodes[1::2], nodes[-1]))
        for test, expr in reversed(list(zip(nodes[::2], exprs, strict=False))):
            otherwise = pl.when(self.boolean(test)).then(expr).otherwise(otherwise)
        return otherwise, dtype

    def cast(self, value: Condition, target: Literal) -> tuple[pl.Expr, pl.DataType]:
        term = self.term(value)
        if target.value in ("timestamp", "date"):
            instant = cast(term, "instant", self.timezone).cast(INSTANT)
            if target.value == "timestamp":
                return instant, INSTANT
            return instant.dt.convert_time_zone(self.timezone).dt.date(), pl.Date()
        if target.value == "integer":
            number = cast(term, "number", self.timezone)
            truncated = number if term.dtype.is_integer() else number.cast(pl.Float64).truncate()
            return truncated.cast(pl.Int64, strict=False), pl.Int64()
        kinds: dict[object, ValueKind] = {"text": "text", "float": "number", "boolean": "boolean"}
        kind = kinds[target.value]
        return cast(term, kind, self.timezone).cast(DTYPES[kind]), DTYPES[kind]


_COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "eq": pl.Expr.eq,
    "ne": pl.Expr.ne,
    "lt": pl.Expr.lt,
    "le": pl.Expr.le,
    "gt": pl.Expr.gt,
    "ge": pl.Expr.ge,
}


def _comparison(name: str, c: _Compiler, left: Condition, right: Condition) -> pl.Expr:
    return c.compare(name, c.term(left), c.term(right))


_BOOLEANS: dict[str, Callable[..., pl.Expr]] = {
    "and": lambda c, *nodes: pl.all_horizontal([c.boolean(node) for node in nodes]),
    "or": lambda c, *nodes: pl.any_horizontal([c.boolean(node) for node in nodes]),
    "not": lambda c, node: ~c.boolean(node),
    "is_null": lambda c, node: c.term(node).expr.is_null(),
    "is_true": lambda c, node: c.boolean(node).eq_missing(True),
    "is_false": lambda c, node: c.boolean(node).eq_missing(False),
    "in": _Compiler.is_in,
    "like": lambda c, *nodes: c.like("s", *nodes),
    "ilike": lambda c, *nodes: c.like("is", *nodes),
    "contains": lambda c, text, part: c.text(text).str.contains(c.text(part), literal=True),
    "starts_with": lambda c, text, part: c.text(text).str.starts_with(c.text(part)),
    **{name: partial(_comparison, name) for name in _COMPARISONS},
}
_TEXTS: dict[str, Callable[..., pl.Expr]] = {
    "lower": lambda c, node: c.text(node).str.to_lowercase(),
    "upper": lambda c, node: c.text(node).str.to_uppercase(),
    "trim": lambda c, node: c.text(node).str.strip_chars(),
    "substr": _Compiler.substring,
    "concat": lambda c, left, right: c.text(left) + c.text(right),
}
_NUMBERS: dict[str, Callable[..., pl.Expr]] = {
    "abs": lambda c, node: c.number(node).abs(),
    "round": _Compiler.rounded,
    "negate": lambda c, node: -c.number(node),
    "length": lambda c, node: c.text(node).str.len_chars().cast(pl.Float64),
    "add": lambda c, left, right: c.number(left) + c.number(right),
    "subtract": lambda c, left, right: c.number(left) - c.number(right),
    "multiply": lambda c, left, right: c.number(left) * c.number(right),
    "divide": lambda c, left, right: c.number(left) / c.divisor(right),
    "remainder": _Compiler.remainder,
}
_RULES = ((_BOOLEANS, pl.Boolean()), (_TEXTS, pl.String()), (_NUMBERS, pl.Float64()))
_CHOICES: dict[str, Callable[..., tuple[pl.Expr, pl.DataType]]] = {
    "coalesce": _Compiler.coalesce,
    "nullif": _Compiler.nullif,
    "case": _Compiler.case,
    "cast": _Compiler.cast,
}


def _field_type(dtype: pl.DataType | None, name: str) -> pl.DataType | None:
    """The type of a struct's field; None where there is no such field."""
    fields = dtype.to_schema() if isinstance(dtype, pl.Struct) else {}
    field_type = fields.get(name)
    return field_type if isinstance(field_type, pl.DataType) else None


def _decided(equality: pl.Expr, unreadable: bool, kind: ValueKind, *terms: Term) -> pl.Expr:
    """Equality where a text of the log may be unreadable as `kind`: then it is not equal, unlike a null."""
    if kind == "text" or all(term.kind != "text" or term.literal is not None for term in terms):
        return equality
    given = [term.expr.is_not_null() for term in terms if term.literal is None]
    return pl.when(pl.all_horizontal(given)).then(equality.fill_null(unreadable))


def _regex(pattern: str, escape: object) -> str:
    """A LIKE pattern as a regular expression: % any run, _ one character, the escape takes the next one as it is."""
    parts, escaped = [], False
    for character in pattern:
        if character == escape and not escaped:
            escaped = True
            continue
        wildcard = None if escaped else {"%": ".*", "_": "."}.get(character)
        parts.append(wildcard or re.escape(character))
        escaped = False
    return "".join(parts)
