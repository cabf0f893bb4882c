"""A stage that is counted, not followed, in words: its row, what came of it, and by which values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.report.analysis import Analysis
from growthctl.report.stages import CountedFacts, CountedSegment, CountRatioFacts
from growthctl.words.dates import Clocks
from growthctl.words.labels import rough_rate, value
from growthctl.words.numbers import integer, many, printable, significant
from growthctl.words.people import people

COUNTED = "○"
"""What stands before its row, and before its ratio among rates."""
MOST_VALUES = 12


def cells(counted: CountedFacts) -> tuple[str, ...]:
    """Its row in the table of the first screen."""
    count = "–" if counted.count is None else integer(counted.count)
    return (printable(counted.label), count, "", "", "not followed", printable(counted.owner or ""))


def ratio(facts: CountRatioFacts) -> str:
    """'○40.4%'; a dash where it is no share of anything."""
    if facts.count is None or facts.entered is None or facts.entered > facts.count:
        return f"{COUNTED}–"
    return f"{COUNTED}{rough_rate(facts.entered, facts.count)}"


def note(counted: CountedFacts, analysis: Analysis) -> str:
    """What the mark means, and of which days its numbers are."""
    if counted.count is None or counted.entered is None:
        return f"{COUNTED}: counted, not followed; no day lies wholly in the range, in the log and in its file."
    days = f"{many(counted.days, 'whole day')}, {Clocks.of(analysis).range(counted.since, counted.until)}"
    exceeds = ": more than were counted, so that it is no rate" if counted.entered > counted.count else ""
    who = f"{integer(counted.entered)} {people(analysis.funnel, counted.entered)}"
    return f"{COUNTED}: counted, not followed; {days}, on which {who} entered{exceeds}."


def sentences(counted: CountedFacts, analysis: Analysis) -> Iterator[str]:
    """What it rests on: a sentence each."""
    if counted.ratio is None:
        return
    between = f"{printable(counted.label)} → {printable(analysis.stages[0].label)}"
    per = f"{significant(counted.ratio)} entered for each that was counted"
    if counted.low is None or counted.high is None:
        yield f"{between}: {per}; of fewer than five days no range can be told."
    else:
        about = f"95% range about {_between(counted)}, from how its days differ"
        yield f"{between}: {per} ({about}). No verdict rests on it."
    for unmatched in counted.unmatched:
        by, sides = printable(unmatched.by), []
        if unmatched.counted_values:
            sides.append(f"{integer(unmatched.counted_values)} only counted ({integer(unmatched.count)})")
        if unmatched.entered_values:
            sides.append(f"{integer(unmatched.entered_values)} only entered with ({integer(unmatched.entered)})")
        if sides:
            yield f"Values of {by} on one side alone: {', '.join(sides)}."


def _between(facts: CountRatioFacts) -> str:
    known = facts.low is not None and facts.high is not None
    return f"{significant(facts.low or 0.0)}–{significant(facts.high or 0.0)}" if known else ""


def headings(counted: CountedFacts, by: str) -> tuple[str, ...]:
    """Those of `segment_cells`."""
    return (f"By {printable(by)}", printable(counted.label), "Entered", "Ratio", "95% range")


def segment_cells(segment: CountedSegment) -> tuple[str, ...]:
    """The row of a value."""
    return (
        ", ".join(value(each) for each in segment.values),
        integer(segment.count or 0),
        integer(segment.entered or 0),
        "–" if segment.ratio is None else significant(segment.ratio),
        _between(segment),
    )


def shown_segments(segments: Sequence[CountedSegment]) -> tuple[Sequence[CountedSegment], str]:
    """As many as are shown, and how many more there are."""
    more = len(segments) - MOST_VALUES
    return segments[:MOST_VALUES], f"{many(more, 'more value')}: -f json." if more > 0 else ""
