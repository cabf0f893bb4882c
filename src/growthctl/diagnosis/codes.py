"""The codes of a diagnosis, which the report repeats: apart, because they need no library."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["confirmed", "tie", "suspect", "none_below_reference", "cannot_tell", "no_reference", "no_data"]
Unresolvable = Literal[
    "over_25_times_the_data",
    "over_90_days",
    "no_gap_seen",
    "nothing_ripe_at_reference",
    "stage_not_in_log",
    "data_in_doubt",
]
Cause = Literal["tracking", "season", "traffic", "product", "unripe", "unknown"]
"""What a change comes from: events went missing (or began), the calendar, who came, what the stage did to them; or
only from entities that are still on their way; or nothing in the log tells.
"""
ComparisonFinding = Literal["changed", "changed_inside", "unripe", "no_change", "no_data"]
"""What a comparison finds: a stage or the entrants changed; only segments did; only unequal ages make it look so."""
FindingCode = Literal[
    "mixed_granularity",
    "batches",
    "entries_end",
    "stage_silent",
    "clock_skew",
    "out_of_order",
    "rate_fell",
    "rate_rose",
    "drift",
    "weekday_pattern",
    "last_days_thin",
    "entries_silent",
    "unlinked",
    "mostly_open",
    "duplicates",
    "same_instant",
]
"""What can be odd about a log."""
Judgement = Literal[
    "silent",
    "fell",
    "rose",
    "no_target",
    "too_few",
    "below_target",
    "maybe_below",
    "close_to_target",
    "at_target",
]
"""What to think of a transition: what happened to it lately comes first, then how it stands against its reference."""
CONFIRMED_GAP, CONFIRMED_WIDEST = 0.95, 0.80
"""How sure a verdict must be that a rate is below its target, and that no other transition costs more."""
TWICE_SHARE = 0.4
"""From this share on duplicates are whole files or days: if these are there twice, half the events repeat another."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
