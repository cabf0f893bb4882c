"""The widest bottleneck: which transition, whose, worth what, how sure; read `diagnose` first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.diagnosis.bottleneck.assessment import MARGINAL_CONVERSION, Assessment, ConversionValue, assess
from growthctl.diagnosis.bottleneck.capacity import queue
from growthctl.diagnosis.bottleneck.posterior import Posterior
from growthctl.diagnosis.bottleneck.shortfall import final_conversions, shortfall
from growthctl.diagnosis.bottleneck.verdict_rules import decide, more_data, tied
from growthctl.diagnosis.codes import Unresolvable, Verdict
from growthctl.diagnosis.transitions import Transition

DAYS = 30


class WidestBottleneck(NamedTuple):
    """The verdict and everything it rests on. Unknown is None; conversions are per 30 days."""

    verdict: Verdict | None
    """None in any order, where no stage is to blame."""
    contenders: tuple[Assessment, ...] = ()
    """What the verdict is about: the lead first, two of them for a tie, none where the verdict names nothing."""
    ranking: tuple[Assessment, ...] = ()
    """Every transition: those with a reference by expected recovery, then those nobody entered, then those without a
    reference; without any reference at all by leverage.
    """
    final_conversions_per_30_days: float | None = None
    shortfall_per_30_days: float | None = None
    """What all gaps together cost."""
    more_entrants_needed: int | None = None
    days_needed: int | None = None
    unresolvable: Unresolvable | None = None
    largest_drop: str | None = None
    """The stage before which most entities are lost, for comparison with the lead."""
    lowest_rate: str | None = None
    """The stage with the lowest rate, likewise."""
    leader_if_marginal_entrants_convert_worse: str | None = None
    queue: str | None = None
    """The stage that is fullest, where people wait for its capacity."""

    @property
    def lead(self) -> Assessment | None:
        """The bottleneck, the leading candidate, or the widest leak: the verdict says which."""
        return self.contenders[0] if self.contenders else None


def widest_bottleneck(
    transitions: Sequence[Transition],
    entrants_per_30_days: float,
    value_per_conversion: ConversionValue = None,
) -> WidestBottleneck:
    """Name the widest bottleneck among the transitions of a funnel, in funnel order.

    `entrants_per_30_days` are ripe entries, `value_per_conversion` is money after margin.
    The verdict is `no_data` while nobody entered a transition, and for a funnel that has none. A stage that no event
    of the log matches may be a slip in the funnel file or in the tracking, so nothing is blamed while there is one.
    """
    if not any(transition.ripe.entered for transition in transitions):
        return WidestBottleneck("no_data")
    posterior = Posterior.of(transitions, entrants_per_30_days)
    judged = assess(transitions, posterior, entrants_per_30_days, value_per_conversion)
    present = [transition.present.rate for transition in transitions]
    judged_rates = [transition.judged.rate for transition in transitions]
    joining = [transition.joining for transition in transitions]
    references = [transition.reference.rate if transition.reference else None for transition in transitions]
    facts = WidestBottleneck(
        "no_reference",
        ranking=tuple(sorted(judged, key=_by_recovery)),
        final_conversions_per_30_days=final_conversions(present, entrants_per_30_days, joining),
        shortfall_per_30_days=shortfall(judged_rates, references, entrants_per_30_days, joining),
        largest_drop=_largest_drop(transitions),
        lowest_rate=min(judged, key=_by_rate).transition.stage,
        queue=queue(transitions, [assessment.load for assessment in judged]),
    )
    if not all(transition.observed for transition in transitions):
        return facts._replace(verdict="cannot_tell", unresolvable="stage_not_in_log")
    if any(references):
        return _with_verdict(facts, judged, posterior, entrants_per_30_days)
    leaks = tuple(sorted(judged, key=_by_leverage))
    # Where everybody goes on nothing leaks.
    leaky = (leaks[0].transition.present.rate or 0.0) < 1
    return facts._replace(ranking=leaks, contenders=leaks[:1] if leaky else ())


def _with_verdict(
    facts: WidestBottleneck, judged: Sequence[Assessment], posterior: Posterior, entrants_per_30_days: float
) -> WidestBottleneck:
    candidates = [assessment for assessment in facts.ranking if assessment.transition.reference]
    measured = [assessment for assessment in candidates if assessment.recoverable]
    verdict = decide(candidates, facts.final_conversions_per_30_days or 0.0)
    if not measured:
        return facts._replace(verdict=verdict, unresolvable="nothing_ripe_at_reference")
    if verdict == "none_below_reference":
        return facts._replace(verdict=verdict)
    result = facts._replace(
        verdict=verdict,
        contenders=_contenders(verdict, measured),
        leader_if_marginal_entrants_convert_worse=_marginal_leader(judged),
    )
    if verdict != "cannot_tell":
        return result
    lead = measured[0].transition.judged.entered
    before = [each.transition for each in judged[: judged.index(measured[0])]]
    wait = more_data(
        posterior,
        columns=[judged.index(assessment) for assessment in measured[:2]],
        entered=lead,
        entrants_per_day=final_conversions(
            [transition.present.rate for transition in before],
            entrants_per_30_days / DAYS,
            [transition.joining / DAYS for transition in before],
        ),
    )
    return result._replace(
        more_entrants_needed=wait.entrants,
        days_needed=wait.days,
        unresolvable=wait.unresolvable,
    )


def _contenders(verdict: Verdict, measured: Sequence[Assessment]) -> tuple[Assessment, ...]:
    """The lead; two of a tie, also where their references are too weak to call it one."""
    both = verdict == "tie" or (verdict == "suspect" and len(measured) > 1 and tied(measured[0], measured[1]))
    return tuple(measured[: 2 if both else 1])


def _by_recovery(assessment: Assessment) -> tuple[bool, bool, float]:
    """Widest expected recovery first; then what nobody entered; last what has no reference."""
    known = assessment.recoverable
    return assessment.transition.reference is None, known is None, -known.mean if known else 0.0


def _by_leverage(assessment: Assessment) -> tuple[float, bool, float]:
    """Most leverage first; while nobody converts, so that it is 0, in the order that it has where nobody joins."""
    return -(assessment.leverage or 0.0), *_by_rate(assessment)


def _by_rate(assessment: Assessment) -> tuple[bool, float]:
    """Lowest rate first."""
    rate = assessment.transition.present.rate
    return rate is None, rate or 0.0


def _largest_drop(transitions: Sequence[Transition]) -> str | None:
    most = max(transitions, key=lambda transition: transition.ripe.dropped)
    return most.stage if most.ripe.dropped else None


def _marginal_leader(judged: Sequence[Assessment]) -> str:
    """Who leads if those regained convert 20 % worse than average at every later transition."""
    worth = {
        assessment.transition.stage: assessment.recoverable.mean * MARGINAL_CONVERSION**later
        for later, assessment in enumerate(reversed(judged))
        if assessment.recoverable
    }
    return max(worth, key=worth.__getitem__)
