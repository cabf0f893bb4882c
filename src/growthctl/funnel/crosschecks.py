"""What is wrong between the keys of a funnel, whatever shape each of them is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from growthctl.funnel import values
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.column_lists import DATE, STAGE, Constant

KeyPath = tuple[str | int, ...]
MOST_OPTIONAL = 8
RESERVED = ("entity", "session", "entry_at")
KeyProblems = Iterator[tuple[KeyPath, str]]


def cross_checks(raw: object) -> KeyProblems:
    """What no key can see alone, as (path, message); `raw` is a funnel as it was written, or a model."""
    stages = _get(raw, "stages")
    stages = stages if isinstance(stages, list | tuple) else ()
    names: dict[str, int] = {}
    for index, stage in enumerate(stages):
        name = _get(stage, "name")
        if isinstance(name, str) and names.setdefault(name, index) != index:
            yield ("stages", index, "name"), f"the name '{name}' is taken by stages[{names[name]}]"
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
    if _get(raw, "skipped") == "passed":
        yield from _passed(_get(raw, "order"), stages)
    if _get(raw, "entry") == "any_stage":
        yield from _open(raw)


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
        if _get(stage, "optional") is not True and _get(raw, "entry") != "any_stage":
            passed += after


def _exclusions(raw: object, stages: Sequence[object], names: Mapping[str, int]) -> KeyProblems:
    rules = _get(raw, "exclude")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        between = _get(rule, "between")
        if not isinstance(between, list | tuple) or len(between) != 2:
            continue
        path: KeyPath = ("exclude", index, "between")
        for end, name in enumerate(between):
            yield from _unknown_stage(name, names, (*path, end))
            if isinstance(name, str) and name in names and _get(stages[names[name]], "optional") is True:
                yield (*path, end), f"the stage '{name}' is optional: name required stages"
        positions = [names[name] for name in between if isinstance(name, str) and name in names]
        if len(positions) == 2 and positions[0] >= positions[1]:
            yield path, f"the stage '{between[0]}' does not come before '{between[1]}'"


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


def _table(source: object, path: KeyPath) -> KeyProblems:
    columns = _get(source, "columns")
    what, when = _get(columns, "event"), _get(columns, "time")
    if _get(source, "event") is not None and not isinstance(what, Constant | None):
        yield (*path, "columns", "event"), "columns.event is not read: source.event says what every row is"
    if _get(source, "stage_dates") is None:
        return
    for key, column, made in (("event", what, STAGE), ("time", when, DATE)):
        if column not in (None, made):
            yield (*path, "columns", key), f"columns.{key} is not read: stage_dates says what happened and when"
    if _get(source, "event") is not None:
        yield (*path, "event"), "give either event or stage_dates"


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


def _open(raw: object) -> KeyProblems:
    """What does not go with attempts that start at any stage."""
    whys = {
        ("order", "strict"): "attempts that start anywhere are told in order: sequential only",
        ("order", "any"): "in any order an attempt starts at whichever stage it has first",
        (
            "count",
            "attempts",
        ): "where one attempt ends and the next begins is not defined when each stage may begin one",
        ("skipped", "passed"): "who starts at a later stage either enters there or has passed the earlier ones",
    }
    for (key, value), why in whys.items():
        if _get(raw, key) == value:
            yield (key,), f"{key}: {value} does not go with entry: any_stage: {why}"
    rules = _get(raw, "exclude")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        if _get(rule, "effect") == "drop":
            why = "who meets the event may also enter behind it; take effect: stop"
            yield ("exclude", index, "effect"), f"effect: drop does not go with entry: any_stage: {why}"


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
