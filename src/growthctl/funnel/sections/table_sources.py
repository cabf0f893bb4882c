"""Sources that are tables rather than logs: every row one event, or a row per lead with a date for each stage."""

from __future__ import annotations

from collections.abc import Mapping

from growthctl.funnel.sections.column_lists import DATE, STAGE, Constant


def with_table(source: object) -> object:
    """A `source` as it is written, with the columns that say what and when in such a table, where it names none."""
    if not isinstance(source, Mapping) or not isinstance(source.get("columns", {}), Mapping):
        return source
    columns, event = source.get("columns", {}), source.get("event")
    if isinstance(event, str) and event:
        return {**source, "columns": {"event": Constant(event), **columns}}
    if source.get("stage_dates") is None:
        return source
    ids = columns.get("id")
    if isinstance(ids, str):
        # A row becomes an event for each stage, so its id alone is none of an event.
        columns = {**columns, "id": [ids, STAGE]}
    return {**source, "columns": {"event": STAGE, "time": DATE, **columns}}
