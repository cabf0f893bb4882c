"""What is wrong with a funnel, in our words; and what the language has but this version does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from growthctl.funnel.checks.raw_keys import KeyPath
from growthctl.funnel.conditions.parse import ConditionError
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.model import keys_at
from growthctl.funnel.values import called, shown

# A key, or a key and its value, by the names that lead there; a feature that arrives deletes its row.
NOT_YET = {
    "checks",
    "costs",
    "metrics",
    "projects",
    "source.freshness",
}
_MESSAGES = {
    "tuple_type": "must be a list",
    "model_type": "must be a mapping",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge}",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "too_long": "has {actual_length} entries; at most {max_length}",
}


class FileProblem(NamedTuple):
    """One thing wrong in a file."""

    code: str
    path: KeyPath
    """The keys that lead there."""
    message: str
    hint: str | None = None
    about_key: bool = False
    """Is it the last key itself, not its value?"""
    offset: int | None = None
    """How many characters into the text that stands there."""
    place: tuple[int, int] | None = None
    """A (line, column) that `path` cannot tell."""

    @property
    def sentence(self) -> str:
        """The message with the path in front; for a wrong or missing key, the path of what holds it."""
        path = self.path[:-1] if self.about_key else self.path
        keys = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
        return f"{keys.removeprefix('.')}: {self.message}" if path else self.message


def findings(errors: Sequence[Mapping[str, Any]], keys: Callable[[str], Sequence[str]] = keys_at) -> list[FileProblem]:
    """Pydantic's errors as findings, without those that only follow from another one.

    `keys` says which keys may stand at a place; by default, in a funnel file.
    """
    return [_finding(error, keys) for error in errors if not _follows(error)]


def _follows(error: Mapping[str, Any]) -> bool:
    return error["type"] == "default_factory_not_called" or (error["type"] == "too_short" and bool(error["input"]))


def _finding(error: Mapping[str, Any], keys: Callable[[str], Sequence[str]]) -> FileProblem:
    kind, path, raw = error["type"], tuple(error["loc"]), error["input"]
    context = error.get("ctx", {})
    if kind == "value_error":
        return _refused(context["error"], path)
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown_key(path, keys)
    if kind == "missing":
        return FileProblem("missing_key", path, f"'{path[-1]}' is missing", about_key=True)
    if kind == "literal_error":
        return _not_a_choice(path, raw, context["expected"])
    if kind == "string_type":
        hint = "put it in quotes" if isinstance(raw, bool | int | float) else None
        return FileProblem("invalid_value", path, f"must be text, not {called(raw)}", hint)
    message = _MESSAGES.get(kind, error["msg"])
    return FileProblem("invalid_value", path, message.format(**context) if kind in _MESSAGES else message)


def _refused(error: Exception, path: KeyPath) -> FileProblem:
    if isinstance(error, ConditionError):
        return FileProblem("invalid_condition", (*path, *error.path), str(error), error.hint, offset=error.at)
    return FileProblem("invalid_value", path, str(error))


def _dotted(path: KeyPath) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _unknown_key(path: KeyPath, keys: Callable[[str], Sequence[str]]) -> FileProblem:
    if keys is keys_at and _dotted(path) in NOT_YET:
        return FileProblem("not_supported", path, f"'{path[-1]}' is not supported yet", about_key=True)
    near = did_you_mean(str(path[-1]), keys(_dotted(path[:-1])))
    return FileProblem("unknown_key", path, f"unknown key {shown(path[-1])}{near}", about_key=True)


def _not_a_choice(path: KeyPath, raw: object, expected: str) -> FileProblem:
    if f"{_dotted(path)}: {raw}" in NOT_YET:
        return FileProblem("not_supported", path, f"'{raw}' is not supported yet")
    choices = re.findall(r"'(\w+)'", expected) or [expected]
    near = did_you_mean(str(raw), choices)
    wanted = f"one of {', '.join(choices)}" if len(choices) > 1 else f"'{choices[0]}'"
    return FileProblem("invalid_value", path, f"{shown(raw)} is not {wanted}{near}")
