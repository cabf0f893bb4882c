"""What is wrong between the keys of a funnel, whatever shape each of them is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from growthctl.funnel import values
from growthctl.funnel.checks.raw_keys import KeyPath, KeyProblems, key_of
from growthctl.funnel.checks.source_checks import counted_checks, source_checks
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.stage import END

MOST_OPTIONAL = 8
RESERVED = ("entity", "session", "entry_at")


def cross_checks(raw: object) -> KeyProblems:
    """What no key can see alone; `raw` is a funnel as it was written, or a model."""
    stages = key_of(raw, "stages")
    stages = stages if isinstance(stages, list | tuple) else ()
    names: dict[str, int] = {}
    for index, stage in enumerate(stages):
        name = key_of(stage, "name")
        if isinstance(name, str) and names.setdefault(name, index) != index:
            yield ("stages", index, "name"), f"the name '{name}' is taken by stages[{names[name]}]"
        if name == END:
            yield ("stages", index, "name"), f"the name '{END}' is what comes after the last stage: take another"
        if name in RESERVED:
            yield ("stages", index, "name"), f"the name '{name}' is a column of the lists of entities: take another"
    yield from _segments(key_of(raw, "segments"))
    yield from _first_stage(stages)
    yield from _optional(stages)
    yield from _after(raw, stages)
    yield from _exclusions(raw, stages, names)
    yield from _attribution_and_value(raw, names)
    yield from _order_and_count(raw, stages)
    yield from source_checks(raw, stages)
    yield from counted_checks(raw, stages)
    if key_of(raw, "skipped") == "passed":
        yield from _passed(key_of(raw, "order"), stages)
    if key_of(raw, "entry") == "any_stage":
        yield from _open(raw)


def _segments(segments: object) -> KeyProblems:
    """One name, one grouping: also of a model, whose segments are texts."""
    names: dict[str, int] = {}
    for index, segment in enumerate(segments if isinstance(segments, list | tuple) else ()):
        name = key_of(segment, "name") or segment
        if isinstance(name, str) and names.setdefault(name, index) != index and isinstance(segment, Mapping):
            yield ("segments", index, "name"), f"the name '{name}' is taken by segments[{names[name]}]"


def _first_stage(stages: Sequence[object]) -> KeyProblems:
    for key in ("target", "within", "after", "capacity"):
        if stages and key_of(stages[0], key) is not None:
            yield ("stages", 0, key), f"the first stage has no {key}: nothing comes before it"
    if stages and key_of(stages[0], "optional") is True:
        yield ("stages", 0, "optional"), "the first stage is where attempts start: it cannot be optional"


def _optional(stages: Sequence[object]) -> KeyProblems:
    optional = [index for index, stage in enumerate(stages) if key_of(stage, "optional") is True]
    if len(optional) > MOST_OPTIONAL:
        message = f"at most {MOST_OPTIONAL} stages can be optional: every choice of them is tried"
        yield ("stages", optional[MOST_OPTIONAL], "optional"), message
    for index in optional:
        if key_of(stages[index], "capacity") is not None:
            yield ("stages", index, "capacity"), "an optional stage has no capacity: nobody needs to wait for it"


def _after(raw: object, stages: Sequence[object]) -> KeyProblems:
    """Stages that nobody can reach in time."""
    window, passed = _duration(key_of(raw, "window")), timedelta()
    for index, stage in enumerate(stages):
        after, within = _duration(key_of(stage, "after")), _duration(key_of(stage, "within"))
        if after is None:
            continue
        if within is not None and after > within:
            yield ("stages", index, "after"), "after is longer than within: nobody can reach the stage"
        elif window is not None and passed + after > window:
            until = "with those of the stages before it, after" if passed else "after"
            yield ("stages", index, "after"), f"{until} is longer than the window: nobody can reach the stage"
        if key_of(stage, "optional") is not True and key_of(raw, "entry") != "any_stage":
            passed += after


def _exclusions(raw: object, stages: Sequence[object], names: Mapping[str, int]) -> KeyProblems:
    rules = key_of(raw, "exclude")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        between = key_of(rule, "between")
        if not isinstance(between, list | tuple) or len(between) != 2:
            continue
        path: KeyPath = ("exclude", index, "between")
        if END in between:
            yield from _taking_back(raw, rule, stages, ("exclude", index))
            continue
        if key_of(rule, "for") is not None:
            message = f"for goes with [STAGE, {END}]: it is how long after the last stage that may be taken back"
            yield ("exclude", index, "for"), message
        for end, name in enumerate(between):
            yield from _unknown_stage(name, names, (*path, end))
            if isinstance(name, str) and name in names and key_of(stages[names[name]], "optional") is True:
                yield (*path, end), f"the stage '{name}' is optional: name required stages"
        positions = [names[name] for name in between if isinstance(name, str) and name in names]
        if len(positions) == 2 and positions[0] >= positions[1]:
            yield path, f"the stage '{between[0]}' does not come before '{between[1]}'"


def _taking_back(raw: object, rule: object, stages: Sequence[object], path: tuple[str, int]) -> KeyProblems:
    """What takes the last required stage back."""
    required = [key_of(stage, "name") for stage in stages if key_of(stage, "optional") is not True]
    between = key_of(rule, "between")
    if len(required) == 1:
        yield (*path, "between"), "the first stage is where attempts start: it cannot be taken back"
    elif required and isinstance(required[-1], str) and list(between) != [required[-1], END]:
        message = f"only the last required stage can be taken back: write [{required[-1]}, {END}]"
        if between[0] != END and between[0] in required[:-1]:
            message += f"; what must not come before it lies between [{between[0]}, {required[-1]}]"
        yield (*path, "between"), message
    if key_of(rule, "effect") == "drop":
        yield (*path, "effect"), f"effect: drop does not go with {END}: who is taken back keeps the stages before"
    if key_of(raw, "count") == "sessions" and key_of(key_of(key_of(raw, "source"), "columns"), "session") is None:
        message = f"{END} does not go with sessions by gap, where what comes later is in a session of its own"
        yield (*path, "between"), f"{message}: name columns.session, or take count: attempts"


def _attribution_and_value(raw: object, names: Mapping[str, int]) -> KeyProblems:
    attribution, value = key_of(raw, "attribution"), key_of(raw, "value")
    if isinstance(attribution, str) and attribution.startswith("stage:"):
        yield from _unknown_stage(attribution.removeprefix("stage:"), names, ("attribution",))
    if value is None or isinstance(value, str | int | float | list):
        return
    yield from _unknown_stage(key_of(value, "stage"), names, ("value", "stage"))
    if (key_of(value, "per_conversion") is None) == (key_of(value, "property") is None):
        yield ("value",), "give either per_conversion or property"
    elif key_of(value, "stage") is not None and key_of(value, "property") is None:
        yield ("value", "stage"), "stage goes with property: it is where the property is read"


def _order_and_count(raw: object, stages: Sequence[object]) -> KeyProblems:
    source, count = key_of(raw, "source"), key_of(raw, "count")
    session = key_of(key_of(source, "columns"), "session")
    if session is not None and count != "sessions":
        yield ("source", "columns", "session"), "columns.session is read for count: sessions only"
    if isinstance(raw, Mapping) and "session_gap" in raw and (session is not None or count != "sessions"):
        yield ("session_gap",), "session_gap is for count: sessions without columns.session"
    if key_of(raw, "order") != "any":
        return
    why = "has no meaning in order: any, where no stage comes before another"
    for index, stage in enumerate(stages):
        for key in ("optional", "within", "after", "capacity"):
            if key_of(stage, key):
                yield ("stages", index, key), f"{key} {why}"
    if key_of(raw, "exclude"):
        yield ("exclude",), f"exclude {why}"
    attribution = key_of(raw, "attribution")
    if isinstance(attribution, str) and attribution.startswith("stage:"):
        yield ("attribution",), f"attribution: {attribution} {why}; take entry, first or last"
    if count == "attempts":
        yield ("count",), f"count: attempts {why}"


def _passed(order: object, stages: Sequence[object]) -> KeyProblems:
    if order in ("strict", "any"):
        yield ("skipped",), f"skipped: passed has no meaning in order: {order}; it goes with order: sequential"
    for index, stage in enumerate(stages):
        if key_of(stage, "after") is not None:
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
        if key_of(raw, key) == value:
            yield (key,), f"{key}: {value} does not go with entry: any_stage: {why}"
    rules = key_of(raw, "exclude")
    for index, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        between = key_of(rule, "between")
        if isinstance(between, list | tuple) and END in between:
            message = (
                "[…, end] does not go with entry: any_stage: whom it takes back may have entered at that very stage"
            )
            yield ("exclude", index, "between"), message
        if key_of(rule, "effect") == "drop":
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
