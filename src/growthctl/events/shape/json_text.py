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
        values = [None if text is None else _as(json_value(text), dtype) for text in texts]
        return pl.Series(texts.name, values, dtype, strict=False)


def _as(value: Any, dtype: Any) -> Any:
    if isinstance(dtype, pl.Struct):
        if not isinstance(value, dict):
            return None
        return {field.name: _as(value.get(field.name), field.dtype) for field in dtype.fields}
    if isinstance(dtype, pl.List):
        return [_as(element, dtype.inner) for element in value] if isinstance(value, list) else None
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
