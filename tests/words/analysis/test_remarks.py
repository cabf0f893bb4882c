"""What stands beside the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import Interview, ReferenceFacts
from growthctl.report.segments import SegmentName
from growthctl.words.analysis.answer import bottleneck
from growthctl.words.analysis.remarks import remarks
from growthctl.words.analysis.verdict import explanation
from tests.golden import examples


def with_bottleneck(analysis: Analysis, **changes: Any) -> Analysis:
    return analysis.model_copy(update={"bottleneck": analysis.bottleneck.model_copy(update=changes)})


def full(**changes: Any) -> str:
    """What is said of the queue when its capacity has other facts."""
    stages = [
        stage.model_copy(update={"capacity": stage.capacity.model_copy(update=changes)}) if stage.capacity else stage
        for stage in examples.QUEUE.stages
    ]
    return " ".join(remarks(examples.QUEUE.model_copy(update={"stages": stages})))


def test_a_queue_is_told_apart_from_people_who_do_not_want() -> None:
    assert bottleneck(examples.QUEUE).text == "Demo attended: its 12 places a working day are 92% taken"
    assert remarks(examples.QUEUE)[:2] == [
        "Demo attended works at 92% of its capacity of 12 a day on 5 days a week: people wait for a place.",
        "Add places, or fill the empty ones: persuading more people only makes the queue longer.",
    ]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"days_per_week": 7}, "of its capacity of 12 a day: people"),
        ({"days_per_week": 1}, "of its capacity of 12 a day on 1 day a week: people"),
        ({"per_day": 0.5, "utilisation": 0.85}, "at 85% of its capacity of 0.5 a day"),
    ],
)
def test_a_capacity_is_shown_as_it_was_declared(changes: dict[str, Any], text: str) -> None:
    assert text in full(**changes)


@pytest.mark.parametrize("verdict", ["suspect", "none_below_reference", "cannot_tell"])
def test_a_queue_at_another_stage_is_named_too(verdict: str) -> None:
    analysis = with_bottleneck(examples.HISTORY, verdict=verdict)
    assert bottleneck(analysis).sentences[-1] == "Besides, First payment: its 1.5 places a day are full."
    assert "No more conversions per 30 days can pass it, whatever Demo attended gains." in remarks(analysis)


def test_what_passes_a_queue_after_the_lead_is_told_and_before_it_is_not() -> None:
    assert "can pass" not in full()
    later = with_bottleneck(examples.QUEUE, stage="signup", contenders=["signup"])
    assert "At most 3.6 more conversions per 30 days can pass it, whatever Signup gains." in remarks(later)
    earlier = with_bottleneck(examples.QUEUE, stage="payment", contenders=["payment"])
    assert "can pass" not in " ".join(remarks(earlier))


def test_few_who_dropped_are_to_be_interviewed_by_the_owner() -> None:
    few = Interview(stage="demo", owner=None, entities=["a", "b\x1b"])
    assert remarks(with_bottleneck(examples.CANNOT_TELL, interview=few))[-1] == (
        "ask these 2 who stopped before Demo attended: a, b�."
    )
    one = Interview(stage="demo", owner="sales", entities=["a"])
    shown = remarks(with_bottleneck(examples.CANNOT_TELL, interview=one))[-1]
    assert shown == "sales: ask this one who stopped before Demo attended: a."


def test_a_reference_is_never_shown_without_its_source() -> None:
    shown = " ".join(explanation(examples.HISTORY))
    assert ", in its best weeks 31.5%." in shown
    assert "over 99% that it is below its history" in shown
    segment = ReferenceFacts(
        rate=0.31, source="segment", segment=SegmentName(by=["device", "plan"], values=["desktop", None])
    )
    lead = examples.DEMO.model_copy(update={"reference": segment})
    analysis = with_bottleneck(examples.HISTORY, reference=segment).model_copy(update={"ranking": [lead]})
    shown = " ".join(explanation(analysis))
    assert ", of its best segment, device desktop and plan (none), 31.0%." in shown
    assert "that it is below its best segment" in shown
    assert "Only a target can confirm it" in shown


def test_against_targets_alone_the_word_is_target_and_else_reference() -> None:
    assert "every rate is at its target or" in bottleneck(examples.NONE_BELOW).text
    mixed = with_bottleneck(examples.HISTORY, verdict="none_below_reference")
    assert "every rate is at its reference or" in bottleneck(mixed).text
