"""Numbers as people read them: the only place that rounds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_BARS = "▁▂▃▄▅▆▇█"
_UNITS = ((86_400 * 2, 86_400, "d"), (3_600 * 2, 3_600, "h"), (120, 60, "min"), (0, 1, "s"))


def integer(value: float) -> str:
    """12345 → '12,345'."""
    return f"{round(value):,}"


def many(count: int, noun: str) -> str:
    """(1, 'day') → '1 day', (30, 'day') → '30 days'."""
    return f"{integer(count)} {noun}{'' if count == 1 else 's'}"


def percent(rate: float | None) -> str:
    """0.2514 → '25.1%'; small rates keep two digits that mean something; unknown is a dash."""
    if rate is None:
        return "–"
    if 0 < rate < 0.00995:
        return f"{significant(rate * 100, 2)}%"
    # A rate that is not whole must not read as if it were.
    if 0.9995 <= rate < 1:
        return ">99.9%"
    return f"{rate * 100:.1f}%"


def bars(shares: Sequence[float]) -> str:
    """(0, .5, 1) → '▁▄█': a bar for each, from 0 to 1."""
    return "".join(_BARS[round(min(1.0, share) * (len(_BARS) - 1))] for share in shares)


def share(part: float) -> str:
    """0.7142 → '71%': a part of a whole, as exact as one can think about it."""
    return "under 1%" if 0 < part < 0.005 else f"{part * 100:.0f}%"


def target(rate: float | None) -> str:
    """0.75 → '75%', 0.105 → '10.5%'."""
    return "" if rate is None else f"{rate * 100:.4g}%"


def utilisation(rate: float) -> str:
    """0.9251 → '93%': as exact as a capacity can be known."""
    return f"{rate * 100:.0f}%"


def declared(value: float) -> str:
    """A number as the funnel file has it: 8.0 → '8', 12.5 → '12.5'."""
    return f"{value:,.12g}"


def interval(low: float | None, high: float | None) -> str:
    """(.241, .262) → '24.1–26.2%'."""
    if low is None or high is None:
        return ""
    return f"{percent(low).rstrip('%')}–{percent(high)}"


def chance(probability: float | None) -> str:
    """A probability from draws, never more certain than the draws can say."""
    if probability is None:
        return "unknown"
    if probability >= 0.995:
        return "over 99%"
    if probability <= 0.005:
        return "under 1%"
    return f"{probability * 100:.0f}%"


def significant(value: float, digits: int = 3) -> str:
    """17.7312 → '17.7', 21277 → '21,300'."""
    if value == 0:
        return "0"
    rounded = f"{value:.{digits - 1}e}"
    exponent = int(rounded.partition("e")[2])
    return f"{float(rounded):,.{max(0, digits - 1 - exponent)}f}"


def money(value: float, currency: str | None) -> str:
    """(8846.2, 'EUR') → 'EUR 8,850'."""
    return f"{printable(currency)} {significant(value)}" if currency else significant(value)


def estimate(value: float) -> str:
    """An expected number of conversions: 1204.4 → '1,204', 8.51 → '8.5', 0.0412 → '0.041'."""
    if value < 1:
        return significant(value, 2)
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def signed(value: float) -> str:
    """A change of a number: -8.81 → '-8.8', 0.171 → '+0.17'."""
    text = estimate(abs(value)) if abs(value) >= 0.005 else "0"
    return text if text == "0" else f"{'-' if value < 0 else '+'}{text}"


def points(rate: float | None) -> str:
    """A change of a rate, in percentage points: -0.0489 → '-4.9', 0.00041 → '+0.041'; unknown is a dash."""
    if rate is None:
        return "–"
    size = abs(rate) * 100
    text = f"{size:.1f}" if size >= 0.95 or size < 0.0005 else significant(size, 2)
    # What is rounded to nothing has no direction.
    if text == "0.0":
        return "+0.0"
    return f"{'-' if rate < 0 else '+'}{text}"


def change_percent(now: float, before: float) -> str:
    """A change of a count: (97, 100) → '-3%', (998, 1000) → '-0.2%'; none is '0%', from nothing a dash."""
    if not before:
        return "–"
    change = (now / before - 1) * 100
    size = significant(abs(change), 1) if abs(change) < 0.95 else f"{abs(change):,.0f}"
    return "0%" if abs(change) < 1e-9 else f"{'-' if change < 0 else '+'}{size}%"


def duration(seconds: float | None) -> str:
    """90 → '90 s', 5400 → '90 min', 345600 → '4.0 d'."""
    if seconds is None:
        return ""
    for least, unit, name in _UNITS:
        if seconds >= least:
            amount = seconds / unit
            return f"{amount:.1f} {name}" if unit >= 3_600 else f"{amount:.0f} {name}"
    raise ValueError(f"a duration is not negative: {seconds}")


def span(seconds: float) -> str:
    """A declared duration, exactly: 1209600 → '14 days', 5400 → '90 minutes'."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds / unit:,.0f} {name}{'' if seconds == unit else 's'}"
    return f"{declared(seconds)} second{'' if seconds == 1 else 's'}"


def local(at: str, timezone: str) -> str:
    """An ISO time as the clocks of a timezone show it: '2026-03-01 09:15:00', '2026-03-01 09:15:00.5'."""
    moment = datetime.fromisoformat(at)
    with suppress(ZoneInfoNotFoundError):
        moment = moment.astimezone(ZoneInfo(timezone))
    shown = moment.replace(tzinfo=None).isoformat(sep=" ")
    return shown.rstrip("0") if moment.microsecond else shown


def printable(name: str) -> str:
    """A name from a file or a log, fit for one line: control characters and direction marks become visible."""
    return "".join(char if char.isprintable() else "�" for char in name)
