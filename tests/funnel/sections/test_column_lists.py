"""Names of columns that are made of several."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from growthctl.errors import SpecError
from growthctl.funnel.file import funnel_from_mapping
from growthctl.funnel.sections.column_lists import (
    FILE,
    FirstOf,
    Grouped,
    Together,
    parse_first_of,
    parse_segment,
    parse_together,
)
from growthctl.funnel.sections.source import Source


def test_a_plain_name_stays_one() -> None:
    assert not isinstance(parse_first_of("a"), FirstOf)
    assert not isinstance(parse_first_of(["a"]), FirstOf)
    assert not isinstance(parse_together(["a"]), Together)
    assert not isinstance(parse_segment("a"), Grouped)


def test_what_is_made_of_several_is_shown_by_its_parts_and_knows_them() -> None:
    first = parse_first_of(["event", "page:{name}", "{file}"])
    assert (first, isinstance(first, FirstOf) and first.parts) == (
        "event, else page:{name}, else {file}",
        ("event", "name", FILE),
    )
    ids = parse_together([["a", "b"], ["c"]])
    assert (ids, isinstance(ids, Together) and ids.parts) == ("a + b, else c", ("a", "b", "c"))
    segment = parse_segment({"name": "channel", "from": "medium", "map": {1: "paid", "*": "other"}})
    assert (segment, isinstance(segment, Grouped) and (segment.parts, segment.groups)) == (
        "channel",
        (("medium",), {"1": "paid", "*": "other"}),
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"event": 5}, "'5' is a number, not a name: write it in quotes"),
        ({"event": []}, "is not a column's name"),
        ({"event": ["a", ""]}, "an empty text is not a column's name"),
        ({"id": [["a", None]]}, "is not a column's name"),
    ],
)
def test_what_is_no_name_is_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Source.model_validate({"columns": columns})


def problems(*segments: object) -> list[str]:
    with pytest.raises(SpecError) as caught:
        funnel_from_mapping({"stages": [{"name": "ad", "event": "ad"}], "segments": list(segments)})
    return [problem.message for problem in caught.value.problems]


CHANNEL = {"name": "channel", "from": "medium", "map": {"cpc": "paid"}}


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        (CHANNEL | {"form": "x"}, "unknown key 'form'; did you mean 'from'?"),
        ({"name": "channel", "map": {"a": "b"}}, "a segment is a property, or {name: channel,"),
        (CHANNEL | {"map": {}}, "map is a mapping of values to names"),
        (CHANNEL | {"map": {"cpc": 1}}, "map is a mapping of values to names"),
    ],
)
def test_a_group_that_is_not_complete_is_refused(segment: object, message: str) -> None:
    (found,) = problems(segment)
    assert message in found


def test_a_name_is_one_grouping() -> None:
    (found,) = problems("plan", CHANNEL, CHANNEL | {"map": {"ppc": "paid"}})
    assert found == "segments[2].name: the name 'channel' is taken by segments[1]"
    (found,) = problems("channel", CHANNEL)
    assert found == "segments[1].name: the name 'channel' is taken by segments[0]"


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "·", 1])
def test_a_delimiter_is_one_character(delimiter: object) -> None:
    with pytest.raises(ValidationError, match="is not one character"):
        Source.model_validate({"delimiter": delimiter})
