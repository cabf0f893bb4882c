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
    "paths",
    "inspection",
    "segments",
    "stages",
    "advice",
    "phases",
    "funnel",
    "warnings",
    "known_changes",
}
"""What answers are about: the one kind of word that rooms share."""
COMMANDS = {path.stem for path in (SOURCE / "cli/commands").glob("*.py")}
EMPTY = {"found", "each", "here", "seen", "asked", "mine", "told", "one", "other", "whole"}
"""What every value is: a name that says nothing about this one."""


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text(encoding="utf-8"))


def spared(tree: ast.Module) -> Iterator[ast.AST]:
    """Variables of comprehensions, and `other` of an operator."""
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            yield from ast.walk(node.target)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("__") and node.name.endswith("__"):
            yield from (argument for argument in node.args.args if argument.arg == "other")


def names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """What the code gives a name to, with the line: values, parameters, attributes, functions and classes."""
    skipped = set(spared(tree))
    for node in ast.walk(tree):
        match node:
            case _ if node in skipped:
                continue
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno
            case ast.alias(asname=str(name)):
                yield name, node.lineno
            case ast.MatchMapping(rest=str(name)):
                yield name, node.lineno


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


def test_no_name_says_nothing() -> None:
    empty = [
        f"{path}:{line} {name}" for path, tree in trees() for name, line in names(tree) if name.strip("_") in EMPTY
    ]
    assert not empty, "call it what it is, such as `match`, `stage` or `total`:\n" + "\n".join(empty)


def test_every_way_to_give_a_name_is_looked_at() -> None:
    tree = ast.parse("""
import module as a0
class a1:
    a2: int
    def a3(self, a4, /, a5=lambda a6: (a7 := a6), *a8, a9, **a10):
        self.a11 = [free for free in a4]
        for a12, (a13, *a14) in a5: pass
        with a8 as a15: pass
        try: a16, _a17 = a9
        except ValueError as a18: pass
        match a10:
            case [a19, *a20] | {"": a19, **a20} | a19: pass
    def __add__(self, other): pass
    async def a21(self): pass
""")
    assert {name.strip("_") for name, _ in names(tree)} == {f"a{number}" for number in range(22)} | {"self", "add"}
