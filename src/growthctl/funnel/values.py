"""Values that a funnel file writes in a form of its own: durations, rates, slugs, time zones, links.

Each `parse_…` takes what the file holds, returns what the model keeps, and raises ValueError that explains
the form.
"""

from __future__ import annotations

import codecs
import re
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from growthctl.funnel.nearest import did_you_mean

DURATION_PATTERN = r"^[0-9]+(\.[0-9]+)?[smhdw]$"
RATE_PATTERN = r"^[0-9]+(\.[0-9]+)?%?$"
SLUG_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
ATTRIBUTION_PATTERN = r"^(entry|first|last|stage:[A-Za-z0-9][A-Za-z0-9_-]*)$"
LINK_PATTERN = r"^https?://\S+$"

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST_DAYS = 36525
FEWEST_WEEKS, USUAL_WEEKS, MOST_WEEKS = 6, 8, 520
_CALLED: dict[type, str] = {
    type(None): "null",
    bool: "true/false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
}


_NO_ZONES = ("localtime", "Factory", "posixrules")
"""Files beside those of the tz database."""


def parse_duration(raw: object) -> timedelta:
    """`14d`, `1.5h`: a decimal number and one of s, m, h, d, w; at most a century, which never overflows."""
    if isinstance(raw, timedelta):
        seconds = raw.total_seconds()
    elif isinstance(raw, str) and re.fullmatch(DURATION_PATTERN, raw):
        seconds = float(raw[:-1]) * _SECONDS[raw[-1]]
    else:
        raise ValueError(f"{shown(raw)} is not a duration: write a number and a unit, such as 30m, 24h, 14d or 2w")
    if not 0 <= seconds <= _LONGEST_DAYS * _SECONDS["d"]:
        raise ValueError(f"{shown(raw)} is not a duration from 0s to {_LONGEST_DAYS}d: leave it out for no limit")
    return timedelta(seconds=seconds)


def parse_rate(raw: object) -> float:
    """`75%` or `0.75`, from 0 to 1."""
    rate = Decimal("NaN")
    if isinstance(raw, str) and re.fullmatch(RATE_PATTERN, raw):
        rate = Decimal(raw.removesuffix("%")) / (100 if raw.endswith("%") else 1)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        rate = Decimal(repr(raw))
    if not rate.is_finite() or not 0 <= rate <= 1:
        raise ValueError(f"{shown(raw)} is not a rate: write 75% or 0.75")
    return float(rate)


def parse_target(raw: object) -> float:
    """A rate above 0."""
    rate = parse_rate(raw)
    if rate == 0:
        raise ValueError("a target is a rate above 0: write 75% or 0.75")
    return rate


def parse_lift(text: str) -> float:
    """`+25%`: by how much of itself a rate changes, not by how many points."""
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?%", text) or (lift := float(Decimal(text[:-1]) / 100)) <= -1:
        raise ValueError(f"{shown(text)} is not a percentage that a rate may change by: write +25%")
    return lift


def parse_history(raw: object) -> int:
    """How many weeks of history: `true` is 8, `false` is 0, else a whole number from 6 to 520."""
    if isinstance(raw, bool):
        return USUAL_WEEKS if raw else 0
    if not isinstance(raw, int) or not (raw == 0 or FEWEST_WEEKS <= raw <= MOST_WEEKS):
        raise ValueError(
            f"{shown(raw)} is not a number of weeks from {FEWEST_WEEKS} to {MOST_WEEKS}, or false for none"
        )
    return raw


def parse_slug(text: str) -> str:
    """A name that is safe in options, file names and URLs."""
    if not re.fullmatch(SLUG_PATTERN, text):
        raise ValueError(f"{shown(text)} is not a slug: letters, digits, - and _, the first a letter or digit")
    return text


def parse_timezone(name: str) -> str:
    """A name of the tz database; any name where the system has no such database."""
    if name in _NO_ZONES or name.startswith(("posix/", "right/")):
        raise ValueError(f"{shown(name)} is no place whose clocks everybody knows: write one such as Europe/Berlin")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        if known := available_timezones():
            near = did_you_mean(name, known)
            raise ValueError(f"unknown time zone {shown(name)}{near or ': write one such as Europe/Berlin'}") from None
    return name


def parse_time_format(text: str) -> str:
    """`day-first`, `month-first`, or a format of strftime, in which %.f is a fraction of a second."""
    if text in ("day-first", "month-first"):
        return text
    try:
        # A format is read with another library, which has %.f besides.
        datetime.strptime("", re.sub(r"%\.?[369]?f|%-", lambda match: "%" if match[0] == "%-" else "", text))
    except ValueError as error:
        if "does not match" not in str(error):
            raise ValueError(f"{shown(text)} is no time format: {error}") from None
    if not re.search(r"%[YymdbBjsDF]", text):
        near = did_you_mean(text, ("day-first", "month-first"))
        raise ValueError(f"{shown(text)} is no time format{near or ': write day-first, month-first or %d-%b-%Y %H:%M'}")
    return text


def parse_encoding(name: str) -> str:
    """An encoding of text that Python knows."""
    try:
        known = codecs.lookup(name)
    except LookupError:
        raise ValueError(f"unknown encoding {shown(name)}: write one such as cp1252, latin-1 or utf-16") from None
    if not known._is_text_encoding:
        raise ValueError(f"{shown(name)} is no encoding of text: write one such as cp1252, latin-1 or utf-16")
    return name


def parse_origin(text: str) -> str:
    """A date, or a time with or without an offset."""
    try:
        datetime.fromisoformat(text)
        if not re.match(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a date or time: write 2024-03-01 or 2024-03-01T12:30") from None
    return text


def parse_attribution(text: str) -> str:
    """`entry`, `first`, `last` or `stage:NAME`."""
    if not re.fullmatch(ATTRIBUTION_PATTERN, text):
        near = did_you_mean(text, ("entry", "first", "last"))
        raise ValueError(f"{shown(text)} is not one of entry, first, last, stage:NAME{near}")
    return text


def parse_link(text: str) -> str:
    """An http(s) URL."""
    if not re.fullmatch(LINK_PATTERN, text):
        raise ValueError(f"{shown(text)} is not a link: write https://…")
    return text


def names(raw: object) -> object:
    """A name alone is a list of one."""
    if isinstance(raw, bool | int | float):
        raise ValueError(f"{shown(raw)} is {called(raw)}, not a name: write it in quotes")
    return (raw,) if isinstance(raw, str) else raw


def shown(raw: object) -> str:
    """A value as a message quotes it: short, on one line."""
    text = raw if isinstance(raw, str) else repr(raw)
    text = text if len(text) <= 60 else text[:59] + "…"
    return repr(text)


def called(raw: object) -> str:
    """What a person calls the type of a value of a file."""
    return _CALLED.get(type(raw), f"a {type(raw).__name__}")
