"""Notices in words, by their code."""

from __future__ import annotations

from collections.abc import Callable

from growthctl.errors import Notice
from growthctl.events.quality import unreadable_rows
from growthctl.funnel.nearest import did_you_mean


def message(notice: Notice) -> str:
    """The sentence of a notice."""
    return _MESSAGES[notice.code](notice)


def _event_not_in_log(notice: Notice) -> str:
    place = f"stage '{notice.stage}'" if notice.stage else "exclude"
    event, near = notice.numbers["event"], notice.numbers["near"]
    return f"{place}: the event '{event}' never occurs in the log{did_you_mean(event, near)}"


def _condition_never_true(notice: Notice) -> str:
    events = notice.numbers["events"]
    return f"stage '{notice.stage}': its where is true for none of the {events:,} events of its name"


def _ambiguous_identity(notice: Notice) -> str:
    count = notice.numbers["ids"]
    ids = "anonymous id is" if count == 1 else "anonymous ids are"
    return f"{count:,} {ids} linked to several known ids; the link that came first in time counts"


def _early_times(notice: Notice) -> str:
    column = notice.numbers["column"]
    return f"every time lies before 1973: does '{column}' hold seconds since 1970? Days are written 2024-01-31"


def _not_a_number(notice: Notice) -> str:
    key, name, count, first = (notice.numbers[name] for name in ("key", "property", "values", "first"))
    values = "1 value" if count == 1 else f"{count:,} values"
    return f"{key}: {values} of '{name}' cannot be read as a number, such as '{first}': write 19.90, not 19,90"


def _target_above_history(notice: Notice) -> str:
    return _against_history(notice, "far above what any")


def _target_below_history(notice: Notice) -> str:
    return _against_history(notice, "below what every one")


def _against_history(notice: Notice, relation: str) -> str:
    target, low, high = (_percent(notice.numbers[name]) for name in ("target", "low", "high"))
    return (
        f"the target of '{notice.stage}', {target}, is {relation} of the last {notice.numbers['weeks']} "
        f"ripe weeks can have been ({low} to {high}): is it meant so?"
    )


def _targets_at_odds(notice: Notice) -> str:
    target, product = (_percent(notice.numbers[name]) for name in ("target", "product"))
    most = "" if notice.numbers["complete"] else "at most "
    return (
        f"the target of the funnel, {target}, does not go with those of its stages: together they make {most}{product}"
    )


def _log_starts_later(notice: Notice) -> str:
    at = notice.numbers["first_event_at"]
    return f"the log starts on {at}, inside or after a range that is compared: how many entered cannot be"


def _ranges_overlap(notice: Notice) -> str:
    return "the earlier result covers entries of this range too: with a later --since only what came after counts"


def _percent(rate: float) -> str:
    return f"{rate * 100:.3g}%"


_MESSAGES: dict[str, Callable[[Notice], str]] = {
    "bad_rows": lambda notice: unreadable_rows(**notice.numbers),
    "event_not_in_log": _event_not_in_log,
    "condition_never_true": _condition_never_true,
    "ambiguous_identity": _ambiguous_identity,
    "early_times": _early_times,
    "not_a_number": _not_a_number,
    "target_above_history": _target_above_history,
    "target_below_history": _target_below_history,
    "targets_at_odds": _targets_at_odds,
    "log_starts_later": _log_starts_later,
    "ranges_overlap": _ranges_overlap,
}
