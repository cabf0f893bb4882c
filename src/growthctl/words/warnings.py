"""Notices in words, by their code."""

from __future__ import annotations

from collections.abc import Callable

from growthctl.errors import Notice
from growthctl.events.quality import unreadable_rows
from growthctl.funnel.nearest import did_you_mean
from growthctl.words.numbers import duration, estimate, printable


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
    until = notice.numbers["until_at"]
    return (
        f"the earlier result covers all entries up to {until}, and nobody came after whose window has passed: the same "
        "people cannot be compared with themselves"
    )


def _counted_apart(notice: Notice) -> str:
    until = notice.numbers["until_at"]
    return f"the earlier result covers entries up to {until}: now is who entered after that"


def _no_window(notice: Notice) -> str:
    estimates, unknown, window = (notice.numbers[name] for name in ("seconds", "unknown", "window"))
    clauses = []
    if estimates:
        times = ", ".join(f"{printable(name)} {duration(seconds)}" for name, seconds in estimates.items())
        clauses.append(f"who counts as lost is judged by the time in which 95% of conversions came so far ({times})")
    if unknown:
        names = ", ".join(map(printable, unknown))
        clauses.append(
            f"too few converted to tell how long that takes ({names}), so that the youngest count as lost too"
        )
    proposal = f"window: {window} would cover it" if window else "set one"
    return f"the funnel has no window: {'; '.join(clauses)}; {proposal}"


def _flow_changed(notice: Notice) -> str:
    now, before = (estimate(notice.numbers[name]) for name in ("per_30_days", "per_30_days_before"))
    return (
        f"in the last 28 days {now} per 30 days entered, in the 28 days before {before}: what is gained or lost "
        "per 30 days is counted with the last 28"
    )


def _look_failed(notice: Notice) -> str:
    look, error = notice.numbers["look"].replace("_", " "), notice.numbers["error"]
    return f"the part '{look}' failed ({error}) and is left out: please report it with what --debug prints"


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
    "no_window": _no_window,
    "flow_changed": _flow_changed,
    "look_failed": _look_failed,
    "counted_apart": _counted_apart,
    "uneven_days": lambda _: (
        "those compared came on other days, so that the one side has had more time than the other: with an --until "
        "after which all windows have passed both have had enough"
    ),
}
