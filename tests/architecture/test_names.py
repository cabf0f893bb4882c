"""One name is one thing, and one thing has one name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "growthctl"
SUBJECTS = {
    "analysis",
    "bottleneck",
    "health",
    "comparison",
    "trend",
    "journey",
    "segments",
    "stages",
    "advice",
    "phases",
    "funnel",
    "warnings",
}
"""What answers are about: the one kind of word that rooms share."""
COMMANDS = {path.stem for path in (SOURCE / "cli/commands").glob("*.py")}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text(encoding="utf-8"))


def test_classes_aliases_and_modules_share_no_name() -> None:
    places = defaultdict(set)
    for path, tree in trees():
        stem = Path(path).stem
        if stem != "__init__" and stem not in SUBJECTS | COMMANDS:
            places[stem].add(path)
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].add(path)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if name[0].isupper() and not name.isupper():
                    places[name].add(path)
    assert {name: sorted(paths) for name, paths in places.items() if len(paths) > 1} == {}, "one name, one thing"


def test_a_subject_has_one_place_in_a_room() -> None:
    places = defaultdict(list)
    for path in SOURCE.rglob("*"):
        room, *inside = path.relative_to(SOURCE).parts
        if inside and path.stem in SUBJECTS and not any(part in SUBJECTS for part in inside[:-1]):
            places[room, path.stem].append(path.name)
    assert {place: names for place, names in places.items() if len(names) > 1} == {}
