"""The draft of a funnel over several sources as a file."""

from __future__ import annotations

from typing import Any

import yaml

from growthctl.funnel.file import funnel_from_mapping
from growthctl.render.funnel_file import funnel_text
from growthctl.report.inspection import Draft, DraftSource, DraftStage


def source(name: str, keys: dict[str, Any], **facts: Any) -> DraftSource:
    usual: dict[str, Any] = {"may_say_what": None, "entities": 100, "shared": 50, "strangers": 200, "in_doubt": []}
    return DraftSource(name=name, paths=[f"{name}.csv"], keys=keys, **{**usual, **facts})


def text(*sources: DraftSource, **facts: Any) -> str:
    stages = [
        DraftStage(event="visit", alike=[], entities=9, source="site"),
        DraftStage(event="won", alike=[], entities=3, source=None),
    ]
    usual: dict[str, Any] = {"rows": 9, "first_event_at": None, "last_event_at": None, "source": {}, "stages": stages}
    usual |= {"links": [], "left_out": [], "window": None, "segments": [], "session": None, "amount": None}
    draft = Draft(log="site.csv, crm.csv", paths=[], sources=list(sources), **{**usual, **facts})
    return funnel_text(draft, "f", lambda path: f"../{path}")


SITE = source("site", {"columns": {"entity": "user"}})


def test_each_source_has_its_keys_and_a_stage_says_which_one_it_is_from() -> None:
    written = text(SITE, source("crm", {"stage_history": {}, "filter": {"Field": "StageName"}}), links=["who.csv"])
    content = yaml.safe_load(written)
    assert content["sources"] == {
        "site": {"path": "../site.csv", "columns": {"entity": "user"}},
        "crm": {"path": "../crm.csv", "stage_history": {}, "filter": {"Field": "StageName"}},
    }
    assert content["identity"] == {"links": "../who.csv"}
    assert [stage.source for stage in funnel_from_mapping(content).stages] == ["site", None]
    assert "    source: site                         # another source has the event, too\n" in written


def test_what_is_in_doubt_is_said_where_the_source_is() -> None:
    carts = source("carts", {"event": "carts"}, may_say_what="kind", shared=9, in_doubt=["site"])
    doubts = [
        line.strip() for line in text(SITE, carts).split("  carts:\n")[1].splitlines() if line.startswith("    #")
    ]
    assert doubts == [
        "# Each row is one event; if kind says which one, take columns.event: kind instead.",
        "# Only 9 of its 100 ids are in another source. Name a",
        "# column that both have as columns.entity, or say who is who in a file: identity: {links: links.csv}.",
        "# Its ids are numbers, as those of site are: are equal ones the same people? Else link them in a file.",
    ]
    assert "ids are" not in text(SITE, source("crm", {}, shared=10))


def test_names_that_try_to_end_a_comment_do_not() -> None:
    written = text(SITE, left_out=["a\nstages: []\x1b[2J.csv"])
    assert "# Left out: a" in written and "\x1b" not in written
    assert len(yaml.safe_load(written)["stages"]) == 2
