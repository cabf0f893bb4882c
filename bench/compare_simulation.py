"""How often `compare` raises an alarm where nothing changed, and how often it sees what did; by simulated logs.

Run `python -m bench.compare_simulation [RUNS [SEED [WORLD …]]]`. Each run draws the visitors of some weeks, who sign
up, try and pay within days, at rates of their own for each device and campaign. A world departs from steady rates in
one way, and where its name says so with ! something changed in the last week. That week, whose windows have passed
if it is not young, is compared with the one before.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from growthctl import compare
from growthctl.report.comparison import Comparison

START = 1_767_571_200  # Monday 2026-01-05, UTC
DAY = 86_400
WINDOW = 7
WEEKDAYS = np.array([1.1, 1.2, 1.15, 1.1, 0.95, 0.5, 0.55]) * 7 / 6.55
STAGES = ("visit", "signup", "trial", "pay")
DENSE, SPARSE = (0.45, 0.5, 0.4), (0.08, 0.3, 0.25)
DELAY_DAYS = (0.3, 0.6, 1.0)  # means
PROPERTIES = {
    "device": (["desktop", "mobile", "tablet"], [0.5, 0.43, 0.07], [1.05, 0.95, 0.95]),
    "campaign": (["search", "social", "mail"], [0.4, 0.33, 0.27], [1.05, 1.0, 0.93]),
}
FUNNEL = {
    "name": "simulated",
    "source": {"columns": {"entity": "visitor", "event": "event", "time": "at"}},
    "window": f"{WINDOW}d",
    "segments": list(PROPERTIES),
    "stages": [{"name": name, "event": name} for name in STAGES],
}

Floats = npt.NDArray[np.float64]


class World(NamedTuple):
    """What rates and traffic do by themselves, and what changes in the week that is asked about."""

    weeks: int = 10
    """Whose windows have passed."""
    visitors: int = 2_000
    """A week."""
    rates: tuple[float, ...] = DENSE
    day_sd: float = 0.0
    """Of the rates, from day to day, as a share of them."""
    week_sd: float = 0.0
    weekend: float = 1.0
    """How many times the usual rates on Saturdays and Sundays."""
    growth: float = 0.0
    """Of the visitors, a week."""
    traffic_sd: float = 0.0
    """Of the visitors, from day to day."""
    quality: float = 0.0
    """How much a standard deviation of a person's quality adds to the log odds of each stage."""
    batches: int = 1
    """Payments are only made by those who visit on every so-manieth day."""
    window: bool = True
    age: int = WINDOW
    """How many days after the week asked about the log ends."""
    ends: int | None = None
    """After which week social, which signs up half as often, is gone; 0 is the one before that asked about."""
    signup: float = 1.0
    """How many times the usual rate signup has in the week asked about: of all, and of mobile."""
    mobile: float = 1.0
    entrants: float = 1.0
    """How many times the usual number come then."""


WORLDS: Mapping[str, World] = {
    "steady": World(),
    "days ± 10 %": World(day_sd=0.1),
    "days ± 15 %": World(day_sd=0.15),
    "days ± 25 %": World(day_sd=0.25),
    "weeks ± 5 %": World(week_sd=0.05),
    "weeks ± 10 %": World(week_sd=0.1),
    "weekend − 30 %": World(weekend=0.7),
    "2 weeks": World(weeks=2),
    "3 weeks": World(weeks=3),
    "4 weeks": World(weeks=4),
    "4 weeks, days ± 15 %": World(weeks=4, day_sd=0.15),
    "400 a week": World(visitors=400),
    "sparse": World(rates=SPARSE),
    "sparse, days ± 25 %": World(rates=SPARSE, day_sd=0.25),
    "traffic ± 20 %": World(traffic_sd=0.2),
    "growth 5 %": World(growth=0.05),
    "growth 15 %": World(growth=0.15),
    "quality β .5": World(quality=0.5),
    "quality β 1": World(quality=1.0),
    "batches": World(batches=3),
    "no window": World(window=False),
    "young": World(age=2),
    "young, days ± 15 %": World(age=2, day_sd=0.15),
    "campaign stopped 4 weeks ago": World(ends=4),
    "! campaign stops": World(ends=0),
    "! signup − 30 %": World(signup=0.7),
    "! signup − 30 %, 4 weeks": World(weeks=4, signup=0.7),
    "! signup − 30 %, 6 weeks": World(weeks=6, signup=0.7),
    "! signup − 30 %, days ± 10 %": World(day_sd=0.1, signup=0.7),
    "! signup − 30 %, weeks ± 10 %": World(week_sd=0.1, signup=0.7),
    "! signup − 30 %, sparse": World(rates=SPARSE, signup=0.7),
    "! mobile signup − 30 %": World(mobile=0.7),
    "! mobile signup − 50 %, days ± 10 %": World(day_sd=0.1, mobile=0.5),
    "! entrants − 25 %": World(entrants=0.75),
}
"""By name; with ! something changes."""


