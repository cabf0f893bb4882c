"""What to do next, on the first screen: a line for whoever owns what costs most, and the next commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from growthctl.report.analysis import Analysis
from growthctl.words.analysis.remarks import addressed, interview
from growthctl.words.dates import Clocks
from growthctl.words.labels import label, stage
from growthctl.words.numbers import many, printable

MOST = 2


def steps(analysis: Analysis) -> list[str]:
    """Whom, what: one for each stage that is broken or named; of how many more --details has advice."""
    first = {item.stage: item for item in reversed(analysis.recommendations)}
    stages = list(dict.fromkeys(item.stage for item in analysis.recommendations))
    owners = [first[name].owner for name in stages[:MOST]]
    few = [
        f"{addressed(owner)}{_at(name, analysis, owners)}{printable(first[name].short or first[name].action)}"
        for name, owner in zip(stages, owners, strict=False)
    ]
    few += interview(analysis)
    few += _without_kind(analysis)
    more = len(stages) - MOST
    return few + ([f"{many(more, 'more stage')}: --details."] if more > 0 else [])


def commands(analysis: Analysis, subject: str) -> Iterator[str]:
    """What to run next, ready to paste; `subject` is the funnel as the command line had it, with its log."""
    since = next((fault.since_at for fault in analysis.broken_now if fault.since_at), None)
    lead = analysis.bottleneck.stage
    if since is not None:
        yield f"growthctl compare {subject} --since {Clocks.of(analysis).argument(since)}"
    elif lead is not None and stage(analysis, lead).dropped:
        yield f"growthctl who {subject} --stage {shlex.quote(lead)} --dropped"


def _at(name: str, analysis: Analysis, owners: Sequence[str | None]) -> str:
    """At which stage, where the owner does not say that."""
    owner = stage(analysis, name).owner
    return "" if owner and owners.count(owner) == 1 else f"{label(analysis, name)}: "


def _without_kind(analysis: Analysis) -> list[str]:
    """Advice hangs on what a stage is: of those that are named and say nothing of it."""
    if analysis.bottleneck.unresolvable == "no_gap_seen":
        return []
    advised = {item.stage for item in analysis.recommendations}
    names = [*(fault.stage for fault in analysis.broken_now), *analysis.bottleneck.contenders]
    silent = dict.fromkeys(name for name in names if name not in advised and stage(analysis, name).kind is None)
    return [f"Add kind: to {printable(name)} in the funnel file for advice." for name in silent]
