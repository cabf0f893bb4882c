"""Texts where the funnel expects numbers: `19,90` is none, and would be left out without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from growthctl.errors import Notice
from growthctl.events.columns import ColumnRequest
from growthctl.events.shape.grouped_numbers import GROUPED
from growthctl.funnel.conditions.parse import Column, Condition, Literal, Operation
from growthctl.funnel.sections.model import Funnel

_ORDER = ("lt", "le", "gt", "ge")


def number_columns(funnel: Funnel) -> list[ColumnRequest]:
    """The columns that conditions compare with numbers, and the property that conversions are worth."""
    columns = [
        (f"stages[{k}].where", name)
        for k, stage in enumerate(funnel.stages)
        if stage.where is not None
        for name in _compared(stage.where)
    ]
    value = funnel.value
    return columns + ([("value.property", value.property)] if value and value.property else [])


def non_number_counts(funnel: Funnel, schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Of each of `number_columns`: how many texts are no numbers, how many of them are to people, the first of both."""
    expressions = []
    for number, (_, name) in enumerate(number_columns(funnel)):
        column = pl.col(name) if isinstance(schema.get(name), pl.String) else pl.lit(None, pl.String)
        texts = column.filter(column.is_not_null() & (column != "") & column.cast(pl.Float64, strict=False).is_null())
        grouped = texts.filter(texts.str.contains(GROUPED))
        expressions += [texts.len().alias(f"count_{number}"), texts.min().alias(f"first_{number}")]
        expressions += [grouped.len().alias(f"grouped_{number}"), grouped.min().alias(f"first_grouped_{number}")]
    return expressions


def non_number_notices(funnel: Funnel, counted: pl.DataFrame) -> Iterator[Notice]:
    """One for each column that holds such texts; `counted` is what `non_number_counts` collects to."""
    row = counted.row(0, named=True)
    for number, (place, name) in enumerate(number_columns(funnel)):
        count = row[f"count_{number}"]
        if count:
            numbers = {"key": place, "property": name, "values": count, "first": row[f"first_{number}"]}
            grouped = {part: row[f"{part}_{number}"] for part in ("grouped", "first_grouped")}
            yield Notice("not_a_number", numbers={**numbers, **grouped})


def _compared(condition: Condition) -> Iterator[str]:
    if not isinstance(condition, Operation):
        return
    if condition.name in _ORDER:
        numeric = any(_is_number(part) for part in condition.arguments)
        yield from (part.name for part in condition.arguments if numeric and isinstance(part, Column))
    for part in condition.arguments:
        yield from _compared(part)


def _is_number(part: Condition) -> bool:
    return isinstance(part, Literal) and isinstance(part.value, int | float) and not isinstance(part.value, bool)
