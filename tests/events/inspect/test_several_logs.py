"""Files are grouped by their columns, and named by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from growthctl.events.inspect.several_logs import file_groups, several_logs

LOG = "user_id,event,timestamp\nu1,a,2026-03-01\nu2,b,2026-03-02\n"


def made(folder: Path, *names: str, content: str = LOG) -> list[str]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return [str(folder / name) for name in names]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("CRM Deals.2026.csv", "crm-deals"),
        ("Käufe.csv", "k-ufe"),
        ("a/__x__.csv", "x"),
        ("site/*.csv", "site"),
        ("site-*.csv", "site"),
        ("site", "site"),
    ],
)
def test_a_source_is_called_by_its_file_or_folder(tmp_path: Path, path: str, name: str) -> None:
    made(tmp_path, "CRM Deals.2026.csv", "Käufe.csv", "a/__x__.csv", "site/1.csv", "site-1.csv")
    (group,) = file_groups([str(tmp_path / path)])
    assert (group.name, group.paths) == (name, (str(tmp_path / path),))


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [
        *made(tmp_path, "eu/log.csv"),
        *made(tmp_path, "us/log.csv", content=LOG.replace("user_id", "who")),
        *made(tmp_path, "log-2.csv", content=LOG.replace("event", "what")),
    ]
    assert [group.name for group in file_groups(paths)] == ["log", "log-2", "log-2-3"]


def test_files_with_the_same_columns_in_any_order_go_together_and_of_another_format_do_not(tmp_path: Path) -> None:
    paths = made(tmp_path, "log-2026-01.csv", "log-2026-02.csv")
    paths += made(tmp_path, "more.csv", content="event,user_id,timestamp\na,u1,2026-03-01\n")
    paths += made(tmp_path, "app.ndjson", content='{"user_id": "u1", "event": "a", "timestamp": "2026-03-01"}\n')
    assert [(group.name, len(group.paths)) for group in file_groups(paths)] == [("log", 3), ("app", 1)]


def test_logs_that_say_it_alike_are_one_if_most_events_are_the_same(tmp_path: Path) -> None:
    (first,) = made(tmp_path, "first.csv")
    more = LOG.replace("timestamp", "timestamp,plan").replace("2026-03-01", "2026-03-01,x")
    (second,) = made(tmp_path, "second.csv", content=more)
    (third,) = made(tmp_path, "third.csv", content=more.replace("plan", "kind").replace(",a,", ",c,"))
    groups = file_groups([first, third, second])
    assert [log.paths for log in several_logs(groups).logs] == [(first, second), (third,)]
