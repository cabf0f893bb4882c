"""Which columns a question reads, who asks for each, and whether the log has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from growthctl.errors import DataError
from growthctl.events.read import Log
from growthctl.events.rows import ALIASES, column_of
from growthctl.spec.model import Funnel
from growthctl.spec.where import Condition, columns

Asked = tuple[str, str]
"""(where the funnel asks, the column)."""


def asked_by(funnel: Funnel, by: Sequence[str] | None = None) -> list[Asked]:
    """All columns that the funnel reads besides those of `source.columns`; `by` replaces its segments."""
    value, source = funnel.value, funnel.source
    return [
        *(asked for k, stage in enumerate(funnel.stages) for asked in _conditions(f"stages[{k}].where", stage.where)),
        *(asked for k, rule in enumerate(funnel.exclude) for asked in _conditions(f"exclude[{k}].where", rule.where)),
        *(("hold_constant", name) for name in funnel.hold_constant),
        *(("segments" if by is None else "--by", name) for name in (funnel.segments if by is None else by)),
        *([("value.property", value.property)] if value and value.property else []),
        *([("source.columns.session", source.columns.session)] if source.columns.session else []),
        *([("source.identity.anonymous", source.identity.anonymous)] if source.identity else []),
        *([("source.identity.known", source.identity.known)] if source.identity else []),
    ]


def check_columns(log: Log, funnel: Funnel, asked: Sequence[Asked]) -> None:
    """Raises DataError `unknown_column`, which names who asks for the column, unless the log has all."""
    problems = []
    for place, name in asked:
        try:
            if name not in ALIASES:
                column_of(log, name)
        except DataError as error:
            problem = error.problems[0]
            problems.append(replace(problem, message=f"{funnel.name}: {place}: {problem.message}"))
    if problems:
        raise DataError(*dict.fromkeys(problems))


def _conditions(place: str, condition: Condition | None) -> Iterator[Asked]:
    if condition is not None:
        yield from ((place, name) for name in columns(condition))
