"""The playbook: what to try at a stage of each kind, and which of it a diagnosis calls for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, zip_longest
from types import MappingProxyType
from typing import NamedTuple

import yaml

from growthctl.diagnosis.advice.triggers import Measure, Numbers, Occasion
from growthctl.diagnosis.bottleneck.assessment import Recoverable, Standing
from growthctl.diagnosis.bottleneck.widest import Diagnosis
from growthctl.funnel.levers import DEFAULT_KIND, QUEUE_KIND, Lever, Playbook, Trigger

# The C loader reads it ten times faster; some builds of PyYAML lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRACKING: frozenset[Trigger] = frozenset(("stage_silent", "clock_skew", "out_of_order", "same_instant"))


class Recommendation(NamedTuple):
    """A lever for a stage, what called for it, and the numbers of that (None = unknown).

    `worth` is what closing the gap would bring, `measure` how large a test must be; both None where the log is to be
    mended first.
    """

    stage: str
    owner: str | None
    kind: str | None
    lever: str
    text: str
    trigger: Trigger
    evidence: Numbers
    worth: Recoverable | None
    next_test: str
    measure: Measure | None


@cache
def packaged_playbook() -> Playbook:
    """The playbook of the package."""
    content = yaml.load((files(__package__) / "playbook.yml").read_text(encoding="utf-8"), _LOADER)
    return MappingProxyType({kind: tuple(_lever(**item) for item in items) for kind, items in content.items()})


def recommend(
    diagnosis: Diagnosis, playbook: Playbook, occasions: Mapping[str, Occasion] | None = None, limit: int = 3
) -> list[Recommendation]:
    """What to try next, at most `limit` levers: those that something seen at the stage calls for, then the cheapest.

    `occasions` say what is seen, stage by stage. A tie alternates between both stages. A leading candidate without a
    verdict gets one cheap test, and only while its rate is below its reference. No bottleneck and no data call for
    nothing. A queue elsewhere comes last, with one lever.
    """
    seen = occasions or {}
    names = [standing.transition.stage for standing in diagnosis.contenders]
    elsewhere = [s for s in diagnosis.ranking if s.transition.stage == diagnosis.queue and diagnosis.queue not in names]
    queues = [lever for standing in elsewhere for lever in _levers(standing, playbook, seen)[:1]]
    columns = [_levers(standing, playbook, seen) for standing in diagnosis.contenders]
    turns = [lever for lever in chain.from_iterable(zip_longest(*columns)) if lever]
    if diagnosis.verdict == "cannot_tell":
        turns = [] if diagnosis.unresolvable == "no_gap_seen" else turns[:1]
    return [*turns[: limit - len(queues)], *queues]


def _lever(slug: str, text: str, next_test: str, when: Sequence[Trigger] = ()) -> Lever:
    return Lever(slug, text, next_test, tuple(when))


def _levers(standing: Standing, playbook: Playbook, occasions: Mapping[str, Occasion]) -> list[Recommendation]:
    transition = standing.transition
    occasion = occasions.get(transition.stage, Occasion())
    full = standing.load is not None and standing.load.bound and QUEUE_KIND in playbook
    kind = QUEUE_KIND if full else transition.kind or DEFAULT_KIND
    usual: Trigger = "queue" if full else "gap" if transition.reference else "leverage"
    evidence = _evidence(standing)
    result = []
    for trigger, lever in _called(playbook.get(kind, playbook[DEFAULT_KIND]), playbook[DEFAULT_KIND], occasion):
        called = trigger or usual
        sound = called not in _TRACKING
        result.append(
            Recommendation(
                stage=transition.stage,
                owner=transition.owner,
                kind=transition.kind,
                lever=lever.slug,
                text=lever.text,
                trigger=called,
                evidence=evidence | dict(occasion.seen.get(called, {})),
                worth=standing.recoverable if sound else None,
                next_test=lever.next_test,
                measure=occasion.measure if sound else None,
            )
        )
    return result


def _evidence(standing: Standing) -> dict[str, float | int | None]:
    """The numbers of the gap."""
    transition = standing.transition
    return {
        "entered": transition.entered,
        "converted": transition.converted,
        "rate": transition.rate,
        "reference": transition.reference.rate if transition.reference else None,
        "probability_gap": standing.probability_gap,
        "recoverable": standing.recoverable.mean if standing.recoverable else None,
        "leverage": standing.leverage,
        "utilisation": standing.load.utilisation if standing.load else None,
    }


def _called(
    of_kind: Sequence[Lever], always: Sequence[Lever], occasion: Occasion
) -> Iterator[tuple[Trigger | None, Lever]]:
    """Every lever of the kind once, with what is seen that calls for it: these first.

    Before them, of those that serve every kind, the one that the clearest sight calls for.
    """

    def called(levers: Sequence[Lever]) -> dict[str, tuple[Trigger, Lever]]:
        found: dict[str, tuple[Trigger, Lever]] = {}
        for trigger in occasion.seen:
            for lever in levers:
                if trigger in lever.when:
                    found.setdefault(lever.slug, (trigger, lever))
        return found

    first = dict(list(called(always).items())[:1]) | called(of_kind)
    yield from first.values()
    yield from ((None, lever) for lever in of_kind if lever.slug not in first)
