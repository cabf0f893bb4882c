"""Reports made by hand, of a funnel whose first stage is counted."""

from __future__ import annotations

from typing import Any

from growthctl.report.stages import CountedFacts, CountedSegment, UnmatchedFacts
from tests.golden.examples import DEMO, EVIL, analysis, bottleneck, stages


def segment(value: str | None, count: int, entered: int, low: float | None, high: float | None) -> CountedSegment:
    ratio = entered / count if count else None
    return CountedSegment(
        by=["utm_campaign"], values=[value], count=count, entered=entered, ratio=ratio, low=low, high=high
    )


FACTS: dict[str, Any] = {
    "stage": "ad",
    "label": "Ad click",
    "kind": "ad",
    "phase": "acquisition",
    "owner": "marketing",
    "runbook": None,
    "source": "ads",
    "since": "2026-01-06T00:00:00Z",
    "until": "2026-04-04T00:00:00Z",
    "days": 88,
    "count": 12_410,
    "entered": 9_104,
    "ratio": 9_104 / 12_410,
    "low": 0.7013,
    "high": 0.7672,
    "spread": 3.4,
    "degrees_of_freedom": 82.5,
    "target": 0.8,
    "judgement": "maybe_below",
    "segments": [
        segment("brand", 8_000, 6_800, 0.8214, 0.8795),
        segment("spring", 4_000, 1_100, 0.2542, 0.2973),
        segment("old", 410, 0, 0.0, 0.0094),
        segment(None, 0, 1_204, None, None),
    ],
    "unmatched": [UnmatchedFacts(by="utm_campaign", counted_values=1, count=410, entered_values=0, entered=0)],
}
_FIRST, *_LATER = stages()[1:]
FOLLOWED = [_FIRST.model_copy(update={"ripe": None, "target": None, "dropped": 0, "open": 0}), *_LATER]
COUNTED = analysis(bottleneck("confirmed", DEMO), stages=FOLLOWED, counted=CountedFacts(**FACTS))
# As many come otherwise, so that the ratio is no share.
EXCEEDED = COUNTED.model_copy(
    update={"counted": CountedFacts(**FACTS | {"entered": 14_000, "ratio": 14_000 / 12_410, "low": 1.02, "high": 1.25})}
)
NO_DAYS = COUNTED.model_copy(
    update={
        "counted": CountedFacts(
            **FACTS
            | dict.fromkeys(("since", "until", "count", "entered", "ratio", "low", "high", "spread"))
            | {"days": 0, "segments": [], "unmatched": [], "judgement": "too_few"}
        )
    }
)
HOSTILE = COUNTED.model_copy(
    update={
        "counted": CountedFacts(
            **FACTS
            | {"label": EVIL, "owner": EVIL}
            | {"segments": [segment(EVIL, 10, 5, 0.2, 0.8).model_copy(update={"by": [EVIL]})]}
            | {"unmatched": [UnmatchedFacts(by=EVIL, counted_values=1, count=410, entered_values=2, entered=7)]}
        )
    }
)
