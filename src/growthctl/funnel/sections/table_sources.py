"""Sources that are tables: a row is an event, a lead with a date for each stage, or a change of stage."""

from __future__ import annotations

from collections.abc import Mapping

from growthctl.funnel.sections.column_lists import DATE, STAGE, Constant
from growthctl.funnel.sections.source import StageHistory


def with_table(source: object) -> object:
    """A `source` as it is written, with the columns that say what and when in such a table, where it names none."""
    if not isinstance(source, Mapping) or not isinstance(source.get("columns", {}), Mapping):
        return source
    columns, event = source.get("columns", {}), source.get("event")
    if isinstance(event, str) and event:
        return {**source, "columns": {"event": Constant(event), **columns}}
    history = source.get("stage_history")
    if isinstance(history, Mapping):
        named = StageHistory.model_construct(**{str(key): value for key, value in history.items()})
        return {**source, "columns": {"entity": named.entity, "event": named.stage, "time": named.time, **columns}}
    if source.get("stage_dates") is None:
        return source
    ids = columns.get("id")
    if isinstance(ids, str):
        # A row becomes an event for each stage, so its id alone is none of an event.
        columns = {**columns, "id": [ids, STAGE]}
    return {**source, "columns": {"event": STAGE, "time": DATE, **columns}}
