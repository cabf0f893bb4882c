"""What a playbook holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Trigger = Literal[
    "gap",
    "queue",
    "segment",
    "small_sample",
    "slow",
    "stage_silent",
    "clock_skew",
    "out_of_order",
    "same_instant",
    "unlinked",
    "rate_fell",
    "weekday_pattern",
]
"""What may call for a lever: a rate below its reference, or something that is seen at the stage."""
DEFAULT_KIND, QUEUE_KIND = "default", "queue"


class Lever(NamedTuple):
    """One thing to try."""

    slug: str
    text: str
    """What to do, in one sentence."""
    next_test: str
    """The cheapest test that tells."""
    when: tuple[Trigger, ...] = ()
    """It goes first when one of these is seen at the stage."""
    short: str = ""
    """A step to take today and the cheapest test, on one line; nothing where `text` has to do."""


Playbook = Mapping[str, Sequence[Lever]]
"""Levers by stage kind, the cheapest first; `queue` serves stages that are full, `default` those without a kind, and
with what is in `when` those of every kind.
"""