def alarms(comparison: Comparison) -> list[str]:
    """Everything that an answer says has changed, with what it comes from."""
    changes = [f"{change.stage or 'entrants'} {change.cause}" for change in comparison.changes]
    slices = [f"{'/'.join(map(str, cell.values))} {cell.stage}" for cell in comparison.slices]
    faults = [f"{fault.stage} {fault.code}" for fault in comparison.faults]
    return [*changes, *slices, *faults]


def simulate(world: World, runs: int, seed: int = 1) -> tuple[int, Counter[str]]:
    """In how many of `runs` logs anything is said to have changed, and how often what."""
    total, named = 0, Counter[str]()
    funnel = FUNNEL if world.window else {name: value for name, value in FUNNEL.items() if name != "window"}
    for run in range(runs):
        log = draw(np.random.default_rng((seed, run)), world)
        until = START + 7 * DAY * world.weeks
        since, as_of = day(until - 7 * DAY), day(until + world.age * DAY)
        said = alarms(compare(funnel, log, since=since, until=day(until), as_of=as_of))
        total += bool(said)
        named.update(said)
    return total, named


def day(at: int) -> str:
    """The date of a time in seconds."""
    return str(np.datetime64(at, "s"))[:10]


def draw(rng: np.random.Generator, world: World) -> pl.DataFrame:
    """The events of one log: visitor, event, at (seconds since 1970) and the properties."""
    days = 7 * (world.weeks + 1)
    asked_about = np.arange(days) // 7 == world.weeks - 1
    grown = (1 + world.growth) ** (np.arange(days) / 7 - world.weeks / 2)
    mean = world.visitors / 7 * np.tile(WEEKDAYS, days // 7) * grown * np.where(asked_about, world.entrants, 1)
    visits = rng.poisson(mean * _wobble(rng, days, world.traffic_sd))
    entry_day = np.repeat(np.arange(days), visits)
    columns = {
        name: np.array(values)[rng.choice(len(values), len(entry_day), p=shares)]
        for name, (values, shares, _) in PROPERTIES.items()
    }
    if world.ends is not None:
        stays = (columns["campaign"] != "social") | (entry_day < 7 * (world.weeks - 1 - world.ends))
        entry_day, columns = entry_day[stays], {name: column[stays] for name, column in columns.items()}
    size = len(entry_day)
    quality = world.quality * rng.standard_normal(size)
    at = START + entry_day * DAY + rng.integers(0, DAY, size)
    people, came = pl.DataFrame({"visitor": np.arange(size), **columns}), np.ones(size, bool)
    events = [people.with_columns(event=pl.lit(STAGES[0]), at=pl.Series(at))]
    for stage, usual in enumerate(world.rates):
        by_week = np.repeat(_wobble(rng, 3 * days // 7, world.week_sd), 7)
        by_day = _wobble(rng, 3 * days, world.day_sd) * by_week
        on = (at - START) // DAY
        rate = usual * by_day[on] * np.where(on % 7 >= 5, world.weekend, 1)
        if stage == 0:
            for name, (values, _, factors) in PROPERTIES.items():
                rate *= np.select([columns[name] == value for value in values], factors)
            if world.ends is not None:
                rate *= np.where(columns["campaign"] == "social", 0.5, 1)
            broken = on // 7 == world.weeks - 1
            rate *= np.where(broken, world.signup * np.where(columns["device"] == "mobile", world.mobile, 1), 1)
        if stage == len(world.rates) - 1 and world.batches > 1:
            rate *= np.where(entry_day % world.batches == 0, min(world.batches, 1 / usual), 0)
        odds = np.clip(rate, 1e-9, 0.98) / (1 - np.clip(rate, 1e-9, 0.98)) * np.exp(quality)
        came &= rng.random(size) < odds / (1 + odds)
        at = at + 1 + (rng.exponential(DELAY_DAYS[stage] * DAY, size)).astype(np.int64)
        events.append(people.with_columns(event=pl.lit(STAGES[stage + 1]), at=pl.Series(at)).filter(pl.Series(came)))
    return pl.concat(events)


def _wobble(rng: np.random.Generator, size: int, sd: float) -> Floats:
    """Factors around 1."""
    return np.clip(1 + sd * rng.standard_normal(size), 0.05, None)


def main(arguments: list[str]) -> None:
    """Print a table: how many runs, the seed, and the worlds, by default all."""
    runs = int(arguments[0]) if arguments else 300
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    for name in arguments[2:] or WORLDS:
        total, named = simulate(WORLDS[name], runs, seed)
        most = ", ".join(f"{what} {count / runs:.0%}" for what, count in named.most_common(4))
        sys.stdout.write(f"{name:<38} {total / runs:6.1%}  {most}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
