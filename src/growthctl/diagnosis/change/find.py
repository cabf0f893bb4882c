"""What changed at each stage: a rate that fell for some time, that fell or rose and has not come back, that sinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.clock import DAY, LONG_AGO, NEVER, Micros
from growthctl.diagnosis.change.arrivals import Arrivals
from growthctl.diagnosis.change.drift import Drift, drift_of, sinking
from growthctl.diagnosis.change.scan import Direction, alarm_day, clearest_stretch
from growthctl.diagnosis.days import Span
from growthctl.diagnosis.health.blame import STEADY
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.diagnosis.transitions import Present, SegmentValues, Transition
from growthctl.stats.proportions import NOBODY, Proportion
from growthctl.stats.spread import Spread, larger

RECENT = 14 * DAY
ENDS = 2
"""How many weeks tell where a drift begins, and where it has got to."""


class Level(NamedTuple):
    """A rate before a change, and since."""

    usual: Proportion
    now: Proportion
    """Of those who came since the change was noticeable; made up to the age that `usual` has."""
    spread: Spread
    """How restless the days are besides."""


class RateChange(NamedTuple):
    """A change of the rate into a stage; instants are µs since the epoch, UTC."""

    stage: int
    direction: Direction
    segment: SegmentValues | None
    since_at: Micros
    until_at: Micros | None
    """It lasts until before then; None: it has not come back."""
    entered: int
    converted: int
    """How many of `entered` went on meanwhile."""
    expected: float
    """How many would have as usual."""
    statistic: float
    """What changes are compared by."""
    probability: float
    """Of any such change by chance."""
    level: Level
    """Of whom it is about."""
    level_of_all: Level
    """Of everybody since then."""
    share: float
    """How many of those who came to the stage before since then it is about."""
    drift: Drift | None = None
    last_weeks_at: Micros | None = None
    """Of a drift, when the weeks begin that it has got to."""

    @property
    def lasts(self) -> bool:
        """Has it not come back?"""
        return self.until_at is None

    @property
    def now_since_at(self) -> Micros:
        """From when on its present rate is counted: of a drift its last weeks."""
        return self.since_at if self.last_weeks_at is None else self.last_weeks_at


def find_changes(everybody: Sequence[Arrivals], segments: Sequence[Arrivals]) -> list[RateChange]:
    """Of each stage the clearest fall, of all or of a segment, and a rise of all that lasts; a drift instead of a fall
    that a straight line describes better than a step.
    """
    looks = len(everybody) + len(segments)
    drifts = [drift_of(arrivals.at_age) for arrivals in everybody]
    changes = []
    for arrivals, drift, sinks in zip(everybody, drifts, sinking(drifts), strict=True):
        fall = _fall(arrivals, [part for part in segments if part.stage == arrivals.stage], looks)
        sinking_now = _sinking(arrivals, drift) if drift and sinks else None
        if sinking_now is not None:
            changes.append(sinking_now)
        elif fall is not None:
            changes.append(fall)
        elif (rise := _step(arrivals, arrivals, "rose", looks)) and rise.lasts:
            changes.append(rise)
    return changes


def _fall(everybody: Arrivals, parts: Sequence[Arrivals], looks: int) -> RateChange | None:
    """The clearest fall: of a segment only where all others kept STEADY of their rate, or where not all fell."""
    of_all = _step(everybody, everybody, "fell", looks)
    falls = [(change, part) for part in parts if (change := _step(part, everybody, "fell", looks))]
    alone = [change for change, part in falls if of_all is None or _others_are_steady(change, part, everybody)]
    return max(alone, key=lambda change: change.statistic, default=of_all)


def _others_are_steady(change: RateChange, part: Arrivals, everybody: Arrivals) -> bool:
    """Did everybody else go on as before during the change of a segment?"""
    own, of_all = part.at_age, everybody.at_age
    during, before = (
        (of_all.until(until).since(since).total - own.until(until).since(since).total).rate
        for since, until in ((change.since_at, change.until_at or NEVER), (LONG_AGO, change.since_at))
    )
    return during is not None and before is not None and during >= STEADY * before


def with_changes(
    transitions: Sequence[Transition],
    everybody: Sequence[Arrivals],
    changes: Sequence[RateChange],
    silences: Sequence[tuple[str, Span]],
) -> list[Transition]:
    """The transitions with how restless they are, and those with a change that lasts at their usual rates.

    A change, and `silences` of stages (by name), have rates of their own: they are no restlessness.
    """
    of_stage = {change.stage: change for change in changes}
    result = []
    for transition, arrivals in zip(transitions, everybody, strict=True):
        change = of_stage.get(arrivals.stage)
        spans = [span for stage, span in silences if stage == transition.stage]
        spans += [] if change is None else [(change.since_at, change.until_at)]
        days = (transition.cohorts, arrivals.at_age)
        known = transition._replace(spread=larger(*(each.spread(each.of_spans(spans)) for each in days)))
        if change is not None and change.level_of_all.usual.entered:
            known = _with_change(known, change, change.level_of_all)
        result.append(known)
    return result


def _with_change(transition: Transition, change: RateChange, level: Level) -> Transition:
    """What fell and has not come back stands at its usual rate, and what is over does not count; what rose stands at
    what it is now.
    """
    if not change.lasts:
        return transition._replace(usual=level.usual)
    now = Present(change.now_since_at, level.now)
    return transition._replace(usual=level.usual if change.direction == "fell" else None, now=now)


def _step(part: Arrivals, everybody: Arrivals, direction: Direction, looks: int) -> RateChange | None:
    stretch = clearest_stretch(part.at_age, direction, looks)
    if stretch is None:
        return None
    days, end = part.at_age, everybody.at_age.at(everybody.at_age.length)
    inside = days.of(stretch.inside(days.length))
    # Of whom nobody comes any more nothing is broken now.
    lasts = stretch.lasts and days.since(end - RECENT).total.entered > 0
    noticed = alarm_day(days, stretch, direction, looks) if lasts else stretch.since
    since_at, until_at = days.at(stretch.since), None if lasts else days.at(stretch.until)
    came, of_all = (each.at_age.since(since_at).total for each in (part, everybody))
    return RateChange(
        stage=part.stage,
        direction=direction,
        segment=part.segment,
        since_at=since_at,
        until_at=until_at,
        entered=inside.entered,
        converted=inside.converted,
        expected=stretch.usual,
        statistic=stretch.statistic,
        probability=stretch.probability,
        level=_level(part, since_at, until_at, days.at(noticed)),
        level_of_all=_level(everybody, since_at, until_at, days.at(noticed)),
        share=came.entered / max(1, of_all.entered),
    )


def _level(arrivals: Arrivals, since_at: Micros, until_at: Micros | None, noticed_at: Micros) -> Level:
    """What the rate was before and has been since; from when the change was noticeable on, where that is enough.

    The days of the change are fewer, and younger, than those before: what they convert is set against what the same
    weekdays converted before within the same time, and the usual rate is multiplied by that.
    """
    before, since, noticed = (
        arrivals.at_age.until(since_at),
        arrivals.at_age.since(since_at),
        arrivals.at_age.since(noticed_at),
    )
    lately = noticed if noticed.total.entered >= SMALL_ENTERED else since
    usual = arrivals.ripe.until(since_at).total
    if until_at is not None:
        usual += arrivals.ripe.since(until_at).total
    usual = usual if usual.entered else before.total
    expected = float((lately.entered * before.rates_of(lately.weekdays)).sum())
    entered, converted = lately.total
    now = round(entered * (usual.rate or 0.0) * converted / expected) if expected else converted
    side = arrivals.at_age.of_spans([(since_at, until_at)])
    return Level(usual, Proportion(entered, min(entered, now)), arrivals.at_age.spread(side))


def _sinking(arrivals: Arrivals, drift: Drift) -> RateChange | None:
    """A drift as a change: of the first weeks that have enough people against the last ones; None unless these fell."""
    days = arrivals.at_age
    weeks = [(at, days.of(slice(max(0, at), at + 7))) for at in range(days.length % 7 - 7, days.length, 7)]
    enough = [(max(0, at), week) for at, week in weeks if week.entered >= SMALL_ENTERED]
    (_, first), (_, second) = enough[:ENDS] if len(enough) > ENDS else ((0, NOBODY), (0, NOBODY))
    usual, last = first + second, sum((week for _, week in enough[-ENDS:]), NOBODY)
    if (last.rate or 0.0) >= (usual.rate or 0.0):
        return None
    level = Level(usual, last, days.spread())
    return RateChange(
        stage=arrivals.stage,
        direction="fell",
        segment=None,
        since_at=days.at(0),
        until_at=None,
        entered=last.entered,
        converted=last.converted,
        expected=last.entered * (usual.rate or 0.0),
        statistic=0.0,
        probability=drift.probability,
        level=level,
        level_of_all=level,
        share=1.0,
        drift=drift,
        last_weeks_at=days.at(enough[-ENDS][0]),
    )
