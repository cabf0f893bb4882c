"""Notices in words, by their code."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from growthctl.clock import iso
from growthctl.errors import Notice
from growthctl.events.quality import unreadable_rows
from growthctl.report.funnel import Warning
from growthctl.words.numbers import duration, estimate, integer, local, many, printable, share

_MOST_EVENTS = 20
_MOST_VALUES = 3


def message(notice: Notice) -> str:
    """The sentence of a notice."""
    return _MESSAGES[notice.code](notice)


def hint(notice: Notice) -> str | None:
    """How to mend it, or where to look; None where the sentence says that."""
    tell = _HINTS.get(notice.code)
    return tell(notice) if tell else None


def with_hint(warning: Warning) -> str:
    """A warning with how to mend it."""
    return printable(warning.message + (f" ({warning.hint})" if warning.hint else ""))


def sentence_of(warning: Warning) -> str:
    """A warning as a sentence; without the places in the log that a hint may name."""
    shown = printable(warning.message) if warning.code == "bad_rows" else with_hint(warning)
    return shown[:1].upper() + shown[1:] + ("" if shown.endswith(("?", ".")) else ".")


def _event_not_in_log(notice: Notice) -> str:
    place = f"stage '{notice.stage}'" if notice.stage else "exclude"
    return f"{place}: the event '{notice.numbers['event']}' never occurs in the log"


def events_of(notice: Notice) -> str:
    """The events that the log has, the most frequent first, each with its count."""
    counts = sorted(notice.numbers["events"].items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{printable(name)} ({integer(count)})" for name, count in counts[:_MOST_EVENTS])
    more = len(counts) - _MOST_EVENTS
    return f"the log has: {shown}" + (f" and {more} more" if more > 0 else "")


def _near_miss(notice: Notice) -> str:
    place = f"stage '{notice.stage}'" if notice.stage else "exclude"
    variants = ", ".join(f"'{name}' ({many(count, 'event')})" for name, count in notice.numbers["variants"].items())
    return f"{place}: beside '{notice.numbers['event']}' the log has {variants}, which it does not count"


def _list_both(notice: Notice) -> str:
    names = ", ".join(
        json.dumps(name, ensure_ascii=False) for name in (notice.numbers["event"], *notice.numbers["variants"])
    )
    return f"one stage or two? For one, list both: event: [{names}]"


def _near_event(notice: Notice) -> str | None:
    near = notice.numbers["near"]
    return f"did you mean '{near[0]}'?" if near else None


def _condition_never_true(notice: Notice) -> str:
    events = notice.numbers["events"]
    return f"stage '{notice.stage}': its where is true for none of the {events:,} events of its name"


def _stage_not_reached(notice: Notice) -> str:
    return (
        f"stage '{notice.stage}': its events are in the log, but none comes after '{notice.numbers['before']}' in time"
    )


_COUNTS = {"first": "the first link counts", "next": "an event is of the one who is known next after it"}


def _links_disagree(notice: Notice) -> str:
    source, file, count = (notice.numbers[part] for part in ("source", "file", "ids"))
    ids = f"1 id of '{source}' is" if count == 1 else f"{count:,} ids of '{source}' are"
    return f"{file}: {ids} linked to several; {_COUNTS[notice.numbers['rule']]}"


def _source_ended(notice: Notice) -> str:
    source, at, zone = (notice.numbers[part] for part in ("source", "at", "zone"))
    return (
        f"'{source}' ends on {local(iso(at) or '', zone)}, silent for longer than by chance: who could convert later "
        "is open, not lost, and nothing after it is judged"
    )


def _never_enter(notice: Notice) -> str:
    source, events, entities, count = (notice.numbers[part] for part in ("source", "events", "entities", "strangers"))
    people = f"{share(count / entities)} of the {entities:,} in '{source}'"
    return f"{people} never have {_either(events)}, where the funnel begins"


def _ambiguous_identity(notice: Notice) -> str:
    count = notice.numbers["ids"]
    ids = "anonymous id" if count == 1 else "anonymous ids"
    source = notice.numbers["source"]
    ids += (f" of '{source}'" if source else "") + (" is" if count == 1 else " are")
    return f"{count:,} {ids} linked to several known ids; {_COUNTS[notice.numbers['rule']]}"


def _not_a_number(notice: Notice) -> str:
    key, name, count, first = (notice.numbers[name] for name in ("key", "property", "values", "first"))
    values = "1 value" if count == 1 else f"{count:,} values"
    return f"{key}: {values} of '{name}' cannot be read as a number, such as '{first}'"


def _bad_counts(notice: Notice) -> str:
    column, rows, bad = (notice.numbers[name] for name in ("column", "rows", "bad"))
    return f"{bad:,} of {rows:,} rows have a day and no count in '{column}'; they are left out"


def _counted_nobody_came(notice: Notice) -> str:
    values = sorted(notice.numbers["values"].items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"'{printable(text)}' ({integer(count)})" for text, count in values[:_MOST_VALUES])
    more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
    return f"counted, but nobody entered with that {printable(notice.numbers['by'])}: {shown}{more}"


def _target_above_history(notice: Notice) -> str:
    return _against_history(notice, "far above what any")


def _target_below_history(notice: Notice) -> str:
    return _against_history(notice, "below what every one")


def _against_history(notice: Notice, relation: str) -> str:
    target, low, high = (_percent(notice.numbers[name]) for name in ("target", "low", "high"))
    return (
        f"the target of '{notice.stage}', {target}, is {relation} of the last {notice.numbers['weeks']} "
        f"weeks whose time has passed can have been ({low} to {high})"
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


def _outside_log(notice: Notice) -> str:
    first, last = (notice.numbers[name] for name in ("first", "last"))
    return f"the range lies outside of the log, which covers {first} to {last}"


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
    estimates, unknown = notice.numbers["seconds"], notice.numbers["unknown"]
    clauses = []
    if estimates:
        times = ", ".join(f"{printable(name)} {duration(seconds)}" for name, seconds in estimates.items())
        clauses.append(f"who counts as lost is judged by the time in which 95% of conversions came so far ({times})")
    if unknown:
        names = ", ".join(map(printable, unknown))
        clauses.append(
            f"too few converted to tell how long that takes ({names}), so that the youngest count as lost too"
        )
    return f"the funnel has no window: {'; '.join(clauses)}"


def _taken_back_anytime(notice: Notice) -> str:
    return (
        f"stage '{notice.stage}': {_either(notice.numbers['events'])} takes it back however late it comes, so that "
        "who entered lately seems to convert better than who entered long ago"
    )


def _window(notice: Notice) -> str:
    window = notice.numbers["window"]
    return f"window: {window} would cover it" if window else "set one"


def _flow_changed(notice: Notice) -> str:
    now, before = (estimate(notice.numbers[name]) for name in ("per_30_days", "per_30_days_before"))
    return (
        f"in the last 28 days {now} per 30 days entered, in the 28 days before {before}: what is gained or lost "
        "per 30 days is counted with the last 28"
    )


def _look_failed(notice: Notice) -> str:
    look, error = notice.numbers["look"].replace("_", " "), notice.numbers["error"]
    return f"the part '{look}' failed ({error}) and is left out"


def _percent(rate: float) -> str:
    return f"{rate * 100:.3g}%"


_MESSAGES: dict[str, Callable[[Notice], str]] = {
    "bad_rows": lambda notice: unreadable_rows(notice.numbers["rows"], notice.numbers["reasons"]),
    "event_not_in_log": _event_not_in_log,
    "near_miss": _near_miss,
    "condition_never_true": _condition_never_true,
    "links_disagree": _links_disagree,
    "source_ended": _source_ended,
    "never_enter": _never_enter,
    "stage_not_reached": _stage_not_reached,
    "ambiguous_identity": _ambiguous_identity,
    "not_a_number": _not_a_number,
    "bad_counts": _bad_counts,
    "counted_nobody_came": _counted_nobody_came,
    "target_above_history": _target_above_history,
    "target_below_history": _target_below_history,
    "targets_at_odds": _targets_at_odds,
    "log_starts_later": _log_starts_later,
    "outside_log": _outside_log,
    "ranges_overlap": _ranges_overlap,
    "no_window": _no_window,
    "taken_back_anytime": _taken_back_anytime,
    "flow_changed": _flow_changed,
    "look_failed": _look_failed,
    "counted_apart": _counted_apart,
    "uneven_days": lambda _: (
        "those compared came on other days, so that the one side has had more time than the other: with an --until "
        "after which all windows have passed both have had enough"
    ),
}


def _either(events: Sequence[str]) -> str:
    return " or ".join(f"'{printable(event)}'" for event in events)


_HINTS: dict[str, Callable[[Notice], str | None]] = {
    "bad_rows": lambda notice: f"the first: {', '.join(notice.numbers['first'])}",
    "event_not_in_log": _near_event,
    "near_miss": _list_both,
    "not_a_number": lambda _: "they count as unknown",
    "bad_counts": lambda notice: f"the first: {', '.join(notice.numbers['first'])}",
    "counted_nobody_came": lambda _: "does the link have its tag, and is it the same name in both?",
    "stage_not_reached": lambda _: "are the stages in their order?",
    "source_ended": lambda notice: f"if it is complete, set sources.{notice.numbers['source']}.as_of",
    "never_enter": lambda _: "do the ids mean the same, and do the logs cover the same time?",
    "target_above_history": lambda _: "is it meant so?",
    "target_below_history": lambda _: "is it meant so?",
    "no_window": _window,
    "taken_back_anytime": lambda _: "for: 30d beside between would treat all alike",
    "look_failed": lambda _: "please report it with what --debug prints",
}
