"""What an answer is worth in a world: shares between 0 and 1, by name. What does not apply there has no score."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from bench.worlds.world import DAY, WEEK, World, draw, true_gain, true_rates
from growthctl import analyze, compare

NAMED = ("confirmed", "tie", "suspect")
CHANGED = ("changed", "changed_inside")
ALWAYS_TRUE = ("mostly_open",)
AFTER_ENTRIES = ("entries_end", "entries_silent")
"""Parts of codes that are true of a log which goes on for a window after its last entry."""

Facts = Mapping[str, Any]
Scores = dict[str, float]


class Scored(NamedTuple):
    """One log's scores."""

    scores: Scores
    remarks: tuple[str, ...] = ()
    """Codes of findings that are not true of its world; or the error that was raised."""


def score_run(world: World, seed: int, run: int) -> Scored:
    """Score one of a world's logs; they do not depend on which worlds there are besides."""
    return score(world, np.random.default_rng((seed, zlib.crc32(world.name.encode()), run)))


def score(world: World, rng: np.random.Generator) -> Scored:
    """Draw a log, ask about it, and hold the answers against the truth."""
    log, funnel = draw(world, rng), world.funnel()
    comparing = is_steady(world) and world.targets
    try:
        analysis = analyze(funnel, log).to_dict()
        comparison = compare(funnel, log).to_dict() if comparing else None
    except Exception as error:  # a crash is a score
        return Scored({"crashed": 1}, (type(error).__name__,))
    codes = false_findings(world, analysis) if is_steady(world) else ()
    scores: Scores = {"crashed": 0}
    for scored in (_nothing_wrong, _one_weak, _one_fell, _one_sank):
        scores |= scored(world, analysis)
    if comparison:
        scores["compare"] = false_change(world, comparison)
    return Scored(scores, codes)


def is_steady(world: World) -> bool:
    """Is nothing wrong there?"""
    return world.weak is None and world.fall is None and world.sink is None


def intervals_hold(world: World, analysis: Facts) -> float | None:
    """The share of the printed intervals of ripe rates that hold the true rate; None where there are none."""
    hold = []
    for stage, rate in zip(analysis["stages"][1:], true_rates(world), strict=True):
        low, high = stage["ripe"]["low"], stage["ripe"]["high"]
        if low is not None and high is not None:
            hold.append(low <= rate <= high)
    return sum(hold) / len(hold) if hold else None


def false_findings(world: World, analysis: Facts) -> tuple[str, ...]:
    """Codes of the log's health that are not true of this world."""
    findings = [finding for finding in analysis["health"]["findings"] if not _is_true(world, finding)]
    return tuple(dict.fromkeys(finding["code"] for finding in findings))


def false_change(world: World, comparison: Facts) -> bool:
    """Is the last ripe week said to differ from the one before?

    Where traffic grows or wobbles the number of entrants does.
    """
    changes = comparison["changes"]
    if world.growth or world.traffic_sd:
        changes = [change for change in changes if change["stage"] is not None]
        return comparison["finding"] == "changed_inside" or bool(changes)
    return comparison["finding"] in CHANGED


def names(world: World, analysis: Facts, transition: int) -> bool:
    """Is this transition the bottleneck, for sure or probably, or one of two?"""
    bottleneck = analysis["bottleneck"]
    stages = {bottleneck["stage"], *bottleneck["contenders"]}
    return bottleneck["verdict"] in NAMED and world.stages[transition + 1] in stages


def confirms_another(world: World, analysis: Facts, transition: int) -> bool:
    """Is another transition confirmed as the bottleneck?"""
    bottleneck = analysis["bottleneck"]
    return bool(bottleneck["verdict"] == "confirmed" and bottleneck["stage"] != world.stages[transition + 1])


def broken(analysis: Facts) -> list[Facts]:
    """What is broken now."""
    listed: list[Facts] = analysis.get("broken_now") or []
    return listed


def _nothing_wrong(world: World, analysis: Facts) -> Scores:
    if not is_steady(world):
        return {}
    verdict = analysis["bottleneck"]["verdict"]
    hold = intervals_hold(world, analysis)
    scores: Scores = {
        "confirmed": verdict == "confirmed",
        "suspected": verdict in NAMED,
        "health": bool(false_findings(world, analysis)),
        "broken": bool(broken(analysis)),
    }
    return scores if hold is None else scores | {"hold": hold}


def _one_weak(world: World, analysis: Facts) -> Scores:
    if world.weak is None:
        return {}
    bottleneck, stage = analysis["bottleneck"], world.stages[world.weak + 1]
    scores: Scores = {
        "named": names(world, analysis, world.weak),
        "confirmed": (bottleneck["verdict"], bottleneck["stage"]) == ("confirmed", stage),
        "another": confirms_another(world, analysis, world.weak),
        "broken": bool(broken(analysis)),
    }
    gain = bottleneck["recoverable"]
    if gain and bottleneck["stage"] == stage:
        scores["gain_hold"] = gain["low"] <= true_gain(world) <= gain["high"]
    hold = intervals_hold(world, analysis)
    return scores if hold is None else scores | {"hold": hold}


def _one_fell(world: World, analysis: Facts) -> Scores:
    if world.fall is None:
        return {}
    stage = world.stages[world.fall + 1]
    own = [entry for entry in broken(analysis) if entry["stage"] == stage]
    dates = [abs(_days_since(world.fell_at, entry["since_at"])) for entry in own if entry.get("since_at")]
    scores: Scores = {
        "broken": bool(own),
        "other_broken": len(own) < len(broken(analysis)),
        "in_health": _finding(analysis, "rate_fell", stage),
        "another": confirms_another(world, analysis, world.fall),
    }
    return scores | {"dated": min(dates) <= WEEK} if dates else scores


def _one_sank(world: World, analysis: Facts) -> Scores:
    if world.sink is None:
        return {}
    stage = world.stages[world.sink + 1]
    drift = _finding(analysis, "drift", stage)
    is_broken = any(entry["stage"] == stage for entry in broken(analysis))
    return {
        "sinking": drift or is_broken,
        "drift": drift,
        "broken": is_broken,
        "in_health": _finding(analysis, "rate_fell", stage),
        "fine": analysis["bottleneck"]["verdict"] == "none_below_reference",
    }


def _is_true(world: World, finding: Facts) -> bool:
    true = (*ALWAYS_TRUE, *world.true_findings)
    if world.ends == "window" and (
        finding["since_at"] is None or _days_since(world.entries_end, finding["since_at"]) > -1
    ):
        true += AFTER_ENTRIES
    code = f"{finding['code']}:{finding.get('class')}"
    return any(part in code for part in true)


def _finding(analysis: Facts, code: str, stage: str) -> bool:
    return any((finding["code"], finding["stage"]) == (code, stage) for finding in analysis["health"]["findings"])


def _days_since(start: int, date: str) -> float:
    """From seconds since 1970 to an ISO date."""
    return (datetime.fromisoformat(date).timestamp() - start) / DAY
