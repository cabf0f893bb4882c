"""Which rows of a log the answers about a funnel rest on, so that the others can stay where they are."""

from __future__ import annotations

from typing import NamedTuple

from growthctl.clock import LONG_AGO, NEVER, Micros, TimeRange
from growthctl.events.stage_flags import ANY, named_events, names_of
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.plan import Plan


class NeededRows(NamedTuple):
    """The rows with one of `events` in `range`; of those in `whole_past` also the older ones.

    Where a source has an identity, rows that link two ids are needed besides, whatever and whenever they are.
    """

    events: tuple[str, ...] | None
    """None is any."""
    range: TimeRange
    whole_past: tuple[str, ...] = ()
    any_event_for: str | None = None
    """Why other events matter: `strict`, `wildcard` or `sessions`; None where they do not."""
    any_time_for: str | None = None
    """Why a range of the entries leaves `range` open at an end: `no_limit`, `passed` or `any_first`."""


def needed_rows(funnel: Funnel, plan: Plan, entries: TimeRange) -> NeededRows:
    """Of a source whose stages are those of `funnel`; `plan` is that of all stages.

    What starts in `entries` has ended when its limits have passed. Before its entry, an event can only be out of
    order, as far back as `anomalies.out_of_order` looks; but with `skipped: passed` every earlier event of a stage says
    that it was not passed, and the first ever may be of any age.
    """
    names = named_events(funnel)
    first_ever = {event for stage in funnel.stages if stage.first_ever for event in stage.event}
    back, on = plan.give_up, _longest(plan)
    if plan.skipped == "passed" or ANY in first_ever:
        back = None
    since = LONG_AGO if back is None or entries.since == LONG_AGO else entries.since - back
    until = NEVER if on is None or entries.until == NEVER else entries.until + on
    is_open = (since == LONG_AGO) > (entries.since == LONG_AGO) or (until == NEVER) > (entries.until == NEVER)
    return NeededRows(
        events=None if names is None else tuple(names),
        range=TimeRange(since, until),
        whole_past=tuple(sorted(first_ever)) if since != LONG_AGO else (),
        any_event_for=_why_any_event(funnel) if names is None else None,
        any_time_for=_why_any_time(plan, first_ever) if is_open else None,
    )


def _longest(plan: Plan) -> Micros | None:
    """How long after its entry an event can still matter to an attempt; None is without end."""
    if plan.window is not None:
        return plan.window
    if any(rule.drop for rule in plan.exclusions):
        # Without a window an excluded event takes out who stopped long before it.
        return None
    limits = [limit for limit in plan.within[1:] if limit is not None]
    return sum(limits) if len(limits) == plan.stages - 1 else None


def _why_any_event(funnel: Funnel) -> str:
    if funnel.order == "strict":
        return "strict"
    return "wildcard" if ANY in names_of(funnel) else "sessions"


def _why_any_time(plan: Plan, first_ever: set[str]) -> str:
    if plan.skipped == "passed":
        return "passed"
    return "any_first" if ANY in first_ever else "no_limit"
