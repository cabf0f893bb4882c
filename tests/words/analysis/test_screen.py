"""What stands around the findings on the first screen: the opening, the table, the log, what to do next."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import Interview
from growthctl.report.funnel import Warning
from growthctl.report.health import HealthFacts
from growthctl.report.stages import Now, Ripe
from growthctl.words.analysis import overview
from growthctl.words.analysis.log import noticed, untold
from growthctl.words.analysis.next_steps import commands, steps
from growthctl.words.analysis.opening import opening
from tests.golden import examples


def changed(analysis: Analysis = examples.BROKEN_NOW, **facts: Any) -> Analysis:
    return analysis.model_copy(update=facts)


def at_demo(**facts: Any) -> Analysis:
    stages = [stage.model_copy(update=facts) if stage.name == "demo" else stage for stage in examples.BROKEN_NOW.stages]
    return changed(stages=stages)


def verdict(**facts: Any) -> str:
    analysis = at_demo(**facts)
    return overview.cells(analysis.stages[3], analysis)[4]


def test_the_opening_says_of_whom_the_overall_rate_is() -> None:
    assert opening(examples.CONFIRMED) == (
        "12,400 people entered from 5 Jan to 4 Apr 2026; of 12,000 who had their 14 days 0.38% got to First payment. "
        "At present rates: 45.0 conversions per 30 days."
    )
    assert opening(examples.CANNOT_TELL).startswith(
        "601 people entered from 5 Jan to 4 Apr 2026; of 600 who had their 14 days 2 got to"
    )
    assert " 0.38% (target 0.65%) got to" in opening(examples.QUEUE)
    assert opening(examples.NO_DATA) == "1 session entered from 30 Mar to 31 Mar 2026."


def test_a_range_after_the_log_has_no_end() -> None:
    nobody = [stage.model_copy(update={"reached": 0}) for stage in examples.CONFIRMED.stages]
    late = examples.DATA.model_copy(update={"since": "2027-01-01T00:00:00Z"})
    assert opening(changed(stages=nobody, data=late)) == "Nobody entered since 1 Jan 2027."


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        ("below_target", "clearly below"),
        ("maybe_below", "maybe below"),
        ("close_to_target", "close to target"),
        ("at_target", "at target"),
        ("too_few", "too few to tell"),
        ("no_target", "no target"),
        ("silent", "silent"),
        (None, ""),
    ],
)
def test_a_verdict_stands_in_each_row(judgement: str | None, words: str) -> None:
    assert verdict(judgement=judgement) == words


def test_what_moved_says_when() -> None:
    since = Now(since_at="2026-02-01T00:00:00Z", entered=9, converted=1, conversion_rate=None, low=None, high=None)
    assert verdict(judgement="rose", now=since) == "rose on 1 Feb"
    assert verdict(judgement="fell", now=None) == "sinking"
    assert overview.cells(examples.BROKEN_NOW.stages[2], examples.BROKEN_NOW)[4] == "fell on 6 Mar"


def test_a_suspect_of_a_log_in_doubt_is_in_doubt() -> None:
    assert overview.cells(examples.IN_DOUBT.stages[3], examples.IN_DOUBT)[4] == "in doubt"


def test_the_marks_of_the_findings_stand_before_their_rows() -> None:
    analysis = examples.BROKEN_NOW
    assert [overview.mark(stage, analysis) for stage in analysis.stages] == ["", "", "!", "▶", ""]


def test_of_few_a_rate_is_rough_and_explained() -> None:
    few = Ripe(entered=11, converted=2, conversion_rate=2 / 11, low=0.05, high=0.48)
    analysis = at_demo(ripe=few)
    assert overview.cells(analysis.stages[3], analysis)[2] == "~18%"
    assert "~: of few." in list(overview.notes(analysis))
    assert "~: of few." not in list(overview.notes(examples.BROKEN_NOW))


@pytest.mark.parametrize(
    ("sources", "whose"),
    [
        ({"window"}, "people whose 14 days are over"),
        ({"within"}, "people who had the time for it"),
        ({"within", "estimate"}, "people who had the time in which 95% convert"),
        ({"unknown"}, "all people, for there is no window"),
    ],
)
def test_of_whom_the_rates_are_is_said(sources: set[str], whose: str) -> None:
    given = [*sorted(sources), *sorted(sources), *sorted(sources), *sorted(sources)]
    stages = [
        stage.model_copy(update={"ripe": stage.ripe.model_copy(update={"after": after})}) if stage.ripe else stage
        for stage, after in zip(examples.CONFIRMED.stages, ["window", *given], strict=False)
    ]
    assert next(overview.notes(changed(stages=stages, open=0))) == f"Rate: of the stage above, {whose}."
    assert (
        next(overview.notes(changed(stages=stages, open=7))) == f"Rate: of the stage above, {whose}; 7 may still go on."
    )


def test_the_log_is_told_in_two_sentences_a_warning_among_them_and_how_many_more() -> None:
    health = HealthFacts(cause=None, findings=[examples.LOST_DEMOS, examples.OUTAGE])
    lines = noticed(changed(health=health))
    assert [line[:12] for line in lines] == ["Demo attende", "Stage 'demo'", "1 more: --de"]
    assert len(noticed(changed(health=health, warnings=[]))) == 2


def test_a_finding_that_stands_above_as_broken_is_not_told_again() -> None:
    finding = examples.BROKEN_FORM.model_copy(update={"segment": examples.BROKEN_NOW.broken_now[0].segment})
    health = HealthFacts(cause=None, findings=[examples.OUTAGE, finding])
    assert list(untold(changed(health=health))) == [examples.OUTAGE]
    assert list(untold(changed(health=health, broken_now=[]))) == [examples.OUTAGE, finding]


def test_a_warning_is_a_sentence_without_its_hint() -> None:
    warning = Warning(code="bad_rows", stage=None, message="3 of 9 rows broken", hint="the first: a.csv:2")
    assert noticed(changed(health=HealthFacts(cause=None, findings=[]), warnings=[warning])) == ["3 of 9 rows broken."]


def test_whoever_owns_a_stage_gets_one_step() -> None:
    assert steps(examples.CONFIRMED) == ["sales: offer a time within two days, remind once; half for two weeks"]


def test_an_owner_of_two_stages_is_told_at_which() -> None:
    first, second = examples.TRY
    both = [first, second.model_copy(update={"stage": "payment", "owner": "sales"})]
    assert steps(changed(recommendations=both)) == [
        "sales: Demo attended: offer a time within two days, remind once; half for two weeks",
        "sales: First payment: Give a trial that ends on a set day.",
    ]


def test_of_more_than_two_stages_it_is_said_how_many_more_have_advice() -> None:
    one, *_ = examples.CONFIRMED.recommendations
    three = [one.model_copy(update={"stage": name}) for name in ("demo", "signup", "payment")]
    assert steps(changed(examples.CONFIRMED, recommendations=three))[2:] == ["1 more stage: --details."]


def test_few_who_dropped_are_to_be_asked() -> None:
    few = Interview(stage="demo", owner="sales", entities=["a", "b"])
    bottleneck = examples.CANNOT_TELL.bottleneck.model_copy(update={"interview": few})
    assert "sales: ask these 2 who stopped before Demo attended: a, b." in steps(
        changed(examples.CANNOT_TELL, bottleneck=bottleneck)
    )


def test_a_stage_without_a_kind_and_advice_is_told_to_have_one() -> None:
    stages = [stage.model_copy(update={"kind": None}) for stage in examples.CONFIRMED.stages]
    bare = changed(examples.CONFIRMED, stages=stages, recommendations=[])
    assert steps(bare) == ["Add kind: to demo in the funnel file for advice."]
    assert steps(changed(examples.CONFIRMED, recommendations=[])) == []


def test_the_next_command_looks_at_what_is_broken_else_at_who_was_lost() -> None:
    assert list(commands(examples.BROKEN_NOW, "shop.yml")) == ["growthctl compare shop.yml --since 2026-03-06"]
    assert list(commands(examples.CONFIRMED, "shop.yml")) == ["growthctl who shop.yml --stage demo --dropped"]
    assert list(commands(examples.NONE_BELOW, "shop.yml")) == []
