"""What changed, what is broken now, the bottleneck, the health of the log and the place of the gap, together."""

from __future__ import annotations

import numpy as np
import pytest

from growthctl.clock import DAY
from growthctl.diagnosis.analysis import Diagnosis, diagnose
from growthctl.diagnosis.bottleneck.reference import ReferenceRules, with_references
from growthctl.diagnosis.bottleneck.widest import widest_bottleneck
from growthctl.diagnosis.days import Days
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.segments import SegmentComparison
from growthctl.diagnosis.transitions import SegmentValues, Transition
from growthctl.stats.proportions import Proportion
from tests.diagnosis.log import HOURS, NAMES, by_day, inputs, whole, without
from tests.diagnosis.weeks import MONDAY, Ints

NO_SEGMENTS = SegmentComparison(0, ())
FLOW = 3_000
LATER = np.arange(HOURS) >= 1_440


def transitions(counts: tuple[Ints, ...], *targets: float | None) -> list[Transition]:
    """Cart and pay, all ripe."""
    days = [each.reshape(-1, 24).sum(axis=1) for each in counts]
    return [
        Transition(
            name,
            before,
            "team",
            None,
            Proportion(int(entered.sum()), int(converted.sum())),
            target,
            Days(MONDAY, entered, converted),
        )
        for name, before, entered, converted, target in zip(NAMES[1:], NAMES, days, days[1:], targets, strict=False)
    ]


def diagnosed(
    counts: tuple[Ints, ...], *targets: float | None, segments: tuple[CountsOverTime, ...] = (), **odd: int
) -> Diagnosis:
    signs = inputs(counts, segments, **odd)
    return diagnose(transitions(counts, *targets), signs, NO_SEGMENTS, ReferenceRules(), FLOW)


def fallen(counts: tuple[Ints, Ints, Ints], share: float = 0.5, seed: int = 1) -> tuple[Ints, Ints, Ints]:
    """From the 61st day on fewer carts."""
    visits, carts, _ = counts
    carts = np.where(LATER, np.random.default_rng(seed).binomial(carts, share), carts)
    return visits, carts, np.random.default_rng(seed).binomial(carts, 0.5)


def test_what_is_named_is_what_the_health_of_the_log_allows() -> None:
    visits, carts, pays = whole()
    broken = visits, carts, without(pays, 800, 1_300)
    held = with_references(transitions(broken, 0.4, 0.5), (), ReferenceRules())
    assert widest_bottleneck(held, FLOW).verdict == "confirmed"
    diagnosis = diagnosed(broken, 0.4, 0.5)
    assert (diagnosis.bottleneck.verdict, diagnosis.bottleneck.unresolvable) == ("cannot_tell", "data_in_doubt")
    assert (diagnosis.health.cause, diagnosis.health.findings[0].stage) == ("tracking", "pay")
    assert diagnosis.gap.segments == ()


def test_a_sound_log_has_nothing_broken() -> None:
    diagnosis = diagnosed(whole(), 0.4, 0.5)
    assert diagnosis.broken_now == ()
    assert diagnosis.bottleneck.verdict == "none_below_reference"


def test_what_fell_and_has_not_come_back_is_broken_now_and_ranked_at_its_usual_rate() -> None:
    diagnosis = diagnosed(fallen(whole()), 0.4, 0.5)
    [broken] = diagnosis.broken_now
    assert (broken.transition.stage, broken.segment, broken.since_at) == ("cart", None, MONDAY + 60 * DAY)
    assert broken.usual_rate == pytest.approx(0.4, abs=0.01)
    assert broken.rate == pytest.approx(0.2, abs=0.01)
    assert broken.probability > 0.99
    # A · (usual − now) · the rate of those who pay; at the low end the one later transition a fifth worse.
    assert broken.recoverable.mean == pytest.approx(FLOW * 0.2 * 0.5, rel=0.1)
    assert broken.recoverable.low < 0.8 * broken.recoverable.mean < broken.recoverable.mean < broken.recoverable.high
    assert diagnosis.bottleneck.verdict == "none_below_reference"
    cart = diagnosis.transitions[0]
    assert cart.judged.rate == pytest.approx(0.4, abs=0.01)
    assert cart.present.rate == pytest.approx(0.2, abs=0.01)
    [finding] = [each for each in diagnosis.health.findings if each.code == "rate_fell"]
    assert (finding.cause, finding.until_at, finding.material) == ("unknown", None, False)


def test_a_fall_that_is_over_is_not_broken_now() -> None:
    visits, carts, pays = whole()
    meanwhile = (np.arange(HOURS) >= 960) & (np.arange(HOURS) < 1_320)
    low = np.where(meanwhile, np.random.default_rng(1).binomial(carts, 0.5), carts)
    diagnosis = diagnosed((visits, low, np.minimum(pays, low)), 0.4, 0.5)
    assert diagnosis.broken_now == ()
    [finding] = [each for each in diagnosis.health.findings if each.stage == "cart"]
    assert (finding.code, finding.since_at, finding.until_at) == (
        "rate_fell",
        MONDAY + 40 * DAY,
        MONDAY + 55 * DAY,
    )
    # It is no part of what the verdict rests on.
    assert finding.missing == 0
    assert diagnosis.transitions[0].judged.rate == pytest.approx(0.4, abs=0.01)


