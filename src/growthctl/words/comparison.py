"""What changed, in words that can be read aloud: where, what it comes from, how sure."""

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
from growthctl.words.labels import rate, value
from growthctl.words.numbers import change_percent, day, duration, integer, percent, points, printable, signed

MOST_CHANGES = 3
_RARELY = 0.001
_NEARLY_ALL = 0.8


def columns(comparison: Comparison) -> tuple[str, str]:
    """What the other side and this side are called at the head of a column."""
    if comparison.question == "segments":
        return printable(comparison.against.value or ""), printable(comparison.this.value or "")
    if comparison.question == "result":
        return "Then", "Now"
    later = (comparison.this.since or "") > (comparison.against.since or "")
    return ("Before", "Now") if later else ("Against", "This")


def last_label(comparison: Comparison) -> str:
    """What people call the stage that conversions are counted to."""
    return labels_of(comparison)[comparison.conversions_to]


def headline(comparison: Comparison) -> str:
    """The finding in one line."""
    opening = "What differs" if comparison.question == "segments" else "What changed"
    match comparison.finding:
        case "changed":
            return f"{opening}: {_what(comparison, comparison.changes[0].stage)}"
        case "changed_inside":
            return f"{opening}: {_inside(comparison, comparison.slices[0])}"
        case "unripe":
            return f"{opening}: nothing at the same age"
        case "no_change" if not all(judged_of(comparison).values()):
            return f"{opening}: nothing beyond chance, of what can be judged"
        case "no_change":
            return f"{opening}: nothing beyond chance"
        case "no_data":
            return f"{opening}: cannot tell, for nobody entered on one of the sides"


def explanation(comparison: Comparison) -> Iterator[str]:
    """What the finding rests on, a sentence or two each."""
    if comparison.finding == "no_data":
        return
    for number, changed in enumerate(comparison.changes[:MOST_CHANGES]):
        if number:
            yield f"Also: {_what(comparison, changed.stage)}."
        yield from _explained(comparison, changed.stage)
    others = {changed.stage for changed in comparison.changes[:MOST_CHANGES]}
    for slice_ in comparison.slices:
        if slice_.stage not in others:
            yield f"Inside: {_place(comparison, slice_)} {_effect(comparison, slice_.contribution)}"
    if not comparison.changes:
        yield from _unchanged(comparison)
    elif comparison.question == "periods" and not comparison.weeks_known:
        yield (
            "How much weeks vary by themselves is not known: the log has fewer than three whole weeks before both "
            "ranges, so that a week that is only unlike others may look like a change."
        )
    yield from _tested(comparison)
    yield from _young(comparison)


def _what(comparison: Comparison, stage: str | None) -> str:
    """'Landing page → Signup fell from 13.6% to 8.7%, owned by product'."""
    if stage is None:
        entrants = comparison.entrants
        change = change_percent(entrants.this, entrants.against_scaled)
        return f"{integer(entrants.this)} entered instead of {integer(entrants.against_scaled)} ({change})"
    compared = _stage(comparison, stage)
    whose = f", owned by {printable(compared.owner)}" if compared.owner else ""
    if compared.offset:
        return f"{transition(comparison, compared)}, in two ways that hide one another{whose}"
    return f"{transition(comparison, compared)} {_moved(comparison, compared.rate)}{whose}"


def _inside(comparison: Comparison, slice_: SliceFacts) -> str:
    """'Landing page → Signup for device mobile fell from 13.3% to 3.9%, owned by product'."""
    compared = _stage(comparison, slice_.stage)
    whose = f", owned by {printable(compared.owner)}" if compared.owner else ""
    moved = _moved(comparison, slice_.rate)
    return f"{transition(comparison, compared)} for {_where(slice_)} {moved}{whose}"


def _where(slice_: SliceFacts) -> str:
    return " and ".join(f"{printable(by)} {value(v)}" for by, v in zip(slice_.by, slice_.values, strict=True))


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


def _explained(comparison: Comparison, stage: str | None) -> Iterator[str]:
    if stage is None:
        entrants = comparison.entrants
        yield f"{_effect(comparison, entrants.contribution)}{_odds(entrants)}"
        if entrants.cause == "season":
            yield "Because of the calendar: earlier periods that follow one another like these changed likewise."
        else:
            yield "Because of who came: look at the campaigns and what is spent on them, not at a stage."
        return
    compared = _stage(comparison, stage)
    if not compared.offset:
        yield f"{_size(compared.rate)}. {_effect(comparison, compared.contribution)}{_odds(compared)}"
    places = [each for each in comparison.slices if each.stage == stage]
    yield from (f"Where: {_place(comparison, each)}" for each in places)
    if not places and compared.slices_tested and compared.cause == "product":
        yield "Where: everywhere alike; no segment stands out."
    yield _cause(comparison, compared)


