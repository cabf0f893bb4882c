"""A world: a funnel whose true rates are known, with one way or another in which it is restless; and logs of it.

Wobbling rates are drawn from beta distributions, so that their mean is the true rate exactly. They hold for the day on
which somebody takes the step. What a weekend or a campaign does to people goes with the day of their entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

DAY, WEEK = 86_400, 7
START = 1_767_571_200  # Monday 2026-01-05, UTC
WEEKDAYS = np.array([1.1, 1.2, 1.15, 1.1, 0.95, 0.5, 0.55])
"""A weekday's traffic; the mean is about one."""
LONGEST = {"hours": (0.04, 0.2, 0.6, 1.2), "days": (0.5, 1.5, 2.0, 2.5)}
"""Days from stage to stage at most, a quarter or a fifth of that on average; all of them pass within a week."""
MEDIANS, HEAVY_SD = (0.1, 0.5, 1.0, 2.0), 1.5
"""Days, and the sd of their logarithm, of delays that have a heavy tail."""
UNFINISHED = 10.4 / 24
"""Days that the last day still has where a log ends today."""
CAMPAIGN_SHARE = 1 / 3
FALL, FALL_DAYS = 0.7, 21
SINK_TO = 0.4
WEAK = 0.8
"""What is left of a rate: of one that falls for the last days, at the end of a sinking, of one below its target."""

