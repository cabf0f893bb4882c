"""The slugs of a diagnosis, which the report repeats: apart, because they need no library."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["confirmed", "tie", "suspect", "none_below_reference", "cannot_tell", "no_reference", "no_data"]
Unresolvable = Literal[
    "over_25_times_the_data", "over_90_days", "no_gap_seen", "nothing_ripe_at_reference", "stage_not_in_log"
]
