"""Which columns a question reads, who asks for each, and whether and where the log has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ALIASES, OWN, SOURCE
from growthctl.events.reading.open import Log
from growthctl.funnel.conditions.parse import Condition, columns
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.column_lists import DATE, FILE, STAGE, MadeColumn
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source

_CANONICAL = ("entity", "event", "time", "id")
_MOST_LISTED = 20
ColumnRequest = tuple[str, str]
"""(where the funnel asks, the column)."""


def asked_by(funnel: Funnel, by: Sequence[str] | None = None) -> list[ColumnRequest]:
    """All columns that the funnel reads, and who asks for them; `by` replaces its segments."""
    value, source = funnel.value, funnel.source
    groups: dict[str, str] = {name: name for name in funnel.segments if isinstance(name, MadeColumn)}
    requests = [
        *(source_requests(source, "source") if not funnel.sources else [("sources", SOURCE)]),
        *(
            request
            for k, stage in enumerate(funnel.stages)
            for request in _conditions(f"stages[{k}].where", stage.where)
        ),
        *(
            request
            for k, rule in enumerate(funnel.exclude)
            for request in _conditions(f"exclude[{k}].where", rule.where)
        ),
        *(("hold_constant", name) for name in funnel.hold_constant),
        *(("segments" if by is None else "--by", name) for name in (funnel.segments if by is None else by)),
        *(("segments", name) for name in (funnel.counted.properties if funnel.counted else ())),
        *([("value.property", value.property)] if value and value.property else []),
    ]
    # Whoever says the name of a segment means what the funnel makes of it.
    return [(place, groups.get(name, name)) for place, name in requests]


def is_canonical(place: str) -> bool:
    """Whether who asks there asks for a column that canonical rows have under a name of their own."""
    return place.rpartition(".columns.")[2] in _CANONICAL


def check_columns(log: Log, funnel: Funnel, requests: Sequence[ColumnRequest]) -> None:
    """Raises DataError, which names who asks, unless the log has all columns and those to count by are plain."""
    problems = []
    for place, requested in requests:
        name = _missing_part(log, requested)
        if name in (STAGE, DATE):
            continue  # they are made of the columns of dates, which are asked for themselves
        try:
            if name in OWN and not is_canonical(place) and name != SOURCE:
                hint = "call the column otherwise"
                raise DataError(Problem("unknown_column", f"'{name}' is a name that growthctl uses itself", hint))
            if name not in ALIASES or is_canonical(place):
                column_of(log, name)
            if name in log.schema and not place.endswith("where"):
                check_plain(log, name)
        except DataError as error:
            problem = error.problems[0]
            problems.append(problem._replace(message=f"{funnel.name}: {place}: {problem.message}"))
    if problems:
        raise DataError(*dict.fromkeys(problems))


def column_of(log: Log, name: str) -> tuple[pl.Expr, pl.DataType]:
    """The column of that name, or the field of a struct that a dotted name means, and its type.

    Raises DataError `unknown_column`.
    """
    outer, *fields = [name] if name in log.schema else name.split(".")
    expr: pl.Expr = pl.col(outer)
    dtype: object = log.schema.get(outer)
    for field in fields:
        inner = dtype.to_schema() if isinstance(dtype, pl.Struct) else {}
        expr, dtype = expr.struct.field(field), inner.get(field)
    if not isinstance(dtype, pl.DataType):
        raise _unknown(log, name)
    return expr, dtype


def id_of(log: Log, name: str) -> pl.Expr:
    """The column of that name as ids: an empty text and what is not a number tell nobody apart, and are null."""
    column, dtype = column_of(log, name)
    absent = says_nothing(column, dtype)
    return column if absent is None else pl.when(~absent).then(column)


def says_nothing(column: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    """Whether an id that is there is none; None where its type has no such value."""
    if dtype == pl.String() or isinstance(dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String) == ""
    return column.is_nan() if dtype.is_float() else None


def check_plain(log: Log, name: str) -> None:
    """Raises DataError `type_mismatch` for a column of lists, objects or bytes, which nothing can be counted by."""
    dtype = column_of(log, name)[1]
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        message = f"the column '{name}' of {log.place} holds {dtype}, not one value a row"
        hint = "take it apart first, or name a field of it: a.b" if dtype.is_nested() else "write it as text"
        raise DataError(Problem("type_mismatch", message, hint))


def source_requests(source: Source, place: str) -> Iterator[ColumnRequest]:
    """What a source itself reads; `place`: where in the funnel file it stands."""
    named = source.columns.model_dump(exclude_none=True)
    if source.identity is not None:
        del named["entity"]
        yield f"{place}.identity.anonymous", source.identity.anonymous
        yield f"{place}.identity.known", source.identity.known
    yield from ((f"{place}.columns.{key}", name) for key, name in named.items())
    yield from ((f"{place}.properties", name) for name in source.properties)
    yield from ((f"{place}.stage_dates.{event}", name) for event, name in (source.stage_dates or {}).items())


def unknown_everywhere(name: str, logs: Sequence[Log]) -> Problem:
    """A column that none of several logs has."""
    columns = list(dict.fromkeys(column for log in logs for column in log.schema if not column.startswith("#")))
    places = ", ".join(log.place for log in logs)
    hint = f"columns: {', '.join(columns[:_MOST_LISTED])}" + (", …" if len(columns) > _MOST_LISTED else "")
    return Problem("unknown_column", f"none of {places} has a column '{name}'{did_you_mean(name, columns)}", hint)


def _missing_part(log: Log, name: str) -> str:
    """The name; of a column that could not be made the first part that is missing."""
    if not isinstance(name, MadeColumn) or str(name) in log.schema:
        return name
    return next((part for part in name.parts if part not in log.schema), name)


def _conditions(place: str, condition: Condition | None) -> Iterator[ColumnRequest]:
    if condition is not None:
        yield from ((place, name) for name in columns(condition))


def _unknown(log: Log, name: str) -> DataError:
    twins = [column for column in log.schema if column.startswith(f"{name} (column ")]
    if twins:
        message = f"the header of {log.place} has '{name}' more than once"
        return DataError(Problem("unknown_column", message, f"name one by its position: {' or '.join(twins)}"))
    if name == FILE:
        return DataError(Problem("unknown_column", f"{log.place} has no name that {{file}} could stand for"))
    names = [column for column in (*log.written, *(field.name for field in log.shape.fields)) if column[:1] != "#"]
    listed = ", ".join(names[:_MOST_LISTED]) + (", …" if len(names) > _MOST_LISTED else "")
    message = f"{log.place} has no column '{name}'{did_you_mean(name, names)}"
    return DataError(Problem("unknown_column", message, f"columns: {listed}"))
