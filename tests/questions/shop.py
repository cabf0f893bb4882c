"""A funnel of three stages, and logs written as lines: an entity, a time of day on DAY, an event, properties."""

from __future__ import annotations

from typing import Any

import polars as pl

DAY = "2026-03-02"


def funnel(**changes: Any) -> dict[str, Any]:
    stages = [{"name": name, "event": name} for name in ("visit", "cart", "pay")]
    return {"stages": stages, "window": "1h"} | changes


def log(*lines: str) -> pl.DataFrame:
    """Columns user_id, timestamp, event, and one for each property (`plan=pro`), all text."""
    rows = []
    for user, time, event, *properties in (line.split() for line in lines):
        row = {"user_id": user, "timestamp": time if "T" in time else f"{DAY}T{time}", "event": event}
        rows.append(row | dict(text.split("=") for text in properties))
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in names}, dict.fromkeys(names, pl.String))
