"""Paths in words: who is looked at, a row for each event and path, what the rows are of."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.paths import JourneyShare, Paths
from growthctl.words.labels import rough_rate
from growthctl.words.numbers import integer, interval, many, printable, span
from growthctl.words.people import people

MOST = 10
"""Events and paths that have a row."""


def title(paths: Paths) -> str:
    """Which side of which stage of which funnel."""
    return f"{printable(paths.funnel.name)}: what comes {paths.direction} {printable(paths.label)}"


def scope(paths: Paths) -> Iterator[str]:
    """Who reached the stage, what became of them, and which of them are looked at."""
    stage, next_stage = printable(paths.label), printable(paths.next_label or "")
    if not paths.reached:
        yield f"Nobody reached {stage} in this log and range."
        return
    reached = f"{integer(paths.reached)} {people(paths.funnel, paths.reached)} reached {stage}"
    if paths.went_on is None or paths.dropped is None or paths.open is None:
        yield f"{reached}."
        return
    still = f", {integer(paths.open)} may still go on" if paths.open else ""
    yield f"{reached}: {integer(paths.went_on)} went on to {next_stage}, {integer(paths.dropped)} dropped{still}."
    left_out = ", those who may still go on are left out" if paths.open else ""
    if paths.outcome == "dropped":
        yield f"Below: of the {integer(paths.journeys)} who dropped{left_out}."
    elif paths.outcome == "reached":
        yield f"Below: of the {integer(paths.journeys)} who went on."
    elif paths.open and paths.direction == "after":
        yield "Below: of all of them, with what they have done so far."


def headings(paths: Paths) -> tuple[str, ...]:
    """Those of `event_rows`."""
    event = "Next event" if paths.direction == "after" else "Event before"
    return event, people(paths.funnel).capitalize(), "Share", "95% range"


def event_rows(paths: Paths) -> Iterator[tuple[tuple[str, ...], float]]:
    """The cells of each event next to the stage, and the share; last who had none."""
    shown = paths.events[:MOST]
    for step in shown:
        yield _cells(_event(step.event), step, paths), step.share or 0.0
    more = len(paths.events) + paths.more_events - len(shown)
    if more:
        rest = paths.journeys - paths.nothing.journeys - sum(step.journeys for step in shown)
        cells = (many(more, "more event"), integer(rest), rough_rate(rest, paths.journeys), "")
        yield cells, rest / paths.journeys
    if paths.nothing.journeys:
        yield _cells(_end(paths), paths.nothing, paths), paths.nothing.share or 0.0


def path_headings(paths: Paths) -> tuple[str, ...]:
    """Those of `path_rows`."""
    steps = f"Paths of up to {many(paths.steps, 'step')}"
    return steps, people(paths.funnel).capitalize(), "Share"


def path_rows(paths: Paths) -> Iterator[tuple[str, ...]]:
    """The cells of each path, in the order of time."""
    shown = paths.paths[:MOST]
    for path in shown:
        names = [_event(event) for event in path.events]
        if len(names) < paths.steps:
            names.insert(len(names) if paths.direction == "after" else 0, _end(paths))
        yield _cells(" → ".join(names), path, paths)[:3]
    more = len(paths.paths) + paths.more_paths - len(shown)
    if more:
        rest = paths.journeys - paths.nothing.journeys - sum(path.journeys for path in shown)
        yield many(more, "more path"), integer(rest), rough_rate(rest, paths.journeys)


def notes(paths: Paths) -> Iterator[str]:
    """What a reader must know to read the rows right."""
    window = paths.funnel.window_seconds
    if paths.direction == "before":
        reach = " back to the start of the log"
    else:
        reach = f" until {span(window)} after the entry" if window is not None else ""
    yield f"All events of the log count,{reach}, not only the funnel's."
    yield "Several of one event in a row are one step."
    if any("~" in cell for cells, _ in event_rows(paths) for cell in cells[2:3]):
        yield "~: of few."


def _cells(name: str, share: JourneyShare, paths: Paths) -> tuple[str, ...]:
    return (
        name,
        integer(share.journeys),
        rough_rate(share.journeys, paths.journeys),
        interval(share.low, share.high),
    )


def _event(name: str | None) -> str:
    return printable("(none)" if name is None else name)


def _end(paths: Paths) -> str:
    """What stands for it that there is no more event."""
    if paths.direction == "after":
        return "(nothing more)"
    return "(start of session)" if paths.funnel.count == "sessions" else "(start of log)"
