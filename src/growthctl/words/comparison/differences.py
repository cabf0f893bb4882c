"""What a comparison rests on, in words that can be read aloud: where, how much, what it goes with."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.comparison import (
    ComparedEntrants,
    ComparedStage,
    Comparison,
    DecompositionFacts,
    Difference,
    DriversFacts,
    SliceFacts,
    SlicePart,
)
from growthctl.words.dates import Clocks
from growthctl.words.labels import rate, segment_of, value
from growthctl.words.numbers import duration, integer, percent, points, printable

MOST_CHANGES = 3
SEASON = "Earlier ranges that follow one another like these moved likewise: the calendar."
_RARELY = 0.001
_NEARLY_ALL = 0.8


def columns(comparison: Comparison) -> tuple[str, str]:
    """What the other side and this side are called at the head of a column."""
    if comparison.question == "segments":
        return printable(comparison.against.value or ""), printable(comparison.this.value or "")
    if comparison.question == "result":
        return "Then", "Now"
    later = (comparison.this.since or "") > (comparison.against.since or "")
    return ("Before", "After") if later else ("Against", "This")


def last_label(comparison: Comparison) -> str:
    """What people call the stage that conversions are counted to."""
    return labels_of(comparison)[comparison.conversions_to]


def explanation(comparison: Comparison) -> Iterator[str]:
    """What the findings rest on, a sentence or two each."""
    for stage in comparison.stages:
        if stage.changed:
            yield f"{transition(comparison, stage)} {_moved(comparison, stage.rate)}, {_size(stage.rate)}."
    yield from (_place(comparison, part) for part in comparison.slices)
    yield from _tested(comparison)
    if any(stage.spread.degrees is not None for stage in comparison.stages):
        yield "Ranges, and what counts as chance, allow for how much days and weeks vary by themselves."
    if comparison.question == "periods" and (comparison.changes or comparison.slices):
        yield "How often chance does this holds for dates that were not chosen because something fell then."


def transition(comparison: Comparison, stage: ComparedStage) -> str:
    """'Signup → Demo'."""
    return f"{labels_of(comparison)[stage.from_stage]} → {printable(stage.label)}"


def _moved(comparison: Comparison, rates: Difference) -> str:
    this, against = (rate(side.converted, side.entered) for side in (rates.this, rates.against))
    if comparison.question == "segments":
        before, now = columns(comparison)
        return f"is {this} for {now} and {against} for {before}"
    fell = (rates.difference or 0.0) < 0
    return f"{'fell' if fell else 'rose'} from {against} to {this}"


def _size(rates: Difference) -> str:
    """'4.9 points less (95% range -6.6 to -3.3)'."""
    more = "less" if (rates.difference or 0.0) < 0 else "more"
    interval = f"{points(rates.low)} to {points(rates.high)}"
    return f"{points(rates.difference)[1:]} points {more} (95% range {interval})"


def chance_alone(factor: ComparedEntrants | ComparedStage, what: str = "this") -> str:
    """' Chance does this less than once in 1,000 times.'; nothing where that is unknown. `what` moved."""
    if factor.p_value is None:
        return ""
    times = "less than once in 1,000" if factor.p_value < _RARELY else f"about once in {integer(1 / factor.p_value)}"
    moves = f"does {what}" if what == "this" else f"moves {what} so far"
    return f" Chance {moves} {times} times."


def _place(comparison: Comparison, part: SliceFacts) -> str:
    stage = transition(comparison, _stage(comparison, part.stage))
    others = _moved(comparison, part.others)
    text = (
        f"{segment_of(part.by, part.values)}: {stage} {_moved(comparison, part.rate)}, {_size(part.rate)}; for "
        f"everybody else it {others}."
    )
    if part.decomposition is not None:
        text += f" {_mix(comparison, part.decomposition, part.rate, stage)}"
    return text


def because(comparison: Comparison, compared: ComparedStage) -> Iterator[str]:
    """What the log says of where a change comes from: no cause, but what it goes with."""
    splits = [each for each in comparison.decompositions if each.stage == compared.name]
    if compared.cause == "tracking":
        yield "One side has none at all: see whether the event is still sent before you blame the stage."
    elif compared.cause == "season":
        yield SEASON
    elif compared.cause == "traffic":
        split = next(each for each in splits if each.by == compared.mix)
        yield _mix(comparison, split, compared.rate, transition(comparison, compared))
    elif not splits:
        differs = "differs" if comparison.question == "segments" else "changed"
        yield f"--by PROPERTY shows whether who came {differs}, or the stage itself."
    else:
        split = max(splits, key=lambda split: abs(split.mix_effect))
        own = split.rate_effect / split.difference if split.difference else 1.0
        if own < _NEARLY_ALL:
            by = printable(split.by)
            inside = f"{points(split.rate_effect)} of {points(split.difference)} points"
            yield f"In part another mix of who came: inside each {by} it is {inside}."


def _mix(comparison: Comparison, split: DecompositionFacts, rates: Difference, what: str) -> str:
    """'Signup fell from 14.1% to 13.1% although it rose for every country: traffic moved to IN …'."""
    by = printable(split.by)
    grown = max(split.segments, key=lambda part: _share(part, split)[1] - _share(part, split)[0])
    before, now = (percent(share) for share in _share(grown, split))
    most = f"{by} {value(grown.value)}"
    if comparison.question == "segments":
        moved = f"more of {columns(comparison)[1]} is {most} ({now}, not {before}, of those who got that far)"
    else:
        moved = f"traffic moved to {most} (from {before} to {now} of those who got that far)"
    return (
        f"Other people came: {what} {_moved(comparison, rates)}{_although(comparison, split)}: {moved}. "
        f"That makes {points(split.mix_effect)} points, the rates inside {points(split.rate_effect)}. "
        "Look at the campaigns, not at the stage."
    )


def _although(comparison: Comparison, split: DecompositionFacts) -> str:
    """Where the rates inside the segments went the other way."""
    if not split.reversal:
        return ""
    rose = split.rate_effect > 0
    by = printable(split.by)
    where = (
        f"for every {by}"
        if all(_opposite(part, split) for part in split.segments)
        else f"inside the values of {by}, taken together"
    )
    if comparison.question == "segments":
        return f" although it is {'higher' if rose else 'lower'} {where}"
    return f" although it {'rose' if rose else 'fell'} {where}"


def _opposite(part: SlicePart, split: DecompositionFacts) -> bool:
    this, against = part.this.conversion_rate, part.against.conversion_rate
    return this is not None and against is not None and (this - against) * split.difference < 0


def _share(part: SlicePart, split: DecompositionFacts) -> tuple[float, float]:
    """(on the other side, on this side)."""
    against = sum(each.against.entered for each in split.segments)
    this = sum(each.this.entered for each in split.segments)
    return part.against.entered / against, part.this.entered / this


def _tested(comparison: Comparison) -> Iterator[str]:
    tested, survived = comparison.slices_tested, comparison.slices_survived
    if tested:
        count = "none" if not survived else integer(survived)
        yield f"Segments at stages: {integer(tested)} were looked at, {count} moved by more than chance."


def young(comparison: Comparison) -> Iterator[str]:
    """What only looks like a change, and when it can be judged."""
    for stage in comparison.stages:
        if stage.cause == "unripe" and stage.so_far is not None:
            plain = _moved(comparison, stage.so_far)
            yield (
                f"{printable(stage.label)} only seems to have fallen: a plain count {plain}, because the youngest are "
                "still on their way."
            )
    if not comparison.ripe and comparison.ripe_at is not None:
        at = Clocks.of(comparison).day(comparison.ripe_at)
        if comparison.question == "segments":
            yield "Who is still on the way counts as not converted, on both sides, which have had the same days."
        yield f"What takes longer can be judged on {at}, when the window of the youngest has passed."


def drivers_headline(comparison: Comparison, drivers: DriversFacts) -> str:
    """What the list that follows is of."""
    return f"What goes with reaching {labels_of(comparison)[drivers.stage]}"


def drivers_explained(drivers: DriversFacts) -> Iterator[str]:
    """The events, and what they do not say."""
    who = f"{integer(drivers.still.entered)} who had not gone on {duration(drivers.seconds)} after the stage before"
    yield f"Of {who}, {rate(drivers.still.converted, drivers.still.entered)} did so later."
    for driver in drivers.events:
        yield (
            f"{printable(driver.event)} by then: {rate(driver.exposed.converted, driver.exposed.entered)} with it, "
            f"{rate(driver.others.converted, driver.others.entered)} without (odds {driver.odds_ratio:.2g} times, "
            f"95% range {driver.low:.2g}–{driver.high:.2g})."
        )
    count = "none goes" if not drivers.events else "1 goes" if len(drivers.events) == 1 else f"{len(drivers.events)} go"
    yield f"Of {integer(drivers.tested)} events that were looked at {count} with it by more than chance."
    yield "An event that goes with converting need not cause it: only an experiment can say."


def judged_of(comparison: Comparison) -> dict[str, bool]:
    """Of each stage, and of the entrants: is it judged, or does the log lack events of it?"""
    first = comparison.entrants
    return {first.name: first.judged} | {stage.name: stage.judged for stage in comparison.stages}


def labels_of(comparison: Comparison) -> dict[str, str]:
    """What people call each stage."""
    first = comparison.entrants
    return {first.name: printable(first.label)} | {each.name: printable(each.label) for each in comparison.stages}


def _stage(comparison: Comparison, name: str) -> ComparedStage:
    return next(stage for stage in comparison.stages if stage.name == name)
