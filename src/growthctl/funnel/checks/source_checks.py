"""What is wrong between the keys of the sources of a funnel, and between these and its stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from growthctl.funnel import values
from growthctl.funnel.checks.raw_keys import KeyPath, KeyProblems, key_of
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.column_lists import DATE, STAGE, Constant
from growthctl.funnel.sections.source import StageHistory

_HISTORY = StageHistory.model_construct()
_OF_EVENTS = ("preset", "event", "stage_dates", "stage_history", "columns", "explode", "properties", "identity")
_FILLS_COLUMNS = ("preset", "event", "stage_dates", "stage_history")


def source_checks(raw: object, stages: Sequence[object]) -> KeyProblems:
    """The only source or several, and which of them a stage names."""
    sources = key_of(raw, "sources")
    sources = sources if isinstance(sources, Mapping) else {}
    if sources and isinstance(raw, Mapping) and "source" in raw:
        yield ("source",), "give either source or sources"
    if key_of(raw, "identity") is not None and not sources:
        yield ("identity",), "identity of a funnel links several sources; inside one it is source.identity"
    yield from _table(key_of(raw, "source"), ("source",))
    if key_of(key_of(raw, "source"), "as_of") is not None:
        yield ("source", "as_of"), "as_of is for one of several sources; of the only one, --as-of says it"
    for name, source in sources.items():
        yield from _table(source, ("sources", name))
        if key_of(key_of(source, "columns"), "session") is not None:
            yield ("sources", name, "columns", "session"), "sessions of one source are none of the others"
        if key_of(source, "path") is None and isinstance(source, Mapping):
            yield ("sources", name), f"the source '{name}' has no path"
    for index, stage in enumerate(stages):
        source = key_of(stage, "source")
        if isinstance(source, str) and source not in sources:
            near = did_you_mean(source, sources) or (f"; sources: {', '.join(sources)}" if sources else "")
            yield ("stages", index, "source"), f"there is no source {values.shown(source)}{near}"


def counted_checks(raw: object, stages: Sequence[object]) -> KeyProblems:
    """Sources of counts, and that the first stage is theirs alone."""
    if key_of(key_of(raw, "source"), "counted") is not None:
        yield ("source", "counted"), "a funnel of counts alone follows nobody: counted is for one of several sources"
    sources = key_of(raw, "sources")
    sources = sources if isinstance(sources, Mapping) else {}
    counts = {name: source for name, source in sources.items() if key_of(source, "counted") is not None}
    first = key_of(stages[0], "source") if stages else None
    for name, source in counts.items():
        yield from _counted_source(name, source)
        if stages and name not in [key_of(stage, "source") for stage in stages]:
            yield ("sources", name, "counted"), f"the source '{name}' is counted, but the first stage does not name it"
    for index, stage in enumerate(stages):
        source = key_of(stage, "source")
        is_counted = isinstance(source, str) and source in counts
        if not is_counted and isinstance(stage, Mapping) and "event" not in stage:
            yield ("stages", index, "event"), None
        if is_counted and index:
            why = "only the first stage can be, for nobody is followed to it"
            yield ("stages", index, "source"), f"the source '{source}' is counted: {why}"
    if stages and isinstance(first, str) and first in counts:
        yield from _counted_stage(raw, stages)


def _counted_source(name: str, source: object) -> KeyProblems:
    path: KeyPath = ("sources", name)
    keys = [key for key in _OF_EVENTS if isinstance(source, Mapping) and key in source]
    # A preset and the like fill columns, which nobody wrote then.
    for key in keys[:1] if keys and keys[0] in _FILLS_COLUMNS else keys:
        yield (*path, key), f"{key} is for events, and the source '{name}' is counted: it has counted.day and .count"
    by = key_of(key_of(source, "counted"), "by")
    properties = list(by.values()) if isinstance(by, Mapping) else []
    if len({str(name) for name in properties}) < len(properties):
        yield (*path, "counted", "by"), "two columns are the same property of events"


def _counted_stage(raw: object, stages: Sequence[object]) -> KeyProblems:
    name, source = key_of(stages[0], "name"), key_of(stages[0], "source")
    if key_of(raw, "order") == "any":
        yield ("stages", 0, "source"), f"'{source}' is counted and its stage stands first: in order: any none does"
    for key, why in (
        ("event", ": every row counts"),
        ("where", f": write sources.{source}.filter"),
        ("first_ever", ""),
    ):
        if key_of(stages[0], key):
            yield ("stages", 0, key), f"a counted stage has no {key}{why}"
    if len(stages) == 1:
        yield ("stages",), f"'{name}' is counted: a stage has to follow at which people are followed"
    for key in ("within", "after", "capacity", "optional"):
        if len(stages) > 1 and key_of(stages[1], key):
            yield ("stages", 1, key), f"the first stage that is followed has no {key}: from '{name}' nobody is"
    yield from ((path, f"the stage '{name}' is counted, not followed") for path, at in _named_stages(raw) if at == name)


def _named_stages(raw: object) -> Iterator[tuple[KeyPath, object]]:
    """Where keys beside `stages` name a stage, and which."""
    rules, attribution = key_of(raw, "exclude"), key_of(raw, "attribution")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        between = key_of(rule, "between")
        ends = between if isinstance(between, list | tuple) else ()
        yield from ((("exclude", index, "between", end), name) for end, name in enumerate(ends))
    yield ("value", "stage"), key_of(key_of(raw, "value"), "stage")
    if isinstance(attribution, str) and attribution.startswith("stage:"):
        yield ("attribution",), attribution.removeprefix("stage:")


def _table(source: object, path: KeyPath) -> KeyProblems:
    columns = key_of(source, "columns")
    what, when = key_of(columns, "event"), key_of(columns, "time")
    if key_of(source, "event") is not None and not isinstance(what, Constant | None):
        yield (*path, "columns", "event"), "columns.event is not read: source.event says what every row is"
    history = key_of(source, "stage_history")
    tables = {
        "stage_dates": (STAGE, DATE),
        "stage_history": (key_of(history, "stage") or _HISTORY.stage, key_of(history, "time") or _HISTORY.time),
    }
    given = [key for key in ("event", *tables) if key_of(source, key) is not None]
    if len(given) > 1:
        yield (*path, given[0]), f"give either {' or '.join(given)}"
    for table in given[:1] if given[:1] != ["event"] else []:
        for key, column, made in zip(("event", "time"), (what, when), tables[table], strict=True):
            if column not in (None, made):
                yield (*path, "columns", key), f"columns.{key} is not read: {table} says what happened and when"
