"""Names of columns, and of columns that are made of several: texts that know what they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.values import called, shown

FILE = "#file"
"""The column that `{file}` in a template means: the name of the file that a row is in, without its ending."""
STAGE, DATE = "#stage", "#date"
"""The columns that `source.stage_dates` makes: which stage, and when."""
TYPES = ("string", "integer", "float", "boolean")
"""What `source.properties` may call a property."""
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class MadeColumn(str):
    """The name under which a column that is made of others stands beside them, and is shown."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns that it is made of."""
        raise NotImplementedError


class FirstOf(MadeColumn):
    """The first of several columns or templates that is not null."""

    choices: tuple[str, ...]

    def __new__(cls, choices: tuple[str, ...]) -> FirstOf:
        """Named `a, else b`."""
        name = super().__new__(cls, ", else ".join(choices))
        name.choices = choices
        return name

    @property
    def parts(self) -> tuple[str, ...]:
        """Columns and what templates name."""
        return tuple(part for choice in self.choices for part in placeholders(choice) or (choice,))


class Together(MadeColumn):
    """Several columns as one id, null where one of them is; of several such lists the first that is not null."""

    alternatives: tuple[tuple[str, ...], ...]

    def __new__(cls, alternatives: tuple[tuple[str, ...], ...]) -> Together:
        """Named `a + b, else c`."""
        name = super().__new__(cls, ", else ".join(" + ".join(columns) for columns in alternatives))
        name.alternatives = alternatives
        return name

    @property
    def parts(self) -> tuple[str, ...]:
        """All columns."""
        return tuple(column for columns in self.alternatives for column in columns)


class Constant(MadeColumn):
    """One text in all rows."""

    text: str

    def __new__(cls, text: str) -> Constant:
        """Named so that no column of a log can bear the same name."""
        column = super().__new__(cls, f"#{text}")
        column.text = text
        return column

    @property
    def parts(self) -> tuple[str, ...]:
        """None."""
        return ()


class Grouped(MadeColumn):
    """The values of a column by other names: a segment."""

    column: str
    groups: Mapping[str, str]

    def __new__(cls, name: str, column: str, groups: Mapping[str, str]) -> Grouped:
        """`groups`: what each value becomes; "*" is all that are not named."""
        segment = super().__new__(cls, name)
        segment.column, segment.groups = column, groups
        return segment

    @property
    def parts(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)


def parts_of(name: str) -> tuple[str, ...]:
    """The columns that stand behind a name: itself, or those that it is made of."""
    return name.parts if isinstance(name, MadeColumn) else (name,)


def placeholders(choice: str) -> tuple[str, ...]:
    """The columns that a template such as `page:{name}` names; none where it is a column's name."""
    return tuple(FILE if name == "file" else name for name in _PLACEHOLDER.findall(choice))


def literals(template: str) -> list[str]:
    """The texts before, between and after the placeholders of a template."""
    return _PLACEHOLDER.split(template)[::2]


def parse_first_of(raw: object) -> str:
    """A column, a template, or a list of them: the first that is not null."""
    if isinstance(raw, MadeColumn):
        return raw
    choices = tuple(_names(raw))
    return choices[0] if len(choices) == 1 and not placeholders(choices[0]) else FirstOf(choices)


def parse_together(raw: object) -> str:
    """A column, a list of columns that are one id together, or a list of such lists: the first that is not null."""
    if isinstance(raw, list | tuple) and raw and all(isinstance(part, list | tuple) for part in raw):
        return Together(tuple(tuple(_names(columns)) for columns in raw))
    columns = tuple(_names(raw))
    return columns[0] if len(columns) == 1 else Together((columns,))


def parse_segment(raw: object) -> str:
    """A property, or `{name, from, map}`."""
    if not isinstance(raw, Mapping):
        return next(_names(raw if isinstance(raw, str) else [raw]))
    for key in raw:
        if key not in ("name", "from", "map"):
            raise ValueError(f"unknown key {shown(key)}{did_you_mean(str(key), ('name', 'from', 'map'))}")
    name, column, groups = (raw.get(key) for key in ("name", "from", "map"))
    if not isinstance(name, str) or not isinstance(column, str) or not name or not column:
        raise ValueError("a segment is a property, or {name: channel, from: utm_medium, map: {cpc: paid}}")
    if not isinstance(groups, Mapping) or not groups or not all(isinstance(value, str) for value in groups.values()):
        raise ValueError(f"map is a mapping of values to names, not {called(groups)}: {{cpc: paid, '*': other}}")
    return Grouped(name, column, {str(value): group for value, group in groups.items()})


def parse_type(raw: object) -> str:
    """One of TYPES."""
    if raw not in TYPES:
        raise ValueError(f"{shown(raw)} is not one of {', '.join(TYPES)}{did_you_mean(str(raw), TYPES)}")
    return str(raw)


def parse_delimiter(raw: object) -> str:
    """One character."""
    if not isinstance(raw, str) or len(raw) != 1 or not raw.isascii() or raw in '"\r\n':
        raise ValueError(f"{shown(raw)} is not one character that separates columns: ',', ';', '|' or \"\\t\"")
    return raw


def _names(raw: object) -> Iterator[str]:
    for name in [raw] if isinstance(raw, str) or not isinstance(raw, list | tuple) else raw or [None]:
        if isinstance(name, bool | int | float):
            raise ValueError(f"{shown(name)} is {called(name)}, not a name: write it in quotes")
        if not isinstance(name, str) or not name:
            raise ValueError(f"{'an empty text' if name == '' else called(name)} is not a column's name")
        yield name