_LEAD = np.linspace(-8, 8, 801)
_LEAD_WEIGHT = np.exp(-(_LEAD**2) / 2)
"""How good leads are, in standard deviations, and how many are so good."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batches:
    """The conversions of one transition (from 0) are written at night, only every so many days or on some weekdays."""

    transition: int
    every: int = 0
    weekdays: tuple[int, ...] = ()

    def nights(self, days: int) -> Ints:
        """Seconds since START."""
        number = np.arange(days)
        chosen = number % self.every == 0 if self.every else np.isin(number % WEEK, self.weekdays)
        return number[chosen] * DAY + 2 * 3_600


@dataclass(frozen=True)
class World:
    """A steady world departs in nothing."""

    name: str
    rates: tuple[float, ...]
    """True, of each transition."""
    entrants: int = 20_000
    """Expected in the ripe weeks."""
    weeks: int = 10
    """Ripe ones."""
    window_days: int | None = 7
    ends: Literal["window", "today"] = "window"
    """The log: a window after the last entry, or in the middle of a day like any other."""
    delays: Literal["hours", "days", "heavy"] = "hours"
    targets: bool = True
    day_sd: float = 0
    week_sd: float = 0
    """Of the rates, as shares of them."""
    traffic_sd: float = 0
    growth: float = 0
    """Of the traffic, a week."""
    weekend: float = 1
    """What is left of the rates of those who come at the weekend."""
    campaign: float | None = None
    """What is left of the rates of a third of the traffic, which stays away from half-time on."""
    quality: float = 0
    """β: log-odds of every rate per standard deviation of how good a lead is."""
    batches: Batches | None = None
    weak: int | None = None
    """The transition that is below its target."""
    fall: int | None = None
    """The transition that falls for the last weeks."""
    sink: int | None = None
    """The transition that sinks from beginning to end."""
    true_findings: tuple[str, ...] = ()
    """Parts of `code:class` of findings that are true of this world."""

    @property
    def stages(self) -> list[str]:
        """Their names."""
        return [f"stage_{number}" for number in range(len(self.rates) + 1)]

    @property
    def days(self) -> int:
        """On which people enter."""
        return self.weeks * WEEK + (self.window_days or 0 if self.ends == "today" else 0)

    @property
    def end(self) -> int:
        """Of the log, in seconds since START."""
        after = -UNFINISHED if self.ends == "today" else self.window_days or 0
        return int((self.days + after) * DAY)

    @property
    def entries_end(self) -> int:
        """In seconds since 1970."""
        return START + self.days * DAY

    @property
    def fell_at(self) -> int:
        """When a rate falls that does, in seconds since 1970."""
        return START + (self.days - FALL_DAYS) * DAY

    def funnel(self) -> dict[str, object]:
        """The mapping that `analyze` takes."""
        stages: list[dict[str, object]] = [{"name": name, "event": name} for name in self.stages]
        if self.targets:
            for stage, target in zip(stages[1:], target_rates(self), strict=True):
                stage["target"] = target
        columns = {"entity": "visitor", "event": "event", "time": "at"}
        funnel: dict[str, object] = {"name": "world", "source": {"columns": columns}, "stages": stages}
        if self.window_days:
            funnel["window"] = f"{self.window_days}d"
        return funnel | ({"segments": ["campaign"]} if self.campaign else {})


def true_rates(world: World, days: slice = slice(None)) -> list[float]:
    """What each transition converts in the long run, of those who enter on these days."""
    people, factors, calendar = (each[..., days] for each in (_traffic(world), _factors(world), _calendar(world)))
    rates = []
    for rate, change in zip(world.rates, calendar, strict=True):
        converting = people * rate * factors * change
        rates.append(float(converting.sum() / people.sum()))
        people = converting
    return rates


def target_rates(world: World) -> list[float]:
    """The true rates; above the one that is weak, before a fall, and of two halves the lower ones.

    A campaign that ends changes the rates of all though no stage changed: then no time is below such a target.
    """
    if world.campaign:
        halves = (slice(world.days // 2), slice(world.days // 2, None))
        return [min(pair) for pair in zip(*(true_rates(world, half) for half in halves), strict=True)]
    rates = true_rates(world, slice(world.days - FALL_DAYS)) if world.fall is not None else true_rates(world)
    return [rate / WEAK if number == world.weak else rate for number, rate in enumerate(rates)]


def true_gain(world: World) -> float:
    """Final conversions per 30 days that the weak transition would bring at its target, of constant traffic.

    Of leads of unlike quality those who would be regained are the poorer ones, and go on less often than the others.
    """
    intercepts = _intercepts(world)
    people = world.entrants / (world.weeks * WEEK) * 30
    finals = []
    for rates in (world.rates, target_rates(world)):
        weight = _LEAD_WEIGHT
        for number, intercept in enumerate(intercepts):
            if number == world.weak:
                intercept = _intercept(rates[number], weight, world.quality)
            weight = weight * _expit(intercept + world.quality * _LEAD)
        finals.append(float(weight.sum() / _LEAD_WEIGHT.sum()))
    return people * (finals[1] - finals[0])


def draw(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """A log: visitor, at (seconds since 1970), event and campaign, to the end, which an event of another name marks."""
    traffic = _traffic(world)
    if world.traffic_sd:
        traffic *= rng.gamma(world.traffic_sd**-2, world.traffic_sd**2, world.days)
    sizes = rng.poisson(traffic).ravel()
    group, day = np.divmod(np.repeat(np.arange(sizes.size), sizes), world.days)
    at = ((day + rng.beta(2.5, 2, len(day))) * DAY).astype(np.int64)
    factor = _factors(world)[group, day]
    lead = rng.standard_normal(len(day)) if world.quality else np.zeros(len(day))
    chances = _daily_rates(world, rng)
    visitor = np.arange(len(day))
    steps = [(visitor, at)]
    for number, (rate, intercept) in enumerate(zip(chances, _intercepts(world), strict=True)):
        chance = rate[at // DAY]
        if world.quality:
            chance = _expit(intercept - _logit(world.rates[number]) + _logit(chance) + world.quality * lead[visitor])
        goes_on = rng.random(len(visitor)) < chance * factor[visitor]
        visitor, at = visitor[goes_on], at[goes_on]
        at = at + _delay(world, rng, number, len(at))
        if world.batches and world.batches.transition == number:
            nights = world.batches.nights(world.days + 60)
            at = nights[np.searchsorted(nights, at, side="right")] + rng.integers(0, 600, len(at))
        logged = at <= world.end
        visitor, at = visitor[logged], at[logged]
        steps.append((visitor, at))
    return _log(world, steps, group)


def _log(world: World, steps: Sequence[tuple[Ints, Ints]], group: Ints) -> pl.DataFrame:
    steps = [*steps, (np.array([-1]), np.array([world.end]))]
    events = [
        pl.DataFrame({"visitor": visitor, "at": at + START}).with_columns(event=pl.lit(name))
        for name, (visitor, at) in zip([*world.stages, "end"], steps, strict=True)
    ]
    log = pl.concat(events).filter(pl.col("at") <= world.end + START)
    if world.campaign is None:
        return log
    names = np.array(["search", "campaign", "search"])[np.append(group, 2)]  # -1, the end, is the last one
    return log.with_columns(campaign=pl.Series(names[log["visitor"].to_numpy()]))


def _traffic(world: World) -> Floats:
    """Entrants expected, group (everybody else, the campaign) × day."""
    day = np.arange(world.days)
    usual = WEEKDAYS[day % WEEK] * (1 + world.growth) ** (day / WEEK)
    usual *= world.entrants / usual[: world.weeks * WEEK].sum()
    share = CAMPAIGN_SHARE if world.campaign else 0
    return np.stack([usual * (1 - share), usual * share * (day < world.days // 2)])


def _factors(world: World) -> Floats:
    """What is left of the rates, group × day of entry."""
    weekend = np.arange(world.days) % WEEK >= 5
    groups = np.array([1, 1 if world.campaign is None else world.campaign])
    result: Floats = groups[:, None] * np.where(weekend, world.weekend, 1)
    return result


def _calendar(world: World) -> Floats:
    """What is left of a rate, transition × day."""
    left = np.ones((len(world.rates), world.days))
    if world.fall is not None:
        left[world.fall, -FALL_DAYS:] = FALL
    if world.sink is not None:
        left[world.sink] = np.linspace(1, SINK_TO, world.days)
    return left


def _daily_rates(world: World, rng: np.random.Generator) -> Floats:
    """Transition × day to the end of the log and beyond, wobbling by week and within it by day."""
    rates = np.array(world.rates)[:, None]
    weeks = world.days // WEEK + 9
    weekly = _wobbling(rng, np.repeat(rates, weeks, axis=1), world.week_sd) / rates
    left = np.pad(_calendar(world), ((0, 0), (0, weeks * WEEK - world.days)), mode="edge")
    return _wobbling(rng, rates * np.repeat(weekly, WEEK, axis=1) * left, world.day_sd)


def _wobbling(rng: np.random.Generator, mean: Floats, sd: float) -> Floats:
    """Rates with these means; `sd` is a share of them, as far as a rate between 0 and 1 can have it."""
    if not sd:
        return mean
    mean = mean.clip(1e-6, 1 - 1e-6)
    strength = np.maximum((1 - mean) / (mean * sd**2) - 1, 0.1)
    return rng.beta(mean * strength, (1 - mean) * strength)


def _delay(world: World, rng: np.random.Generator, number: int, size: int) -> Ints:
    """Seconds, at least one."""
    if world.delays == "heavy":
        days = MEDIANS[number] * rng.lognormal(0, HEAVY_SD, size)
    else:
        days = LONGEST[world.delays][number] * rng.beta(1, 3.5, size)
    return (days * DAY).astype(np.int64) + 1


def _intercepts(world: World) -> list[float]:
    """Log-odds of each rate of a lead of mean quality, such that those who get so far convert at the true rates."""
    weight = _LEAD_WEIGHT
    intercepts = []
    for rate in world.rates:
        intercepts.append(_intercept(rate, weight, world.quality))
        weight = weight * _expit(intercepts[-1] + world.quality * _LEAD)
    return intercepts


def _intercept(rate: float, weight: Floats, quality: float) -> float:
    low, high = -20.0, 20.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        above = np.average(_expit(middle + quality * _LEAD), weights=weight) > rate
        low, high = (low, middle) if above else (middle, high)
    return low


def _logit(chance: Floats | float) -> Floats:
    clipped = np.clip(chance, 1e-9, 1 - 1e-9)
    result: Floats = np.log(clipped / (1 - clipped))
    return result


def _expit(odds: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-odds))
    return result
