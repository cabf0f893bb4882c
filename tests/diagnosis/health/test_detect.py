from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from growthctl.clock import DAY, HOUR
from growthctl.diagnosis.health import detect as looks
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.transitions import SegmentValues
from tests.diagnosis.log import HOURS, NAMES, by_day, inputs, stage, whole, without
from tests.diagnosis.weeks import MONDAY


def detect(odd: HealthInputs) -> list[Finding]:
    findings, failed = looks.detect(odd)
    assert failed == []
    return findings


def codes(odd: HealthInputs) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.stage) for finding in detect(odd)]


def only(odd: HealthInputs) -> Finding:
    (finding,) = detect(odd)
    return finding


def test_a_sound_log_has_no_findings() -> None:
    assert detect(inputs()) == []


def test_the_hole_of_one_stage_is_not_one_of_the_next_too() -> None:
    visits, carts, pays = whole()
    finding = only(inputs((visits, without(carts, 1_000, 1_030), without(pays, 1_000, 1_030))))
    assert (finding.code, finding.cause, finding.stage, finding.segment) == ("stage_silent", "tracking", "cart", None)
    assert finding.since_at == pytest.approx(MONDAY + 1_000 * HOUR, abs=9 * HOUR)
    assert finding.until_at == pytest.approx(MONDAY + 1_030 * HOUR, abs=9 * HOUR)


@pytest.mark.parametrize(("since", "until"), [(0, 500), (1_500, HOURS)])
def test_a_hole_at_the_start_has_no_start_and_one_at_the_end_no_end(since: int, until: int) -> None:
    visits, carts, pays = whole()
    finding = only(inputs((visits, carts, without(pays, since, until))))
    assert finding.stage == "pay"
    assert (finding.since_at is None, finding.until_at is None) == (since == 0, until == HOURS)


def test_in_any_order_no_stage_is_called_silent() -> None:
    visits, carts, pays = whole()
    broken = (visits, carts, without(pays, 1_016, 1_024))
    assert codes(inputs(broken)) == [("stage_silent", "pay")]
    assert ("stage_silent", "pay") not in codes(inputs(broken, is_ordered=False))


def test_a_hole_of_one_segment_is_found_there() -> None:
    (visits, carts, pays), phones = whole(), whole(2)
    broken = (phones[0], without(phones[1], 1_200, 1_440), without(phones[2], 1_200, 1_440))
    total = tuple(ours + theirs for ours, theirs in zip((visits, carts, pays), broken, strict=True))
    odd = inputs(total, [by_day((visits, carts, pays), "desk"), by_day(broken, "phone")])
    found = [finding for finding in detect(odd) if finding.code == "stage_silent"]
    assert [(each.stage, each.segment) for each in found] == [("cart", SegmentValues(("device",), ("phone",)))]
    assert (found[0].since_at, found[0].until_at) == (MONDAY + 50 * DAY, MONDAY + 60 * DAY)


def test_a_hole_of_all_is_not_told_again_for_every_segment() -> None:
    visits, carts, pays = whole()
    broken = (visits, without(carts, 1_200, 1_440), without(pays, 1_200, 1_440))
    assert codes(inputs(broken, [by_day(broken, "desk")])) == [("stage_silent", "cart")]


def test_a_segment_in_which_a_stage_never_happens_has_neither_start_nor_end() -> None:
    ours, theirs = whole(), whole(2)
    broken = (theirs[0], theirs[1] * 0, theirs[2] * 0)
    total = tuple(one + other for one, other in zip(ours, broken, strict=True))
    finding = only(inputs(total, [by_day(ours, "desk"), by_day(broken, "phone")]))
    assert (finding.code, finding.stage, finding.observed) == ("stage_silent", "cart", 0)
    assert (finding.since_at, finding.until_at) == (None, None)


def test_a_fall_in_a_hole_is_only_a_hole() -> None:
    visits, carts, pays = whole()
    assert codes(inputs((visits, carts, without(pays, 1_200, HOURS)))) == [("stage_silent", "pay")]


