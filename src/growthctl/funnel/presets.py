"""Whose export a log is: a name for keys of `source`, which anybody may write as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from textwrap import dedent
from typing import Any

import yaml

from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.column_lists import placeholders
from growthctl.funnel.values import shown

PRESETS = (
    "mixpanel",
    "amplitude",
    "posthog",
    "segment",
    "segment_warehouse",
    "rudderstack",
    "ga4_bigquery",
    "heap",
    "snowplow",
)
"""Their names, in the order of the file."""


def parse_preset(raw: object) -> str:
    """One of PRESETS; ValueError."""
    if raw not in PRESETS:
        near = did_you_mean(str(raw), PRESETS) or f"; presets: {', '.join(PRESETS)}"
        raise ValueError(f"there is no preset {shown(raw)}{near}")
    return str(raw)


def preset_keys(name: str) -> Mapping[str, Any]:
    """The keys of `source` that a preset stands for."""
    return _rows()[name]


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = yaml.safe_load(preset_text())
    return rows


def preset_row(name: str) -> tuple[str, str]:
    """What a preset reads, in a sentence, and its keys as YAML."""
    _, _, rest = preset_text().partition(f"\n{name}:\n")
    above = preset_text()[: len(preset_text()) - len(rest)].rstrip().splitlines()[-2]
    row = rest.partition("\n#")[0]
    return above.removeprefix("# "), f"{dedent(row).strip()}\n"


def preset_text() -> str:
    """The file of all of them."""
    return files("growthctl.funnel").joinpath("presets.yml").read_text("utf-8")


def with_preset(source: object) -> object:
    """A `source` as it is written, with the keys of its preset that it does not have itself.

    Whoever names the entity wants no identity of the preset.
    """
    if not isinstance(source, Mapping) or source.get("preset") not in PRESETS:
        return source
    filled = {**preset_keys(source["preset"]), **source}
    own = source.get("columns")
    if isinstance(own, Mapping):
        filled["columns"] = {**preset_keys(source["preset"])["columns"], **own}
        if "entity" in own and "identity" not in source:
            filled["identity"] = None
    return filled


def preset_columns(name: str | None) -> frozenset[str]:
    """All columns that a preset names: any of them may be missing from a log."""
    texts = _texts(preset_keys(name)) if name else ()
    return frozenset(column for text in texts for column in placeholders(text) or (text,))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
