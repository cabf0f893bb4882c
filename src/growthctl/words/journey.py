"""What became of one entity's events, and why."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.journey import ExplainedEvent, Explanation
from growthctl.words.numbers import local, printable

_REASONS = {
    "other_event": "no stage's event",
    "condition_false": "the where of {named} is not true",
    "before_entry": "before the entry",
    "entry_outside_range": "an entry outside the range",
    "after_window": "after the window closed",
    "stage_already_filled": "{matches} was filled before",
    "previous_stage_missing": "the stage before was not reached yet",
    "too_early": "earlier than the stage's after",
    "too_late": "later than the stage's within",
    "excluded": "an exclusion",
    "other_value_held": "another value of a property that is held constant",
    "not_next": "not the very next event",
    "other_attempt": "starts another attempt, which goes no deeper",
    "taken_back": "taken back by {by}",
    "not_needed": "no deeper and no earlier journey with it",
}


def title(explanation: Explanation) -> str:
    """Whose journey through which funnel."""
    return f"{printable(explanation.entity)} in {printable(explanation.funnel.name)}"


def journeys(explanation: Explanation) -> Iterator[str]:
    """How far each went, a sentence each."""
    zone = explanation.funnel.timezone
    if explanation.excluded:
        yield "Entered, but an exclusion takes this entity out of every count."
    elif not explanation.journeys:
        yield "Never entered: no event may start an attempt."
    for number, journey in enumerate(explanation.journeys, 1):
        name = f"Journey {number}" if len(explanation.journeys) > 1 else "Journey"
        closes = journey.window_closes_at
        window = f"; its window ends {local(closes, zone)}" if closes else ""
        passed = dict.fromkeys(journey.passed, " (passed)")
        reached = ", ".join(printable(stage) + passed.get(stage, "") for stage in journey.reached)
        yield f"{name}: entered {local(journey.entry_at, zone)}, reached {reached}{window}."


def event_cells(event: ExplainedEvent, explanation: Explanation) -> tuple[str, ...]:
    """When it was, what it was, which of several sources it is from, which stage it filled in which journey, and why it
    did not.
    """
    number = f" ({event.journey})" if len(explanation.journeys) > 1 and event.fills else ""
    back = event.taken_back
    by = "" if back is None else f"{back.event} at {local(back.at, explanation.funnel.timezone)}"
    names = {"named": ", ".join(event.named), "matches": ", ".join(event.matches), "by": by}
    return (
        local(event.at, explanation.funnel.timezone),
        printable("(none)" if event.event is None else event.event),
        *([printable(event.source)] if event.source else []),
        printable(event.fills or "") + number,
        "" if event.reason is None else printable(_REASONS[event.reason].format(**names)),
    )