def test_a_last_day_with_too_few_entries_looks_incomplete() -> None:
    counts = [np.where(np.arange(HOURS) >= HOURS - 48, each // 4, each) for each in whole()]
    finding = only(inputs(counts))
    assert (finding.code, finding.cause, finding.since_at) == ("last_days_thin", "unripe", MONDAY + (HOURS - 48) * HOUR)
    assert finding.observed == counts[0][-48:].sum()
    assert finding.expected == pytest.approx(whole()[0][-48:].sum(), rel=0.2)


@pytest.mark.parametrize("odd", [{"entries_go_on": False}, {"as_of": MONDAY + (HOURS - 47) * HOUR}])
def test_days_that_nobody_asks_for_are_not_missed(odd: dict[str, Any]) -> None:
    counts = [np.where(np.arange(HOURS) >= HOURS - 48, each // 4, each) for each in whole()]
    sound = inputs(counts, **odd)
    if "as_of" in odd:
        sound = sound._replace(everybody=sound.everybody.until(sound.as_of))
        bins = sound.everybody.bins
        sound = sound._replace(written=sound.written[:, :bins], rewritten=sound.rewritten[:, :bins])
    assert detect(sound) == []


def test_a_day_that_has_only_begun_is_judged_by_its_hours() -> None:
    hours = HOURS - 14
    sound = inputs([each[:hours] for each in whole()], as_of=MONDAY + hours * HOUR)
    assert detect(sound) == []


def test_entries_that_stop_are_the_traffic_s() -> None:
    counts = [without(each, 1_000, 1_030) for each in whole()]
    finding = only(inputs(counts))
    assert (finding.code, finding.cause, finding.upstream) == ("entries_silent", "traffic", None)
    rest = [without(each, HOURS - 40, HOURS) for each in whole()]
    (stopped,) = detect(inputs(rest, last_event_at=MONDAY + (HOURS - 40) * HOUR))
    assert (stopped.code, stopped.until_at) == ("entries_silent", None)
    (end,) = detect(inputs(rest))
    assert (end.code, end.since_at) == ("entries_end", MONDAY + (HOURS - 40) * HOUR)


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        ({"out_of_order": 300}, ("out_of_order", 300 / 1_300)),
        ({"out_of_order": 200}, None),
        ({"out_of_order": 300, "early": 60, "early_seconds": 90.0}, ("clock_skew", 60 / 1_060)),
        ({"out_of_order": 300, "early": 40, "early_seconds": 90.0}, ("out_of_order", 300 / 1_300)),
        ({"early": 60, "early_seconds": 0.0}, ("same_instant", 60 / 1_060)),
        ({"same_instant": 250}, ("same_instant", 0.25)),
        ({"same_instant": 200}, None),
    ],
)
def test_stages_at_the_wrong_time_are_told_by_their_share(
    odd: dict[str, float], expected: tuple[str, float] | None
) -> None:
    found = detect(inputs(stages=[stage("visit"), stage("cart", **odd), stage("pay")]))
    assert [(each.code, each.share, each.stage) for each in found] == ([(*expected, "cart")] if expected else [])


def test_two_clocks_do_not_hide_another_order_and_nobody_is_counted_twice() -> None:
    odd = stage("cart", out_of_order=800, early=100, early_seconds=90.0)
    skew, astray = detect(inputs(stages=[stage("visit"), odd, stage("pay")]))
    assert (skew.code, skew.observed, skew.missing) == ("clock_skew", 100, 100)
    assert (astray.code, astray.observed, astray.missing) == ("out_of_order", 700, 700)
    assert astray.share == pytest.approx(700 / 1_800)


def test_dates_beside_times_are_told_and_few_out_of_order_count_then() -> None:
    dated = stage("cart", at_midnight=980, out_of_order=100)
    mixed, astray = detect(inputs(stages=[stage("visit"), dated, stage("pay")]))
    assert (mixed.code, mixed.observed, mixed.share, mixed.stage) == ("mixed_granularity", 980, 0.98, "cart")
    assert (astray.code, astray.missing) == ("out_of_order", 100)
    only_dates = [stage(name, at_midnight=1_000) for name in NAMES]
    assert detect(inputs(stages=only_dates)) == []


def test_a_look_that_fails_takes_no_other_one_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: HealthInputs) -> list[Finding]:
        raise ZeroDivisionError

    monkeypatch.setattr(looks, "missing_events", fails)
    odd = stage("cart", out_of_order=300)
    findings, failed = looks.detect(inputs(stages=[stage("visit"), odd, stage("pay")]))
    assert [each.code for each in findings] == ["out_of_order"]
    assert [dict(each.numbers) for each in failed] == [{"look": "missing_events", "error": "ZeroDivisionError"}]


def test_what_is_misplaced_would_be_conversions_of_those_who_are_ripe() -> None:
    odd = stage("cart", out_of_order=300, ripe_share=0.5)
    assert only(inputs(stages=[stage("visit"), odd, stage("pay")])).missing == 150


def test_most_still_open_and_events_written_twice_are_told() -> None:
    open_ = only(inputs(entered_open=5_001))
    assert (open_.code, open_.cause, open_.share) == ("mostly_open", "unripe", 0.5001)
    assert detect(inputs(entered_open=5_000)) == detect(inputs(entered_open=5_001, give_up=None)) == []
    twice = only(inputs(duplicate_rows=600))
    assert (twice.code, twice.observed, twice.share) == ("duplicates", 600, 0.012)
    assert [each.observed for each in detect(inputs(repeated_events=700))] == [700]


def test_findings_overlap_when_they_share_a_time() -> None:
    first, later = (Finding("stage_silent", "tracking", since_at=since, until_at=since + 5) for since in (0, 5))
    assert not first.overlaps(later)
    assert first.overlaps(later._replace(since_at=4))
    assert first.overlaps(later._replace(since_at=None))
    assert later.overlaps(first._replace(until_at=None))
    assert NAMES[1] == "cart"
