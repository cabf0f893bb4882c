"""Nothing is so large that one has to search in it."""

from __future__ import annotations

from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "growthctl"
MOST_NAMES = 16
MOST_LINES = 310


def test_no_folder_shows_more_than_sixteen_names() -> None:
    folders = [SOURCE, *(path for path in SOURCE.rglob("*") if path.is_dir() and path.name != "__pycache__")]
    names = {folder: [path for path in folder.iterdir() if path.name != "__pycache__"] for folder in folders}
    large = {str(folder.relative_to(SOURCE)): len(inside) for folder, inside in names.items()}
    assert {folder: count for folder, count in large.items() if count > MOST_NAMES} == {}, "part these by subject"


def test_no_folder_is_empty() -> None:
    folders = [path for path in SOURCE.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    assert [str(folder) for folder in folders if not [p for p in folder.glob("*.py") if p.name != "__init__.py"]] == []


def test_no_file_is_much_over_three_hundred_lines() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert {str(path.relative_to(SOURCE)): count for path, count in lines.items() if count > MOST_LINES} == {}
