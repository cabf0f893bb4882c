"""Known changes in words: when something began they say 'after', and never 'because of'."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.clock import instant_of
from growthctl.report.funnel import KnownChangeFacts, NearChangeFacts
from growthctl.report.trend import PeriodFacts
from growthctl.words.dates import Clocks
from growthctl.words.escape import link
from growthctl.words.numbers import many, printable

NAMED, LISTED, LISTED_IN_FULL = 2, 4, 40
"""How many are named beside something that began, below a table, and among all details."""
_WIDEST = 72


def nearest(near: Sequence[NearChangeFacts], clocks: Clocks) -> list[str]:
    """'One day after: signup form v42 (product, 5 Mar).': those of the nearest day; nothing where none is known."""
    if not near:
        return []
    days = near[0].days_after
    of_day = [change for change in near if change.days_after == days]
    names = [_named(change, clocks.day(change.at)) for change in of_day[:NAMED]]
    more = len(of_day) - NAMED
    listed = f"{', '.join(names)} and {more} more" if more > 0 else " and ".join(names)
    return [f"{_when(days)}: {listed}."]


def latest(changes: Sequence[KnownChangeFacts], clocks: Clocks) -> list[str]:
    """'5 Mar: signup form v42 (product)': the last ones, a line each, and how many more there are."""
    lines = [f"{clocks.day(change.at)}: {_named(change)}" for change in changes[-LISTED:]]
    return [*_earlier(len(changes) - LISTED, "--details"), *lines]


def linked(changes: Sequence[KnownChangeFacts], clocks: Clocks) -> list[str]:
    """The same of more, with their links."""
    shown = changes[-LISTED_IN_FULL:]
    links = (f" {link(change.url)}" if change.url else "" for change in shown)
    lines = [f"{clocks.day(change.at)}: {_named(change)}{url}" for change, url in zip(shown, links, strict=True)]
    return [*_earlier(len(changes) - LISTED_IN_FULL, "-f json"), *lines]


def _earlier(count: int, where: str) -> list[str]:
    return [f"{many(count, 'earlier change')}: {where}."] if count > 0 else []


def of_periods(changes: Sequence[KnownChangeFacts], periods: Sequence[PeriodFacts]) -> list[KnownChangeFacts]:
    """Those that lie within some periods, which follow one another."""
    if not periods:
        return []
    since, until = _instant(periods[0].start_at), _instant(periods[-1].end_at)
    return [change for change in changes if since <= _instant(change.at) < until]


def _instant(at: str) -> int:
    return instant_of(at) or 0


def _when(days: int) -> str:
    return "The same day" if days == 0 else "One day after" if days == 1 else f"{days} days after"


def _named(change: KnownChangeFacts, *more: str) -> str:
    """'signup form v42 (product, 5 Mar)': what, whose, and to whom it went."""
    about = ", ".join(filter(None, (_short(change.owner), *more, _short(change.where))))
    return f"{_short(change.what)} ({about})" if about else _short(change.what)


def _short(text: str | None) -> str:
    """A text from the file, cut after a word where it is long: all of it is in the JSON."""
    shown = printable(text or "")
    if len(shown) <= _WIDEST:
        return shown
    return f"{shown[: _WIDEST - 1].rpartition(' ')[0] or shown[: _WIDEST - 1]}…"