def _size(rates: Difference) -> str:
    """'4.9 points less (95% interval of the change -6.6 to -3.3)'."""
    more = "less" if (rates.difference or 0.0) < 0 else "more"
    interval = f"{points(rates.low)} to {points(rates.high)}"
    return f"{points(rates.difference)[1:]} points {more} (95% interval of the change {interval})"


def _effect(comparison: Comparison, contribution: float) -> str:
    return f"Its effect on {last_label(comparison)}: {signed(contribution)}."


def _odds(factor: ComparedEntrants | ComparedStage) -> str:
    if factor.p_value is None:
        return ""
    times = "less than once in 1,000" if factor.p_value < _RARELY else f"about once in {integer(1 / factor.p_value)}"
    what = "chance alone" if factor.spread.degrees is None else "chance, with days or weeks that vary as they do,"
    return f" How sure: {what} would do this {times} times."


def _place(comparison: Comparison, slice_: SliceFacts) -> str:
    stage = transition(comparison, _stage(comparison, slice_.stage))
    others = _moved(comparison, slice_.others)
    moved = f"{stage} {_moved(comparison, slice_.rate)}, {_size(slice_.rate)}"
    text = f"{_where(slice_)}: {moved}; for everybody else it {others}."
    if slice_.decomposition is not None:
        text += f" {_mix(comparison, slice_.decomposition, slice_.rate, stage)}"
    return text


def _cause(comparison: Comparison, compared: ComparedStage) -> str:
    splits = [each for each in comparison.decompositions if each.stage == compared.name]
    match compared.cause:
        case "tracking":
            return "Because of the tracking, perhaps: one side has none at all. See whether the event is still sent."
        case "season":
            return "Because of the calendar: earlier periods that follow one another like these changed likewise."
        case "traffic":
            split = next(each for each in splits if each.by == compared.mix)
            return _mix(comparison, split, compared.rate, transition(comparison, compared))
    if not splits:
        return (
            "Because of what: unknown. Properties named with --by show whether who came changed, or the stage itself."
        )
    split = max(splits, key=lambda split: abs(split.mix_effect))
    own = split.rate_effect / split.difference if split.difference else 1.0
    itself = "how much people do" if comparison.funnel.order == "any" else "the stage itself"
    whose = f"{itself}, not of who came" if own >= _NEARLY_ALL else f"{itself} and, in part, of who came"
    return (
        f"Because of {whose}: the rates inside every {printable(split.by)} account for "
        f"{points(split.rate_effect)} of {points(split.difference)} points."
    )


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
        f"Because of who came: {what} {_moved(comparison, rates)}{_although(comparison, split)}: {moved}. "
        f"That accounts for {points(split.mix_effect)} points, the rates inside for {points(split.rate_effect)}. "
        "Look at the campaign mix, not at the stage."
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


def _unchanged(comparison: Comparison) -> Iterator[str]:
    if comparison.stages and comparison.finding == "no_change":
        largest = max(comparison.stages, key=lambda stage: abs(stage.contribution))
        if largest.rate.difference is not None:
            yield (
                f"The largest effect could be chance: {transition(comparison, largest)} "
                f"{_moved(comparison, largest.rate)}, {_size(largest.rate)}."
            )


def _tested(comparison: Comparison) -> Iterator[str]:
    tested, survived = comparison.slices_tested, comparison.slices_survived
    if tested:
        count = "none survives" if not survived else "1 survives" if survived == 1 else f"{integer(survived)} survive"
        yield f"Segments at stages: tested {integer(tested)}, {count}."


def _young(comparison: Comparison) -> Iterator[str]:
    """What only looks like a change, and when it can be judged."""
    for stage in comparison.stages:
        if stage.cause == "unripe" and stage.so_far is not None:
            plain = _moved(comparison, stage.so_far)
            yield (
                f"{transition(comparison, stage)} only seems to have fallen: a plain count {plain}, "
                "because the youngest are still on their way."
            )
    if not comparison.ripe and comparison.ripe_at is not None:
        at = day(comparison.ripe_at, comparison.funnel.timezone)
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
            f"95% interval {driver.low:.2g}–{driver.high:.2g})."
        )
    survived = "none survives" if not drivers.events else "1 survives" if len(drivers.events) == 1 else None
    yield f"Events: tested {integer(drivers.tested)}, {survived or f'{len(drivers.events)} survive'}."
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
