"""The worlds: one departure at a time from a steady one, then two where real logs have both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bench.worlds.world import WEAK, Batches, World

DENSE = (0.75, 0.55, 0.60, 0.50)
SPARSE = (0.20, 0.15, 0.20)
SINKING = (0.50, 0.20, 0.60)
BY_TRAFFIC = tuple(
    f"{change}:{cause}" for change in ("rate_fell", "rate_rose") for cause in ("traffic", "unknown", None)
)
"""The rates of all did change; but no stage did anything to them."""
STEADY = World("steady", DENSE)
UNTARGETED = replace(STEADY, targets=False)
ALMOST_WHOLE = replace(STEADY, weeks=8)


def nothing_wrong() -> Iterator[World]:
    """Targets are the true rates, or there are none."""
    yield STEADY
    yield replace(STEADY, name="day sd 10 %", day_sd=0.10)
    yield replace(STEADY, name="day sd 15 %", day_sd=0.15)
    yield replace(STEADY, name="day sd 25 %", day_sd=0.25)
    yield replace(STEADY, name="week sd 5 %", week_sd=0.05)
    yield replace(STEADY, name="week sd 10 %", week_sd=0.10)
    yield replace(STEADY, name="weekend −30 %", weekend=0.7, true_findings=("weekday_pattern",))
    yield replace(STEADY, name="traffic sd 15 % a day", traffic_sd=0.15)
    yield replace(STEADY, name="growth 5 % a week", growth=0.05)
    yield replace(STEADY, name="growth 15 % a week", growth=0.15)
    for weeks in (4, 2):
        few = replace(STEADY, weeks=weeks)
        yield replace(few, name=f"{weeks} ripe weeks")
        yield replace(few, name=f"{weeks} ripe weeks, day sd 10 %", day_sd=0.10)
        yield replace(few, name=f"{weeks} ripe weeks, day sd 25 %", day_sd=0.25)
        yield replace(few, name=f"{weeks} ripe weeks, week sd 10 %", week_sd=0.10)
    small = replace(STEADY, entrants=4_000)
    yield replace(small, name="4 k entrants")
    yield replace(small, name="4 k entrants, day sd 15 %", day_sd=0.15)
    yield replace(small, name="4 k entrants, 4 ripe weeks, week sd 10 %", weeks=4, week_sd=0.10)
    sparse = replace(STEADY, rates=SPARSE)
    yield replace(sparse, name="sparse")
    yield replace(sparse, name="sparse, day sd 15 %", day_sd=0.15)
    yield replace(sparse, name="sparse, 4 k entrants", entrants=4_000)
    yield replace(sparse, name="sparse, 4 k entrants, 4 ripe weeks, week sd 10 %", entrants=4_000, weeks=4, week_sd=0.1)
    yield replace(STEADY, name="a campaign of poor leads stops", campaign=0.5, true_findings=BY_TRAFFIC)
    good = replace(STEADY, rates=tuple(0.6 * rate for rate in DENSE), campaign=1.6)
    yield replace(good, name="a campaign of good leads stops", true_findings=BY_TRAFFIC)
    yield replace(STEADY, name="lead quality β .5", quality=0.5)
    yield replace(STEADY, name="lead quality β 1", quality=1)
    batches = replace(STEADY, true_findings=("batch",))
    yield replace(batches, name="the last stage every third night", batches=Batches(3, every=3))
    yield replace(batches, name="the second stage on two nights a week", batches=Batches(1, weekdays=(0, 3)))
    yield replace(batches, name="the last stage every ninth night", batches=Batches(3, every=9), window_days=21)
    yield replace(STEADY, name="delays of days", delays="days")
    yield replace(STEADY, name="delays of days, day sd 15 %", delays="days", day_sd=0.15)
    yield from _to_today()
    yield from _without_targets()


def _to_today() -> Iterator[World]:
    today = replace(STEADY, ends="today")
    yield replace(today, name="to today")
    yield replace(today, name="to today, day sd 15 %", day_sd=0.15)
    yield replace(today, name="to today, week sd 10 %", week_sd=0.10)
    yield replace(today, name="to today, delays of days", delays="days")
    endless = replace(today, delays="heavy", window_days=None)
    yield replace(endless, name="no window, heavy tails")
    yield replace(endless, name="no window, heavy tails, day sd 10 %", day_sd=0.10)
    yield replace(endless, name="no window, heavy tails, 4 ripe weeks", weeks=4)


def _without_targets() -> Iterator[World]:
    yield replace(UNTARGETED, name="no targets")
    yield replace(UNTARGETED, name="no targets, day sd 15 %", day_sd=0.15)
    yield replace(UNTARGETED, name="no targets, week sd 10 %", week_sd=0.10)
    yield replace(UNTARGETED, name="no targets, growth 15 % a week", growth=0.15)
    yield replace(UNTARGETED, name="no targets, 12 weeks, nothing sinks", rates=SINKING, weeks=12)
    yield replace(
        UNTARGETED, name="no targets, 12 weeks, nothing sinks, week sd 10 %", rates=SINKING, weeks=12, week_sd=0.1
    )


def one_weak() -> Iterator[World]:
    """Each transition in turn converts a fifth less than its target. With day sd 0 it must be found."""
    for weeks in (10, 4):
        few = replace(STEADY, weeks=weeks)
        yield from _each_weak(replace(few, name=f"{weeks} ripe weeks"))
        yield from _each_weak(replace(few, name=f"{weeks} ripe weeks, day sd 15 %", day_sd=0.15))
        yield from _each_weak(replace(few, name=f"{weeks} ripe weeks, week sd 10 %", week_sd=0.10))
    yield from _each_weak(replace(STEADY, name="lead quality β 1", quality=1))
    yield from _each_weak(replace(STEADY, name="to today, delays of days", ends="today", delays="days"))
    yield from _each_weak(replace(STEADY, name="4 k entrants", entrants=4_000))
    yield from _each_weak(replace(STEADY, name="sparse", rates=SPARSE))


def _each_weak(world: World) -> Iterator[World]:
    """The rates of `world` are what its targets say."""
    for number, rate in enumerate(world.rates):
        rates = tuple(rate * WEAK if number == weak else rate for weak, rate in enumerate(world.rates))
        yield replace(world, name=f"stage {number + 1} −20 %, {world.name}", rates=rates, weak=number)


def one_fell() -> Iterator[World]:
    """A transition converts 30 % less for the last three weeks."""
    for ends in ("window", "today"):
        for number in range(len(DENSE)):
            name = f"stage {number + 1} −30 %, log ends {'a window later' if ends == 'window' else 'today'}"
            yield replace(ALMOST_WHOLE, name=name, day_sd=0.10, ends=ends, fall=number)
    today = replace(ALMOST_WHOLE, ends="today", fall=1)
    yield replace(today, name="stage 2 −30 %, day sd 25 %", day_sd=0.25)
    yield replace(today, name="stage 2 −30 %, 4 k entrants", day_sd=0.10, entrants=4_000)
    yield replace(today, name="stage 2 −30 %, delays of days", day_sd=0.10, delays="days")
    yield replace(today, name="stage 2 −30 %, no targets", day_sd=0.10, targets=False)


def one_sank() -> Iterator[World]:
    """A transition sinks from 20 to 8 % over twelve weeks; there are no targets."""
    second = replace(UNTARGETED, rates=SINKING, weeks=12, sink=1)
    yield replace(second, name="stage 2 sinks")
    yield replace(second, name="stage 1 sinks", rates=(0.20, 0.50, 0.60), sink=0)
    yield replace(second, name="stage 3 sinks", rates=(0.75, 0.55, 0.20), sink=2)
    yield replace(second, name="stage 2 sinks, to today", ends="today")
    yield replace(second, name="stage 2 sinks, day sd 15 %", day_sd=0.15)
    yield replace(second, name="stage 2 sinks, week sd 10 %", week_sd=0.10)
