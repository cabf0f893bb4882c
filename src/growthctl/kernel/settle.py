"""From the events of some entities to their journeys, and all that is asked about each: read `settle` first.

The minima settle most entities; the exact search, and every look back at events, is for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from growthctl.events.partitions import ROWS_PER_PART
from growthctl.events.rows import ENTITY
from growthctl.kernel.entry_values import EntryValues
from growthctl.kernel.journeys import Entries, excluded, journeys
from growthctl.kernel.minima import SharedNumberError, covers, minima
from growthctl.kernel.names import CHECK, SESSION, STAGES
from growthctl.kernel.out_of_order import out_of_order
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.segments import segment_of, values_at
from growthctl.kernel.slips import NO_GAPS, early

VALUE = "#value"


@dataclass(frozen=True)
class Question:
    """What is asked about each journey besides its times.

    `splits`: the properties of each split; `attribution`: see `segments.segment_of`; `value`: a property of the event
    at a stage.
    """

    entries: Entries
    splits: tuple[tuple[str, ...], ...] = ()
    attribution: str | int = 0
    value: tuple[str, int] | None = None


@dataclass(frozen=True)
class Settled:
    """The journeys of some entities, in no order, and per stage who is astray.

    `journeys` as `journeys.journeys` gives them; `segments`, for each split, as `segments.segment_of` gives them;
    `values`, the property of the journeys that have the stage; `early` as `slips.early` gives it. `entities`: how many
    have an event of a stage.
    """

    journeys: pl.DataFrame
    segments: tuple[pl.DataFrame, ...]
    values: pl.Series | None
    excluded: tuple[int, ...]
    out_of_order: tuple[int, ...]
    early: tuple[pl.Series, ...]
    entities: int


def settle(parts: Iterable[pl.DataFrame], plan: Plan, question: Question) -> Settled:
    """The journeys of the entities of `parts`, frames of events (see `match.completed_events`).

    A part holds all events of its entities. Raises SharedNumberError where CHECK says that two of them have one number.
    """
    found = list(_found(parts, plan, question))
    values = [part.values for part in found if part.values is not None]
    return Settled(
        journeys=pl.concat(part.journeys for part in found),
        segments=tuple(pl.concat(split) for split in zip(*(part.segments for part in found), strict=True)),
        values=pl.concat(values) if values else None,
        excluded=_sums(part.excluded for part in found),
        out_of_order=_sums(part.out_of_order for part in found),
        early=tuple(pl.concat(gaps) for gaps in zip(*(part.early for part in found), strict=True)),
        entities=sum(part.entities for part in found),
    )


def _found(parts: Iterable[pl.DataFrame], plan: Plan, question: Question) -> Iterator[Settled]:
    """Part by part; whom the minima leave are searched together, as a search costs something however few they are."""
    left: list[pl.DataFrame] = []
    for events in parts:
        if not covers(plan):
            _check(events)
            yield _searched(events, plan, question, _entities(events))
            continue
        settled, others = _by_minima(events, plan, question)
        yield settled
        left.append(others)
        if sum(others.height for others in left) > ROWS_PER_PART:
            yield _searched(pl.concat(left), plan, question)
            left.clear()
    if left:
        yield _searched(pl.concat(left), plan, question)


def _by_minima(events: pl.DataFrame, plan: Plan, question: Question) -> tuple[Settled, pl.DataFrame]:
    """What the minima settle, and the events of those whom they do not."""
    packed = [
        EntryValues.of(f"#packed_{number}", events, split) if question.attribution == 0 else None
        for number, split in enumerate(question.splits)
    ]
    extra = [(values.name, values.packed) for values in packed if values]
    first = minima(events, plan, question.entries, extra)
    found = first.journeys.drop(name for name, _ in extra)
    segments = [
        values.unpacked(first.journeys) if values else _segment(found, events, plan, question, split)
        for values, split in zip(packed, question.splits, strict=True)
    ]
    nobody = (0,) * plan.stages
    values = _values(found, events, plan, question)
    # Where every event is of a stage, and every key an entity, they are counted already.
    entities = _entities(events) if plan.exclusions or SESSION in events.columns else first.keys
    settled = Settled(found, tuple(segments), values, nobody, nobody, (NO_GAPS,) * plan.stages, entities)
    return settled, events.join(first.others, on=first.others.columns, how="semi")


def _searched(events: pl.DataFrame, plan: Plan, question: Question, entities: int = 0) -> Settled:
    found = journeys(events, plan, question.entries)
    astray = out_of_order(found, events, plan)
    return Settled(
        found,
        tuple(_segment(found, events, plan, question, split) for split in question.splits),
        _values(found, events, plan, question),
        tuple(excluded(events, plan, question.entries, found)),
        tuple(astray),
        tuple(early(found, events, plan, astray)),
        entities,
    )


def _entities(events: pl.DataFrame) -> int:
    having = events.lazy().filter(pl.col(STAGES) > 0)
    return int(having.select(pl.col(ENTITY).n_unique()).collect(engine="streaming").item())


def _check(events: pl.DataFrame) -> None:
    if CHECK not in events.columns:
        return
    keys = [name for name in (ENTITY, SESSION) if name in events.columns]
    ends = events.lazy().group_by(keys).agg(pl.col(CHECK).min(), last=pl.col(CHECK).max())
    if ends.select((pl.col(CHECK) != pl.col("last")).any()).collect(engine="streaming").item():
        raise SharedNumberError


def _sums(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*counts, strict=True)))


def _segment(
    found: pl.DataFrame, events: pl.DataFrame, plan: Plan, question: Question, split: Sequence[str]
) -> pl.DataFrame:
    return segment_of(found, events, plan, split, question.attribution)


def _values(found: pl.DataFrame, events: pl.DataFrame, plan: Plan, question: Question) -> pl.Series | None:
    if question.value is None:
        return None
    name, stage = question.value
    having = found.filter(pl.col(times([stage])[0]).is_not_null())
    return values_at(having, events, plan, [name], stage)[name]
