"""The playbook: what to try at a stage of each kind, and which of it a diagnosis calls for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, zip_longest
from types import MappingProxyType

import yaml

from growthctl.diagnosis.bottleneck import Diagnosis
from growthctl.diagnosis.standing import Standing

DEFAULT_KIND = "default"
# The C loader reads it ten times faster; some builds of PyYAML lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Lever:
    """One thing to try: its slug, what to do in one sentence, and the cheapest test that tells."""

    slug: str
    text: str
    next_test: str


Playbook = Mapping[str, Sequence[Lever]]
"""Levers by stage kind, the cheapest first; `default` serves stages without a kind."""


@dataclass(frozen=True)
class Recommendation:
    """A lever for a stage, and the numbers that called for it (None = unknown)."""

    stage: str
    owner: str | None
    kind: str | None
    lever: str
    text: str
    evidence: Mapping[str, float | int | None]
    next_test: str


@cache
def load_playbook() -> Playbook:
    """The playbook of the package."""
    content = yaml.load((files(__package__) / "playbook.yml").read_text(encoding="utf-8"), _LOADER)
    return MappingProxyType({kind: tuple(Lever(**item) for item in items) for kind, items in content.items()})


def recommend(diagnosis: Diagnosis, playbook: Playbook, limit: int = 3) -> list[Recommendation]:
    """What to try next, at most `limit` levers, cheapest first.

    A tie alternates between both stages. A leading candidate without a verdict gets one cheap test, and only
    while its rate is below its reference. No bottleneck and no data call for nothing.
    """
    if diagnosis.verdict == "cannot_tell":
        if diagnosis.unresolvable == "no_gap_seen":
            return []
        limit = min(limit, 1)
    columns = [_levers(standing, playbook) for standing in diagnosis.contenders]
    turns = chain.from_iterable(zip_longest(*columns))
    return [recommendation for recommendation in turns if recommendation][:limit]


def _levers(standing: Standing, playbook: Playbook) -> list[Recommendation]:
    transition = standing.transition
    evidence = {
        "entered": transition.entered,
        "converted": transition.converted,
        "rate": transition.rate,
        "reference": transition.reference.rate if transition.reference else None,
        "probability_gap": standing.probability_gap,
        "recoverable": standing.recoverable.mean if standing.recoverable else None,
        "leverage": standing.leverage,
    }
    return [
        Recommendation(
            stage=transition.stage,
            owner=transition.owner,
            kind=transition.kind,
            lever=lever.slug,
            text=lever.text,
            evidence=evidence,
            next_test=lever.next_test,
        )
        for lever in playbook.get(transition.kind or DEFAULT_KIND, playbook[DEFAULT_KIND])
    ]
