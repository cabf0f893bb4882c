"""How often `compare` raises an alarm where nothing changed, and how often it sees what did; by simulated logs.

Run `python -m bench.compare_simulation [RUNS [SEED]]`. Each run draws the visitors of four weeks from one unchanging
truth: they sign up within days and pay within two weeks, each device, country and campaign at its own rate, each
weekday with its own traffic. The last week is compared with the one before while it is young: its window is open. A
naive comparison of what has been counted so far stands beside it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from growthctl import compare
from growthctl.report.comparison import Difference
from growthctl.stats.proportions import Pair, Proportion, p_value

START = 1_767_571_200  # Monday 2026-01-05, UTC
DAY = 86_400
WEEKS = 4
VISITORS_A_WEEK = 1_500
WEEKDAYS = np.array([1.1, 1.2, 1.15, 1.1, 0.95, 0.5, 0.55])
PROPERTIES = {
    "device": (["desktop", "mobile", "tablet"], [0.5, 0.43, 0.07], [1.0, 0.8, 1.1]),
    "country": (["DE", "US", "IN"], [0.44, 0.44, 0.12], [1.1, 1.0, 0.5]),
    "campaign": (["brand", "search", "social", "mail"], [0.3, 0.4, 0.2, 0.1], [1.2, 1.0, 0.6, 1.1]),
}
SIGNUP_RATE, PAYMENT_RATE = 0.25, 0.3
SIGNUP_DAYS, PAYMENT_DAYS = 2.0, 5.0  # mean delays
FUNNEL = {
    "name": "simulated",
    "source": {"columns": {"entity": "visitor", "event": "event", "time": "at"}},
    "window": "14d",
    "segments": list(PROPERTIES),
    "stages": [{"name": name, "event": name} for name in ("visit", "signup", "payment")],
}
SINCE, UNTIL, AS_OF = "2026-01-26", "2026-02-02", "2026-02-04"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shares:
    """Of all runs: alarms at the same age, alarms of a naive count, and runs in which mobile signup was named."""

    alarms: float
    naive_alarms: float
    named: float


def simulate(runs: int, seed: int = 1, mobile_factor: float = 1.0) -> Shares:
    """Compare `runs` logs; in the last week signups on mobile are `mobile_factor` times as frequent as before."""
    alarms = naive = named = 0
    for run in range(runs):
        log = draw(np.random.default_rng((seed, run)), mobile_factor)
        found = compare(FUNNEL, log, since=SINCE, until=UNTIL, as_of=AS_OF)
        alarms += found.finding in ("changed", "changed_inside")
        named += any(cell.stage == "signup" and cell.values == ["mobile"] for cell in found.slices)
        naive += any(_apart(stage.so_far or stage.rate) for stage in found.stages)
    return Shares(alarms / runs, naive / runs, named / runs)


def draw(rng: np.random.Generator, mobile_factor: float = 1.0) -> pl.DataFrame:
    """The events of one log: visitor, event, at (seconds since 1970) and the properties."""
    size = int(rng.poisson(VISITORS_A_WEEK * WEEKS))
    day = rng.choice(7 * WEEKS, size, p=np.tile(WEEKDAYS, WEEKS) / WEEKDAYS.sum() / WEEKS)
    visit = START + day * DAY + rng.integers(0, DAY, size)
    chance = np.full(size, SIGNUP_RATE)
    columns = {}
    for name, (values, shares, factors) in PROPERTIES.items():
        drawn = rng.choice(len(values), size, p=shares)
        chance *= np.array(factors)[drawn]
        columns[name] = np.array(values)[drawn]
    broken = (columns["device"] == "mobile") & (day >= 7 * (WEEKS - 1))
    signed = rng.random(size) < chance * np.where(broken, mobile_factor, 1.0)
    signup = visit + _delay(rng, size, SIGNUP_DAYS)
    paid = signed & (rng.random(size) < PAYMENT_RATE)
    payment = signup + _delay(rng, size, PAYMENT_DAYS)
    everybody = np.ones(size, dtype=bool)
    events = (("visit", visit, everybody), ("signup", signup, signed), ("payment", payment, paid))
    people = pl.DataFrame({"visitor": np.arange(size), **columns})
    return pl.concat(
        [people.with_columns(event=pl.lit(name), at=pl.Series(at)).filter(pl.Series(did)) for name, at, did in events]
    )


def _delay(rng: np.random.Generator, size: int, mean_days: float) -> Ints:
    return (rng.exponential(mean_days * DAY, size)).astype(np.int64)


def _apart(found: Difference) -> bool:
    """Does a plain test at 5 % call the two counts different?"""
    this, against = (Proportion(side.entered, side.converted) for side in (found.this, found.against))
    p = p_value(Pair(this, against))
    return p is not None and p < 0.05


def main(arguments: list[str]) -> None:
    """Print a table: how many runs, and the seed."""
    runs = int(arguments[0]) if arguments else 300
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    sys.stdout.write("mobile signup  alarm  naive alarm  mobile signup named\n")
    for factor in (1.0, 0.7, 0.5):
        found = simulate(runs, seed, factor)
        sys.stdout.write(f"× {factor:<11}  {found.alarms:5.1%}  {found.naive_alarms:11.1%}  {found.named:19.1%}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
