"""What is wrong between the keys of a funnel, whatever shape each of them is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from growthctl.funnel import values
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.column_lists import DATE, STAGE, Constant
from growthctl.funnel.sections.source import StageHistory
from growthctl.funnel.sections.stage import END

KeyPath = tuple[str | int, ...]
MOST_OPTIONAL = 8
_HISTORY = StageHistory.model_construct()
RESERVED = ("entity", "session", "entry_at")
_OF_EVENTS = ("preset", "event", "stage_dates", "columns", "explode", "properties", "identity")
_FILLS_COLUMNS = ("preset", "event", "stage_dates")
KeyProblems = Iterator[tuple[KeyPath, str | None]]
"""(path, message); without a message the key that the path leads to is missing."""


def cross_checks(raw: object) -> KeyProblems:
    """What no key can see alone; `raw` is a funnel as it was written, or a model."""
    stages = _get(raw, "stages")
    stages = stages if isinstance(stages, list | tuple) else ()
    names: dict[str, int] = {}
    for index, stage in enumerate(stages):
        name = _get(stage, "name")
        if isinstance(name, str) and names.setdefault(name, index) != index:
            yield ("stages", index, "name"), f"the name '{name}' is taken by stages[{names[name]}]"
        if name == END:
            yield ("stages", index, "name"), f"the name '{END}' is what comes after the last stage: take another"
        if name in RESERVED:
            yield ("stages", index, "name"), f"the name '{name}' is a column of the lists of entities: take another"
    yield from _segments(_get(raw, "segments"))
    yield from _first_stage(stages)
    yield from _optional(stages)
    yield from _after(raw, stages)
    yield from _exclusions(raw, stages, names)
    yield from _attribution_and_value(raw, names)
    yield from _order_and_count(raw, stages)
    yield from _sources(raw, stages)
    yield from _counted(raw, stages)
    if _get(raw, "skipped") == "passed":
        yield from _passed(_get(raw, "order"), stages)


def _segments(segments: object) -> KeyProblems:
    """One name, one grouping: also of a model, whose segments are texts."""
    names: dict[str, int] = {}
    for index, segment in enumerate(segments if isinstance(segments, list | tuple) else ()):
        name = _get(segment, "name") or segment
        if isinstance(name, str) and names.setdefault(name, index) != index and isinstance(segment, Mapping):
            yield ("segments", index, "name"), f"the name '{name}' is taken by segments[{names[name]}]"


def _first_stage(stages: Sequence[object]) -> KeyProblems:
    for key in ("target", "within", "after", "capacity"):
        if stages and _get(stages[0], key) is not None:
            yield ("stages", 0, key), f"the first stage has no {key}: nothing comes before it"
    if stages and _get(stages[0], "optional") is True:
        yield ("stages", 0, "optional"), "the first stage is where attempts start: it cannot be optional"


def _optional(stages: Sequence[object]) -> KeyProblems:
    optional = [index for index, stage in enumerate(stages) if _get(stage, "optional") is True]
    if len(optional) > MOST_OPTIONAL:
        message = f"at most {MOST_OPTIONAL} stages can be optional: every choice of them is tried"
        yield ("stages", optional[MOST_OPTIONAL], "optional"), message
    for index in optional:
        if _get(stages[index], "capacity") is not None:
            yield ("stages", index, "capacity"), "an optional stage has no capacity: nobody needs to wait for it"


def _after(raw: object, stages: Sequence[object]) -> KeyProblems:
    """Stages that nobody can reach in time."""
    window, passed = _duration(_get(raw, "window")), timedelta()
    for index, stage in enumerate(stages):
        after, within = _duration(_get(stage, "after")), _duration(_get(stage, "within"))
        if after is None:
            continue
        if within is not None and after > within:
            yield ("stages", index, "after"), "after is longer than within: nobody can reach the stage"
        elif window is not None and passed + after > window:
            until = "with those of the stages before it, after" if passed else "after"
            yield ("stages", index, "after"), f"{until} is longer than the window: nobody can reach the stage"
        if _get(stage, "optional") is not True:
            passed += after


def _exclusions(raw: object, stages: Sequence[object], names: Mapping[str, int]) -> KeyProblems:
    rules = _get(raw, "exclude")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        between = _get(rule, "between")
        if not isinstance(between, list | tuple) or len(between) != 2:
            continue
        path: KeyPath = ("exclude", index, "between")
        if END in between:
            yield from _taking_back(raw, rule, stages, ("exclude", index))
            continue
        if _get(rule, "for") is not None:
            message = f"for goes with [STAGE, {END}]: it is how long after the last stage that may be taken back"
            yield ("exclude", index, "for"), message
        for end, name in enumerate(between):
            yield from _unknown_stage(name, names, (*path, end))
            if isinstance(name, str) and name in names and _get(stages[names[name]], "optional") is True:
                yield (*path, end), f"the stage '{name}' is optional: name required stages"
        positions = [names[name] for name in between if isinstance(name, str) and name in names]
        if len(positions) == 2 and positions[0] >= positions[1]:
            yield path, f"the stage '{between[0]}' does not come before '{between[1]}'"


def _taking_back(raw: object, rule: object, stages: Sequence[object], path: tuple[str, int]) -> KeyProblems:
    """What takes the last required stage back."""
    required = [_get(stage, "name") for stage in stages if _get(stage, "optional") is not True]
    between = _get(rule, "between")
    if len(required) == 1:
        yield (*path, "between"), "the first stage is where attempts start: it cannot be taken back"
    elif required and isinstance(required[-1], str) and list(between) != [required[-1], END]:
        message = f"only the last required stage can be taken back: write [{required[-1]}, {END}]"
        if between[0] != END and between[0] in required[:-1]:
            message += f"; what must not come before it lies between [{between[0]}, {required[-1]}]"
        yield (*path, "between"), message
    if _get(rule, "effect") == "drop":
        yield (*path, "effect"), f"effect: drop does not go with {END}: who is taken back keeps the stages before"
    if _get(raw, "count") == "sessions" and _get(_get(_get(raw, "source"), "columns"), "session") is None:
        message = f"{END} does not go with sessions by gap, where what comes later is in a session of its own"
        yield (*path, "between"), f"{message}: name columns.session, or take count: attempts"


def _attribution_and_value(raw: object, names: Mapping[str, int]) -> KeyProblems:
    attribution, value = _get(raw, "attribution"), _get(raw, "value")
    if isinstance(attribution, str) and attribution.startswith("stage:"):
        yield from _unknown_stage(attribution.removeprefix("stage:"), names, ("attribution",))
    if value is None or isinstance(value, str | int | float | list):
        return
    yield from _unknown_stage(_get(value, "stage"), names, ("value", "stage"))
    if (_get(value, "per_conversion") is None) == (_get(value, "property") is None):
        yield ("value",), "give either per_conversion or property"
    elif _get(value, "stage") is not None and _get(value, "property") is None:
        yield ("value", "stage"), "stage goes with property: it is where the property is read"


def _sources(raw: object, stages: Sequence[object]) -> KeyProblems:
    sources = _get(raw, "sources")
    sources = sources if isinstance(sources, Mapping) else {}
    if sources and isinstance(raw, Mapping) and "source" in raw:
        yield ("source",), "give either source or sources"
    if _get(raw, "identity") is not None and not sources:
        yield ("identity",), "identity of a funnel links several sources; inside one it is source.identity"
    yield from _table(_get(raw, "source"), ("source",))
    if _get(_get(raw, "source"), "as_of") is not None:
        yield ("source", "as_of"), "as_of is for one of several sources; of the only one, --as-of says it"
    for name, source in sources.items():
        yield from _table(source, ("sources", name))
        if _get(_get(source, "columns"), "session") is not None:
            yield ("sources", name, "columns", "session"), "sessions of one source are none of the others"
        if _get(source, "path") is None and isinstance(source, Mapping):
            yield ("sources", name), f"the source '{name}' has no path"
    for index, stage in enumerate(stages):
        source = _get(stage, "source")
        if isinstance(source, str) and source not in sources:
            near = did_you_mean(source, sources) or (f"; sources: {', '.join(sources)}" if sources else "")
            yield ("stages", index, "source"), f"there is no source {values.shown(source)}{near}"


def _counted(raw: object, stages: Sequence[object]) -> KeyProblems:
    """Sources of counts, and that the first stage is theirs alone."""
    if _get(_get(raw, "source"), "counted") is not None:
        yield ("source", "counted"), "a funnel of counts alone follows nobody: counted is for one of several sources"
    sources = _get(raw, "sources")
    sources = sources if isinstance(sources, Mapping) else {}
    counts = {name: source for name, source in sources.items() if _get(source, "counted") is not None}
    first = _get(stages[0], "source") if stages else None
    for name, source in counts.items():
        yield from _counted_source(name, source)
        if stages and name not in [_get(stage, "source") for stage in stages]:
            yield ("sources", name, "counted"), f"the source '{name}' is counted, but the first stage does not name it"
    for index, stage in enumerate(stages):
        source = _get(stage, "source")
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
    by = _get(_get(source, "counted"), "by")
    properties = list(by.values()) if isinstance(by, Mapping) else []
    if len({str(name) for name in properties}) < len(properties):
        yield (*path, "counted", "by"), "two columns are the same property of events"


def _counted_stage(raw: object, stages: Sequence[object]) -> KeyProblems:
    name, source = _get(stages[0], "name"), _get(stages[0], "source")
    if _get(raw, "order") == "any":
        yield ("stages", 0, "source"), f"'{source}' is counted and its stage stands first: in order: any none does"
    for key, why in (
        ("event", ": every row counts"),
        ("where", f": write sources.{source}.filter"),
        ("first_ever", ""),
    ):
        if _get(stages[0], key):
            yield ("stages", 0, key), f"a counted stage has no {key}{why}"
    if len(stages) == 1:
        yield ("stages",), f"'{name}' is counted: a stage has to follow at which people are followed"
    for key in ("within", "after", "capacity", "optional"):
        if len(stages) > 1 and _get(stages[1], key):
            yield ("stages", 1, key), f"the first stage that is followed has no {key}: from '{name}' nobody is"
    yield from ((path, f"the stage '{name}' is counted, not followed") for path, at in _named_stages(raw) if at == name)


def _named_stages(raw: object) -> Iterator[tuple[KeyPath, object]]:
    """Where keys beside `stages` name a stage, and which."""
    rules, attribution = _get(raw, "exclude"), _get(raw, "attribution")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        between = _get(rule, "between")
        ends = between if isinstance(between, list | tuple) else ()
        yield from ((("exclude", index, "between", end), name) for end, name in enumerate(ends))
    yield ("value", "stage"), _get(_get(raw, "value"), "stage")
    if isinstance(attribution, str) and attribution.startswith("stage:"):
        yield ("attribution",), attribution.removeprefix("stage:")


def _table(source: object, path: KeyPath) -> KeyProblems:
    columns = _get(source, "columns")
    what, when = _get(columns, "event"), _get(columns, "time")
    if _get(source, "event") is not None and not isinstance(what, Constant | None):
        yield (*path, "columns", "event"), "columns.event is not read: source.event says what every row is"
    history = _get(source, "stage_history")
    tables = {
        "stage_dates": (STAGE, DATE),
        "stage_history": (_get(history, "stage") or _HISTORY.stage, _get(history, "time") or _HISTORY.time),
    }
    given = [key for key in ("event", *tables) if _get(source, key) is not None]
    if len(given) > 1:
        yield (*path, given[0]), f"give either {' or '.join(given)}"
    for table in given[:1] if given[:1] != ["event"] else []:
        for key, column, made in zip(("event", "time"), (what, when), tables[table], strict=True):
            if column not in (None, made):
                yield (*path, "columns", key), f"columns.{key} is not read: {table} says what happened and when"


def _order_and_count(raw: object, stages: Sequence[object]) -> KeyProblems:
    source, count = _get(raw, "source"), _get(raw, "count")
    session = _get(_get(source, "columns"), "session")
    if session is not None and count != "sessions":
        yield ("source", "columns", "session"), "columns.session is read for count: sessions only"
    if isinstance(raw, Mapping) and "session_gap" in raw and (session is not None or count != "sessions"):
        yield ("session_gap",), "session_gap is for count: sessions without columns.session"
    if _get(raw, "order") != "any":
        return
    why = "has no meaning in order: any, where no stage comes before another"
    for index, stage in enumerate(stages):
        for key in ("optional", "within", "after", "capacity"):
            if _get(stage, key):
                yield ("stages", index, key), f"{key} {why}"
    if _get(raw, "exclude"):
        yield ("exclude",), f"exclude {why}"
    attribution = _get(raw, "attribution")
    if isinstance(attribution, str) and attribution.startswith("stage:"):
        yield ("attribution",), f"attribution: {attribution} {why}; take entry, first or last"
    if count == "attempts":
        yield ("count",), f"count: attempts {why}"


def _passed(order: object, stages: Sequence[object]) -> KeyProblems:
    if order in ("strict", "any"):
        yield ("skipped",), f"skipped: passed has no meaning in order: {order}; it goes with order: sequential"
    for index, stage in enumerate(stages):
        if _get(stage, "after") is not None:
            message = "after has no meaning with skipped: passed, where the stage before may have no time of its own"
            yield ("stages", index, "after"), message


def _unknown_stage(name: object, known: Mapping[str, int], path: KeyPath) -> KeyProblems:
    # Without any stage it is that which is wrong, and said elsewhere.
    if known and isinstance(name, str) and name not in known:
        stages = did_you_mean(name, known) or f"; stages: {', '.join(known)}"
        yield path, f"there is no stage {values.shown(name)}{stages}"


def _duration(raw: object) -> timedelta | None:
    """A duration as it was written; None without one, and where it is none, which is said elsewhere."""
    try:
        return None if raw is None else values.parse_duration(raw)
    except ValueError:
        return None


def _get(raw: object, key: str) -> Any:
    """A key of what may be a mapping, a model, or neither."""
    return raw.get(key) if isinstance(raw, Mapping) else getattr(raw, key, None)
