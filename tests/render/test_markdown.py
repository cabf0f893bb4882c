"""The report as Markdown."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from growthctl.report.analysis import Analysis, Report
from growthctl.report.health import HealthFacts
from growthctl.report.trend import TrendReport
from tests.golden import examples
from tests.render.pages import markdown_of

MARKDOWN = MarkdownIt("commonmark").enable("table")
TAGS = {"h2", "h3", "h4", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"}


def page(*analyses: Analysis) -> str:
    return markdown_of(Report(analyses=list(analyses)))


def tags(text: str) -> set[str]:
    return set(re.findall(r"<(\w+)", MARKDOWN.render(text)))


@pytest.mark.parametrize(
    "analysis",
    [examples.CONFIRMED, examples.IN_DOUBT, examples.TIE, examples.NO_DATA, examples.NO_REFERENCE, examples.HOSTILE],
)
def test_a_page_holds_headings_tables_and_lists_and_no_markup_of_anybody_else(analysis: Analysis) -> None:
    assert tags(page(analysis)) <= TAGS
    rows = [line for line in page(analysis).splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in rows}
    assert len(widths) <= 2 + len({tuple(segment.by) for segment in analysis.segments})


def test_hostile_names_can_be_read_and_do_nothing() -> None:
    rendered = MARKDOWN.render(page(examples.HOSTILE))
    assert "<img" not in rendered
    assert "<a " not in rendered
    assert "<code>" not in rendered
    assert rendered.count("&lt;img src=x&gt;") >= 8


def test_a_ticket_has_what_somebody_needs_who_did_not_see_the_rest() -> None:
    stages = [stage.model_copy(update={"runbook": "https://wiki.example/demo"}) for stage in examples.CONFIRMED.stages]
    text = page(examples.CONFIRMED.model_copy(update={"stages": stages}))
    ticket = text.partition("#### 1. ")[2].partition("####")[0]
    for start in ("Demo attended: Offer a demo time", "- **Owner:** sales", "- **Evidence:** Signup → Demo attended"):
        assert start in ticket
    assert "Over 99% sure that it is below its target. One in ten of those who go on takes 9.5 d or longer." in ticket
    assert "**Expected worth of closing the gap:** About 17.7 more conversions" in ticket
    assert "EUR 17,000 (11,900–22,800)." in ticket
    assert "- **How to measure:** 329 in each half of those who reach Signup, about 22 days" in ticket
    assert "- **Runbook:** <https://wiki.example/demo>" in ticket
    second = text.partition("#### 2. ")[2].partition("###")[0]
    assert "- **Owner:** nobody yet" in second
    assert "How to measure" not in second


def test_commands_are_to_be_pasted_as_they_are() -> None:
    named = examples.CONFIRMED.bottleneck.model_copy(update={"stage": "demo_attended", "contenders": ["demo_attended"]})
    stages = [
        stage.model_copy(update={"name": "demo_attended"}) if stage.name == "demo" else stage
        for stage in examples.CONFIRMED.stages
    ]
    lead = examples.DEMO.model_copy(update={"stage": "demo_attended"})
    analysis = examples.CONFIRMED.model_copy(
        update={"bottleneck": named, "stages": stages, "ranking": [lead], "recommendations": [], "warnings": []}
    )
    assert "```sh\ngrowthctl who FUNNEL --stage demo_attended --dropped\n```" in page(analysis)


def test_every_finding_is_told() -> None:
    health = HealthFacts(cause=None, findings=[examples.OUTAGE] * 5)
    assert page(examples.CONFIRMED.model_copy(update={"health": health})).count("an outage or lost tracking") == 5


def test_a_trend_is_a_table_with_its_notes() -> None:
    text = markdown_of(TrendReport(trends=[examples.TREND]))
    assert text.startswith("## saas-signup by week (Europe/Berlin)\n\n| Stage | Trend | First | Last done |")
    assert "| 2026-03-30 · | 940 |" in text
    assert tags(text) <= TAGS
    assert "Nobody entered" in markdown_of(TrendReport(trends=[examples.trend([])]))
