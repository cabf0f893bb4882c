"""What moved between two sides, as the first screen says it: where, from what to what, how often chance does that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from growthctl.report.comparison import ComparedEntrants, ComparedStage, Comparison, Counted, Difference, SliceFacts
from growthctl.report.funnel import NearChangeFacts
from growthctl.words.comparison.differences import (
    MOST_CHANGES,
    SEASON,
    because,
    chance_alone,
    columns,
    judged_of,
    labels_of,
    last_label,
    young,
)
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import nearest
from growthctl.words.labels import rate, rough_rate, segment_of
from growthctl.words.numbers import change_percent, estimate, integer, points, printable, signed, significant
from growthctl.words.people import people


class Move(NamedTuple):
    """Something that moved, whose it is, and the sentences that it rests on."""

    tag: str
    text: str
    owner: str
    sentences: Sequence[str]


def moves(comparison: Comparison) -> Iterator[Move]:
    """The largest effect first; where nothing moved, one that says so."""
    match comparison.finding:
        case "no_data":
            yield Move("NO DATA", "Nobody entered on one of the sides", "", [])
        case "unripe":
            yield Move("TOO YOUNG", "Nothing moved at the same age", "", list(young(comparison)))
        case "no_change":
            yield Move("NO FINDING", _nothing(comparison), "", [*_largest(comparison), *young(comparison)])
        case "changed" | "changed_inside":
            yield from _moves(comparison)


def not_judged(comparison: Comparison) -> list[str]:
    """Where the log has a silence, nobody is credited or blamed: a line each."""
    names, clocks, judged = columns(comparison), Clocks.of(comparison), judged_of(comparison)
    lines = []
    for fault in comparison.faults:
        when = clocks.stretch(fault.since_at, fault.until_at)
        numbers = f"{integer(fault.observed or 0)} instead of about {integer(fault.expected or 0)}"
        although = "" if not judged[fault.stage or ""] else " (judged all the same: few are concerned)"
        what, side = labels_of(comparison)[fault.stage or ""], names[fault.side == "this"]
        lacks = f"{what}: '{side}' lacks events{when}: {numbers}{although}."
        lines.append(" ".join([lacks, *nearest(fault.near, clocks)]))
    return lines


def counted_stage(comparison: Comparison) -> str:
    """The ratio to what is counted before the first stage, on both sides; nothing without such a stage."""
    counted = comparison.counted
    if counted is None or counted.this.ratio is None or counted.against.ratio is None:
        return ""
    against, this = (name.lower() for name in columns(comparison))
    sides = f"{significant(counted.against.ratio)} {against}, {significant(counted.this.ratio)} {this}"
    about = ""
    if counted.low is not None and counted.high is not None:
        about = f", 95% range of the difference about {_signed(counted.low)} to {_signed(counted.high)}"
    stages = f"{printable(counted.label)} → {printable(comparison.entrants.label)}"
    return f"{stages}, counted, not followed: {sides} for each{about}."


def _signed(difference: float) -> str:
    return f"{'-' if difference < 0 else '+'}{significant(abs(difference), 2)}"


def rest(comparison: Comparison) -> str:
    """That nothing else moved, of what can be judged; nothing where that is said already."""
    if comparison.finding not in ("changed", "changed_inside"):
        return ""
    more = len(comparison.changes) - MOST_CHANGES
    if more > 0:
        return f"{more} more moved: --details."
    judged = "" if all(judged_of(comparison).values()) else " that can be judged"
    return f"Nothing else{judged} {_moved(comparison)}."


def headings(comparison: Comparison) -> tuple[str, ...]:
    """Those of `cells`."""
    return ("Stage", *columns(comparison), "Change, points", f"Effect on {last_label(comparison)}")


def cells(stage: ComparedStage) -> tuple[str, ...]:
    """The row of a stage."""
    rates = stage.rate
    return (
        printable(stage.label),
        *(rough_rate(side.converted, side.entered) for side in (rates.against, rates.this)),
        _change(stage),
        signed(stage.contribution),
    )


def _change(stage: ComparedStage) -> str:
    """'-4.9 (-7.3 to -2.5)' of a change, '+4.1, chance' of none."""
    rates = stage.rate
    if not stage.judged:
        return "not judged"
    if rates.difference is None or rates.low is None or rates.high is None:
        return "–"
    if stage.changed:
        return f"{points(rates.difference)} ({points(rates.low)} to {points(rates.high)})"
    return f"{points(rates.difference)}, {'hidden' if stage.offset else 'chance'}"


def notes(comparison: Comparison) -> Iterator[str]:
    """What the columns mean."""
    entrants, final = comparison.entrants, last_label(comparison)
    total = signed(comparison.conversions - comparison.conversions_against)
    yield (
        f"Effect: on how many get to {final}; how many came did {signed(entrants.contribution)}, all together {total}."
    )
    if any(stage.changed for stage in comparison.stages):
        yield "(… to …): 95% range."
    if any(", chance" in _change(stage) for stage in comparison.stages):
        yield "chance: it may be no more than that."
    if any("~" in cell for stage in comparison.stages for cell in cells(stage)):
        yield "~: of few."
    if comparison.funnel.order == "any":
        yield "In any order a row is who did so many different stages: none is to blame."
    if abs(comparison.scale - 1) > 1e-9:
        yield f"This range is {comparison.scale:.3g} times as long: effects are for equal lengths."


def _moves(comparison: Comparison) -> Iterator[Move]:
    stages = {stage.name: stage for stage in comparison.stages}
    for change in comparison.changes[:MOST_CHANGES]:
        if change.stage is None:
            yield _entrants(comparison.entrants, change.near, comparison)
        else:
            yield _stage(stages[change.stage], change.near, comparison)
    named = {change.stage for change in comparison.changes}
    for part in comparison.slices:
        if part.stage not in named:
            yield _part(part, stages[part.stage], comparison)


def _entrants(entrants: ComparedEntrants, near: Sequence[NearChangeFacts], comparison: Comparison) -> Move:
    tag = "MORE CAME" if entrants.this > entrants.against_scaled else "FEWER CAME"
    change = change_percent(entrants.this, entrants.against_scaled)
    instead = f"{integer(entrants.this)} {people(comparison.funnel)} instead of {integer(entrants.against_scaled)}"
    sentences = [_effect(entrants.contribution, comparison) + chance_alone(entrants)]
    if entrants.cause == "season":
        sentences.append(SEASON)
    sentences += nearest(near, Clocks.of(comparison))
    return Move(tag, f"{instead} ({change})", printable(entrants.owner or ""), sentences)


def _stage(stage: ComparedStage, near: Sequence[NearChangeFacts], comparison: Comparison) -> Move:
    owner, name = printable(stage.owner or ""), printable(stage.label)
    if stage.offset:
        text = f"{name}: two changes that hide one another"
        return Move("HIDDEN", text, owner, [*because(comparison, stage), *nearest(near, Clocks.of(comparison))])
    part = next((each for each in comparison.slices if each.stage == stage.name), None)
    where = f" for {segment_of(part.by, part.values)}" if part else ""
    moved = _both(part.rate if part else stage.rate, comparison)
    rest = f"; everybody else {_arrow(part.others)}" if part else ""
    sentences = [
        f"{moved}{rest}.",
        _effect(stage.contribution, comparison, part.contribution if part else None) + chance_alone(stage, name),
        *because(comparison, stage),
        *nearest(part.near if part else near, Clocks.of(comparison)),
    ]
    return Move(_tag(part.rate if part else stage.rate, comparison), f"{name}{where}", owner, sentences)


def _part(part: SliceFacts, stage: ComparedStage, comparison: Comparison) -> Move:
    text = f"{printable(stage.label)} for {segment_of(part.by, part.values)}"
    sentences = [
        f"{_both(part.rate, comparison)}; everybody else {_arrow(part.others)}.",
        _effect(part.contribution, comparison),
        *nearest(part.near, Clocks.of(comparison)),
    ]
    return Move(_tag(part.rate, comparison), text, printable(stage.owner or ""), sentences)


def _tag(rates: Difference, comparison: Comparison) -> str:
    is_less = (rates.difference or 0.0) < 0
    if comparison.question == "segments":
        return "LOWER" if is_less else "HIGHER"
    return "FELL" if is_less else "ROSE"


def _both(rates: Difference, comparison: Comparison) -> str:
    """'13.3% before, 3.9% after'."""
    against, this = columns(comparison)
    if comparison.question != "segments":
        against, this = against.lower(), this.lower()
    return f"{_rate(rates.against)} {against}, {_rate(rates.this)} {this}"


def _arrow(rates: Difference) -> str:
    return f"{_rate(rates.against)} → {_rate(rates.this)}"


def _rate(side: Counted) -> str:
    return rate(side.converted, side.entered)


def _effect(contribution: float, comparison: Comparison, of_part: float | None = None) -> str:
    """'8.8 fewer conversions to First payment, 7.4 of them here.'; `of_part`: what a part did."""
    sign = -1 if contribution < 0 else 1
    part = (
        f", {estimate(abs(of_part))} of them here"
        if of_part is not None and 0 < of_part * sign <= contribution * sign
        else ""
    )
    fewer = "fewer" if contribution < 0 else "more"
    return f"{estimate(abs(contribution))} {fewer} conversions to {last_label(comparison)}{part}."


def _nothing(comparison: Comparison) -> str:
    judged = "" if all(judged_of(comparison).values()) else " that can be judged"
    return f"Nothing{judged} {_moved(comparison)}"


def _moved(comparison: Comparison) -> str:
    usual = "its usual ups and downs" if comparison.weeks_known else "chance"
    verb = "differs" if comparison.question == "segments" else "is seen to move"
    return f"{verb} beyond {usual}"


def _largest(comparison: Comparison) -> Iterator[str]:
    if not comparison.stages:
        return
    largest = max(comparison.stages, key=lambda stage: abs(stage.contribution))
    if largest.rate.difference is not None:
        yield f"The largest effect could be chance: {printable(largest.label)}, {_both(largest.rate, comparison)}."
