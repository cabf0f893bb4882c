"""Names from files and logs made harmless for Markdown."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from growthctl.words.escape import escaped, harmless, link
from growthctl.words.numbers import printable
from tests.golden import examples

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
JOINER = "\u2060"
NAMES = st.text(st.sampled_from("ab1 <>&\\`*_[](){}#+-.!|~$@:/=^\"'\n\t"), min_size=1, max_size=12)


def shown(rendered: str) -> str:
    """The text that a reader sees."""
    return html.unescape(re.sub(r"<[^>]*>", "", rendered)).replace(JOINER, "")


@given(NAMES)
def test_a_name_shows_as_it_is_and_nothing_else_wherever_it_stands(name: str) -> None:
    plain = printable(name).strip()
    text = escaped(name)
    for page, tags in (
        (f"{text}", {"p"}),
        (f"- {text}", {"ul", "li"}),
        (f"## {text}", {"h2"}),
        (f"before {text} after", {"p"}),
        (f"| a | b |\n| --- | --- |\n| {text} | c |", {"table", "thead", "tbody", "tr", "th", "td"}),
    ):
        if not plain and page == text:
            continue
        rendered = MARKDOWN.render(page)
        assert set(re.findall(r"<(\w+)", rendered)) <= tags
        seen = " ".join(shown(rendered).split())
        assert " ".join(plain.split()) in seen


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("user_id", "user_id"),
        ("_user_id_", r"\_user\_id\_"),
        ("saas-signup", "saas-signup"),
        ("2026-03-01 09:15:00", "2026-03-01 09:15:00"),
        ("- all", r"\- all"),
        ("1. first", r"1\. first"),
        ("ticket ##", r"ticket \##"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("a|b", r"a\|b"),
        ("two\nlines", "two�lines"),
        ("\u202ereversed", "�reversed"),
    ],
)
def test_only_what_is_markup_is_escaped(name: str, text: str) -> None:
    assert escaped(name) == text


@pytest.mark.parametrize(
    "name", ["@team", "a@b.example", "fixes #12", "GH-12", "https://evil.example", "www.evil.example", ":tada:"]
)
def test_nobody_is_mentioned_and_nothing_is_linked_by_itself(name: str) -> None:
    assert "&#8288;" in escaped(name)
    assert html.unescape(escaped(name)).replace(JOINER, "") == name


def test_every_text_of_a_report_is_escaped_but_slugs_and_times() -> None:
    report = harmless(examples.HOSTILE)
    assert report.stages[0].label == escaped(examples.HOSTILE.stages[0].label)
    assert report.segments[0].by == report.segments[0].values == [escaped(examples.EVIL)]
    assert report.bottleneck.verdict == "confirmed"
    assert report.warnings[0].code == "bad_rows"
    assert report.data == examples.HOSTILE.data
    assert harmless(examples.IN_DOUBT).bottleneck.unresolvable == "data_in_doubt"
    assert harmless(examples.IN_DOUBT).health == examples.IN_DOUBT.health


def test_a_link_cannot_end_before_its_end() -> None:
    assert link("https://wiki.example/a?b=1#c") == "<https://wiki.example/a?b=1#c>"
    assert link('https://wiki.example/a>b<i>"(c)') == "<https://wiki.example/a%3Eb%3Ci%3E%22%28c%29>"
