"""What is broken now and the bottleneck, in words."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from growthctl.diagnosis.codes import Verdict
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import BrokenNowFacts, ReferenceFacts
from growthctl.words.analysis.answer import bottleneck, brief, broken, findings, headline
from tests.golden import examples

[FORM] = examples.BROKEN_NOW.broken_now


def named(**changes: Any) -> Analysis:
    verdict = examples.CONFIRMED.bottleneck.model_copy(update=changes)
    return examples.CONFIRMED.model_copy(update={"bottleneck": verdict})


def with_fault(**changes: Any) -> tuple[BrokenNowFacts, Analysis]:
    fault = FORM.model_copy(update=changes)
    return fault, examples.BROKEN_NOW.model_copy(update={"broken_now": [fault]})


def dearer() -> Analysis:
    """The form costs 18 conversions, the demo 17.7."""
    worth = FORM.recoverable.model_copy(update={"conversions_per_30_days": 18.0})
    return with_fault(recoverable=worth)[1]


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_a_line_and_a_sentence_to_post(verdict: Verdict) -> None:
    analysis = named(verdict=verdict)
    assert "\n" not in bottleneck(analysis).text + headline(analysis)
    assert headline(analysis).startswith("saas-signup: ")
    assert headline(analysis).endswith(".")


def test_what_costs_more_comes_first_and_is_posted() -> None:
    assert findings(examples.BROKEN_NOW).is_bottleneck_first
    assert headline(examples.BROKEN_NOW) == (
        "saas-signup: Demo attended is the widest bottleneck: 25.0% of Signup go on, target 35%; about 17.7 "
        "conversions to First payment per 30 days (12.4–23.7), worth EUR 17,000; sales owns it."
    )
    assert not findings(dearer()).is_bottleneck_first
    assert headline(dearer()) == (
        "saas-signup: Signup for device mobile fell from 13.2% to 3.9% on 6 Mar and has not come back: about 18.0 "
        "conversions to First payment per 30 days (9.0–23.0), worth EUR 15,400; product owns it."
    )


def test_what_brackets_hold_is_said_where_they_stand_first_and_only_there() -> None:
    for analysis in (examples.BROKEN_NOW, dearer(), examples.CONFIRMED, examples.TIE):
        told = findings(analysis)
        texts = [" ".join(each.sentences) for each in (*told.broken, told.bottleneck)]
        assert sum(text.count("95% range") for text in texts) == 1
        first = told.bottleneck if told.is_bottleneck_first or not told.broken else told.broken[0]
        assert "(95% range " in " ".join(first.sentences)


def test_a_fault_says_how_it_was_and_is_and_how_sure_that_is() -> None:
    told = broken(*with_fault())
    assert told.text == "Signup for device mobile, since 6 Mar"
    assert told.owner == "product"
    assert told.sentences[0] == "13.2% of Landing page went on before, about 3.9% since (over 99% sure)."


def test_a_fault_without_a_day_sinks_and_one_without_events_is_silent() -> None:
    assert broken(*with_fault(since_at=None)).text == "Signup for device mobile, sinking week after week"
    assert broken(*with_fault(silent=True, segment=None)).text == "Signup, silent since 6 Mar"
    fault, analysis = with_fault(silent=True, segment=None)
    worth = FORM.recoverable.model_copy(update={"conversions_per_30_days": 18.0})
    analysis = analysis.model_copy(update={"broken_now": [fault.model_copy(update={"recoverable": worth})]})
    assert headline(analysis).startswith("saas-signup: Signup has gone silent since 6 Mar: about 18.0")


def test_what_is_regained_before_a_stage_that_is_full_waits_for_room() -> None:
    full = examples.BROKEN_NOW.bottleneck.model_copy(update={"queue": "demo"})
    analysis = examples.BROKEN_NOW.model_copy(update={"bottleneck": full})
    assert broken(FORM, analysis).sentences[1].endswith("worth EUR 15,400, once Demo attended has room.")
    behind = analysis.model_copy(update={"bottleneck": full.model_copy(update={"queue": "landing"})})
    assert broken(FORM, behind).sentences[1].endswith("worth EUR 15,400.")


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        (ReferenceFacts(rate=0.3, source="history", weeks=8), " (only a target can confirm it)"),
        (ReferenceFacts(rate=0.35, source="target", doubted=True), " (all its history is against this target)"),
        (ReferenceFacts(rate=0.35, source="target"), " (too few weeks to confirm it)"),
    ],
)
def test_a_suspicion_says_what_keeps_it_from_being_confirmed(reference: ReferenceFacts, reason: str) -> None:
    lead = examples.DEMO.model_copy(update={"reference": reference})
    analysis = named(verdict="suspect", explained_by=[]).model_copy(update={"ranking": [lead]})
    assert bottleneck(analysis).text == f"Demo attended, probably{reason}"
    unsure = lead.model_copy(update={"probability_gap": 0.92})
    if reference.source == "target" and not reference.doubted:
        assert bottleneck(analysis.model_copy(update={"ranking": [unsure]})).text == "Demo attended, probably"


def test_a_suspect_of_a_log_in_doubt_is_told_without_how_sure_it_would_be() -> None:
    assert bottleneck(examples.IN_DOUBT).sentences[0] == (
        "First suspect Demo attended: 25.0% of Signup go on, target 35% (as logged)."
    )
    assert "(62% sure it is below, 54% that it costs most)." in bottleneck(examples.CANNOT_TELL).sentences[0]


@pytest.mark.parametrize(
    ("worth", "price"),
    [
        ({"currency": "EUR", "value": 17_020.8}, "(95% range 12.4–23.7), worth EUR 17,000."),
        ({"currency": None, "value": 17_020.8}, "(95% range 12.4–23.7), worth 17,000."),
        ({"value": None}, "(95% range 12.4–23.7)."),
    ],
)
def test_what_it_costs_includes_money_where_that_is_known(worth: dict[str, Any], price: str) -> None:
    assert examples.DEMO.recoverable
    lead = examples.DEMO.model_copy(update={"recoverable": examples.DEMO.recoverable.model_copy(update=worth)})
    analysis = examples.CONFIRMED.model_copy(update={"ranking": [lead]})
    assert f"Costs about 17.7 conversions per 30 days {price}" in findings(analysis).bottleneck.sentences


def test_a_line_beside_other_funnels_names_the_finding_and_whose_it_is() -> None:
    assert brief(dearer()) == "saas-signup: broken now, Signup for device mobile, since 6 Mar → product"
    assert brief(examples.CONFIRMED) == "saas-signup: bottleneck: Demo attended → sales"
    assert brief(examples.NO_DATA) == "saas-signup: bottleneck: No data yet"


def test_a_verdict_without_an_owner_names_none() -> None:
    stages = [stage.model_copy(update={"owner": None}) for stage in examples.CONFIRMED.stages]
    analysis = named(owner=None).model_copy(update={"stages": stages})
    assert bottleneck(analysis).owner == ""
    assert "owns it" not in headline(analysis)
