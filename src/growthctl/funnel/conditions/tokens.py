"""The words and symbols of a condition's text, each with its offset."""

from __future__ import annotations

import re
from typing import NamedTuple

from growthctl.funnel.conditions.tree import ConditionError

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--|/\*)
  | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<text>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")+"|`(?:[^`]|``)+`)
  | (?P<word>(?:[^\W\d]|\$)[\w$]*)
  | (?P<symbol><>|<=|>=|==|!=|\|\||[=<>+\-*/%(),.])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of the text."""

    kind: str
    """number, text, quoted (a name), word, symbol or end."""
    text: str
    at: int
    """Its position in the text, from 0."""

    @property
    def key(self) -> str:
        """What the grammar sees: an upper-case word or a symbol; nothing for names and values in quotes."""
        return self.text.upper() if self.kind in ("word", "symbol") else ""

    @property
    def unquoted(self) -> str:
        """The name or the text itself, without quotes."""
        quote = self.text[0]
        return self.text[1:-1].replace(quote * 2, quote) if self.kind in ("text", "quoted") else self.text


def tokens(text: str) -> list[Token]:
    """The pieces in order, the last of kind `end`; ConditionError where there is none."""
    pieces, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        kind = str(match.lastgroup)
        if kind == "comment":
            raise ConditionError("comments are not part of a condition", at=at)
        if kind != "space":
            pieces.append(Token(kind, match.group(), at))
        at = match.end()
    return [*pieces, Token("end", "", len(text))]


def _unreadable(text: str, at: int) -> ConditionError:
    if text[at] in "'\"`":
        return ConditionError(f"the quote {text[at]} is not closed", at=at)
    hint = "write CAST(value AS type)" if text.startswith("::", at) else None
    return ConditionError(f"unexpected character {text[at]!r}", hint, at)
