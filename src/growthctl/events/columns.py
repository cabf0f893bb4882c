"""Which columns a question reads, who asks for each, and whether the log has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.errors import DataError
from growthctl.events.column_names import ALIASES
from growthctl.events.reading.open import Log
from growthctl.events.rows import check_plain, column_of
from growthctl.funnel.conditions.parse import Condition, columns
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source

CANONICAL = ("source.columns.entity", "source.columns.event", "source.columns.time", "source.columns.id")
"""Who asks for columns that canonical rows have under names of their own."""
ColumnRequest = tuple[str, str]
"""(where the funnel asks, the column)."""


def asked_by(funnel: Funnel, by: Sequence[str] | None = None) -> list[ColumnRequest]:
    """All columns that the funnel reads, and who asks for them; `by` replaces its segments."""
    value, source = funnel.value, funnel.source
    return [
        *_of_source(source),
        *(asked for k, stage in enumerate(funnel.stages) for asked in _conditions(f"stages[{k}].where", stage.where)),
        *(asked for k, rule in enumerate(funnel.exclude) for asked in _conditions(f"exclude[{k}].where", rule.where)),
        *(("hold_constant", name) for name in funnel.hold_constant),
        *(("segments" if by is None else "--by", name) for name in (funnel.segments if by is None else by)),
        *([("value.property", value.property)] if value and value.property else []),
    ]


def check_columns(log: Log, funnel: Funnel, asked: Sequence[ColumnRequest]) -> None:
    """Raises DataError, which names who asks, unless the log has all columns and those to count by are plain."""
    problems = []
    for place, name in asked:
        try:
            if name not in ALIASES or place in CANONICAL:
                column_of(log, name)
            if name in log.schema and not place.endswith("where"):
                check_plain(log, name)
        except DataError as error:
            problem = error.problems[0]
            problems.append(problem._replace(message=f"{funnel.name}: {place}: {problem.message}"))
    if problems:
        raise DataError(*dict.fromkeys(problems))


def _of_source(source: Source) -> Iterator[ColumnRequest]:
    named = source.columns.model_dump(exclude_none=True)
    if source.identity is not None:
        del named["entity"]
        yield "source.identity.anonymous", source.identity.anonymous
        yield "source.identity.known", source.identity.known
    yield from ((f"source.columns.{key}", name) for key, name in named.items())


def _conditions(place: str, condition: Condition | None) -> Iterator[ColumnRequest]:
    if condition is not None:
        yield from ((place, name) for name in columns(condition))
