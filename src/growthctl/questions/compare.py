"""Why it changed: period against period, segment against segment, or now against an earlier result."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.build.comparison import build_comparison
from growthctl.build.counted_ratio import Compared
from growthctl.clock import TimeRange
from growthctl.diagnosis.comparison.explain_change import explain_change
from growthctl.errors import Problem, UsageError
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.funnel.row_stages import with_row_stages
from growthctl.kernel.periods import Every
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.kernel.sorted_events import SharedNumberError
from growthctl.questions.ask import FunnelLike, FunnelLog, counted_beside, load, read
from growthctl.questions.asked_times import PointInTime, Times
from growthctl.questions.comparing.compared_counts import ComparedCounts, an_earlier_result, two_periods, two_segments
from growthctl.questions.comparing.compared_journeys import CauseProperties
from growthctl.questions.comparing.compared_ranges import PREVIOUS, periods_compared
from growthctl.questions.comparing.driver_counts import driver_stage, what_goes_with
from growthctl.questions.comparing.previous_counts import PreviousCounts, previous_counts
from growthctl.questions.segmenting import attribution_of
from growthctl.report.comparison import Comparison


def compare(
    funnel: FunnelLike,
    data: Data = None,
    *,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    against: str = PREVIOUS,
    split: str | None = None,
    every: Every = "week",
    as_of: PointInTime | None = None,
    by: str | Sequence[str] | None = None,
    attribution: str | None = None,
    drivers: str | None = None,
    first: str | None = None,
    memory: Memory = None,
) -> Comparison:
    """What changed between two sides of a funnel, where, what it comes from, and how sure that is.

    Entries of [since, until) against `previous` (as long, just before), a range such as `2026-01-01..2026-02-01`, or
    the JSON file of an earlier `analyze`. Without `since`, the last whole period (`every`) whose windows have passed
    against the one before. `split` compares two segments of one range instead: `device=mobile,desktop`, or one against
    all others: `device=mobile`. Both sides are judged at the same age: that of the youngest who may be among them.
    `by`: the properties in which to look for the cause, each on its own, instead of the funnel's `segments`.
    `drivers` names a stage: which events, `first` (such as `2h`) after the stage before it, go with reaching it?
    Other arguments and errors as for `analyze`.
    """
    declared, folder = load(funnel)
    rule = attribution or declared.attribution
    declared = declared.model_copy(update={"attribution": rule})
    rows = with_row_stages(declared)
    chosen = None if split is None else _chosen(split, against)
    named = dict.fromkeys([by] if isinstance(by, str) else by or declared.segments)
    properties = tuple(name for name in named if not chosen or name != chosen[0])
    along = CauseProperties(properties, attribution_of(declared, rule))
    needed = [*properties, *([chosen[0]] if chosen else [])] if by or chosen else None
    wanted = driver_stage(declared, drivers, first)
    previous = previous_counts(against, rows) if against.endswith(".json") and not chosen else None
    compared = chosen or previous or against
    times = Times.of(since, until, as_of, declared.timezone)
    try:
        log = read(declared, folder, data, times, needed, names=False, memory=memory)
        counts = _counts(log, compared, every, along)
    except SharedNumberError:
        log = read(declared, folder, data, times, needed, memory=memory)
        counts = _counts(log, compared, every, along)
    beside, faults = counted_beside(log, folder)
    facts = counts.facts._replace(warnings=[*counts.facts.warnings, *faults])
    counted_stage = None
    if beside is not None and counts.scope.question == "periods":
        counted_stage = beside.compared(
            *(_journeys(log, side.range) for side in (counts.scope.this, counts.scope.against))
        )
    goes_with = None
    if wanted:
        log = read(declared, folder, data, Times(as_of=times.as_of), needed, every_event=True)
        goes_with = what_goes_with(log, counts.scope.this, counts.plan, along.attribution, wanted)
    change = explain_change(counts.sight)
    return build_comparison(rows, facts, counts.scope, counts.sight, change, goes_with, counted_stage)


def _journeys(log: FunnelLog, span: TimeRange) -> Compared:
    """Those of a range."""
    return log.find_journeys(JourneyRequest(EntryScope(span))).journeys, span


def _counts(
    log: FunnelLog, compared: tuple[str, list[str]] | PreviousCounts | str, every: Every, along: CauseProperties
) -> ComparedCounts:
    """Of two segments, of now and an earlier result, or of two periods."""
    if isinstance(compared, PreviousCounts):
        return an_earlier_result(log, compared, along)
    if isinstance(compared, str):
        return two_periods(log, periods_compared(log, compared, every), along)
    return two_segments(log, compared, along)


def _chosen(split: str, against: str) -> tuple[str, list[str]]:
    """The property, and one or two of its values."""
    name, _, rest = split.partition("=")
    values = [value.strip() for value in rest.split(",")]
    if against != PREVIOUS:
        message = "--split compares segments of one range: it has no --against"
        raise UsageError(Problem("invalid_split", message, "choose the range with --since and --until"))
    if not name.strip() or not all(values) or len(values) > 2 or len(set(values)) < len(values):
        hint = "write device=mobile,desktop, or device=mobile for mobile against all others"
        raise UsageError(Problem("invalid_split", f"--split '{split}' does not name a property and its values", hint))
    return name.strip(), values
