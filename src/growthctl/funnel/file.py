"""Funnel files: YAML 1.2 to a `Funnel`, or every problem at its line and column."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from growthctl.errors import Problem, SpecError
from growthctl.funnel.checks.raw_keys import KeyPath
from growthctl.funnel.document import Document
from growthctl.funnel.presets import with_preset
from growthctl.funnel.problems import FileProblem, findings
from growthctl.funnel.sections.model import Funnel, build_funnel
from growthctl.funnel.sections.table_sources import with_table

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class Loaded(NamedTuple):
    """A funnel and the file that it was read from, to which its paths are relative."""

    funnel: Funnel
    path: Path


def load_funnel(path: Path) -> Funnel:
    """The funnel of a file, named after the file unless it has a name.

    Raises SpecError with all problems; a missing file has the code `no_such_file`.
    """
    document = Document(path, "a funnel file")
    funnel, file_problems = _check(document.raw, document.file_problems)
    if funnel is None or file_problems:
        raise SpecError(*document.problems(file_problems))
    return _named(funnel, path.stem)


def funnel_from_mapping(mapping: Mapping[str, object], name: str = "funnel") -> Funnel:
    """The funnel of a mapping, named `name` unless it has a name; SpecError with all problems."""
    funnel, file_problems = _check(mapping, [])
    if funnel is None or file_problems:
        raise SpecError(*(Problem(finding.code, finding.sentence, finding.hint) for finding in file_problems))
    return _named(funnel, name)


def funnel_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of funnel files, from the model that validates them."""
    schema = Funnel.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "growthctl funnel file"}


def _named(funnel: Funnel, name: str) -> Funnel:
    return funnel if funnel.name else funnel.model_copy(update={"name": name})


def _check(raw: Mapping[str, object], file_problems: list[FileProblem]) -> tuple[Funnel | None, list[FileProblem]]:
    """Validates what was read; of one place, what was found while reading is the cause of the rest."""
    file_problems = list(file_problems)
    if "source" in raw:
        raw = {**raw, "source": _source(raw["source"], ("source",), file_problems)}
    if isinstance(sources := raw.get("sources"), Mapping):
        filled = {name: _source(source, ("sources", name), file_problems) for name, source in sources.items()}
        raw = {**raw, "sources": filled}
    funnel, errors = build_funnel(raw)
    reported = {finding.path for finding in file_problems if not finding.about_key}
    return funnel, file_problems + [finding for finding in findings(errors) if finding.path not in reported]


def _source(raw: object, path: KeyPath, file_problems: list[FileProblem]) -> object:
    """A source with what the environment, its preset and its shape say about it."""
    return with_table(with_preset(_substituted(raw, path, file_problems)))


def _substituted(raw: object, path: KeyPath, file_problems: list[FileProblem]) -> object:
    """`${VAR}`, `${VAR:-default}` read from the environment; the default also stands in for empty ones."""
    if isinstance(raw, Mapping):
        return {key: _substituted(value, (*path, key), file_problems) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [_substituted(value, (*path, index), file_problems) for index, value in enumerate(raw)]
    if not isinstance(raw, str):
        return raw

    def value_of(match: re.Match[str]) -> str:
        name, default = match.groups()
        value = os.environ.get(name)
        if value is None and default is None:
            hint = f"set it, or give a default: ${{{name}:-default}}"
            file_problems.append(
                FileProblem("unset_variable", path, f"the environment variable {name} is not set", hint)
            )
        return match.group() if value is None and default is None else value or default or ""

    return _VARIABLE.sub(value_of, raw)
