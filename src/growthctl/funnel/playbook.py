"""Playbook files: what to try at a stage of each kind, in the shape of the packaged one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from growthctl.errors import Problem, SpecError
from growthctl.funnel import levers
from growthctl.funnel.document import Document
from growthctl.funnel.levers import DEFAULT_KIND, QUEUE_KIND, Playbook, Trigger
from growthctl.funnel.problems import FileProblem, findings
from growthctl.funnel.sections.fields import Slug, Text
from growthctl.funnel.sections.stage import StageKind


class LeverModel(BaseModel):
    """One thing to try: what to do in one sentence, and the cheapest test that tells whether it works."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Slug = Field(description="Names the lever in results")
    text: Text = Field(description="What to do, in one sentence")
    next_test: Text = Field(description="The cheapest test that tells whether it works")
    short: str = Field("", description="A step to take today; the cheapest test: on one line, for the first screen")
    when: tuple[Trigger, ...] = Field(
        (), description="What must be seen at the stage for the lever to go first; those of default then serve any kind"
    )


_Levers = tuple[LeverModel, ...]
_fields: dict[str, Any] = {
    kind: (_Levers, Field((), min_length=1, description=f"Levers for stages of kind {kind}, the cheapest first"))
    for kind in get_args(StageKind)
}
_fields[QUEUE_KIND] = (_Levers, Field((), min_length=1, description="Levers for stages that take no more people"))
_fields[DEFAULT_KIND] = (
    _Levers,
    Field((), min_length=1, description="Levers for stages without a kind, and those that go first at any stage"),
)
PlaybookFile = create_model(
    "PlaybookFile",
    __config__=ConfigDict(frozen=True, extra="forbid"),
    __doc__="What to try at a stage of each kind; a kind that is given replaces the packaged one.",
    **_fields,
)


def load_playbook(path: Path) -> Playbook:
    """The kinds that a playbook file gives; SpecError with all its problems at file:line:column."""
    document = Document(path, "a playbook")
    playbook, file_problems = _checked(document.raw)
    reported = {finding.path for finding in document.file_problems if not finding.about_key}
    file_problems = document.file_problems + [finding for finding in file_problems if finding.path not in reported]
    if file_problems:
        raise SpecError(*document.problems(file_problems))
    return playbook


def playbook_from_mapping(mapping: Mapping[str, object]) -> Playbook:
    """The kinds that a mapping of that shape gives; SpecError with all its problems."""
    playbook, file_problems = _checked(mapping)
    if file_problems:
        raise SpecError(*(Problem(finding.code, finding.sentence, finding.hint) for finding in file_problems))
    return playbook


def playbook_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of playbook files, from the model that validates them."""
    schema = PlaybookFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "growthctl playbook"}


def _checked(raw: Mapping[str, object]) -> tuple[Playbook, list[FileProblem]]:
    try:
        given = PlaybookFile.model_validate(raw)
    except ValidationError as error:
        return {}, findings(error.errors(), _keys)
    playbook = {
        kind: tuple(levers.Lever(**lever.model_dump()) for lever in getattr(given, kind))
        for kind in given.model_fields_set
    }
    return playbook, _repeated(playbook)


def _repeated(playbook: Playbook) -> list[FileProblem]:
    file_problems = []
    for kind, several in playbook.items():
        slugs = [lever.slug for lever in several]
        file_problems += [
            FileProblem("invalid_value", (kind, position, "slug"), f"{slug!r} names another lever of {kind} already")
            for position, slug in enumerate(slugs)
            if slug in slugs[:position]
        ]
    return file_problems


def _keys(place: str) -> Sequence[str]:
    return tuple((LeverModel if place else PlaybookFile).model_fields)
