"""Who may import what: rooms only to their left, each heavy library only in the rooms that own it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "growthctl"
ROOMS = [
    "errors",
    "clock",
    "stats",
    "funnel",
    "events",
    "kernel",
    "engines",
    "diagnosis",
    "report",
    "words",
    "build",
    "render",
    "questions",
    "cli",
]
OWNERS = {
    "yaml": {"funnel", "diagnosis"},
    "pydantic": {"funnel", "report"},
    "pydantic_core": {"funnel"},
    "polars": {"events", "kernel", "engines", "questions", "render"},
    "numpy": {"stats", "kernel", "diagnosis"},
    "rich": {"render"},
    "typer": {"cli"},
    "fastexcel": {"events"},
    "xlsxwriter": {"render"},
}


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name != "__init__.py" or path.parent != SOURCE:
            yield path, path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_a_room_imports_only_rooms_to_its_left() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)} imports {name}"
        for path, room in modules()
        for name in imported(path)
        if name.startswith("growthctl.") and ROOMS.index(name.split(".")[1]) > ROOMS.index(room)
    ]
    assert wrong == []


def test_a_library_is_imported_only_by_its_owners() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)} imports {name}"
        for path, room in modules()
        for name in imported(path)
        if room not in OWNERS.get(name.split(".")[0], {room})
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import growthctl", {"polars", "numpy", "pydantic", "typer", "rich", "yaml"}),
        ("from growthctl.cli.main import main; main(['--version'])", {"polars", "numpy", "scipy", "pydantic", "yaml"}),
        ("from growthctl.cli.main import main; main(['--help'])", {"polars", "numpy", "scipy", "pydantic", "yaml"}),
        ("from growthctl.cli.main import main; main(['analyze', '--help'])", {"polars", "numpy", "scipy"}),
        ("from growthctl.cli.main import main; main(['compare', '--help'])", {"polars", "numpy", "scipy"}),
    ],
)
def test_what_needs_no_library_loads_none(statement: str, unwanted: set[str]) -> None:
    code = f"{statement}\nimport sys; sys.stderr.write(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert unwanted & set(run.stderr.split()) == set()


def test_every_package_says_what_it_is_for() -> None:
    silent = [str(path) for path, _ in modules() if ast.get_docstring(ast.parse(path.read_text())) is None]
    assert silent == []
