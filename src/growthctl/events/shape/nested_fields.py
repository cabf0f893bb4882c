"""Fields of nested columns: where a name of the funnel file stands, and the expression that reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.shape.json_text import decoded
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
    """What `name`, which is no column, may mean: the dotted path of a field, from its column or from the one object
    that has it.

    Certain ones first and alone; none where no column can have it. Raises DataError `ambiguous_column`.
    """
    fields = [*_by_path(name, columns, nested), *_by_key(name, nested)]
    certain = [field for field in fields if field.is_certain]
    return [one_of(certain)] if certain else fields


def one_of(fields: Sequence[Field]) -> Field:
    """Of fields that a log has for one name the one that is meant; DataError `ambiguous_column`."""
    name = fields[0].name
    places = {".".join((field.outer, *field.path)): field for field in fields}
    if len(places) > 1 and name not in places:
        message = f"'{name}' stands in {len(places)} columns"
        raise DataError(Problem("ambiguous_column", message, f"say which one is meant: {' or '.join(places)}"))
    return places.get(name, fields[0])


def _by_path(name: str, columns: Iterable[str], nested: Mapping[str, Nesting]) -> Iterator[Field]:
    for outer in sorted((column for column in columns if name.startswith(f"{column}.")), key=len, reverse=True):
        if outer in nested:
            yield from _inside(name, outer, name.removeprefix(f"{outer}."), nested[outer])


def _inside(name: str, outer: str, rest: str, nesting: Nesting) -> Iterator[Field]:
    """The path through objects; a key may hold dots itself."""
    if nesting.kind == "list":
        return
    if nesting.kind == "pairs":
        yield Field(name, outer, (rest,), nesting.values, rest in nesting.names)
        return
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
        yield from _inside(name, outer, name, nesting)


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


def _struct(tree: Mapping[str, Any]) -> pl.Struct:
    return pl.Struct({key: _struct(branch) if branch else pl.String() for key, branch in tree.items()})


def decoded_name(outer: str) -> str:
    """Where the column of what a column of JSON text holds is."""
    return f"{_DECODED}{outer}"


def field_expr(field: Field, outer: str, dtype: pl.DataType) -> pl.Expr:
    """The field of the column `outer`, of a nested type; null where its type has no such field."""
    if field.pairs is not None:
        return _value_of(outer, field.path[0], field.pairs, dtype).alias(field.name)
    expr, inner = pl.col(outer), dtype
    for key in field.path:
        schema: Mapping[str, Any] = inner.to_schema() if isinstance(inner, pl.Struct) else {}
        if key not in schema:
            return pl.lit(None, pl.String()).alias(field.name)
        expr, inner = expr.struct.field(key), schema[key]
    return expr.alias(field.name)


def _value_of(outer: str, key: str, fields: Sequence[str], dtype: pl.DataType) -> pl.Expr:
    """Of a list of pairs, which may be text of JSON, the value of the first with this key, as text."""
    if dtype == pl.String():
        value = pl.col(outer).str.json_path_match(f"$[?(@.key=={json.dumps(key, ensure_ascii=False)})].value")
        value = decoded(value, _struct(dict.fromkeys(fields))) if fields else value
    else:
        has_key = pl.element().struct.field("key") == key
        value = pl.col(outer).list.eval(pl.element().filter(has_key).struct.field("value")).list.first()
    if not fields:
        return value.cast(pl.String)
    # As an expression of its fields, the value would be looked for once for each.
    return value.map_batches(lambda values: _set_one(values, fields), return_dtype=pl.String, is_elementwise=True)


def _set_one(values: pl.Series, fields: Sequence[str]) -> pl.Series:
    """Of structs the one of the fields that is set, as text."""
    return values.struct.unnest().select(pl.coalesce(pl.col(fields).cast(pl.String))).to_series()
