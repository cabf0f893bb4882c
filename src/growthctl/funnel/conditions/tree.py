"""The tree of a condition: what both notations of `where` become.

Operations, by name and arguments:

- `and`, `or` (two or more), `not`, `is_null`, `is_true`, `is_false`
- `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `in` (value, then the members)
- `like`, `ilike` (value, pattern, escape character or null), `contains`, `starts_with`
- `add`, `subtract`, `multiply`, `divide`, `remainder`, `negate`, `concat`
- `cast` (value, one of `CAST_TYPES`), `case` (condition, value, …, otherwise)
- `lower`, `upper`, `trim`, `length`, `substr`, `abs`, `round`, `coalesce`, `nullif`
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

Scalar = str | int | float | bool | None
CAST_TYPES = ("text", "integer", "float", "boolean", "timestamp", "date")
MAX_DEPTH = 50


@dataclass(frozen=True)
class Column:
    """A property of the event; `at` is its offset in the text, None in a mapping."""

    name: str
    at: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Literal:
    """A value as the condition writes it; None is SQL's NULL."""

    value: Scalar
    at: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Operation:
    """An operation of the vocabulary above on its arguments."""

    name: str
    arguments: tuple[Condition, ...]
    at: int | None = field(default=None, compare=False)


Condition = Column | Literal | Operation


class ConditionError(ValueError):
    """A condition that cannot be read: `at` is the offset in its text, `path` the keys that lead to it."""

    def __init__(
        self, message: str, hint: str | None = None, at: int | None = None, path: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(message)
        self.hint, self.at, self.path = hint, at, path


def walk(condition: Condition) -> Iterator[tuple[Condition, int]]:
    """Every node with its depth, the root's being 1; without recursion, so that any tree may be measured."""
    waiting = [(condition, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if isinstance(node, Operation):
            waiting += [(argument, depth + 1) for argument in reversed(node.arguments)]


def columns(condition: Condition) -> tuple[str, ...]:
    """The names of the properties that the condition reads, each once, as they first occur."""
    return tuple(dict.fromkeys(node.name for node, _ in walk(condition) if isinstance(node, Column)))


def check_number(value: float, at: int | None = None) -> None:
    """Refuses what no column can hold: integers beyond 64 bits, infinity, NaN."""
    fits = -(2**63) <= value < 2**64 if isinstance(value, int) else math.isfinite(value)
    if not fits:
        raise ConditionError("the number is out of range", "put an identifier in quotes", at)
