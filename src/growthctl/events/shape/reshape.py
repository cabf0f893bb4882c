"""How the columns of a log become those that a funnel names; found once, done again wherever its files are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import UNREADABLE
from growthctl.events.shape.grouped_numbers import DecimalSign, plain_number
from growthctl.events.shape.json_text import decoded
from growthctl.events.shape.made_columns import made_column
from growthctl.events.shape.nested_fields import Field, decoded_name, field_expr, fields_named, one_of, type_of
from growthctl.events.shape.nesting import Nesting, nesting_of_texts, nesting_of_type
from growthctl.funnel.sections.column_lists import DATE, STAGE, FirstOf, Grouped, MadeColumn

SAMPLE = 1000
"""How many rows of a log are looked at, to know what is nested in it."""
_DATED = "#date of "
_TYPES = {"string": pl.String(), "integer": pl.Int64(), "float": pl.Float64(), "boolean": pl.Boolean()}


class Shape(NamedTuple):
    """What is to be done to the columns of a log."""

    explode: str | None = None
    """The column of which each element becomes a row."""
    fields: tuple[Field, ...] = ()
    dates: Mapping[str, str] = {}
    """By event the column of dates that says when it happened: a row becomes an event for each date."""
    made: tuple[MadeColumn, ...] = ()
    types: Mapping[str, str] = {}
    absent: tuple[str, ...] = ()
    """Columns that a log may lack; they are null."""
    length: float = 1.0
    """How many rows one becomes, about."""
    numbers: tuple[str, ...] = ()
    """Texts that are numbers with signs between thousands."""
    decimal: DecimalSign = "."
    """The other sign in these."""

    @property
    def is_plain(self) -> bool:
        """Whether the columns stay as they are."""
        steps = (self.explode, self.fields, self.dates, self.made, self.types, self.absent, self.numbers)
        return not any(steps)

    @property
    def nested(self) -> list[str]:
        """The nested columns that are read."""
        return list(dict.fromkeys([*filter(None, [self.explode]), *(field.outer for field in self.fields)]))

    def type_of(self, outer: str) -> pl.DataType:
        """Of one of the `nested` columns: with what is read of it, and nothing else."""
        inner = type_of(outer, self.fields)
        return pl.List(inner) if outer == self.explode else inner


def shape_of(
    scan: Callable[[Shape], pl.LazyFrame],
    schema: Mapping[str, pl.DataType],
    names: Sequence[str],
    explode: str | None,
    dates: Mapping[str, str],
    types: Mapping[str, str],
    optional: Collection[str],
    known: Mapping[str, Nesting] | None = None,
) -> Shape:
    """What makes columns of all `names` that the log does not have, as far as it can be made: fields of nested columns,
    and columns that are made of others.

    `scan` gives the columns of `schema`, of which it may read nested ones as a shape needs them. `known`: what is in
    these; by default the first rows tell. `optional` names may be missing: then they are null. Other fields that the
    first rows do not have are looked for in all rows. Raises DataError `ambiguous_column`, and `not_a_list` for a
    column that cannot be exploded.
    """
    made = tuple(dict.fromkeys(name for name in names if isinstance(name, MadeColumn) and str(name) not in schema))
    for name in names:
        if isinstance(name, Grouped) and str(name) in schema:
            message, hint = f"the segment '{name}' has the name of a column", "give it a name of its own"
            raise DataError(Problem("ambiguous_column", message, hint))
    parts = (part for column in made for part in column.parts)
    plain = dict.fromkeys([*(n for n in names if n not in made), *parts, *types, *dates.values()])
    if dates:
        plain = {name: None for name in plain if name not in (STAGE, DATE)}
    missing = [name for name in plain if name not in schema]
    if not (missing or made or explode or types or dates):
        return Shape()
    nested: Mapping[str, Nesting] = {}
    if missing or explode:
        nested = nestings(scan(Shape()), schema, explode) if known is None else known
    length = 1.0
    if explode is not None:
        length, nested = _exploded(explode, schema, nested)
        # An event's own time is meant rather than that of the row it stands in.
        missing = [name for name in plain if name not in schema or name in nested[explode].names]
    fields = list(_fields(missing, schema, nested, optional))
    sure = [field for field in fields if field.is_certain or field.name in optional]
    shape = Shape(explode, tuple(sure), length=length)
    if unsure := [field for field in fields if field not in sure]:
        shape = shape._replace(fields=(*sure, *_there(scan, shape, unsure)))
    present = {*schema, *(field.name for field in shape.fields)}
    if all(column in present for column in dates.values()):
        present |= {STAGE, DATE} if dates else set()
        shape = shape._replace(dates=dates, length=length * max(1, len(dates)))
    makeable = tuple(column for column in made if _can_be_made(column, present, optional))
    absent = tuple(name for name in missing if name in names and name in optional and name not in present)
    typed = {name: kind for name, kind in types.items() if name in present}
    return shape._replace(made=makeable, types=typed, absent=absent)


def reshaped(frame: pl.LazyFrame, shape: Shape) -> pl.LazyFrame:
    """The frame, whose nested columns may also be text of JSON, with all columns that the shape gives it."""
    if shape.is_plain:
        return frame
    schema = frame.collect_schema()
    if shape.explode is not None:
        column = pl.col(shape.explode)
        if schema[shape.explode] == pl.String():
            frame = frame.with_columns(decoded(column, shape.type_of(shape.explode)).alias(shape.explode))
        # A row that cannot be read has no list, and must be counted; one whose list is empty holds no event.
        frame = frame.explode(shape.explode).filter(pl.col(shape.explode).is_not_null() | pl.col(UNREADABLE))
        schema = frame.collect_schema()
    pairs = {field.outer for field in shape.fields if field.pairs is not None}
    texts = [outer for outer in shape.nested if schema[outer] == pl.String() and outer not in pairs]
    frame = frame.with_columns(
        decoded(pl.col(outer), shape.type_of(outer)).alias(decoded_name(outer)) for outer in texts
    )
    types = {**schema, **{outer: shape.type_of(outer) for outer in texts}}
    frame = frame.with_columns(
        field_expr(field, decoded_name(field.outer) if field.outer in texts else field.outer, types[field.outer])
        for field in shape.fields
    )
    frame = frame.drop(decoded_name(outer) for outer in texts)
    frame = _by_date(frame, shape.dates) if shape.dates else frame
    schema = frame.collect_schema()
    frame = frame.with_columns(plain_number(pl.col(name), shape.decimal) for name in shape.numbers)
    frame = frame.with_columns(_as(name, schema[name], _TYPES[kind]) for name, kind in shape.types.items())
    frame = frame.with_columns(pl.lit(None, pl.String()).alias(name) for name in shape.absent)
    schema = frame.collect_schema()
    return frame.with_columns(made_column(column, schema) for column in shape.made)


def _by_date(frame: pl.LazyFrame, dates: Mapping[str, str]) -> pl.LazyFrame:
    """A row for each event of a row that has a date, with STAGE and DATE; a row that cannot be read stays one."""
    schema = frame.collect_schema()
    kinds = {schema[column] for column in dates.values()}
    columns = [pl.col(column).alias(f"{_DATED}{event}") for event, column in dates.items()]
    if len(kinds) > 1:
        columns = [column.cast(pl.String) for column in columns]
    wide = frame.with_columns(columns)
    events = wide.unpivot(
        [f"{_DATED}{event}" for event in dates], index=schema.names(), variable_name=STAGE, value_name=DATE
    ).with_columns(pl.col(STAGE).str.strip_prefix(_DATED))
    is_first = pl.col(STAGE) == next(iter(dates))
    has_date = pl.col(DATE).is_not_null() & (pl.col(DATE).cast(pl.String) != "")
    return events.filter(pl.when(UNREADABLE).then(is_first).otherwise(has_date))


def _as(name: str, dtype: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    column, is_text = pl.col(name), dtype == pl.String()
    column = column.str.strip_chars() if is_text and wanted != pl.String() else column
    if is_text and wanted == pl.Boolean():
        lower = column.str.to_lowercase()
        return pl.when(lower.is_in(["true", "1"])).then(True).when(lower.is_in(["false", "0"])).then(False).alias(name)
    if wanted == pl.Int64() and (is_text or dtype.is_float()):
        number = column.cast(pl.Float64, strict=False)
        integral = pl.when(number == number.floor()).then(number).cast(wanted, strict=False)
        # Not by way of a float, which cannot hold all digits.
        return pl.coalesce(column.cast(wanted, strict=False), integral) if is_text else integral
    return column.cast(wanted, strict=False)


def nestings(frame: pl.LazyFrame, schema: Mapping[str, pl.DataType], explode: str | None = None) -> dict[str, Nesting]:
    """Of the columns that are nested what they hold, by their types or their first rows."""
    by_type = {name: nesting_of_type(dtype) for name, dtype in schema.items()}
    texts = [name for name, dtype in schema.items() if dtype == pl.String()]
    pairs = [name for name, nesting in by_type.items() if nesting and nesting.kind == "pairs"]
    lists = [name for name, nesting in by_type.items() if nesting and nesting.kind == "list" and name == explode]
    head = frame.select(*texts, *pairs, *lists).head(SAMPLE).collect()
    by_type |= {name: nesting_of_texts(head[name]) for name in texts}
    nested = {name: nesting for name, nesting in by_type.items() if nesting is not None}
    nested |= {name: nested[name]._replace(length=len(head[name].explode()) / max(1, len(head))) for name in lists}
    return nested | {name: nested[name]._replace(names=_keys(head[name])) for name in pairs}


def _keys(pairs: pl.Series) -> tuple[str, ...]:
    return tuple(pairs.explode().struct.field("key").cast(pl.String).drop_nulls().unique(maintain_order=True))


def _exploded(
    explode: str, schema: Mapping[str, pl.DataType], nested: Mapping[str, Nesting]
) -> tuple[float, dict[str, Nesting]]:
    """How many rows a row becomes, and what is nested afterwards: the element is an object, whose keys come first."""
    nesting = nested.get(explode)
    if nesting is None or nesting.kind != "list":
        lists = [name for name, other in nested.items() if other.kind == "list"]
        hint = f"lists: {', '.join(lists)}" if lists else f"columns: {', '.join(schema)}"
        raise DataError(Problem("not_a_list", f"source.explode: '{explode}' holds no lists of events", hint))
    others = {name: other for name, other in nested.items() if name != explode}
    return nesting.length, {explode: nesting._replace(kind="object"), **others}


def _fields(
    missing: Iterable[str], schema: Iterable[str], nested: Mapping[str, Nesting], optional: Collection[str]
) -> Iterator[Field]:
    columns = list(schema)
    for name in missing:
        fields = fields_named(name, columns, nested)
        # What may be missing is not looked for elsewhere than at the place where it belongs.
        yield from (field for field in fields if name not in optional or ".".join((field.outer, *field.path)) == name)


def _there(scan: Callable[[Shape], pl.LazyFrame], shape: Shape, unsure: Sequence[Field]) -> list[Field]:
    """Those fields that some row has."""
    numbered = [field._replace(name=f"{number}") for number, field in enumerate(unsure)]
    shape = shape._replace(fields=tuple(numbered))
    looked_at = reshaped(scan(shape), shape).select(pl.col(field.name).is_not_null().any() for field in numbered)
    (is_there,) = looked_at.collect(engine="streaming").rows()
    present = [field for field, there in zip(unsure, is_there, strict=True) if there]
    names = dict.fromkeys(field.name for field in present)
    return [one_of([field for field in present if field.name == name]) for name in names]


def _can_be_made(column: MadeColumn, present: Collection[str], optional: Collection[str]) -> bool:
    """Whether no part is missing but optional ones, and the first of several is the first of some."""
    if isinstance(column, FirstOf) and not any(part in present for part in column.parts):
        return False
    return all(part in present or part in optional for part in column.parts)
