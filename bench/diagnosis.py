"""How often `analyze` is right, by simulation: run `python -m bench.diagnosis [RUNS [SEED]]`.

Counts are drawn week by week for a dense funnel whose references are the truth, or lie above it at one stage; the rates
of a week scatter a little around theirs. And logs are drawn in which one stage is weak, to be judged on their last day
and again a window later: open windows must not make another stage look weak.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from growthctl import analyze
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck, widest_bottleneck
from growthctl.diagnosis.transitions import Reference, Transition
from growthctl.stats.proportions import Proportion

RATES = (0.75, 0.55, 0.60, 0.50)
"""Of a dense funnel: 12 % of the entrants become a final conversion."""
STAGES = tuple(f"stage_{number}" for number in range(len(RATES) + 1))
ENTRANTS, WEEKS = 20_000, 8
SCATTER = 2_000
"""A week's rate is drawn from a beta distribution with the strength of so many entities."""
VISITORS, DAYS, WINDOW = 6_000, 60, 14
DELAYS = (0.2, 1.0, 2.0, 3.0)
"""Mean days from stage to stage."""
START = 1_767_571_200  # 2026-01-05, UTC


@dataclass(frozen=True)
class Shares:
    """Of all runs: those that confirm the stage that is weak, name it (confirmed, suspect or tie), confirm another."""

    confirmed: float
    named: float
    wrongly_confirmed: float


def of_counts(runs: int, seed: int, weak: int | None = None, factor: float = 1.0) -> Shares:
    """Judge `runs` funnels in which the transition `weak` converts `factor` times its reference."""
    found = [_judged(np.random.default_rng((seed, run)), weak, factor) for run in range(runs)]
    stage = None if weak is None else STAGES[weak + 1]
    confirmed = [diagnosis for diagnosis in found if diagnosis.verdict == "confirmed"]
    right = [diagnosis for diagnosis in confirmed if _lead(diagnosis) == stage]
    named = [each for each in found if each.verdict in ("confirmed", "suspect", "tie") and stage in _contenders(each)]
    return Shares(len(right) / runs, len(named) / runs, (len(confirmed) - len(right)) / runs)


def of_logs(runs: int, seed: int) -> tuple[float, float]:
    """Of `runs` logs: how many name the same stage on their last day as a window later, and how many the weak one."""
    same = right = 0
    for run in range(runs):
        rng = np.random.default_rng((seed, run))
        weak = int(rng.integers(len(RATES)))
        log = _log(rng, weak)
        last_day = f"{np.datetime64(START + DAYS * 86_400, 's')}Z"
        early, late = (analyze(_funnel(), log, as_of=as_of).bottleneck.stage for as_of in (last_day, None))
        same += early == late
        right += early == STAGES[weak + 1]
    return same / runs, right / runs


def _judged(rng: np.random.Generator, weak: int | None, factor: float) -> WidestBottleneck:
    reached = [np.full(WEEKS, ENTRANTS // WEEKS)]
    for position, rate in enumerate(RATES):
        true = rate * (factor if position == weak else 1)
        reached.append(rng.binomial(reached[-1], rng.beta(true * SCATTER, (1 - true) * SCATTER, WEEKS)))
    return widest_bottleneck(list(_transitions([weeks.tolist() for weeks in reached])), ENTRANTS / (WEEKS * 7) * 30)


def _transitions(reached: list[list[int]]) -> Iterator[Transition]:
    for position, rate in enumerate(RATES):
        before, here = reached[position], reached[position + 1]
        yield Transition(
            stage=STAGES[position + 1],
            from_stage=STAGES[position],
            owner=None,
            kind=None,
            ripe=Proportion(sum(before), sum(here)),
            reference=Reference(rate, "target"),
            weeks=tuple(map(Proportion, before, here)),
        )


def _lead(diagnosis: WidestBottleneck) -> str | None:
    return diagnosis.lead.transition.stage if diagnosis.lead else None


def _contenders(diagnosis: WidestBottleneck) -> list[str]:
    return [standing.transition.stage for standing in diagnosis.contenders]


def _funnel() -> dict[str, object]:
    stages: list[dict[str, object]] = [{"name": name, "event": name} for name in STAGES]
    for stage, rate in zip(stages[1:], RATES, strict=True):
        stage["target"] = rate
    columns = {"entity": "visitor", "event": "event", "time": "at"}
    return {"name": "simulated", "source": {"columns": columns}, "window": f"{WINDOW}d", "stages": stages}


def _log(rng: np.random.Generator, weak: int) -> pl.DataFrame:
    """Visitors who come evenly over DAYS, and all that they do until the last window has passed."""
    entered = START + rng.uniform(0, DAYS, VISITORS) * 86_400
    visitors, at = np.arange(VISITORS), entered
    rows = [(STAGES[0], visitors, at)]
    for position, (rate, delay) in enumerate(zip(RATES, DELAYS, strict=True)):
        goes_on = rng.random(len(visitors)) < rate * (0.75 if position == weak else 1)
        visitors = visitors[goes_on]
        at = at[goes_on] + np.minimum(rng.exponential(delay, len(visitors)), WINDOW / 4) * 86_400 + 1
        rows.append((STAGES[position + 1], visitors, at))
    events = [
        pl.DataFrame({"visitor": who, "at": when.astype(np.int64)}).with_columns(pl.lit(stage).alias("event"))
        for stage, who, when in rows
    ]
    end = pl.DataFrame({"visitor": [-1], "at": [START + (DAYS + WINDOW) * 86_400], "event": ["end"]})
    return pl.concat([*events, end.select("visitor", "at", "event")])


def main(runs: int = 400, seed: int = 1) -> None:
    """Print what the documentation quotes."""
    say = sys.stdout.write
    say(f"nothing wrong: {of_counts(runs, seed).wrongly_confirmed:.1%} confirmed\n")
    for factor in (0.80, 0.75):
        found = [of_counts(runs, seed, weak, factor) for weak in range(len(RATES))]
        named, wrong = min(each.named for each in found), max(each.wrongly_confirmed for each in found)
        confirmed = min(each.confirmed for each in found)
        say(f"one stage {1 - factor:.0%} below, the worst of the stages: ")
        say(f"named {named:.1%}, confirmed {confirmed:.1%}, another confirmed {wrong:.1%}\n")
    same, right = of_logs(runs // 4, seed)
    say(f"judged on the last day: {same:.1%} as a window later, {right:.1%} the weak stage\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
