"""Known changes: dated things that somebody did, as the files that `changes` names list them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from growthctl.clock import Micros
from growthctl.errors import Problem
from growthctl.funnel import values
from growthctl.funnel.conditions.parse import Condition, parse_condition
from growthctl.funnel.nearest import did_you_mean

REQUIRED = ("at", "what")
COLUMNS = (*REQUIRED, "stage", "where", "owner", "url", "hoped")


class KnownChange(NamedTuple):
    """Something that somebody did: a release, a campaign."""

    at: Micros
    """Of a day its start."""
    what: str
    stage: str | None = None
    """The stage that it is about; None: it may concern all."""
    where: str | None = None
    """Whom it reached, as it is written."""
    condition: Condition | None = None
    """The same as a condition on their events."""
    owner: str | None = None
    url: str | None = None
    hoped: float | None = None
    """By how much of itself the stage's rate was to rise: 0.25 is from 10 % to 12.5 %."""


def known_change(
    at: Micros, cells: Mapping[str, str | None], stages: Sequence[str]
) -> tuple[KnownChange, list[Problem]]:
    """The change that a row says, and what is wrong with it, without its place; an empty cell says nothing."""
    checks: dict[str, Callable[[str], Any]] = {
        "what": str,
        "stage": lambda name: _stage(name, stages),
        "where": parse_condition,
        "owner": str,
        "url": values.parse_link,
        "hoped": values.parse_lift,
    }
    texts = {column: text for column in COLUMNS if (text := (cells.get(column) or "").strip())}
    known: dict[str, Any] = {}
    problems = [] if "what" in texts else [Problem("bad_changes", "'what' is empty", "say what was done")]
    for column, check in checks.items():
        if column in texts:
            try:
                known[column] = check(texts[column])
            except ValueError as error:
                problems.append(Problem("bad_changes", f"{column}: {error}", getattr(error, "hint", None)))
    condition = known.pop("where", None)
    return KnownChange(at, known.pop("what", ""), where=texts.get("where"), condition=condition, **known), problems


def _stage(name: str, stages: Sequence[str]) -> str:
    if name not in stages:
        near = did_you_mean(name, stages) or f"; stages: {', '.join(stages)}"
        raise ValueError(f"there is no stage {values.shown(name)}{near}")
    return name
