"""Processes are measured whole, in turn, and compared round by round."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import pytest

from bench import measure
from bench.measure import Cost, middle, ratio, run, take_turns

BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_run_gives_the_output_the_seconds_of_the_processor_and_the_peak_memory() -> None:
    cost, written = run(python(f"{BUSY}\nheld = bytes(100_000_000)\nprint('done')"))
    assert written == "done\n"
    assert cost.cpu >= 0.2
    assert cost.wall > 0
    assert cost.peak >= 100


def test_the_processes_that_a_process_starts_are_counted_with_it() -> None:
    cost, _ = run(python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"))
    assert cost.cpu >= 0.2


def test_a_run_does_not_see_settings_of_growthctl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROWTHCTL_FORMAT", "table")
    assert run(python("import os; print('GROWTHCTL_FORMAT' in os.environ)"))[1] == "False\n"


def test_a_command_that_fails_ends_everything_with_what_it_complained_about() -> None:
    with pytest.raises(SystemExit, match="no such log"):
        run(python("import sys; sys.exit('no such log')"))


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of running commands, notes their first words; the nth run costs n seconds."""
    ran: list[str] = []

    def note(command: Sequence[str]) -> tuple[Cost, str]:
        ran.append(command[0])
        return Cost(len(ran), len(ran), len(ran)), f"answer {len(ran)}"

    monkeypatch.setattr(measure, "run", note)
    return ran


def test_programs_take_turns_and_the_round_to_warm_up_does_not_count(order: list[str]) -> None:
    seen: list[Mapping[str, str]] = []
    costs = take_turns({"ours": ["a"], "theirs": ["b"]}, {"only once": ["c"]}, 2, seen.append)
    assert order == ["a", "b", "c", "a", "b", "a", "b"]
    assert {name: [cost.cpu for cost in spent] for name, spent in costs.items()} == {"ours": [4, 6], "theirs": [5, 7]}
    assert seen[0] == {"ours": "answer 1", "theirs": "answer 2", "only once": "answer 3"}
    assert len(seen) == 3


def test_a_wrong_answer_ends_the_rounds(order: list[str]) -> None:
    def refuse(written: Mapping[str, str]) -> None:
        raise SystemExit("wrong")

    with pytest.raises(SystemExit, match="wrong"):
        take_turns({"ours": ["a"], "theirs": ["b"]}, {}, 5, refuse)
    assert order == ["a", "b"]


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    # The busy second round slows both; the ratio of the medians would be 3.
    ours = [Cost(2, 0, 0), Cost(30, 0, 0), Cost(3, 0, 0)]
    theirs = [Cost(1, 0, 0), Cost(15, 0, 0), Cost(1, 0, 0)]
    assert ratio(ours, theirs, "cpu") == 2
    assert middle(ours, "cpu") == 3
