"""Names from files and logs made harmless for Markdown, in which they must not become anything but themselves."""

from __future__ import annotations

import re
from typing import Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import quote

from growthctl.report.base import Part
from growthctl.words.numbers import printable

T = TypeVar("T", bound=Part)

# What ends a mention, a reference or a link without being seen (a word joiner), as text of any encoding.
_UNSEEN = "&#8288;"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKUP = re.compile(r"[\\`*_\[\]|~$]")
_AUTOMATIC = re.compile(r"@|#(?=\w)|:(?=//)|(?<!\d):(?=[\w+-]+:)|(?<=\bwww)(?=\.)|(?<=\bGH)-(?=\d)", re.IGNORECASE)
_SLUG = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*")
"""What stands inside of words is no markup, and has to stay where it is part of a command."""
_AT_AN_END = re.compile(r"^(?=[-+=#])|^\d+(?=[.)])|(?<=\s)(?=#+$)")
_OURS = {"code", "period", "timezone", "since", "until", "as_of", "runbook", "at", "url"}
"""Fields of text that we write ourselves, or that take no part in prose."""


def escaped(text: str) -> str:
    """A name that reads as it is in CommonMark, GitHub's Markdown and HTML, wherever in a line it stands."""
    if _SLUG.fullmatch(text) and not _AUTOMATIC.search(text):
        return text
    marked = _MARKUP.sub(r"\\\g<0>", printable(text).strip().translate(_ENTITIES))
    return _AT_AN_END.sub(r"\g<0>\\", _AUTOMATIC.sub(rf"\g<0>{_UNSEEN}", marked))


def harmless(answer: T) -> T:
    """A copy of an answer whose names and sentences are escaped; slugs and times stay as they are."""
    copy: T = _harmless(answer)
    return copy


def link(url: str) -> str:
    """A link that shows where it leads."""
    return f"<{quote(url, safe=':/?#@!$&*+,;=%~')}>"


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [_harmless(each) for each in value]
    if not isinstance(value, Part):
        return value
    fields = type(value).model_fields.items()
    texts = [name for name, field in fields if not (_is_ours(name) or _is_slug(field.annotation))]
    return value.model_copy(update={name: _harmless(getattr(value, name)) for name in texts})


def _is_ours(name: str) -> bool:
    return name in _OURS or name.endswith("_at")


def _is_slug(annotation: Any) -> bool:
    return get_origin(annotation) is Literal or any(map(_is_slug, get_args(annotation)))
