"""The worlds of restless rates: their logs are what they say, and answers are scored by the truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

from bench.worlds.__main__ import KINDS, main
from bench.worlds.catalogue import STEADY, nothing_wrong, one_fell, one_sank, one_weak
from bench.worlds.scores import (
    Scored,
    broken,
    confirms_another,
    false_change,
    false_findings,
    intervals_hold,
    names,
    score_run,
)
from bench.worlds.table import Column, Row, bounds, cell
from bench.worlds.world import DAY, START, Batches, World, draw, target_rates, true_gain, true_rates

MANY = 100_000
LARGE = [
    world
    for world in nothing_wrong()
    if world.delays != "heavy" and world.weeks == 10 and not world.day_sd and not world.week_sd and not world.batches
]


def reached(world: World, log: pl.DataFrame) -> list[int]:
    counts = dict(log.group_by("event").len().iter_rows())
    return [counts.get(stage, 0) for stage in world.stages]


def rates(world: World, log: pl.DataFrame) -> list[float]:
    return [after / before for before, after in pairwise(reached(world, log))]


def last(log: pl.DataFrame) -> int:
    return int(log["at"].to_numpy().max())


def analysis(**bottleneck: Any) -> dict[str, Any]:
    facts = {"verdict": "confirmed", "stage": "stage_2", "contenders": [], "recoverable": None} | bottleneck
    return {"bottleneck": facts, "health": {"findings": []}, "stages": []}


def finding(code: str, **facts: Any) -> dict[str, Any]:
    return {"health": {"findings": [{"code": code, "stage": "stage_1", "since_at": None} | facts]}}


@pytest.mark.parametrize("world", LARGE, ids=lambda world: world.name)
def test_people_convert_at_the_true_rates(world: World) -> None:
    large = replace(world, entrants=MANY)
    log = draw(large, np.random.default_rng(1))
    for rate, true, people in zip(rates(large, log), true_rates(large), reached(large, log), strict=False):
        assert abs(rate - true) < 4 * np.sqrt(true * (1 - true) / people)


def test_restless_rates_have_the_true_mean_and_the_spread_they_are_said_to_have() -> None:
    restless = replace(STEADY, entrants=MANY, weeks=60, day_sd=0.2)
    log = draw(restless, np.random.default_rng(1))
    day = (pl.col("at") - START) // DAY
    daily = log.group_by(day.alias("day"), "event").len().pivot("event", index="day", values="len")
    share = daily["stage_1"] / daily["stage_0"]
    assert rates(restless, log) == pytest.approx(true_rates(restless), rel=0.03)
    assert np.std(share.drop_nulls().to_numpy()) == pytest.approx(0.75 * 0.2, rel=0.1)


def test_a_log_has_a_window_after_its_last_entry_or_stops_in_the_middle_of_a_day() -> None:
    later, today = (draw(replace(STEADY, ends=ends), np.random.default_rng(1)) for ends in ("window", "today"))
    ends = [last(log) for log in (later, today)]
    assert ends[0] == START + 77 * DAY
    assert START + 76.5 * DAY < ends[1] < START + 77 * DAY
    entries = [last(log.filter(pl.col("event") == "stage_0")) for log in (later, today)]
    assert [(end - entry) // DAY for end, entry in zip(ends, entries, strict=True)] == [7, 0]


def test_batches_are_written_on_their_nights_and_lose_nobody() -> None:
    world = replace(STEADY, batches=Batches(1, weekdays=(0, 3)))
    log = draw(world, np.random.default_rng(1))
    second = log.filter(pl.col("event") == "stage_2")["at"].to_numpy() - START
    assert set((second // DAY % 7).tolist()) == {0, 3}
    assert {2} == set((second % DAY // 3_600).tolist())
    assert rates(world, log) == pytest.approx(world.rates, rel=0.05)


def test_targets_are_the_true_rates_but_above_the_one_that_is_weak_and_as_before_a_fall() -> None:
    assert target_rates(STEADY) == pytest.approx(STEADY.rates)
    for weak in one_weak():
        off = [rate / target for rate, target in zip(true_rates(weak), target_rates(weak), strict=True)]
        assert off == pytest.approx([0.8 if number == weak.weak else 1 for number in range(len(off))])
    fell = next(one_fell())
    assert target_rates(fell) == pytest.approx(STEADY.rates)
    assert true_rates(fell)[0] < 0.75


def test_no_time_of_a_campaign_is_below_the_targets() -> None:
    for world in nothing_wrong():
        if world.campaign:
            for half in (slice(35), slice(35, None)):
                pairs = zip(true_rates(world, half), target_rates(world), strict=True)
                assert all(rate >= target - 1e-12 for rate, target in pairs)


def test_regained_leads_of_unlike_quality_go_on_less_often() -> None:
    weak = next(one_weak())
    plain = 20_000 / 70 * 30 * (0.75 - 0.6) * 0.55 * 0.6 * 0.5
    assert true_gain(weak) == pytest.approx(plain)
    assert 0.4 * plain < true_gain(replace(weak, quality=1)) < 0.9 * plain


def test_names_of_worlds_are_unlike_and_every_world_has_a_kind() -> None:
    worlds = [world.name for kind in KINDS for world in kind.worlds]
    assert len(set(worlds)) == len(worlds)
    assert len(worlds) == sum(len(list(made())) for made in (nothing_wrong, one_weak, one_fell, one_sank))


def test_a_stage_is_named_by_a_verdict_of_which_it_is_a_contender() -> None:
    assert names(STEADY, analysis(), 1)
    assert names(STEADY, analysis(verdict="tie", stage="stage_1", contenders=["stage_1", "stage_2"]), 1)
    assert not names(STEADY, analysis(verdict="cannot_tell"), 1)
    assert not names(STEADY, analysis(), 0)
    assert confirms_another(STEADY, analysis(), 0)
    assert not confirms_another(STEADY, analysis(verdict="suspect"), 0)


def test_an_answer_that_knows_nothing_of_broken_now_has_nothing_broken() -> None:
    assert broken(analysis()) == broken(analysis() | {"broken_now": None}) == []


def test_findings_that_are_true_of_a_world_are_no_false_ones() -> None:
    assert false_findings(STEADY, finding("rate_fell")) == ("rate_fell",)
    assert false_findings(STEADY, finding("mostly_open")) == ()
    assert false_findings(replace(STEADY, true_findings=("batch",)), finding("batches")) == ()
    fell = replace(STEADY, true_findings=("fell:traffic",))
    causes = [false_findings(fell, finding("rate_fell", **{"class": cause})) for cause in ("traffic", "product")]
    assert causes == [(), ("rate_fell",)]
    assert false_findings(STEADY, finding("entries_end")) == ()
    assert false_findings(replace(STEADY, ends="today"), finding("entries_end")) == ("entries_end",)
    ends = finding("entries_silent", since_at="2026-03-16T00:00:00Z")
    early = finding("entries_silent", since_at="2026-02-16T00:00:00Z")
    assert (false_findings(STEADY, ends), false_findings(STEADY, early)) == ((), ("entries_silent",))


def test_where_traffic_grows_only_a_stage_that_changed_is_an_alarm() -> None:
    entrants = {"finding": "changed", "changes": [{"stage": None}]}
    assert false_change(STEADY, entrants)
    assert not false_change(replace(STEADY, growth=0.15), entrants)
    assert false_change(replace(STEADY, growth=0.15), entrants | {"changes": [{"stage": "stage_1"}]})
    assert not false_change(STEADY, {"finding": "no_change", "changes": []})


def test_intervals_are_held_against_the_long_run() -> None:
    bounds_of_stages = [(0.7, 0.8), (0.56, 0.6), (None, None), (0.4, 0.5)]
    stages = [{"ripe": {"low": low, "high": high}} for low, high in [(None, None), *bounds_of_stages]]
    assert intervals_hold(STEADY, {"stages": stages}) == pytest.approx(2 / 3)


def test_a_log_is_scored_from_end_to_end_and_always_alike() -> None:
    small = replace(STEADY, entrants=4_000, weeks=4)
    logs = [score_run(small, 1, run) for run in (0, 0)]
    assert logs[0] == logs[1]
    assert set(logs[0].scores) == {"crashed", "confirmed", "suspected", "health", "broken", "hold", "compare"}
    weak, fell, sank = (score_run(next(made()), 1, 0).scores for made in (one_weak, one_fell, one_sank))
    assert weak["named"]
    assert weak["another"] == fell["another"] == 0
    assert {"sinking", "drift", "fine"} < set(sank)


def test_a_date_within_a_week_of_a_fall_is_right() -> None:
    from bench.worlds.scores import _one_fell

    fell = next(one_fell())
    for off, right in ((0, True), (6, True), (-6, True), (8, False)):
        since = datetime.fromtimestamp(fell.fell_at + off * DAY, UTC).isoformat().replace("+00:00", "Z")
        entry = {"stage": "stage_1", "since_at": since}
        scores = _one_fell(fell, analysis() | {"broken_now": [entry, {"stage": "stage_3", "since_at": since}]})
        assert (scores["broken"], scores["dated"], scores["other_broken"]) == (True, right, True)


def test_a_score_beyond_its_bound_is_bold() -> None:
    column = Column("confirmed", "false", most=0.06)
    some, many = ([Scored({"confirmed": number < bad}) for number in range(100)] for bad in (6, 7))
    assert cell(column, Row(STEADY, some)) == "6.0 ± 2.4"
    assert cell(column, Row(STEADY, many)) == "**7.0 ± 2.6**"
    assert cell(Column("hold", "hold"), Row(STEADY, some)) == "–"


def test_bounds_hold_where_they_are_promised() -> None:
    health, named = Column("health", "", most=0.03), Column("named", "", least=0.85)
    assert bounds(health, STEADY) == (0, 0.03)
    assert bounds(health, replace(STEADY, week_sd=0.1)) == (0, 0.08)
    assert bounds(named, STEADY) == (0.85, 1)
    assert bounds(named, replace(STEADY, entrants=4_000)) == (0, 1)


def test_the_tables_are_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    main(["2", "3", "--only", "4 k entrants, day sd"])
    first, *_, head, rule, row = capsys.readouterr().out.splitlines()
    assert first.startswith("2 logs a world, seed 3, 20")
    assert head.startswith("| world | false `confirmed` ≤ 6% |")
    assert row.startswith("| 4 k entrants, day sd 15 % | ")
    assert head.count("|") == rule.count("|") == row.count("|")
