"""The sections `stages` and `exclude`: the events that reach a stage, and those that must not lie between two."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from growthctl.funnel import values
from growthctl.funnel.sections.fields import Duration, NameList, Section, Slug, Target, Text, Where

StageKind = Literal[
    "ad", "landing", "signup", "activation", "onboarding", "sales_talk", "demo", "payment", "retention",
    "referral", "expansion",
]  # fmt: skip
StagePhase = Literal["acquisition", "sales"]
END = "end"
"""What comes after the last stage: no stage has this name."""
_ACQUISITION = ("ad", "landing", "signup", "activation")


class Capacity(Section):
    """How many can pass a stage: the slots of a team, the seats of a lesson."""

    per_day: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)] = Field(
        description="At most so many a day, on the weekdays on which the stage works"
    )


class Stage(Section):
    """A node of the funnel: the events that reach it; of a counted one its source."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["event"]}, {"required": ["source"]}]})

    name: Slug = Field(description="Unique in the funnel: letters, digits, - and _")
    event: NameList = Field(
        (), description="The event's name, or a list of names (any of them); * = any event; none of a counted stage"
    )
    where: Where | None = Field(None, description="What must be true of the event, as a mapping or an SQL condition")
    source: Text | None = Field(
        None, description="Of several sources that have the event: from which; of a counted stage that with the counts"
    )
    label: Text = Field(
        default_factory=lambda stage: stage.get("name", ""), description="For people; default: the name"
    )
    kind: StageKind | None = Field(None, description="What the stage is to the business; picks the playbook")
    phase: StagePhase | None = Field(
        default_factory=lambda stage: _default_phase(stage.get("kind")),
        description="acquisition (goal: signup) or sales (goal: payment); default: by kind",
    )
    owner: Text | None = Field(None, description="The team that answers for the conversion into this stage")
    optional: bool = Field(False, strict=True, description="Never blocks: later stages do without it")
    first_ever: bool = Field(
        False, strict=True, description="Only the entity's first event of that name in the whole log can match"
    )
    target: Target | None = Field(
        None,
        description="The conversion wanted from the previous stage: 75% or 0.75; not on the first stage",
    )
    within: Duration | None = Field(
        None, description="The longest time since the previous stage: 30m, 24h, 7d; not on the first stage"
    )
    after: Duration | None = Field(
        None, description="The shortest time since the previous stage, as for retention; not on the first stage"
    )
    capacity: Capacity | None = Field(None, description="How many can pass the stage; not on the first stage")
    runbook: Annotated[str, AfterValidator(values.parse_link)] | None = Field(
        None, description="A link to what to do when the stage narrows", json_schema_extra={"format": "uri"}
    )


class Exclusion(Section):
    """Events that must not lie between two stages."""

    event: Annotated[NameList, Field(min_length=1)] = Field(description="The event's name, or a list; * = any event")
    where: Where | None = Field(None, description="What must be true of the event")
    between: tuple[Slug, Slug] = Field(
        description="Two required stages: after the event of the first, before that of a later one up to the second; "
        "[the last stage, end]: what comes after it takes it back"
    )
    follows_within: Duration | None = Field(
        None,
        alias="for",
        description="With end: how long after the last stage it may be taken back; absent = no limit",
    )
    effect: Literal["stop", "drop"] = Field(
        "stop", description="stop: what comes after does not count; drop: the entity leaves every count"
    )

    @property
    def takes_back(self) -> bool:
        """Is it after the last stage?"""
        return self.between[1] == END


def _default_phase(kind: StageKind | None) -> StagePhase | None:
    if kind is None:
        return None
    return "acquisition" if kind in _ACQUISITION else "sales"
