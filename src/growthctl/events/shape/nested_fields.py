"""Fields of nested columns: where a name of the funnel file stands, and the expression that reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.shape.nesting import Nesting

_DECODED = "#json "
"""Before the name of a column of JSON text: the column of what it holds."""


class Field(NamedTuple):
    """A value inside a nested column, under the name that the funnel file has for it."""

    name: str
    outer: str
    """The column."""
    path: tuple[str, ...]
    """The keys that lead there from it."""
    pairs: tuple[str, ...] | None = None
    """Of a list of key and value pairs: the fields of a value; None where the column holds objects."""
    is_certain: bool = True
    """Whether the first rows have it; else it may be a slip."""


def fields_named(name: str, columns: Iterable[str], nested: Mapping[str, Nesting]) -> list[Field]:
    """What `name`, which is no column, may mean: the dotted path of a field, or the one object that has such a key.

    Certain ones first and alone; none where no column can have it. Raises DataError `ambiguous_column`.
    """
    fields = [*_by_path(name, columns, nested), *_by_key(name, nested)]
    certain = [field for field in fields if field.is_certain]
    return [one_of(certain)] if certain else fields


def one_of(fields: Sequence[Field]) -> Field:
    """Of fields that a log has for one name the one that is meant; DataError `ambiguous_column`."""
    name = fields[0].name
    if len(fields) > 1 and fields[0].path == (name,):
        places = " or ".join(".".join((field.outer, *field.path)) for field in fields)
        message = f"'{name}' stands in {len(fields)} columns"
        raise DataError(Problem("ambiguous_column", message, f"say which one is meant: {places}"))
    return fields[0]


def _by_path(name: str, columns: Iterable[str], nested: Mapping[str, Nesting]) -> Iterator[Field]:
    for outer in sorted((column for column in columns if name.startswith(f"{column}.")), key=len, reverse=True):
        nesting = nested.get(outer)
        rest = name.removeprefix(f"{outer}.")
        if nesting is None:
            continue
        if nesting.kind == "pairs":
            yield Field(name, outer, (rest,), nesting.values, rest in nesting.names)
        else:
            yield from _inside(name, outer, rest, nesting)


def _inside(name: str, outer: str, rest: str, nesting: Nesting) -> Iterator[Field]:
    """The path through objects; a key may hold dots itself."""
    if rest in nesting.names:
        yield Field(name, outer, (rest,))
        return
    for key, child in nesting.children.items():
        if rest.startswith(f"{key}.") and child.kind == "object":
            for field in _inside(name, outer, rest.removeprefix(f"{key}."), child):
                yield field._replace(path=(key, *field.path))
            return
    yield Field(name, outer, tuple(rest.split(".")), is_certain=False)


def _by_key(name: str, nested: Mapping[str, Nesting]) -> Iterator[Field]:
    for outer, nesting in nested.items():
        pairs = nesting.values if nesting.kind == "pairs" else None
        if nesting.kind != "list":
            yield Field(name, outer, (name,), pairs, name in nesting.names)


def type_of(outer: str, fields: Iterable[Field]) -> pl.DataType:
    """The type of a nested column of which these fields are read; all leaves are text."""
    tree: dict[str, Any] = {}
    for field in fields:
        if field.outer != outer:
            continue
        if field.pairs is not None:
            value = _struct(dict.fromkeys(field.pairs)) if field.pairs else pl.String()
            return pl.List(pl.Struct({"key": pl.String(), "value": value}))
        branch = tree
        for key in field.path:
            branch = branch.setdefault(key, {})
    return _struct(tree)


def _struct(tree: Mapping[str, Any]) -> pl.DataType:
    return pl.Struct({key: _struct(branch) if branch else pl.String() for key, branch in tree.items()})


def decoded_name(outer: str) -> str:
    """Where the column of what a column of JSON text holds is."""
    return f"{_DECODED}{outer}"


def field_expr(field: Field, outer: str, dtype: pl.DataType) -> pl.Expr:
    """The field of the column `outer`, of a nested type; null where its type has no such field."""
    if field.pairs is not None:
        return _value_of(outer, field.path[0], field.pairs).alias(field.name)
    expr, inner = pl.col(outer), dtype
    for key in field.path:
        schema: Mapping[str, Any] = inner.to_schema() if isinstance(inner, pl.Struct) else {}
        if key not in schema:
            return pl.lit(None, pl.String()).alias(field.name)
        expr, inner = expr.struct.field(key), schema[key]
    return expr.alias(field.name)


def _value_of(outer: str, key: str, fields: Sequence[str]) -> pl.Expr:
    """Of a list of pairs the value of the first with this key, as text."""
    value = pl.element().struct.field("value")
    text = pl.coalesce(value.struct.field(name).cast(pl.String) for name in fields) if fields else value.cast(pl.String)
    chosen = pl.when(pl.element().struct.field("key") == key).then(text)
    return pl.col(outer).list.eval(chosen).list.drop_nulls().list.first()
