"""A comparison on one page: the stages of both sides, then what changed, where, and what it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from growthctl.render.layout import grid, printed, prose, prose_width
from growthctl.report.comparison import ComparedStage, Comparison, ComparisonReport, Side
from growthctl.words import comparison as change
from growthctl.words.labels import rate
from growthctl.words.numbers import (
    change_percent,
    day,
    estimate,
    integer,
    last_day,
    local,
    points,
    printable,
    signed,
    span,
)
from growthctl.words.numbers import duration as elapsed


def render_comparison(report: ComparisonReport, *, width: int | None, color: bool) -> str:
    """The comparisons as text; `width` None is a file or a pipe."""
    return printed((_parts(each, width) for each in report.comparisons), width=width, color=color)


def _parts(comparison: Comparison, width: int | None) -> Iterator[RenderableType]:
    readable = prose_width(width)
    yield from prose(_title(comparison), readable, style="bold")
    yield from prose(_scope(comparison), readable)
    yield ""
    yield _stages(comparison)
    yield from prose(_footnote(comparison), readable, style="dim")
    yield ""
    yield from prose(change.headline(comparison), readable, style="bold")
    for sentence in change.explanation(comparison):
        yield from prose(sentence, readable, indent=2)
    yield from _drivers(comparison, readable)
    if comparison.warnings:
        yield ""
    for warning in comparison.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", readable, style="yellow")


def _drivers(comparison: Comparison, width: int) -> Iterator[RenderableType]:
    drivers = comparison.drivers
    if drivers is not None:
        yield ""
        yield from prose(change.drivers_headline(comparison, drivers), width, style="bold")
        for sentence in change.drivers_explained(drivers):
            yield from prose(sentence, width, indent=2)


def _title(comparison: Comparison) -> str:
    sides = [_side(side, comparison) for side in (comparison.this, comparison.against)]
    if comparison.question == "segments":
        sides[0] = f"{printable(comparison.this.by or '')} {sides[0]}"
    return f"{printable(comparison.funnel.name)}: {' against '.join(sides)}"


def _side(side: Side, comparison: Comparison) -> str:
    if side.value is not None:
        return printable(side.value)
    return _range(side, comparison.funnel.timezone)


def _range(side: Side, timezone: str) -> str:
    """In days; of a part of one day, from when to when."""
    if side.since is None or side.until is None:
        return "unknown"
    start, end = local(side.since, timezone), local(side.until, timezone)
    since, until = day(side.since, timezone), last_day(side.until, timezone)
    if since == until and not start[11:] == end[11:] == "00:00:00":
        return f"{start} to {end[11:]}"
    return since if since == until else f"{since} to {until}"


def _scope(comparison: Comparison) -> str:
    entrants, age = comparison.entrants, comparison.age_seconds
    counts = f"{integer(entrants.this)} entered against {integer(entrants.against)}"
    if comparison.question == "segments":
        counts += f", {_range(comparison.this, comparison.funnel.timezone)}"
    if age is None:
        limit = ""
    elif comparison.ripe:
        limit = f", each looked at for {span(age)} after the entry, which is the whole window"
    else:
        limit = f", each looked at for {elapsed(age)} after the entry, because the youngest have had no longer"
    return f"{counts}, by {printable(comparison.funnel.entity)}{limit}"


def _stages(comparison: Comparison) -> Table:
    before, now = change.columns(comparison)
    table = grid()
    table.add_column("", no_wrap=True)
    table.add_column("Stage", overflow="fold")
    for heading in (before, now, "Change", "95% interval", "Effect"):
        table.add_column(heading, justify="right", overflow="fold")
    table.add_column("Owner", overflow="fold")
    entrants = comparison.entrants
    table.add_row(
        "▶" if entrants.changed else " ",
        Text(printable(entrants.label)),
        integer(entrants.against),
        integer(entrants.this),
        change_percent(entrants.this, entrants.against_scaled),
        "",
        signed(entrants.contribution),
        Text(printable(entrants.owner or "")),
        style="bold red" if entrants.changed else "",
    )
    for stage in comparison.stages:
        table.add_row(*_stage(stage), style="bold red" if stage.changed or stage.offset else "")
    final = [estimate(comparison.conversions_against), estimate(comparison.conversions)]
    total = signed(comparison.conversions - comparison.conversions_against)
    table.add_row(" ", Text("In all"), *final, "", "", total, Text(""))
    return table


def _stage(stage: ComparedStage) -> Iterator[RenderableType]:
    rates = stage.rate
    yield "▶" if stage.changed or stage.offset else " "
    yield Text(printable(stage.label))
    for side in (rates.against, rates.this):
        yield rate(side.converted, side.entered)
    yield points(rates.difference)
    yield "" if rates.low is None or rates.high is None else f"{points(rates.low)} to {points(rates.high)}"
    yield signed(stage.contribution)
    yield Text(printable(stage.owner or ""))


def _footnote(comparison: Comparison) -> str:
    final = change.last_label(comparison)
    notes = [f"Change: in percentage points. Effect: on how many reach {final}; the effects sum to the change In all."]
    if abs(comparison.scale - 1) > 1e-9:
        length = f"{comparison.scale:.3g} times as long as the other one"
        notes.append(f"This range is {length}: In all and the change of the entrants are for equal lengths.")
    return " ".join(notes)
