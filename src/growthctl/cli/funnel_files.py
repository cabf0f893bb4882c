"""Which funnel files a command works on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from growthctl.errors import Problem, SpecError, UsageError

if TYPE_CHECKING:
    from growthctl.funnel.file import Loaded


_LOGS = (
    ".csv",
    ".tsv",
    ".parquet",
    ".ndjson",
    ".jsonl",
    ".gz",
    ".zst",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".xlsb",
    ".ods",
    ".feather",
    ".zip",
)


def checked(paths: Sequence[Path] | None) -> list[Loaded]:
    """The funnels of `paths`, or those of the working directory; before any log is read.

    Raises UsageError when there are none, SpecError with the problems of all files together.
    """
    from growthctl.funnel.file import Loaded, load_funnel

    funnels: list[Loaded] = []
    problems: list[Problem] = []
    for path in dict.fromkeys(paths or _found_here()):
        _refuse_log(path)
        try:
            funnels.append(Loaded(load_funnel(path), path))
        except SpecError as error:
            problems.extend(error.problems)
    if problems:
        raise SpecError(*problems)
    return funnels


def _refuse_log(path: Path) -> None:
    """Raises UsageError for the name of a log where that of a funnel belongs."""
    if path.suffix.lower() in _LOGS and path.is_file():
        hint = f"name a funnel file and give the log with --data: growthctl analyze FUNNEL.yml --data {path}"
        raise UsageError(Problem("log_for_funnel", f"{path} is a log, not a funnel file", hint))


def _found_here() -> list[Path]:
    paths = sorted(path for path in Path("funnels").glob("*") if path.suffix in (".yml", ".yaml"))
    if not paths:
        paths = [path for path in (Path("growthctl.yaml"), Path("growthctl.yml")) if path.exists()]
    if not paths:
        raise UsageError(
            Problem(
                "no_funnels",
                "found no funnel here: neither funnels/*.yml nor growthctl.yaml",
                "name a funnel file: growthctl analyze PATH",
            )
        )
    return paths
