"""Presets: keys of `source` by the name of a vendor."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from growthctl.funnel.presets import PRESETS, preset_columns, preset_text, with_preset
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source

STAGES = [{"name": "ad", "event": "ad"}]


def source(**keys: Any) -> Source:
    return Funnel.model_validate({"stages": STAGES, "source": with_preset(keys)}).source


def test_the_names_are_those_of_the_file_in_its_order() -> None:
    assert tuple(yaml.safe_load(preset_text())) == PRESETS


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_keys_that_anybody_may_write(preset: str) -> None:
    keys = yaml.safe_load(preset_text())[preset]
    assert source(preset=preset) == source(**keys).model_copy(update={"preset": preset})


def test_ones_own_keys_win_column_by_column() -> None:
    own = source(preset="amplitude", columns={"event": "client_event"})
    assert (own.columns.event, own.columns.time) == ("client_event", "event_time")


def test_whoever_names_the_entity_wants_no_identity_of_the_preset() -> None:
    assert source(preset="segment").identity is not None
    assert source(preset="segment", columns={"entity": "context.groupId"}).identity is None
    identity = {"anonymous": "a", "known": "b"}
    assert source(preset="segment", columns={"entity": "c"}, identity=identity).identity is not None


def test_all_columns_of_a_preset_may_be_missing() -> None:
    assert preset_columns("segment") == {"event", "name", "type", "timestamp", "messageId", "anonymousId", "userId"}
    assert preset_columns(None) == frozenset()


def test_a_slip_in_the_name_is_told() -> None:
    with pytest.raises(ValidationError, match="there is no preset 'mixpanle'; did you mean 'mixpanel'"):
        source(preset="mixpanle")
    with pytest.raises(ValidationError, match="presets: mixpanel, amplitude, posthog"):
        source(preset="matomo")
