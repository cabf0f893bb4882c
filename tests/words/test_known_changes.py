"""Known changes in words."""

from __future__ import annotations

from typing import Any

from growthctl.report.funnel import KnownChangeFacts, NearChangeFacts
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import latest, linked, nearest

CLOCKS = Clocks("UTC", 2026)


def change(what: str, at: str = "2026-03-05T00:00:00Z", **more: Any) -> KnownChangeFacts:
    facts: dict[str, Any] = dict.fromkeys(("stage", "where", "owner", "url", "hoped"))
    return KnownChangeFacts(at=at, what=what, **(facts | more))


def near(what: str, days: int, **more: Any) -> NearChangeFacts:
    return NearChangeFacts(**dict(change(what, **more)), days_after=days)


def test_a_change_is_named_with_how_long_after_it_something_began() -> None:
    for days, when in ((0, "The same day"), (1, "One day after"), (2, "2 days after")):
        assert nearest([near("form v42", days, owner="product")], CLOCKS) == [f"{when}: form v42 (product, 5 Mar)."]
    where = near("form v42", 1, where="device = 'mobile'", at="2025-12-31T00:00:00Z")
    assert nearest([where], CLOCKS) == ["One day after: form v42 (31 Dec 2025, device = 'mobile')."]
    assert nearest([], CLOCKS) == []


def test_two_of_the_nearest_day_are_named_and_others_counted() -> None:
    several = [near("a", 1), near("b", 1), near("c", 1), near("d", 1), near("older", 2)]
    assert nearest(several[:2], CLOCKS) == ["One day after: a (5 Mar) and b (5 Mar)."]
    assert nearest(several, CLOCKS) == ["One day after: a (5 Mar), b (5 Mar) and 2 more."]


def test_a_text_from_the_file_stays_one_short_line() -> None:
    assert nearest([near("a\x1b[31m\nb", 1, owner="me\u202e")], CLOCKS) == ["One day after: a�[31m�b (me�, 5 Mar)."]
    long = nearest([near("word " * 40, 1)], CLOCKS)[0]
    assert long == f"One day after: {' '.join(['word'] * 14)}… (5 Mar)."
    assert nearest([near("x" * 200, 1)], CLOCKS) == [f"One day after: {'x' * 71}… (5 Mar)."]


def test_the_last_changes_have_a_line_each_and_earlier_ones_are_counted() -> None:
    changes = [change(f"change {day}", f"2026-03-{day:02}T00:00:00Z") for day in range(1, 8)]
    assert latest(changes[:2], CLOCKS) == ["1 Mar: change 1", "2 Mar: change 2"]
    assert latest(changes, CLOCKS) == [
        "3 earlier changes: --details.",
        *(f"{day} Mar: change {day}" for day in range(4, 8)),
    ]
    assert len(linked(changes, CLOCKS)) == 7
    assert linked(changes * 6, CLOCKS)[:2] == ["2 earlier changes: -f json.", "3 Mar: change 3"]


def test_links_show_where_they_lead_and_hold_no_markup() -> None:
    listed = change("form", owner="product", where="plan = 'pro'", url="https://wiki.example/<b>x")
    assert linked([listed], CLOCKS) == ["5 Mar: form (product, plan = 'pro') <https://wiki.example/%3Cb%3Ex>"]
