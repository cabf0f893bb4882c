"""Parts of an answer as polars frames, for whoever goes on in Python: flat, under the names of the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

import polars as pl

from growthctl.report.analysis import Analysis
from growthctl.report.base import Part
from growthctl.report.segments import SegmentStage
from growthctl.report.stages import CountRatioFacts, StageFacts

_TYPES = {str: pl.String(), int: pl.Int64(), float: pl.Float64(), bool: pl.Boolean()}


def stages_frame(analysis: Analysis) -> pl.DataFrame:
    """A row a stage."""
    rows = [_flat(stage.model_dump()) for stage in analysis.stages]
    return pl.DataFrame(rows, schema=dict(_columns(StageFacts)))


def segments_frame(analysis: Analysis) -> pl.DataFrame:
    """A row for each segment and stage; of several properties `by` and `values` are joined by a comma."""
    rows = [
        {"by": _joined(segment.by), "values": _joined(segment.values), **_flat(stage.model_dump())}
        for segment in analysis.segments
        for stage in segment.stages
    ]
    return pl.DataFrame(rows, schema={"by": pl.String(), "values": pl.String(), **dict(_columns(SegmentStage))})


def counted_frame(analysis: Analysis) -> pl.DataFrame:
    """A row for each value that counts are split by; none without a counted stage."""
    parts = analysis.counted.segments if analysis.counted else []
    rows = [part.model_dump() | {"by": _joined(part.by), "values": _joined(part.values)} for part in parts]
    schema = {"by": pl.String(), "values": pl.String(), **dict(_columns(CountRatioFacts))}
    return pl.DataFrame(rows, schema=schema)


def _columns(part: type[Part], above: str = "") -> Iterator[tuple[str, pl.DataType]]:
    """By a model and not by what is there: what is null throughout has its columns, too."""
    for name, field in part.model_fields.items():
        kind = _kind(field.annotation)
        if issubclass(kind, Part):
            yield from _columns(kind, f"{above}{name}.")
        else:
            yield above + name, _TYPES[kind]


def _kind(annotation: Any) -> type:
    """What a field holds, if it holds anything: int of `int | None`, str of a Literal."""
    while arguments := get_args(annotation):
        annotation = str if get_origin(annotation) is Literal else arguments[0]
    kind: type = annotation
    return kind


def _flat(part: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Fields of fields as `ripe.entered`."""
    row: dict[str, Any] = {}
    for name, value in part.items():
        row |= _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else {above + name: value}
    return row


def _joined(values: Sequence[Any]) -> str | None:
    """As text; null where there is only one and it is null."""
    return None if list(values) == [None] else ",".join(map(_text, values))


def _text(value: Any) -> str:
    """As JSON has it, without quotes."""
    return value if isinstance(value, str) else json.dumps(value)
