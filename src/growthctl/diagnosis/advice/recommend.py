"""The playbook: what to try at a stage of each kind, and which of it a diagnosis calls for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import yaml

from growthctl.diagnosis.advice.triggers import Evidence, TestPlan, Triggers
from growthctl.diagnosis.bottleneck.assessment import Assessment, Recoverable
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.change.broken_now import BrokenNow
from growthctl.funnel.levers import DEFAULT_KIND, QUEUE_KIND, Lever, Playbook, Trigger

# The C loader reads it ten times faster; some builds of PyYAML lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRACKING: frozenset[Trigger] = frozenset(("stage_silent", "clock_skew", "out_of_order", "same_instant", "unlinked"))


class Recommendation(NamedTuple):
    """A lever for a stage, what called for it, and the numbers of that (None = unknown)."""

    stage: str
    owner: str | None
    kind: str | None
    lever: str
    text: str
    short: str
    """A step to take today and the cheapest test; nothing where the playbook has none."""
    trigger: Trigger
    evidence: Evidence
    worth: Recoverable | None
    """What closing the gap would bring; None where the log is to be mended first."""
    next_test: str
    measure: TestPlan | None
    """How large a test must be; None likewise."""


@cache
def packaged_playbook() -> Playbook:
    """The playbook of the package."""
    content = yaml.load(Path(__file__).with_name("playbook.yml").read_text(encoding="utf-8"), _LOADER)
    return MappingProxyType({kind: tuple(_lever(**item) for item in items) for kind, items in content.items()})


def recommend(
    diagnosis: WidestBottleneck,
    playbook: Playbook,
    triggers_by_stage: Mapping[str, Triggers] | None = None,
    faults: Sequence[BrokenNow] = (),
    limit: int = 3,
) -> list[Recommendation]:
    """What to try next: a lever for each stage that is broken now, as `faults` say it, and at most `limit` for the
    bottleneck: those that something seen at the stage calls for, then the cheapest. The dearer of both comes first.

    `triggers_by_stage` say what is seen there. A tie alternates between both stages. A leading candidate without a
    verdict gets one cheap test, and only while its rate is below its reference. No bottleneck and no data call for
    nothing; nor does a stage of no kind at which nothing is seen. A queue elsewhere comes last, with one lever.
    """
    repairs = [item for fault in _by_stage(faults) for item in _repairs(fault, playbook)]
    lasting = _lasting(diagnosis, playbook, triggers_by_stage or {}, limit)
    listed = {(item.stage, item.lever) for item in repairs}
    lasting = [item for item in lasting if (item.stage, item.lever) not in listed]
    return [*repairs, *lasting] if _worth(repairs) >= _worth(lasting) else [*lasting, *repairs]


def _worth(items: Sequence[Recommendation]) -> float:
    return max((item.worth.mean for item in items if item.worth), default=0.0)


def _by_stage(faults: Sequence[BrokenNow]) -> Iterator[BrokenNow]:
    """Of each stage the dearest one."""
    yield from {fault.transition.stage: fault for fault in reversed(faults)}.values()


def _repairs(fault: BrokenNow, playbook: Playbook) -> Iterator[Recommendation]:
    """The lever that serves every kind of stage that fell, or went silent."""
    trigger: Trigger = "stage_silent" if fault.is_silent else "rate_fell"
    lever = next((each for each in playbook[DEFAULT_KIND] if trigger in each.when), None)
    if lever is not None:
        yield Recommendation(
            stage=fault.transition.stage,
            owner=fault.transition.owner,
            kind=fault.transition.kind,
            lever=lever.slug,
            text=lever.text,
            short=lever.short,
            trigger=trigger,
            evidence={"usual_rate": fault.usual_rate, "rate": fault.rate, "probability": fault.probability},
            worth=None if fault.is_silent else fault.recoverable,
            next_test=lever.next_test,
            measure=None,
        )


def _lasting(
    diagnosis: WidestBottleneck, playbook: Playbook, triggers_of: Mapping[str, Triggers], limit: int
) -> list[Recommendation]:
    """For the bottleneck."""
    names = [assessment.transition.stage for assessment in diagnosis.contenders]
    elsewhere = [s for s in diagnosis.ranking if s.transition.stage == diagnosis.queue and diagnosis.queue not in names]
    queues = [lever for assessment in elsewhere for lever in _levers(assessment, playbook, triggers_of)[:1]]
    columns = [_levers(assessment, playbook, triggers_of) for assessment in diagnosis.contenders]
    turns = [lever for lever in chain.from_iterable(zip_longest(*columns)) if lever]
    if diagnosis.verdict == "cannot_tell":
        turns = [] if diagnosis.unresolvable == "no_gap_seen" else turns[:1]
    return [*turns[: limit - len(queues)], *queues]


def _lever(slug: str, text: str, next_test: str, short: str, when: Sequence[Trigger] = ()) -> Lever:
    return Lever(slug, text, next_test, tuple(when), short)


def _levers(
    assessment: Assessment, playbook: Playbook, triggers_by_stage: Mapping[str, Triggers]
) -> list[Recommendation]:
    transition = assessment.transition
    triggers = triggers_by_stage.get(transition.stage, Triggers())
    full = assessment.load is not None and assessment.load.bound and QUEUE_KIND in playbook
    kind = QUEUE_KIND if full else transition.kind or DEFAULT_KIND
    usual: Trigger = "queue" if full else "gap"
    evidence = _evidence(assessment)
    result = []
    for trigger, lever in _called(playbook.get(kind, playbook[DEFAULT_KIND]), playbook[DEFAULT_KIND], triggers):
        if trigger is None and not full and (transition.kind is None or transition.reference is None):
            continue
        called = trigger or usual
        sound = called not in _TRACKING
        result.append(
            Recommendation(
                stage=transition.stage,
                owner=transition.owner,
                kind=transition.kind,
                lever=lever.slug,
                text=lever.text,
                short=lever.short,
                trigger=called,
                evidence=evidence | dict(triggers.evidence.get(called, {})),
                worth=assessment.recoverable if sound else None,
                next_test=lever.next_test,
                measure=triggers.measure if sound else None,
            )
        )
    return result


def _evidence(assessment: Assessment) -> dict[str, float | int | None]:
    """The numbers of the gap."""
    transition = assessment.transition
    return {
        "entered": transition.judged.entered,
        "converted": transition.judged.converted,
        "rate": transition.judged.rate,
        "reference": transition.reference.rate if transition.reference else None,
        "probability_gap": assessment.probability_gap,
        "recoverable": assessment.recoverable.mean if assessment.recoverable else None,
        "leverage": assessment.leverage,
        "utilisation": assessment.load.utilisation if assessment.load else None,
    }


def _called(
    of_kind: Sequence[Lever], always: Sequence[Lever], triggers: Triggers
) -> Iterator[tuple[Trigger | None, Lever]]:
    """Every lever of the kind once, with what is seen that calls for it: these first.

    Before them, of those that serve every kind, the one that the clearest sight calls for.
    """

    def called(levers: Sequence[Lever]) -> dict[str, tuple[Trigger, Lever]]:
        called_for: dict[str, tuple[Trigger, Lever]] = {}
        for trigger in triggers.evidence:
            for lever in levers:
                if trigger in lever.when:
                    called_for.setdefault(lever.slug, (trigger, lever))
        return called_for

    first = dict(list(called(always).items())[:1]) | called(of_kind)
    yield from first.values()
    yield from ((None, lever) for lever in of_kind if lever.slug not in first)
