"""A drafted funnel as the text of a funnel file, with comments for whoever goes on from there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from growthctl.funnel.checks.crosschecks import RESERVED
from growthctl.funnel.sections.stage import StageKind
from growthctl.report.inspection import Draft, DraftSource, DraftStage
from growthctl.words.inspection import UTC
from growthctl.words.numbers import integer, many, printable

_PLAIN = re.compile(r"[A-Za-z_$./][A-Za-z0-9_$./ -]*(?<! )")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}
_KINDS: tuple[tuple[StageKind, re.Pattern[str]], ...] = (
    (
        "payment",
        re.compile(
            r"purchase|paid|payment.?(success|succeeded|complete)|^payment$|^orders?$|order.?(placed|complete)|won$"
        ),
    ),
    ("signup", re.compile(r"sign.?up|signed.?up|register|registration")),
    ("demo", re.compile(r"demo")),
    ("onboarding", re.compile(r"onboard|tutorial|training")),
    ("ad", re.compile(r"^ad.?(click|view)|utm|impression")),
    ("landing", re.compile(r"landing|page.?view|^home|^visit")),
)
"""What the name of an event says about the kind of its stage."""
_COMMENT_AT = 40
_HARDLY = 0.1
"""Of the ids of the smaller one of two sources the share that both have, below which something is wrong with them."""


def funnel_text(draft: Draft, name: str, path_of: Callable[[str], str]) -> str:
    """YAML; `path_of`: what a path is from where the file will be."""
    return "".join(f"{line}\n" for line in _lines(draft, name, path_of))


def _lines(draft: Draft, name: str, path_of: Callable[[str], str]) -> Iterator[str]:
    when = ""
    if draft.first_event_at is not None and draft.last_event_at is not None:
        when = f", {UTC.days(draft.first_event_at, draft.last_event_at)}"
    yield "# yaml-language-server: $schema=funnel.schema.json"
    yield "# (for editors that check YAML; growthctl schema funnel -o funnel.schema.json writes it)"
    yield "#"
    yield f"# Drafted from {printable(draft.log)}: {many(draft.rows, 'row')}{when}."
    yield "# It runs as it is; change what you know better."
    yield "version: 1"
    yield f"name: {_scalar(name)}"
    yield _commented("timezone: UTC", "whose days and weeks, such as Europe/Berlin")
    yield ""
    if draft.sources:
        yield from _sources(draft, path_of)
    else:
        yield "source:"
        yield from _source(draft.paths, draft.source, path_of, "  ")
    yield ""
    if draft.session is not None:
        yield f"# count: sessions                      # each session on its own; columns: {{session: {draft.session}}}"
    if draft.window is not None:
        yield _commented(f"window: {draft.window}", "nearly all conversions of the log took no longer")
    if draft.session is not None or draft.window is not None:
        yield ""
    yield "# The way of those who got to the last one. Add target: 25% and owner: product to stages; both make the"
    yield "# answer sharper."
    yield "stages:"
    for stage, slug in zip(draft.stages, _slugs([stage.event for stage in draft.stages]), strict=True):
        yield from _stage(stage, slug)
    if draft.segments:
        yield ""
        yield f"segments: [{', '.join(_scalar(segment) for segment in draft.segments)}]"
    yield ""
    worth = "per_conversion: 100" if draft.amount is None else f"property: {_scalar(draft.amount)}"
    yield _commented(f"# value: {{{worth}, currency: EUR}}", "what a conversion is worth: then losses have a price")


def _sources(draft: Draft, path_of: Callable[[str], str]) -> Iterator[str]:
    yield "sources:"
    for source in draft.sources:
        yield f"  {source.name}:"
        yield from _source(source.paths, source.keys, path_of, "    ")
        yield from (f"    # {line}" for line in _doubts(source))
    if draft.links:
        yield f"identity: {{links: {_paths(draft.links, path_of)}}}"
    for path in draft.left_out:
        yield f"# Left out: {printable(path)}. It counts by day, and says of nobody what they did: see counted."


def _source(paths: Sequence[str], keys: Mapping[str, Any], path_of: Callable[[str], str], indent: str) -> Iterator[str]:
    yield f"{indent}path: {_paths(paths, path_of)}"
    yield from (f"{indent}{line}" for key, value in keys.items() for line in _key(key, value))
    if "encoding" in keys:
        yield f"{indent}# The log is not UTF-8: are accents and umlauts right so? Else cp1250, cp1251 …"
    if "time_origin" in keys:
        yield f"{indent}# The log does not say when its times begin, and in which unit they are: set both if you know."


def _paths(paths: Sequence[str], path_of: Callable[[str], str]) -> str:
    located = [path_of(path) for path in paths]
    return _value(located[0] if len(located) == 1 else located)


def _doubts(source: DraftSource) -> Iterator[str]:
    """What is to be known before its people are believed to be those of the others."""
    if source.may_say_what is not None:
        column = _scalar(source.may_say_what)
        yield f"Each row is one event; if {column} says which one, take columns.event: {column} instead."
    if source.shared < _HARDLY * min(source.entities, source.strangers):
        yield f"Only {integer(source.shared)} of its {integer(source.entities)} ids are in another source. Name a"
        yield "column that both have as columns.entity, or say who is who in a file: identity: {links: links.csv}."
    for name in source.in_doubt:
        yield f"Its ids are numbers, as those of {name} are: are equal ones the same people? Else link them in a file."


def _stage(stage: DraftStage, slug: str) -> Iterator[str]:
    label = printable(re.sub(r"_+|(?<=\w)-(?=\w)", " ", stage.event).strip())
    yield f"  - name: {_scalar(slug)}"
    if label:
        yield f"    label: {_scalar(label[0].upper() + label[1:])}"
    kind = next((kind for kind, words in _KINDS if words.search(stage.event.lower())), None)
    if kind:
        yield f"    kind: {kind}"
    names = f"; one event by {len(stage.alike) + 1} names?" if stage.alike else ""
    event = _value([stage.event, *stage.alike]) if stage.alike else _scalar(stage.event)
    yield _commented(f"    event: {event}", f"{integer(stage.entities)} have it{names}")
    if stage.source is not None:
        yield _commented(f"    source: {stage.source}", "another source has the event, too")


def _slugs(events: Sequence[str]) -> list[str]:
    slugs: list[str] = []
    for position, event in enumerate(events, start=1):
        slug = re.sub(r"[^A-Za-z0-9]+", "-", event).strip("-").lower() or f"stage-{position}"
        slug = f"stage-{slug}" if slug in RESERVED else slug
        slugs.append(f"{slug}-{position}" if slug in slugs else slug)
    return slugs


def _key(key: str, value: Any) -> Iterator[str]:
    if value == {}:
        yield f"{key}: {{}}"
    elif isinstance(value, Mapping):
        yield f"{key}:"
        yield from (f"  {line}" for inner, part in value.items() for line in _key(inner, part))
    else:
        yield f"{key}: {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(part) for part in value)}]"
    return _scalar(str(value))


def _scalar(text: str) -> str:
    """Plain where YAML and people read that as this text, else in quotes."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain or re.fullmatch(r"\d{4}-\d\d-\d\d", text) else json.dumps(text, ensure_ascii=False)


def _commented(line: str, comment: str) -> str:
    return f"{line.ljust(_COMMENT_AT)} # {comment}"
