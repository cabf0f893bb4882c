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

DEFAULT_KIND, QUEUE_KIND = "default", "queue"
# The C loader reads it ten times faster; some builds of PyYAML lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Lever:
    """One thing to try: its slug, what to do in one sentence, and the cheapest test that tells."""

    slug: str
    text: str
    next_test: str


Playbook = Mapping[str, Sequence[Lever]]
"""Levers by stage kind, the cheapest first; `default` serves stages without a kind, `queue` those that are full."""


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
    while its rate is below its reference. No bottleneck and no data call for nothing. A queue elsewhere comes last,
    with one lever.
    """
    names = [standing.transition.stage for standing in diagnosis.contenders]
    elsewhere = [s for s in diagnosis.ranking if s.transition.stage == diagnosis.queue and diagnosis.queue not in names]
    queues = [lever for standing in elsewhere for lever in _levers(standing, playbook)[:1]]
    columns = [_levers(standing, playbook) for standing in diagnosis.contenders]
    turns = [lever for lever in chain.from_iterable(zip_longest(*columns)) if lever]
    if diagnosis.verdict == "cannot_tell":
        turns = [] if diagnosis.unresolvable == "no_gap_seen" else turns[:1]
    return [*turns[: limit - len(queues)], *queues]


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
        "utilisation": standing.load.utilisation if standing.load else None,
    }
    full = standing.load is not None and standing.load.bound and QUEUE_KIND in playbook
    kind = QUEUE_KIND if full else transition.kind or DEFAULT_KIND
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
        for lever in playbook.get(kind, playbook[DEFAULT_KIND])
    ]
