"""Logs that are at hand in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from growthctl import analyze
from growthctl.errors import UsageError
from growthctl.events.reading.tables import paths_of

FUNNEL = {"stages": [{"name": "a", "event": "a"}, {"name": "b", "event": "b"}]}


class Failing:
    """A table that cannot be handed over."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        raise self.error


class Columns:
    """What a table is to Python that hands over nothing, such as one of pandas before 2.2: its columns."""

    def __iter__(self) -> Any:
        return iter(["user_id", "event"])


def refused(log: Any) -> tuple[str, str | None]:
    with pytest.raises(UsageError) as caught:
        analyze(FUNNEL, log)
    (problem,) = caught.value.problems
    assert problem.code == "no_log"
    return problem.message, problem.hint


def test_a_table_that_needs_pyarrow_says_so() -> None:
    assert refused(Failing(ImportError("Missing optional dependency"))) == (
        "a table of tests is handed over by pyarrow, which is not installed",
        "pip install pyarrow",
    )


@pytest.mark.parametrize("kind", [TypeError, ValueError])
def test_a_table_whose_columns_are_odd_is_told_what_to_mend(kind: type[Exception]) -> None:
    assert refused(Failing(kind("Could not convert 'x'\nand more"))) == (
        "the table cannot be handed over: Could not convert 'x'",
        "give each column a name of its own, and values of one type",
    )


@pytest.mark.parametrize(
    ("log", "name"), [(5, "int"), ({"user_id": ["u1"]}, "dict"), ([{"user_id": "u1"}], "dict"), (Columns(), "Columns")]
)
def test_what_is_neither_a_path_nor_a_table_is_refused(log: Any, name: str) -> None:
    message, hint = refused(log)
    assert message == f"a log is given as {name}, which is neither a path nor a table"
    assert hint == "give a path, a list of paths, or a table of polars, pyarrow, DuckDB or pandas (2.2 or later)"


def test_paths_may_be_one_or_several(tmp_path: Path) -> None:
    (tmp_path / "log.csv").touch()
    assert paths_of(None) == []
    assert paths_of("log.csv") == ["log.csv"]
    assert paths_of(("a", Path("b"))) == ["a", Path("b")]
    assert paths_of(tmp_path.glob("*.csv")) == [tmp_path / "log.csv"]  # type: ignore[arg-type]
