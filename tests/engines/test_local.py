"""Part after part, chunk by chunk."""

from __future__ import annotations

import pytest

from growthctl.engines.local import run
from growthctl.events.reading.progress import Progress, listening
from growthctl.kernel import sorted_events
from growthctl.kernel.journeys import frame_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, find_journeys
from tests import oracle
from tests.kernel.search.test_find_journeys import halves, random_events
from tests.kernel.search.test_random_logs import plan

FUNNEL = plan(oracle.Rules(stages=2, within=[None, None]))
REQUEST = JourneyRequest(EntryScope())


def test_how_far_it_is_is_told_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, events = random_events(0, sparse=True)
    monkeypatch.setattr(sorted_events, "EVENTS_PER_CHUNK", 50)
    heard: list[Progress] = []
    with listening(heard.append):
        run(halves(events), FUNNEL, REQUEST, events.height)
    assert len(heard) > 4
    assert [progress.done for progress in heard] == sorted(progress.done for progress in heard)
    assert (heard[0].done, heard[-1]) == (0, Progress("events", events.height, events.height))


def test_chunks_of_parts_give_the_journeys_of_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, events = random_events(0, sparse=True)
    together = find_journeys(events, FUNNEL, REQUEST)
    monkeypatch.setattr(sorted_events, "EVENTS_PER_CHUNK", 50)
    chunks = run(halves(events), FUNNEL, REQUEST)
    assert len(chunks.journeys) > len(together.journeys)
    first, second = (sorted(frame_of(journeys).rows(), key=str) for journeys in (chunks.journeys, together.journeys))
    assert first == second
    assert (chunks.entities, chunks.events) == (together.entities, together.events)
