"""The report as Markdown, for a pull request, an issue or a chat: stages, verdict, a ticket for each recommendation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from growthctl.report.advice import RecommendationFacts
from growthctl.report.analysis import Analysis, Report
from growthctl.report.stages import StageFacts
from growthctl.report.trend import Trend, TrendReport, TrendStage
from growthctl.words import verdict as sentences
from growthctl.words.advice import measure, why, worth
from growthctl.words.escape import harmless, link
from growthctl.words.footnotes import footnotes, phases
from growthctl.words.health import sentence
from growthctl.words.labels import label, reference_word, stage
from growthctl.words.numbers import chance
from growthctl.words.rates import Row, columns
from growthctl.words.segments import footnote, rows
from growthctl.words.stages import HEADINGS, cells, scope
from growthctl.words.trend import NOBODY, notes, row, title


def render_markdown(report: Report) -> str:
    """The whole report."""
    return _joined(block for analysis in report.analyses for block in _analysis(harmless(analysis)))


def render_trend_markdown(report: TrendReport) -> str:
    """The trends, a table each."""
    return _joined(block for trend in report.trends for block in _trend(harmless(trend)))


def _analysis(analysis: Analysis) -> Iterator[str]:
    funnel = analysis.funnel
    yield f"## {funnel.name}"
    if funnel.description:
        yield funnel.description
    yield f"{scope(analysis)}."
    yield _stages(analysis)
    yield " ".join(footnotes(analysis))
    yield phases(analysis)
    doubts = _list(sentence(finding, analysis) for finding in analysis.health.findings)
    in_doubt = any(finding.material for finding in analysis.health.findings)
    if in_doubt:
        yield from _under("Data health", doubts)
    yield f"### {sentences.headline(analysis)}"
    yield _list(sentences.explanation(analysis))
    if not in_doubt:
        yield from _under("Data health", doubts)
    if analysis.recommendations:
        yield "### What to try"
    for number, item in enumerate(analysis.recommendations, 1):
        yield f"#### {number}. {label(analysis, item.stage)}: {item.action}"
        yield _list(_ticket(item, analysis))
    yield from _segments(analysis)
    yield from _under("Warnings", _list(warning.message for warning in analysis.warnings))


def _stages(analysis: Analysis) -> str:
    headings = [heading.format(reference=reference_word(analysis).capitalize()) for heading in HEADINGS]
    leads = analysis.bottleneck.contenders
    lines = []
    for stage_facts in analysis.stages:
        name, *numbers = cells(stage_facts, analysis)
        lines.append([f"**▶ {name}**" if stage_facts.name in leads else name, *numbers])
    return _table(headings, lines, left={0, len(headings) - 1})


def _ticket(item: RecommendationFacts, analysis: Analysis) -> Iterator[str]:
    """What somebody needs who did not see the rest."""
    ranked = next(each for each in analysis.ranking if each.stage == item.stage)
    evidence = [sentences.measured(analysis, ranked), why(item, analysis)]
    if ranked.probability_gap is not None and ranked.reference is not None:
        sure = f"{chance(ranked.probability_gap)} sure that it is below its {reference_word(analysis)}"
        evidence.insert(1, f"{sure[0].upper()}{sure[1:]}.")
    yield f"**Owner:** {item.owner or 'nobody yet'}"
    yield f"**Evidence:** {' '.join(filter(None, evidence))}"
    if item.worth is not None:
        yield f"**Expected worth of closing the gap:** {worth(item.worth, analysis)}."
    yield f"**Next test:** {item.next_test}"
    yield f"**How to measure:** {measure(item, analysis)}" if item.measure else ""
    runbook = stage(analysis, item.stage).runbook
    yield f"**Runbook:** {link(runbook)}" if runbook else ""


def _segments(analysis: Analysis) -> Iterator[str]:
    for by, group in groupby(analysis.segments, key=lambda segment: segment.by):
        yield f"### By {', '.join(by)}"
        yield _breakdown(", ".join(by), analysis.stages, list(rows(list(group), analysis)))
    yield footnote(analysis)


def _trend(trend: Trend) -> Iterator[str]:
    yield f"## {title(trend)}"
    if trend.periods:
        yield _breakdown(trend.every.capitalize(), trend.stages, [row(period) for period in trend.periods])
    else:
        yield NOBODY
    yield _list(notes(trend))
    yield from _under("Warnings", _list(warning.message for warning in trend.warnings))


def _breakdown(heading: str, stages: Sequence[StageFacts | TrendStage], lines: Sequence[Row]) -> str:
    shown = list(columns(stages, lines))
    names = [line.name.strip() for line in lines]
    cells_by_row = zip(names, *(column.cells for column in shown), strict=True)
    return _table([heading, *(column.heading for column in shown)], cells_by_row, left={0})


def _table(headings: Sequence[str], lines: Iterable[Sequence[str]], left: set[int]) -> str:
    """A table whose columns are on the right, but for those that are `left`."""
    rule = [":--" if position in left else "--:" for position in range(len(headings))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (headings, rule, *lines))


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines if line)


def _under(heading: str, block: str) -> Iterator[str]:
    """The block under a heading, unless it is empty."""
    if block:
        yield f"### {heading}"
        yield block


def _joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"