def test_what_broke_in_one_segment_is_told_of_it_and_priced_for_it_alone() -> None:
    ours, theirs = whole(), fallen(whole(2), 0.3)
    total = tuple(one + other for one, other in zip(ours, theirs, strict=True))
    diagnosis = diagnosed(total, 0.4, 0.5, segments=(by_day(ours, "desk"), by_day(theirs, "phone")))
    [broken] = diagnosis.broken_now
    assert broken.segment == SegmentValues(("device",), ("phone",))
    assert broken.usual_rate == pytest.approx(0.4, abs=0.01)
    assert broken.rate == pytest.approx(0.12, abs=0.02)
    assert broken.recoverable.mean == pytest.approx(FLOW * 0.5 * 0.28 * 0.5, rel=0.1)
    [finding] = [each for each in diagnosis.health.findings if each.stage == "cart"]
    assert (finding.code, finding.cause, finding.segment) == ("rate_fell", "product", broken.segment)


def test_a_fall_because_other_people_came_is_the_traffic_s() -> None:
    visits, carts = whole()[0], whole()[1]
    low = np.random.default_rng(1).binomial(visits, 0.1)
    many, few = np.where(LATER, visits * 3, visits), np.where(LATER, low * 3, low)
    segments = [(visits, carts, carts), (many, few, few)]
    total = tuple(one + other for one, other in zip(*segments, strict=True))
    diagnosis = diagnosed(
        total, 0.3, None, segments=(by_day(segments[0], "desk"), by_day(segments[1], "phone")), give_up=DAY
    )
    [finding] = [each for each in diagnosis.health.findings if each.code == "rate_fell"]
    assert (finding.cause, finding.segment) == ("traffic", SegmentValues(("device",), ()))


def test_a_rate_that_sinks_is_a_drift_and_broken_now_since_the_beginning() -> None:
    visits, carts, _ = whole()
    sinking = np.random.default_rng(1).binomial(carts, np.linspace(0.5, 0.2, HOURS))
    diagnosis = diagnosed((visits, carts, sinking), None, None)
    [finding] = [each for each in diagnosis.health.findings if each.stage == "pay"]
    assert (finding.code, finding.since_at) == ("drift", None)
    assert finding.usual_rate == pytest.approx(0.5, abs=0.05)
    assert finding.rate == pytest.approx(0.2, abs=0.05)
    [broken] = diagnosis.broken_now
    assert (broken.transition.stage, broken.since_at) == ("pay", None)
    assert broken.usual_rate > 0.42 > 0.26 > broken.rate


def test_a_stage_gone_silent_is_broken_now_and_nobody_is_blamed() -> None:
    visits, carts, pays = whole()
    diagnosis = diagnosed((visits, carts, without(pays, 1_700, HOURS)), 0.4, 0.5)
    [broken] = diagnosis.broken_now
    assert (broken.transition.stage, broken.is_silent, broken.rate) == ("pay", True, 0)
    assert broken.usual_rate == pytest.approx(0.5, abs=0.05)
    assert broken.recoverable.mean == pytest.approx(FLOW * 0.4 * 0.5, rel=0.15)


def test_the_dearest_of_several_comes_first() -> None:
    visits, carts, _ = fallen(whole())
    pays = np.random.default_rng(3).binomial(carts, np.where(LATER, 0.35, 0.5))
    diagnosis = diagnosed((visits, carts, pays), None, None)
    assert [broken.transition.stage for broken in diagnosis.broken_now] == ["cart", "pay"]


def test_a_rise_that_lasts_is_a_finding_and_nothing_is_broken() -> None:
    visits, carts, pays = whole()
    more = np.where(LATER, np.random.default_rng(1).binomial(carts, 0.8), pays)
    diagnosis = diagnosed((visits, carts, more), 0.4, 0.5)
    assert [(each.code, each.stage) for each in diagnosis.health.findings] == [("rate_rose", "pay")]
    assert diagnosis.broken_now == ()


def test_in_any_order_no_stage_is_looked_at_for_changes() -> None:
    signs = inputs(fallen(whole()))._replace(is_ordered=False)
    diagnosis = diagnose(transitions(fallen(whole()), None, None), signs, NO_SEGMENTS, ReferenceRules(), FLOW)
    assert diagnosis.broken_now == ()


def test_a_rate_that_rose_for_good_is_judged_by_what_it_is_now() -> None:
    visits, carts, pays = whole()
    more = np.where(LATER, np.random.default_rng(1).binomial(carts, 0.9), pays)
    pay = diagnosed((visits, carts, more), 0.4, 0.8).transitions[1]
    assert pay.judged == pay.present
    assert pay.judged.rate == pytest.approx(0.9, abs=0.01)


def test_of_a_segment_in_which_nobody_comes_any_more_nothing_is_broken_now() -> None:
    ours, theirs = whole(), fallen(whole(2), 0.3)
    ended = tuple(np.where(np.arange(HOURS) < 1_600, each, 0) for each in theirs)
    total = tuple(one + other for one, other in zip(ours, ended, strict=True))
    diagnosis = diagnosed(total, 0.4, 0.5, segments=(by_day(ours, "desk"), by_day(ended, "phone")))
    assert [each.segment for each in diagnosis.broken_now] in ([], [None])


def test_a_silence_of_a_day_does_not_hide_a_fall_around_it() -> None:
    visits, carts, pays = fallen(whole())
    silent = visits, without(carts, 1_800, 1_824), without(pays, 1_800, 1_824)
    [broken] = diagnosed(silent, 0.4, 0.5).broken_now
    assert (broken.transition.stage, broken.since_at) == ("cart", MONDAY + 60 * DAY)
