"""Every question about logs of other shapes, in memory and out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze, entities, explain, paths, trend

USERS = 60
STAGES = [{"name": "ad", "event": "ad"}, {"name": "land", "event": "land"}, {"name": "pay", "event": "pay"}]
EVENTS = [
    {"user_id": f"u{user}", "event": event, "timestamp": f"2024-03-{1 + user % 20:02} {10 + hour}:00:00"}
    for user in range(USERS)
    for hour, event in enumerate(("ad", "land", "noise", "pay")[: 1 + user % 4])
]
FLAT = pl.DataFrame(EVENTS)
PLANS = pl.Series("plan", ["pro" if int(event["user_id"][1:]) % 3 else "free" for event in EVENTS])


def asked(**source: Any) -> dict[str, Any]:
    return {"window": "7d", "stages": STAGES, "source": source}


def sessions() -> pl.DataFrame:
    """A row a user; the events are not in the order of time."""
    element = pl.struct("event", "timestamp", properties=pl.struct("plan"))
    return FLAT.with_columns(PLANS).group_by("user_id", maintain_order=True).agg(element.reverse().alias("events"))


@pytest.fixture(params=["frame", "query", "ndjson", "parquet", "csv"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    frame, path = sessions(), tmp_path / f"log.{request.param}"
    if request.param == "ndjson":
        frame.write_ndjson(path)
    elif request.param == "parquet":
        frame.write_parquet(path)
    elif request.param == "csv":
        texts = [json.dumps(events) for events in frame.get_column("events").to_list()]
        frame.with_columns(pl.Series("events", texts)).write_csv(path)
    return {"frame": frame, "query": frame.lazy()}.get(request.param, path)


def counts(answer: Any) -> list[int]:
    return [stage.reached for stage in answer.stages]


@pytest.mark.parametrize("more", [{}, {"order": "strict"}, {"count": "attempts"}])
@pytest.mark.parametrize("memory", [None, "1KB"])
def test_lists_of_events_are_counted_as_their_events(log: Any, more: dict[str, Any], memory: str | None) -> None:
    flat = analyze(asked() | more, FLAT)
    assert counts(analyze(asked(explode="events") | more, log, memory=memory)) == counts(flat)
    assert more or counts(flat) == [60, 45, 15]


def test_an_event_may_be_in_two_lists_and_is_one_by_its_id(log: Any) -> None:
    answer = analyze(asked(explode="events", columns={"id": ["user_id", "event", "timestamp"]}), log)
    assert answer.data.rows_rejected.duplicate == 0
    if isinstance(log, pl.DataFrame):
        twice = analyze(asked(explode="events", columns={"id": ["user_id", "event"]}), pl.concat([log, log]))
        assert (counts(twice), twice.data.rows_rejected.duplicate) == ([60, 45, 15], len(EVENTS))


def test_the_other_questions_see_the_same_events(log: Any) -> None:
    funnel = asked(explode="events") | {"segments": ["properties.plan"]}
    flat = asked() | {"segments": ["plan"]}
    frame = FLAT.with_columns(PLANS)
    assert entities(funnel, log, stage="pay").equals(entities(flat, frame, stage="pay"))
    assert explain(funnel, log, entity="u7").events == explain(flat, frame, entity="u7").events
    assert trend(funnel, log).periods == trend(flat, frame).periods
    assert paths(funnel, log, after="land").events == paths(flat, frame, after="land").events
