"""What a funnel file says, in whatever shape it is: as it was written, or as a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

KeyPath = tuple[str | int, ...]
KeyProblems = Iterator[tuple[KeyPath, str | None]]
"""(path, message); without a message the key that the path leads to is missing."""


def key_of(raw: object, key: str) -> Any:
    """A key of what may be a mapping, a model, or neither."""
    return raw.get(key) if isinstance(raw, Mapping) else getattr(raw, key, None)
