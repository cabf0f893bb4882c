"""The report for a terminal, a pipe or a mail: stages, verdict, what to try, segments, warnings."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from growthctl.render.layout import grid, natural_width, printed, prose, prose_width
from growthctl.render.segments import segments
from growthctl.report.analysis import Analysis, Report
from growthctl.words import verdict as sentences
from growthctl.words.advice import why
from growthctl.words.footnotes import footnotes, phases
from growthctl.words.health import health_lines
from growthctl.words.labels import reference_word
from growthctl.words.numbers import printable
from growthctl.words.stages import HEADINGS, cells, scope

WIDEST_BAR, NARROWEST_BAR = 8, 4
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_table(report: Report, *, width: int | None, color: bool) -> str:
    """The whole report as text.

    `width` is that of the terminal; None is a file or a pipe, where nothing is cut or wrapped but prose.
    """
    return printed((_parts(analysis, width) for analysis in report.analyses), width=width, color=color)


def _parts(analysis: Analysis, width: int | None) -> Iterator[RenderableType]:
    readable = prose_width(width)
    yield _title(analysis)
    yield from prose(scope(analysis), readable)
    yield ""
    yield _stages(analysis, width)
    yield from prose(" ".join(footnotes(analysis)), readable, style="dim")
    yield from prose(phases(analysis), readable)
    yield ""
    doubts = list(_doubts(analysis, readable))
    in_doubt = any(finding.material for finding in analysis.health.findings)
    if in_doubt:
        yield from [*doubts, ""]
    yield from prose(sentences.headline(analysis), readable, style="bold")
    for sentence in sentences.explanation(analysis):
        yield from prose(sentence, readable, indent=2)
    if doubts and not in_doubt:
        yield from ["", *doubts]
    yield from _what_to_try(analysis, readable)
    yield from segments(analysis, width)
    if analysis.warnings:
        yield ""
    for warning in analysis.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", readable, style="yellow")


def _title(analysis: Analysis) -> Text:
    title = Text(printable(analysis.funnel.name), style="bold")
    if analysis.funnel.description:
        title.append(f": {printable(analysis.funnel.description)}", style="not bold")
    return title


def _stages(analysis: Analysis, width: int | None) -> Table:
    table = _stages_with_bars(analysis, WIDEST_BAR)
    too_wide = natural_width(table) - width if width else 0
    return _stages_with_bars(analysis, max(NARROWEST_BAR, WIDEST_BAR - too_wide)) if too_wide > 0 else table


def _stages_with_bars(analysis: Analysis, bar: int) -> Table:
    table = grid()
    name, reached, *numbers, owner = HEADINGS
    table.add_column("", no_wrap=True)
    table.add_column(name, overflow="fold")
    table.add_column(reached, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, width=bar)
    for heading in numbers:
        table.add_column(heading.format(reference=reference_word(analysis).capitalize()), justify="right", no_wrap=True)
    table.add_column(owner, overflow="fold")
    entered = analysis.stages[0].reached
    for stage in analysis.stages:
        leads = stage.name in analysis.bottleneck.contenders
        shown, count, *numbers, owner = cells(stage, analysis)
        table.add_row(
            "▶" if leads else " ",
            Text(shown),
            count,
            _bar(stage.reached, entered, bar),
            *numbers,
            Text(owner),
            style="bold red" if leads and analysis.bottleneck.verdict in ("confirmed", "suspect", "tie") else "",
        )
    return table


def _bar(reached: int, entered: int, width: int) -> str:
    eighths = round(reached / entered * width * 8) if entered else 0
    if reached and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _doubts(analysis: Analysis, width: int) -> Iterator[RenderableType]:
    lines = health_lines(analysis)
    if lines:
        yield Text("Data health", style="bold")
    for line in lines:
        yield from prose(line, width, indent=2, bullet="- ")


def _what_to_try(analysis: Analysis, width: int) -> Iterator[RenderableType]:
    if analysis.recommendations:
        yield ""
        yield Text("What to try", style="bold")
    for number, item in enumerate(analysis.recommendations, 1):
        action, test = sentences.recommendation(item, analysis)
        yield from prose(action, width, indent=2, bullet=f"{number}. ")
        if item.trigger in ("small_sample", "slow"):
            yield from prose(f"Why: {why(item, analysis)}", width, indent=5)
        yield from prose(test, width, indent=5)
