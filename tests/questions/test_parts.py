"""A log that is worked on in parts, or whose entities are numbers, gives the same answers."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze, entities, trend
from growthctl.events import collect
from growthctl.events.reading.progress import Progress, listening
from growthctl.kernel import sorted_events as ordered
from tests.questions.shop import funnel

CLEAN = {"event": "leave", "between": ["visit", "pay"]}
SEGMENTS = {"segments": ["plan", "device"], "value": {"property": "amount"}}
FUNNELS: list[dict[str, Any]] = [
    {},
    {"order": "strict"},
    {"order": "any"},
    {"count": "attempts"},
    {"count": "sessions", "session_gap": "10m"},
    {"count": "sessions", "source": {"columns": {"session": "session"}}},
    {"source": {"columns": {"id": "id"}, "identity": {"anonymous": "user_id", "known": "known"}}},
    {"exclude": [CLEAN | {"effect": "drop"}]},
    {"hold_constant": ["plan"]},
    {"entry": "any_stage"},
    SEGMENTS | {"attribution": "last"},
    {"stages": [{"name": n, "event": n, "first_ever": n == "cart"} for n in ("visit", "cart", "pay")]},
]
KINDS: list[dict[str, Any]] = [
    *FUNNELS,
    {"window": "5m"},
    {"window": None},
    {"ties": "later"},
    {"ties": "later", "window": "10m", "order": "strict"},
    {"entry": "first"},
    {"order": "strict", "window": "5m"},
    {"order": "any", "window": "10m", "hold_constant": ["plan"]},
    {"count": "attempts", "hold_constant": ["plan"]},
    {"count": "attempts", "order": "strict", "exclude": [CLEAN]},
    {"exclude": [CLEAN]},
    {"entry": "any_stage", "exclude": [CLEAN], "count": "sessions", "session_gap": "10m"},
    {"entry": "any_stage", "hold_constant": ["plan"], "window": None},
    SEGMENTS | {"entry": "any_stage"},
    {"exclude": [CLEAN | {"effect": "drop"}], "order": "strict", "window": "10m"},
    *(SEGMENTS | {"attribution": attribution} for attribution in ("entry", "first", "stage:cart")),
    {"stages": [{"name": n, "event": n, "optional": n == "cart"} for n in ("visit", "cart", "pay")]},
    {"window": None, "stages": [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay", "within": "5m"}]},
]
TINY = "200KB"
"""Less than the log of these tests may take: a few files."""


@pytest.fixture(scope="module")
def events() -> pl.DataFrame:
    rng = random.Random(5)
    names, minutes = ["visit", "visit", "cart", "pay", "leave"], 24 * 60
    rows = [
        {
            "user_id": f"u{rng.randrange(400)}",
            "event": rng.choice(names),
            "timestamp": f"2026-03-0{rng.randint(1, 3)}T{rng.randrange(minutes) // 60:02}:{rng.randrange(60):02}:00Z",
            "plan": rng.choice(["free", "pro", None]),
            "device": rng.choice(["mobile", "desktop"]),
            "session": rng.choice(["a", "b", None]),
            "id": f"e{rng.randrange(10_000)}",
            "known": rng.choice([None, None, None, f"k{rng.randrange(200)}"]),
            "amount": rng.choice(["10", "19.9", None]),
        }
        for _ in range(3000)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("changes", FUNNELS)
def test_in_files_as_in_memory(events: pl.DataFrame, changes: dict[str, Any]) -> None:
    asked = funnel(**changes)
    assert analyze(asked, events, memory=TINY).to_dict() == analyze(asked, events).to_dict()
    assert trend(asked, events, memory=TINY).to_dict() == trend(asked, events).to_dict()
    listed = entities(asked, events, stage="cart", reached=False)
    assert not listed.is_empty()
    assert entities(asked, events, stage="cart", reached=False, memory=TINY).equals(listed)


@pytest.mark.parametrize("changes", KINDS)
def test_wherever_a_log_is_cut_the_answer_is_the_same_to_the_byte(
    events: pl.DataFrame, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(events_per_chunk: int, memory: str | None = None) -> str:
        monkeypatch.setattr(ordered, "EVENTS_PER_CHUNK", events_per_chunk)
        return json.dumps(analyze(funnel(**changes), events, memory=memory).to_dict())

    assert {written(30), written(400, TINY)} == {written(250_000)}


@pytest.mark.parametrize("changes", FUNNELS)
def test_entities_that_share_a_number_are_told_apart_by_their_names(
    events: pl.DataFrame, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = funnel(**changes)
    answers = analyze(asked, events).to_dict(), trend(asked, events).to_dict()
    monkeypatch.setattr(collect, "_number", lambda key: key.hash() % 50)
    assert (analyze(asked, events).to_dict(), trend(asked, events).to_dict()) == answers


@pytest.mark.parametrize("kind", [pl.Int64, pl.UInt32, pl.Categorical])
def test_entities_of_other_types_count_like_their_texts(events: pl.DataFrame, kind: type[pl.DataType]) -> None:
    numbered = events.with_columns(pl.col("user_id").str.slice(1))
    other = numbered.with_columns(pl.col("user_id").cast(kind))
    assert analyze(funnel(), other).to_dict() == analyze(funnel(), numbered).to_dict()


def test_no_file_is_left_behind(events: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    analyze(funnel(), events, memory=TINY)
    assert list(tmp_path.iterdir()) == []


def test_a_log_with_ids_is_told_of_once(events: pl.DataFrame) -> None:
    asked = funnel(source={"columns": {"id": "id"}})
    heard: list[Progress] = []
    with listening(heard.append):
        analyze(asked, events)
    done = [told.done for told in heard if told.unit == "rows"]
    assert done[0] == 0
    assert done == sorted(set(done))
    assert done[-1] == events.height
