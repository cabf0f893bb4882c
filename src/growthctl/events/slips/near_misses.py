"""Names of events that people take for one another: they differ in case, blanks or separators only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import polars as pl

from growthctl.errors import Notice
from growthctl.events.column_names import EVENT, REJECTED
from growthctl.events.stage_flags import ANY, names_of
from growthctl.funnel.sections.model import Funnel

NEAR = "near"
"""The column of `near_sum`."""
_SEPARATORS = re.compile(r"[\s_.-]+")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9\s_.-]+")
_JOINTS = ("", "_", "-", " ", ".")
_PADS = (("", ""), ("", " "), (" ", ""), (" ", " "), ("", "  "), ("", "\t"), ("", "\r"))


def near_sum(funnel: Funnel) -> pl.Expr:
    """How many usable canonical rows have a name that may be a slip of one of the funnel, to be summed beside others.

    Of the usual ways to write a name: to look at every name costs a third of the time of reading.
    """
    names = names_of(funnel)
    variants = sorted({variant for name in names for variant in _variants(name)} - set(names))
    return (pl.col(REJECTED).is_null() & pl.col(EVENT).is_in(variants)).sum().alias(NEAR)


def near_misses(funnel: Funnel, counts: Mapping[str, int]) -> Iterator[Notice]:
    """For each name of a stage or an exclusion, those of the log (with their `counts`) that are like it and that the
    funnel lacks.
    """
    known, alike = set(names_of(funnel)), dict[str, list[str]]()
    for name in counts:
        if name not in known:
            alike.setdefault(folded(name), []).append(name)
    named: list[tuple[str | None, Sequence[str]]] = [(stage.name, stage.event) for stage in funnel.stages]
    named += [(None, rule.event) for rule in funnel.exclude]
    for stage, events in named:
        for event in events:
            variants = {name: counts[name] for name in alike.get(folded(event), [])}
            if variants and event != ANY:
                yield Notice("near_miss", stage, {"event": event, "variants": variants})


def folded(name: str) -> str:
    """A name without case, blanks and separators."""
    return _SEPARATORS.sub("", name.casefold())


def _variants(name: str) -> Iterator[str]:
    words = _WORDS.findall(name)
    for joint, pad in product(_JOINTS, _PADS):
        lower = [word.lower() for word in words]
        titles = [word.capitalize() for word in lower]
        for cased in (
            words,
            lower,
            [word.upper() for word in words],
            titles,
            [*titles[:1], *lower[1:]],
            [*lower[:1], *titles[1:]],
        ):
            yield f"{pad[0]}{joint.join(cased)}{pad[1]}"
    for before, after in _PADS:
        yield f"{before}{name}{after}"
