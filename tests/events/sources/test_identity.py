"""One entity before and after it is known."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from growthctl.events.column_names import ENTITY
from growthctl.events.quality import first_offenders
from growthctl.events.reading.open import open_log
from growthctl.events.rows import canonical_rows
from growthctl.events.sources.identity import resolved
from growthctl.funnel.sections.source import Source

SOURCE = Source.model_validate(
    {
        "columns": {"event": "event", "time": "time"},
        "identity": {"anonymous": "anon", "known": "user"},
    }
)

Row = tuple[str | None, str | None, str]


def entities(*rows: Row, as_of: int | None = None) -> tuple[list[str | None], int]:
    """The entity of each row (anonymous id, known id, time), and how many anonymous ids have several known ones."""
    data = pl.DataFrame(
        [(anon, user, time, "x") for anon, user, time in rows], schema=["anon", "user", "time", "event"], orient="row"
    )
    found = resolved(open_log(data, SOURCE, Path()), SOURCE, "UTC", as_of)
    return canonical_rows(found.log, found.source, "UTC").collect()[ENTITY].to_list(), found.ambiguous


def test_an_anonymous_id_becomes_the_known_id_that_any_row_of_the_log_links_it_to() -> None:
    found = entities(("a", None, "2026-01-01"), ("a", "u1", "2026-01-02"), ("a", None, "2026-01-03"))
    assert found == (["u1", "u1", "u1"], 0)


def test_an_anonymous_id_that_is_never_linked_stays_itself() -> None:
    assert entities(("a", None, "2026-01-01"), ("b", "u1", "2026-01-02")) == (["a", "u1"], 0)


def test_several_anonymous_ids_may_become_one_entity() -> None:
    found = entities(("a", "u1", "2026-01-01"), ("b", "u1", "2026-01-02"), ("b", None, "2026-01-01"))
    assert found == (["u1", "u1", "u1"], 0)


def test_of_several_links_the_first_in_time_wins_and_rows_keep_their_own_known_id() -> None:
    found = entities(("a", "u2", "2026-01-03"), ("a", None, "2026-01-04"), ("a", "u1", "2026-01-02"))
    assert found == (["u2", "u1", "u1"], 1)


def test_a_row_with_neither_id_or_empty_ones_has_no_entity() -> None:
    assert entities((None, None, "2026-01-01"), ("", "", "2026-01-01")) == ([None, None], 0)


def test_a_row_with_only_a_known_id_has_that() -> None:
    assert entities((None, "u1", "2026-01-01")) == (["u1"], 0)


def test_links_after_as_of_are_not_known_yet() -> None:
    before = 1_767_312_000_000_000  # 2026-01-02
    assert entities(("a", None, "2026-01-01"), ("a", "u1", "2026-01-03"), as_of=before)[0] == ["a", "u1"]


def test_a_row_whose_time_cannot_be_read_is_shown_whichever_id_it_has() -> None:
    rows = [("a", None, "soon"), (None, "u1", "never"), (None, None, "2026-01-01")]
    frame = pl.DataFrame(rows, schema=["anon", "user", "time"], orient="row").with_columns(event=pl.lit("x"))
    offenders = first_offenders(open_log(frame, SOURCE, Path()), SOURCE, "UTC")
    assert [(offender.place, offender.time) for offender in offenders] == [
        ("the frame, row 1", "soon"),
        ("the frame, row 2", "never"),
    ]
