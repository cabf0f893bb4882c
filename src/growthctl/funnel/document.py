"""YAML 1.2 files that people write: their plain values, and the line and column of everything in them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from growthctl.errors import Problem, SpecError
from growthctl.funnel.checks.raw_keys import KeyPath
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.problems import FileProblem
from growthctl.funnel.values import called

_LARGEST_BYTES = 1_000_000
_MOST_VALUES = 100_000
_DEEPEST = 60


def _text(path: Path, what: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        near = did_you_mean(path.name, (sibling.name for sibling in path.parent.glob("*.y*ml")))
        raise SpecError(Problem("no_such_file", f"there is no file {path}{near}", file=str(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError(Problem("unreadable_file", f"cannot read {path}: {reason}", file=str(path))) from None
    if len(content) > _LARGEST_BYTES:
        raise SpecError(Problem("unreadable_file", f"{what} is at most 1 MB", file=str(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hint = "save the file as UTF-8"
        raise SpecError(Problem("unreadable_file", "the file is not UTF-8", hint, str(path), line, 1)) from None


class _Yaml12(yaml.SafeLoader):
    """Plain scalars by YAML 1.2's core schema: `NO` and `12:30` are text, `010` is ten."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 (the parent's declaration)


_CORE = {
    "null": (r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    "bool": (r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    "int": (r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", list("-+0123456789")),
    "float": (
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))",
        list("-+.0123456789"),
    ),
}
_TAG = "tag:yaml.org,2002:"
for _name, (_pattern, _first) in _CORE.items():
    _Yaml12.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"{_pattern}$"), _first)


class Document:
    """One YAML document: its plain values, what was wrong in reading them, and where everything stands.

    `what` it is, for people: "a funnel file". Raises SpecError for a file that cannot be read at all.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.file, self.text = str(path), _text(path, what)
        self.file_problems: list[FileProblem] = []
        self.count = 0
        self.root = self._composed()
        raw = self._value(self.root, ())
        if not isinstance(raw, dict):
            raise self._unreadable(f"{what} is a mapping of keys to values, not {called(raw)}", 1, 1)
        self.raw: dict[str, object] = raw

    def problems(self, file_problems: list[FileProblem]) -> list[Problem]:
        """The findings at their places, in the order of the file."""
        placed = sorted((finding.place or self._place(finding), n, finding) for n, finding in enumerate(file_problems))
        return [
            Problem(finding.code, finding.sentence, finding.hint, self.file, line, column)
            for (line, column), _, finding in placed
        ]

    def _unreadable(self, message: str, line: int, column: int) -> SpecError:
        return SpecError(Problem("invalid_yaml", message, None, self.file, line, column))

    def _composed(self) -> yaml.Node:
        try:
            root = yaml.compose(self.text, _Yaml12)
        except yaml.reader.ReaderError as error:
            before = self.text[: error.position].split("\n")
            message = f"the character {chr(error.character)!r} is not allowed"
            raise self._unreadable(message, len(before), len(before[-1]) + 1) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            message = "not YAML: " + ", ".join(filter(None, (error.context, error.problem)))
            if "'\\t'" in message:
                message = "a tab cannot indent YAML; use spaces"
            if error.context == "while scanning an alias":
                message = 'a plain * starts an alias; for any event write "*" in quotes'
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise self._unreadable(message, line, column) from None
        except RecursionError:
            raise self._unreadable(f"nested deeper than {_DEEPEST} levels", 1, 1) from None
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            raise self._unreadable(f"not YAML: {error}", 1, 1) from None
        if root is None:
            raise self._unreadable("the file is empty", 1, 1)
        return root

    def _value(self, node: yaml.Node, path: KeyPath) -> object:
        self.count += 1
        if self.count > _MOST_VALUES:
            raise self._unreadable(f"more than {_MOST_VALUES} values; do aliases multiply them?", *_start(node))
        if len(path) > _DEEPEST:
            raise self._unreadable(f"nested deeper than {_DEEPEST} levels", *_start(node))
        if node.tag == f"{_TAG}map" and isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if node.tag == f"{_TAG}seq" and isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*path, index)) for index, child in enumerate(node.value)]
        try:
            return _scalar(node)
        except ValueError as error:
            self.file_problems.append(FileProblem("invalid_yaml", path, str(error), place=_start(node)))
            return None

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key, problem = key_node.value, None
            if not isinstance(key_node, yaml.ScalarNode):
                key, problem = "?", "a key is a plain name"
            elif key == "<<" and key_node.style is None:
                problem = "merge keys (<<) are not supported; repeat what you mean"
            elif key in values:
                problem = f"the key {key!r} stands here twice"
            if problem:
                code = "duplicate_key" if key in values else "invalid_yaml"
                file_problem = FileProblem(code, (*path, key), problem, about_key=True, place=_start(key_node))
                self.file_problems.append(file_problem)
            else:
                values[key] = self._value(value_node, (*path, key))
        return values

    def _place(self, finding: FileProblem) -> tuple[int, int]:
        """Where the path leads; as far as it goes where it leads nowhere (a missing key)."""
        node = place = self.root
        for part in finding.path:
            step = _step(node, part)
            if step is None:
                return _start(node)
            place, node = step
        if finding.about_key:
            return _start(place)
        line, column = _start(node)
        return line, column + self._shift(node, finding.offset)

    def _shift(self, node: yaml.Node, offset: int | None) -> int:
        """How many columns after a scalar's start its character at `offset` stands; 0 where unknown."""
        written = self.text[node.start_mark.index : node.end_mark.index]
        if offset is None or not isinstance(node, yaml.ScalarNode) or "\n" in written or "${" in written:
            return 0
        if node.style is None:
            return offset
        if node.style == "'":
            return 1 + offset + str(node.value)[:offset].count("'")
        return 1 + offset if node.style == '"' and "\\" not in written else 0


def _start(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _step(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node of a key (or of an item) and the node of its value."""
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _joined(text: str) -> str:
    """A text whose surrogate pairs, as JSON writes emoji, are characters; ValueError for half a pair."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ValueError("half a surrogate pair is not a character") from None


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    """The value of a scalar by its tag; ValueError for other tags and values that do not fit theirs."""
    kind, text = node.tag.removeprefix(_TAG), node.value
    if kind not in (*_CORE, "str") or not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"the tag {node.tag} is not supported")
    if kind == "str":
        return _joined(text) if not text.isprintable() else str(text)
    if not re.fullmatch(_CORE[kind][0], text) or len(text) > 1000:
        raise ValueError(f"this is not a value of the tag {kind}")
    if kind == "int":
        bases = {"0o": 8, "0x": 16}
        return int(text[2:], bases[text[:2]]) if text[:2] in bases else int(text)
    if kind == "float":
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text.lower() == "true" if kind == "bool" else None
