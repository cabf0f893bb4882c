"""Columns that are made of others: see `funnel/sections/column_lists.py`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from growthctl.funnel.sections.column_lists import (
    Constant,
    FirstOf,
    Grouped,
    MadeColumn,
    Together,
    literals,
    placeholders,
)

_BETWEEN = "\x1f"
"""Between the parts of an id, where no id has it."""


def made_column(column: MadeColumn, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """The expression; of parts that `schema` lacks it is as if they were null."""
    if isinstance(column, FirstOf):
        return _first_of(column, schema).alias(column)
    if isinstance(column, Together):
        complete = [columns for columns in column.alternatives if all(name in schema for name in columns)]
        ids = [pl.concat_str([pl.col(name).cast(pl.String) for name in ids], separator=_BETWEEN) for ids in complete]
        return (pl.coalesce(ids) if ids else pl.lit(None, pl.String())).alias(column)
    if isinstance(column, Constant):
        return pl.lit(column.text).alias(column)
    if isinstance(column, Grouped):
        text = pl.col(column.column).cast(pl.String)
        groups = {value: group for value, group in column.groups.items() if value != "*"}
        rest = pl.lit(column.groups["*"]) if "*" in column.groups else text
        grouped = text.replace_strict(groups, default=rest, return_dtype=pl.String()) if groups else rest
        return pl.when(text.is_not_null()).then(grouped).alias(column)
    raise TypeError(column)


def _first_of(column: FirstOf, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    there = [choice for choice in column.choices if all(name in schema for name in placeholders(choice) or (choice,))]
    types = {pl.String() if placeholders(choice) else schema[choice] for choice in there}
    exprs = []
    for choice in there:
        expr = _template(choice) if placeholders(choice) else pl.col(choice)
        expr = expr if len(types) == 1 else expr.cast(pl.String)
        # An empty text says as little as none.
        is_text = len(types) > 1 or types == {pl.String()}
        exprs.append(pl.when(expr != "").then(expr) if is_text else expr)
    return pl.coalesce(exprs) if exprs else pl.lit(None, pl.String())


def _template(template: str) -> pl.Expr:
    """Null where one of its columns is."""
    between, names = literals(template), placeholders(template)
    parts = [pl.lit(between[0])]
    for name, text in zip(names, between[1:], strict=True):
        parts += [pl.col(name).cast(pl.String), pl.lit(text)]
    return pl.concat_str(parts)
