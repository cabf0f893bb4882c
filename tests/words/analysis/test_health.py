"""What is odd about the log, in words."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.diagnosis.codes import Cause, FindingCode
from growthctl.report.health import HealthFacts
from growthctl.report.segments import SegmentName
from growthctl.words.analysis.health import sentence
from tests.golden import examples

NOON, SIX, DAY = "2026-02-19T12:00:00Z", "2026-02-19T18:00:00Z", "2026-02-20T00:00:00Z"
FEW: dict[str, Any] = {"observed": 3, "expected": 1_200.4, "upstream": 2_000}


def line(code: FindingCode, cause: Cause = "tracking", timezone: str = "UTC", **more: Any) -> str:
    found = examples.finding(code, cause, **{"stage": "demo"} | more)
    answer = examples.analysis(
        examples.bottleneck("no_data", None),
        funnel=examples.FUNNEL.model_copy(update={"timezone": timezone}),
        health=HealthFacts(cause=None, findings=[found]),
    )
    return sentence(found, answer)


@pytest.mark.parametrize(
    ("since", "until", "when"),
    [
        (NOON, SIX, " from 19 Feb 12:00 to 18:00"),
        (NOON, DAY, " from 19 Feb 12:00 to 20 Feb"),
        (DAY, None, " since 20 Feb"),
        (None, NOON, " until 19 Feb 12:00"),
        (None, None, ""),
    ],
)
def test_a_silent_stage_is_told_with_its_time_and_what_went_on(since: str, until: str, when: str) -> None:
    assert line("stage_silent", since_at=since, until_at=until, **FEW) == (
        f"Demo attended: 3 instead of about 1,200{when}: an outage or lost tracking."
    )


def test_times_are_those_of_the_funnel() -> None:
    assert "from 19 Feb 13:00 to 19:00:" in line(
        "stage_silent", timezone="Europe/Berlin", since_at=NOON, until_at=SIX, **FEW
    )


def test_a_segment_is_named_with_its_properties() -> None:
    segment = SegmentName(by=["device", "beta"], values=["phone", True])
    assert line("stage_silent", segment=segment, **FEW).startswith(
        "Demo attended (device phone and beta true): 3 instead"
    )


@pytest.mark.parametrize(
    ("code", "cause", "more", "expected"),
    [
        (
            "entries_silent",
            "traffic",
            {"since_at": NOON, "observed": 0, "expected": 80.0},
            "Demo attended: 0 instead of about 80 since 19 Feb 12:00: nobody came, or lost tracking.",
        ),
        (
            "last_days_thin",
            "unripe",
            {"since_at": NOON, "observed": 9, "expected": 80.0},
            "Demo attended: 9 instead of about 80 since 19 Feb 12:00: not all events may have arrived yet. Leave "
            "these days out with --as-of 2026-02-19T12:00:00.",
        ),
        (
            "rate_fell",
            "product",
            {"since_at": DAY, "conversion_rate": 0.04, "usual_rate": 0.13},
            "Demo attended fell from 13.0% to 4.0% since 20 Feb: look at what changed there then.",
        ),
        (
            "rate_fell",
            "traffic",
            {
                "since_at": DAY,
                "conversion_rate": 0.04,
                "usual_rate": 0.13,
                "segment": SegmentName(by=["country"], values=[]),
            },
            "Demo attended fell from 13.0% to 4.0% since 20 Feb, because other people came: look at them by country.",
        ),
        (
            "weekday_pattern",
            "season",
            {"weekdays": ["saturday", "sunday"], "conversion_rate": 0.04, "usual_rate": 0.13},
            "Demo attended converts 4.0% of those who come on a Saturday or a Sunday, 13.0% on other days, week after "
            "week.",
        ),
        (
            "clock_skew",
            "tracking",
            {"observed": 62, "share": 0.5, "median_seconds": 420.0},
            "Demo attended comes shortly before Signup for 62 (50.0% of those who have both), in the middle by 7 min: "
            "two clocks?",
        ),
        (
            "out_of_order",
            "tracking",
            {"observed": 62, "share": 0.5},
            "Signup is missing, or comes later, for 62 who have Demo attended (50.0%): look at it, and at the log's "
            "times.",
        ),
        (
            "same_instant",
            "tracking",
            {"observed": 62, "share": 0.5},
            "Demo attended comes at the very time of Signup for 62 (50.0% of those who have both): their order is "
            "a guess.",
        ),
        (
            "mostly_open",
            "unripe",
            {"observed": 62, "share": 0.75},
            "The window of 75.0% of those who entered is still open: most may still convert.",
        ),
        (
            "duplicates",
            "tracking",
            {"stage": None, "observed": 1_600, "share": 0.02},
            "1,600 events (2.0%) repeat another one.",
        ),
        (
            "duplicates",
            "tracking",
            {"stage": None, "observed": 1_600, "share": 0.5},
            "1,600 events (50.0%) repeat another one: the log was written twice.",
        ),
        (
            "duplicates",
            "tracking",
            {"stage": None, "observed": 1_600, "share": 0.5, "since_at": DAY, "until_at": "2026-02-22T00:00:00Z"},
            "1,600 events (50.0%) repeat another one from 20 Feb to 22 Feb: these days were written twice.",
        ),
        (
            "entries_silent",
            "tracking",
            {"since_at": NOON, "observed": 0, "expected": 80.0},
            "Demo attended: 0 instead of about 80 since 19 Feb 12:00, though later stages go on without it: lost "
            "tracking?",
        ),
        (
            "entries_end",
            "traffic",
            {"since_at": DAY, "until_at": "2026-03-01T00:00:00Z", "observed": 0, "expected": 80.0},
            "Demo attended ends on 20 Feb, though the log goes on to 1 Mar: an export of those who entered "
            "before, or nobody comes any more.",
        ),
        (
            "batches",
            "tracking",
            {"observed": 12, "share": 0.3},
            "Demo attended comes in batches, on 30.0% of the days only: an import or a billing run? Days without any "
            "say nothing.",
        ),
        (
            "mixed_granularity",
            "tracking",
            {"observed": 3_000, "share": 1.0},
            "Demo attended has only dates: 3,000 events (100.0%) are at 00:00:00, before all that has a time on that "
            "day. Record its times.",
        ),
        (
            "rate_fell",
            "unknown",
            {"since_at": DAY, "conversion_rate": 0.04, "usual_rate": 0.13},
            "Demo attended fell from 13.0% to 4.0% since 20 Feb: nothing in the log says why.",
        ),
    ],
)
def test_every_finding_has_its_words(code: FindingCode, cause: Cause, more: dict[str, Any], expected: str) -> None:
    assert line(code, cause, **more) == expected
