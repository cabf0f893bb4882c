"""Why it changed: period against period, segment against segment, or now against an earlier result."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.build.comparison import build_comparison
from growthctl.diagnosis.comparison.explain_change import take_apart
from growthctl.errors import Problem, UsageError
from growthctl.events.memory import Memory
from growthctl.events.reading.open import Data
from growthctl.kernel.periods import Every
from growthctl.questions.ask import FunnelLike, Moment, Read, When, load, read, read_and_answer
from growthctl.questions.attribution import attribution_of
from growthctl.questions.comparing.counts import Seen, an_earlier_result, two_periods, two_segments
from growthctl.questions.comparing.drivers_asked import driver_stage, what_goes_with
from growthctl.questions.comparing.earlier_counts import earlier_result
from growthctl.questions.comparing.journeys_compared import Along
from growthctl.questions.comparing.ranges import PREVIOUS, periods_compared
from growthctl.report.comparison import Comparison


def compare(
    funnel: FunnelLike,
    data: Data = None,
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    against: str = PREVIOUS,
    split: str | None = None,
    every: Every = "week",
    as_of: Moment | None = None,
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
    asked, folder = load(funnel)
    rule = attribution or asked.attribution
    asked = asked.model_copy(update={"attribution": rule})
    chosen = None if split is None else _chosen(split, against)
    named = dict.fromkeys([by] if isinstance(by, str) else by or asked.segments)
    along = Along(tuple(name for name in named if not chosen or name != chosen[0]), attribution_of(asked, rule))
    needed = [*along.properties, *([chosen[0]] if chosen else [])] if by or chosen else None
    wanted = driver_stage(asked, drivers, first)
    earlier = earlier_result(against, asked) if against.endswith(".json") and not chosen else None

    def answer(log: Read) -> Seen:
        if chosen:
            return two_segments(log, chosen, along)
        if earlier:
            return an_earlier_result(log, earlier, along)
        return two_periods(log, periods_compared(log, against, every), along)

    when = When(since, until, as_of)
    seen = read_and_answer(asked, folder, data, when, answer, needed, memory)
    goes_with = None
    if wanted:
        log = read(asked, folder, data, When(as_of=as_of), needed, every_event=True)
        goes_with = what_goes_with(log, seen.asked.this, seen.plan, along.attribution, wanted)
    return build_comparison(asked, seen.facts, seen.asked, seen.sight, take_apart(seen.sight), goes_with)


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
