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
    if not paths.journeys:
        yield "Nobody went on." if paths.outcome == "reached" else "Nobody dropped so far."
        return
    left_out = f", without the {integer(paths.open)} who may still go on" if paths.open else ""
    if paths.outcome == "dropped":
        yield f"Below: only the {integer(paths.journeys)} who dropped{left_out}."
    elif paths.outcome == "reached":
        yield f"Below: only the {integer(paths.journeys)} who went on."
    elif paths.open and paths.direction == "after":
        yield f"Below: all of them; the {integer(paths.open)} with what they have done so far."


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
    yield f"All events in the log count, not only the funnel's{_reach(paths)}."
    yield "Several of one event in a row are one step."
    rows = (*(cells for cells, _ in event_rows(paths)), *path_rows(paths))
    if any(row[2].startswith("~") for row in rows):
        yield "~: of few."


def more_options(paths: Paths) -> Iterator[str]:
    """What shows more of the same."""
    if paths.journeys and paths.outcome is None and paths.next_stage is not None:
        yield from ("--dropped", "--reached")
    if len(paths.paths) > MOST or len(paths.events) > MOST:
        yield "-f json"


def _reach(paths: Paths) -> str:
    """How far events are looked at, where that is not to the end of the log."""
    window = paths.funnel.window_seconds
    if paths.direction == "before" or window is None:
        return ""
    return f", up to {span(window)} after the entry"


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
