"""Texts of JSON as values of a nested type."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from growthctl.events.shape.nesting import json_value


def decoded(text: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The texts as `dtype`, structs and lists of structs whose leaves are text; null where a text is nothing such."""
    return text.map_batches(lambda texts: _decoded(texts, dtype), return_dtype=dtype, is_elementwise=True)


def _decoded(texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    try:
        return texts.str.json_decode(dtype)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        # One text is no JSON, or another kind of it: it must cost itself only.
        values = [as_type(text, dtype) for text in texts]
        return pl.Series(texts.name, values, dtype, strict=False)


def as_type(value: Any, dtype: Any) -> Any:
    """A value that JSON has as one of a type; its objects and lists may be text of JSON."""
    if dtype.is_nested() and isinstance(value, str):
        value = json_value(value)
    if isinstance(dtype, pl.Struct):
        if not isinstance(value, dict):
            return None
        return {field.name: as_type(value.get(field.name), field.dtype) for field in dtype.fields}
    if isinstance(dtype, pl.List):
        return [as_type(element, dtype.inner) for element in value] if isinstance(value, list) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
