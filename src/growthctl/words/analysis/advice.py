"""Recommendations in words: what called for one, what it is worth, how to tell whether it works."""

from __future__ import annotations

from growthctl.report.advice import RecommendationFacts
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import RecoverableFacts
from growthctl.words.analysis.health import sentence
from growthctl.words.analysis.verdict import measured
from growthctl.words.labels import before, label, reference_word, value
from growthctl.words.numbers import (
    chance,
    duration,
    estimate,
    integer,
    percent,
    printable,
    share,
    significant,
    target,
)


def why(item: RecommendationFacts, analysis: Analysis) -> str:
    """What called for the lever besides the gap; nothing where that is all."""
    if item.trigger == "small_sample":
        entered, dropped = (item.evidence.get(name) or 0 for name in ("entered", "dropped"))
        return f"Only {integer(entered)} have come this far, and {integer(dropped)} of them dropped: ask each."
    if item.trigger == "segment" and analysis.bottleneck.explained_by:
        explained = analysis.bottleneck.explained_by[0]
        segment = ", ".join(
            f"{printable(by)} {value(each)}" for by, each in zip(explained.by, explained.values, strict=True)
        )
        holds, people = share(explained.share_of_gap), share(explained.share_of_entered)
        return f"{segment} holds {holds} of the gap with {people} of the people."
    if item.trigger == "slow":
        return f"One in ten of those who go on takes {duration(item.evidence.get('p90_seconds'))} or longer."
    for finding in analysis.health.findings:
        if (finding.code, finding.stage) == (item.trigger, item.stage):
            return sentence(finding, analysis)
    return ""


def is_reason_of_its_own(item: RecommendationFacts) -> bool:
    """Does the lever answer something that the verdict does not say?"""
    return item.trigger in ("small_sample", "slow")


def evidence(item: RecommendationFacts, analysis: Analysis) -> str:
    """What speaks for the lever, for somebody who did not see the rest."""
    ranked = next(each for each in analysis.ranking if each.stage == item.stage)
    sentences = [measured(analysis, ranked), why(item, analysis)]
    if ranked.probability_gap is not None and ranked.reference is not None:
        sure = f"{chance(ranked.probability_gap)} sure that it is below its {reference_word(analysis)}"
        sentences.insert(1, f"{sure[0].upper()}{sure[1:]}.")
    return " ".join(filter(None, sentences))


def worth(recoverable: RecoverableFacts, analysis: Analysis) -> str:
    """'About 12.9 more conversions to Payment per 30 days (95% range 8.5–17.6), EUR 12,400 (8,160–16,900)'."""
    last = [item for item in analysis.stages if not item.optional][-1]
    conversions, low, high = (
        estimate(each) for each in (recoverable.conversions_per_30_days, recoverable.low, recoverable.high)
    )
    text = f"About {conversions} more conversions to {printable(last.label)} per 30 days (95% range {low}–{high})"
    if recoverable.value is None:
        return text
    currency = f"{printable(recoverable.currency)} " if recoverable.currency else ""
    interval = "–".join(
        significant(each) for each in (recoverable.value_low, recoverable.value_high) if each is not None
    )
    return f"{text}, {currency}{significant(recoverable.value)}" + (f" ({interval})" if interval else "")


def measure(item: RecommendationFacts, analysis: Analysis) -> str:
    """How many people a test of two halves needs, and how long that takes; nothing where it is unknown."""
    test = item.measure
    if test is None:
        return ""
    position = [stage.name for stage in analysis.stages].index(item.stage)
    reached = label(analysis, analysis.stages[before(analysis.stages, position)].name)
    days = (
        f", about {integer(test.days)} day{'' if test.days == 1 else 's'} at the present traffic" if test.days else ""
    )
    return (
        f"{integer(test.per_group)} in each half of those who reach {reached}{days}, to tell {target(test.to_rate)} "
        f"from {percent(test.from_rate)} (80% power, 5% level)."
    )
