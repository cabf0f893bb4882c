"""The nearest known name, for messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """At most `count` known names that `name` may have meant, the likeliest first; case does not matter."""
    folded = {candidate.casefold(): candidate for candidate in known}
    return [folded[match] for match in get_close_matches(name.casefold(), folded, n=count)]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'NAME'?`, or nothing where no known name is near."""
    return "".join(f"; did you mean '{match}'?" for match in nearest(name, known))
