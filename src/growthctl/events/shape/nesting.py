"""What is inside a nested column: an object, a list of key and value pairs, or a list of objects; by its type, or by
the first texts of JSON in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import polars as pl

_KEY, _VALUE = "key", "value"
_VALUE_FIELDS = ("string_value", "int_value", "float_value", "double_value")
"""Of GA4, which leaves out those that are not set: any of them may first occur later."""

_DEEPEST = 20
"""So many objects inside each other are looked at."""


class Nesting(NamedTuple):
    """What a nested column holds."""

    kind: Literal["object", "pairs", "list"]
    names: tuple[str, ...]
    """The keys of its objects, or those in the pairs, as they first occur; of a type that does not list them none."""
    values: tuple[str, ...] = ()
    """Of pairs: the fields of a value, of which one is set; empty where the value stands there itself."""
    length: float = 1.0
    """How many objects a list has, on average."""
    children: Mapping[str, Nesting] = {}
    """Of objects: the nested values in them."""
    is_text: bool = False
    """Whether it is text of JSON, wherever it was looked at."""


def nesting_of_type(dtype: Any) -> Nesting | None:
    """Of a column that is no text."""
    if isinstance(dtype, pl.Struct):
        fields = dtype.to_schema()
        inner = {name: nesting_of_type(field) for name, field in fields.items()}
        return Nesting("object", tuple(fields), children={name: n for name, n in inner.items() if n})
    if not isinstance(dtype, pl.List | pl.Array) or not isinstance(dtype.inner, pl.Struct):
        return None
    fields = dtype.inner.to_schema()
    if set(fields) == {_KEY, _VALUE} and isinstance(dtype, pl.List):
        value = fields[_VALUE]
        return Nesting("pairs", (), tuple(value.to_schema()) if isinstance(value, pl.Struct) else ())
    element = nesting_of_type(dtype.inner)
    return element._replace(kind="list") if element else None


def nesting_of_texts(texts: Iterable[str | None]) -> Nesting | None:
    """Of a column of JSON texts, by some of them; None where these are something else."""
    nesting = nesting_of_values([json_value(text) for text in texts if text])
    return nesting._replace(is_text=True) if nesting else None


def json_value(text: str) -> Any:
    """The object or list that a text is; None where it is neither."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def nesting_of_values(values: list[Any], deepest: int = _DEEPEST) -> Nesting | None:
    """Of some values of a column that JSON has; None where these are plain."""
    if not values or not deepest:
        return None
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = _keys(objects)
        inner = {
            name: nesting_of_values([each[name] for each in objects if name in each], deepest - 1) for name in names
        }
        return Nesting("object", names, children={name: nested for name, nested in inner.items() if nested})
    lists = [value for value in values if isinstance(value, list)]
    elements = [element for each in lists for element in each if isinstance(element, dict)]
    element = nesting_of_values(elements, deepest - 1)
    if element is None:
        return None
    if all(set(element) == {_KEY, _VALUE} for element in elements):
        inner_objects = [element[_VALUE] for element in elements if isinstance(element[_VALUE], dict)]
        names = tuple(dict.fromkeys(str(element[_KEY]) for element in elements))
        fields = _keys([*inner_objects, dict.fromkeys(_VALUE_FIELDS)]) if inner_objects else ()
        return Nesting("pairs", names, fields)
    return element._replace(kind="list", length=len(elements) / len(lists))


def _keys(objects: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for each in objects for key in each))
