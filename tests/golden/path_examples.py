"""Answers of `paths` made by hand: what its page is looked at with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from growthctl.report.funnel import Warning
from growthctl.report.paths import JourneyShare, PathFacts, Paths, StepFacts
from growthctl.stats.proportions import Proportion
from tests.golden.examples import DATA, FUNNEL

EVENTS: dict[str | None, int] = {
    "training_done": 620, "docs_view": 421, "pricing_view": 300, "ad_click": 60, "page_view": 54, "search": 40,
    "settings": 30, "help": 20, "invite": 10, "export": 6, "logout": 4, None: 3,
}  # fmt: skip
SEQUENCES: dict[tuple[str | None, ...], int] = {
    ("docs_view",): 300,
    ("training_done", "docs_view"): 180,
    ("training_done", "demo_attended", "pricing_view"): 130,
    ("pricing_view", None, "docs_view"): 4,
}


def share(number: int, journeys: int) -> dict[str, Any]:
    interval = Proportion(journeys, number).wilson()
    rate = number / journeys if journeys else None
    return {"journeys": number, "share": rate, "low": interval and interval.low, "high": interval and interval.high}


def answer(
    events: Mapping[str | None, int],
    nothing: int,
    sequences: Mapping[tuple[str | None, ...], int],
    more_paths: int = 0,
    **changes: Any,
) -> Paths:
    """After the signup, of all who reached it."""
    journeys = sum(events.values()) + nothing
    usual: dict[str, Any] = {
        "funnel": FUNNEL,
        "data": DATA,
        "stage": "signup",
        "label": "Signup",
        "direction": "after",
        "next_stage": "demo",
        "next_label": "Demo attended",
        "reached": journeys,
        "went_on": 512,
        "dropped": journeys - 694,
        "open": 182,
        "outcome": None,
        "steps": 3,
        "warnings": [],
    }
    return Paths(
        **usual | changes,
        journeys=journeys,
        events=[StepFacts(event=event, **share(number, journeys)) for event, number in events.items()],
        more_events=0,
        nothing=JourneyShare(**share(nothing, journeys)),
        paths=[PathFacts(events=list(path), **share(number, journeys)) for path, number in sequences.items()],
        more_paths=more_paths,
    )


AFTER = answer(EVENTS, 132, SEQUENCES, more_paths=81)
DROPPED_BEFORE = answer(
    {"landing_view": 1100, "page_view": 130},
    11,
    {("ad_click", "landing_view"): 1000, ("landing_view", "page_view"): 130},
    more_paths=1,
    direction="before",
    outcome="dropped",
    steps=2,
    reached=1935,
    dropped=1241,
)
LAST = answer(
    {"docs_view": 13},
    9,
    {("docs_view",): 13},
    next_stage=None,
    next_label=None,
    went_on=None,
    dropped=None,
    open=None,
    stage="payment",
    label="First payment",
    warnings=[Warning(code="no_window", stage=None, message="something to know", hint="a way out")],
)
NOBODY = answer({}, 0, {}, reached=0, went_on=0, dropped=0, open=0)
NOBODY_WENT_ON = answer({}, 0, {}, reached=30, went_on=0, dropped=10, open=20, outcome="reached")
HOSTILE = answer(
    {"[b]\x1b|`x`\n@all": 40},
    0,
    {("[b]\x1b|`x`\n@all", "long " * 30): 40},
    label="<i>*S*</i>",
    went_on=10,
    dropped=30,
    open=0,
)
