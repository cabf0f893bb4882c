"""One entity's events as a table: which filled which stage, and why each other one did not."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from growthctl.render.layout import grid, printed, prose, prose_width
from growthctl.report.journey import Explanation, ExplanationReport
from growthctl.words.numbers import local, printable

_REASONS = {
    "other_event": "no stage's event",
    "condition_false": "the where of {named} is not true",
    "before_entry": "before the entry",
    "entry_outside_range": "an entry outside the range",
    "after_window": "after the window closed",
    "stage_already_filled": "{matches} was filled before",
    "previous_stage_missing": "the stage before was not reached yet",
    "too_late": "later than the stage's within",
    "excluded": "an exclusion",
    "other_value_held": "another value of a property that is held constant",
    "not_next": "not the very next event",
    "other_attempt": "starts another attempt, which goes no deeper",
    "not_needed": "no deeper and no earlier journey with it",
}


def render_explanation(report: ExplanationReport, *, width: int | None, color: bool) -> str:
    """The explanations as text; `width` None is a file or a pipe."""
    parts = (_parts(explanation, prose_width(width)) for explanation in report.explanations)
    return printed(parts, width=width, color=color)


def _parts(explanation: Explanation, width: int) -> Iterator[RenderableType]:
    zone = explanation.funnel.timezone
    yield Text(f"{printable(explanation.entity)} in {printable(explanation.funnel.name)}", style="bold")
    for sentence in _journeys(explanation):
        yield from prose(sentence, width)
    yield ""
    table = grid()
    table.add_column(f"Time ({zone})", no_wrap=True)
    table.add_column("Event", overflow="fold")
    table.add_column("Fills", overflow="fold")
    table.add_column("Why not", overflow="fold")
    several = len(explanation.journeys) > 1
    for event in explanation.events:
        fills = printable(event.fills or "")
        number = f" ({event.journey})" if several and event.fills else ""
        names = {"named": ", ".join(event.named), "matches": ", ".join(event.matches)}
        why = "" if event.reason is None else printable(_REASONS[event.reason].format(**names))
        table.add_row(
            local(event.at, zone),
            Text(printable("(none)" if event.event is None else event.event)),
            Text(fills + number, style="bold"),
            Text(why),
        )
    yield table


def _journeys(explanation: Explanation) -> Iterator[str]:
    zone = explanation.funnel.timezone
    if explanation.excluded:
        yield "Entered, but an exclusion takes this entity out of every count."
    elif not explanation.journeys:
        yield "Never entered: no event may start an attempt."
    for number, journey in enumerate(explanation.journeys, 1):
        name = f"Journey {number}" if len(explanation.journeys) > 1 else "Journey"
        closes = journey.window_closes_at
        window = f"; its window ends {local(closes, zone)}" if closes else ""
        reached = ", ".join(printable(stage) for stage in journey.reached)
        yield f"{name}: entered {local(journey.entry_at, zone)}, reached {reached}{window}."
