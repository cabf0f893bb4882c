"""What an analysis answers, so that it can be compared before anything is measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Answer = Mapping[str, Any]


def of_report(text: str) -> Answer:
    """From what `analyze -f json` prints, by stage: `reached`, `ripe` and `medians`; `segments`: reached in each."""
    (analysis,) = json.loads(text)["analyses"]
    stages = analysis["stages"]
    return {
        "reached": [stage["reached"] for stage in stages],
        "ripe": [[stage["ripe"]["entered"], stage["ripe"]["converted"]] for stage in stages[1:]],
        "medians": [took and round(took["median"], 6) for took in (s["seconds_from_previous"] for s in stages[1:])],
        "segments": {
            f"{segment['by'][0]} {segment['values'][0]}": [stage["reached"] for stage in segment["stages"]]
            for segment in analysis["segments"]
        },
    }


def differences(ours: Answer, theirs: Answer) -> list[str]:
    """What both answer, and not the same."""
    shared = [key for key in ours if key in theirs and ours[key] != theirs[key]]
    return [f"{key}: growthctl says {ours[key]}, not {theirs[key]}" for key in shared]
