"""Answers of Python as people see them."""

from __future__ import annotations

import pytest

import growthctl
from growthctl import analyze, explain, paths, trend
from tests.questions.shop import funnel, log

LOG = log("u1 09:00:00 visit", "u1 09:05:00 cart", "u2 09:00:00 visit")


def test_an_answer_prints_as_its_table() -> None:
    assert "2 people entered on 2 Mar 2026" in str(analyze(funnel(), LOG))
    assert "by day (UTC)" in str(trend(funnel(), LOG))
    assert "what comes after visit" in str(paths(funnel(), LOG, after="visit"))
    assert "u1 in " in str(explain(funnel(), LOG, entity="u1"))


def test_a_notebook_shows_the_table_and_no_markup_of_anybody() -> None:
    html = analyze(funnel(name="<b>shop</b>"), LOG)._repr_html_()
    assert html is not None
    assert html.startswith("<pre>&lt;b&gt;shop&lt;/b&gt;")


def test_errors_can_be_caught_by_the_names_of_the_package() -> None:
    with pytest.raises(growthctl.SpecError):
        analyze({"stages": []}, LOG)
    with pytest.raises(growthctl.UsageError):
        analyze(funnel(), LOG, since="soon")
    with pytest.raises(growthctl.DataError):
        analyze(funnel(), LOG.head(0))
