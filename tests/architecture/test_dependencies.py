"""What is declared is imported, and what is imported is declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA = PROJECT["optional-dependencies"]["excel"]
TOOLS = {"ruff", "mypy", "pytest-xdist", "scipy-stubs", "types-pyyaml"}
"""Of the test extra, what is run or only read by the type checker."""
OURS = {"growthctl", "tests", "bench", "sample_data"}


def distributions(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[<>=!~ \[;]", requirement)[0].lower() for requirement in requirements}


def imported(folder: Path) -> set[str]:
    """The distributions of all libraries that the files of a folder import, wherever in them."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    installed = packages_distributions()
    return {installed[name][0].lower().replace("_", "-") for name in names - OURS - sys.stdlib_module_names}


def test_the_program_declares_what_it_imports_and_nothing_else() -> None:
    assert imported(ROOT / "src") == distributions([*PROJECT["dependencies"], *EXTRA]), (
        "mend dependencies in pyproject.toml"
    )


def test_the_tests_declare_what_they_import_and_nothing_else() -> None:
    extra = distributions(PROJECT["optional-dependencies"]["test"])
    used = imported(ROOT / "tests") - distributions([*PROJECT["dependencies"], *EXTRA])
    assert used == extra - TOOLS, "mend the extra `test` in pyproject.toml"


def test_the_program_also_runs_under_the_name_of_its_distribution() -> None:
    # So that `uvx growthctl-funnel` needs no second name.
    assert PROJECT["scripts"] == dict.fromkeys(("growthctl", PROJECT["name"]), "growthctl.cli.start:run")
