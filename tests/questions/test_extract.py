"""What `extract` unloads says what the whole log says: tried in DuckDB, which runs the statement.

More random logs by hand: ./dev run python -m tests.questions.extracted FIRST_SEED LAST_SEED
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import UsageError
from growthctl.questions.analyze import analyze
from growthctl.questions.extract import extract
from tests.questions.extracted import answer, difference, unload

FUNNELS = Path(__file__).parents[2] / "funnels"
SAMPLE = Path(__file__).parents[2] / "sample_data/events.parquet"
DAY = "2026-03-{:02} {:02}:00"
STAGES = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay"}]


def shop(**changes: Any) -> dict[str, Any]:
    return {"name": "shop", "stages": STAGES, "window": "2d", "source": {"path": ["events.csv"]}} | changes


def rows(*lines: str) -> pl.DataFrame:
    """`ann 3 visit`: somebody, a day of March, an event; more columns as plan=pro."""
    cells = []
    for user, day, event, *more in (line.split() for line in lines):
        cells.append({"user_id": user, "event": event, "timestamp": DAY.format(int(day), 12)})
        cells[-1] |= dict(text.split("=") for text in more)
    return pl.DataFrame(cells).with_columns(pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M"))


def kept(funnel: dict[str, Any], log: pl.DataFrame, folder: Path, **asked: Any) -> list[tuple[Any, ...]]:
    """The events that are unloaded, after it is seen that they say what the whole log says."""
    log.write_parquet(folder / "log.parquet")
    part = unload(funnel, folder / "log.parquet", folder, **asked)
    asked.pop("times", None)
    asked.pop("every_event", None)
    assert answer(funnel, part, **asked) == answer(funnel, folder / "log.parquet", **asked)
    frame = pl.read_parquet(part).sort("timestamp", "event")
    return frame.select(pl.col("timestamp").dt.day(), "event").rows()


@pytest.mark.parametrize("seed", range(10))
def test_the_unloaded_part_of_a_random_log_says_what_the_whole_log_says(seed: int, tmp_path: Path) -> None:
    assert difference(seed, tmp_path) is None


@pytest.mark.parametrize("asked", [{}, {"since": "2026-02-01", "until": "2026-03-01"}, {"as_of": "2026-03-20"}])
@pytest.mark.parametrize("name", ["saas_signup", "checkout", "b2b_accounts"])
def test_the_sample_funnels_say_the_same_of_what_they_unload(name: str, asked: dict[str, str], tmp_path: Path) -> None:
    from growthctl.funnel.file import Loaded, load_funnel

    path = FUNNELS / f"{name}.yml"
    declared = load_funnel(path)
    source = declared.source.model_copy(update={"format": "auto"})
    funnel: Any = Loaded(declared.model_copy(update={"source": source}), path)
    log = pl.read_parquet(SAMPLE)
    log = log.with_columns(pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False))
    log.write_parquet(tmp_path / "log.parquet")
    part = unload(funnel, tmp_path / "log.parquet", tmp_path, **asked)
    assert answer(funnel, part, **asked) == answer(funnel, tmp_path / "log.parquet", **asked)
    assert pl.scan_parquet(part).collect_schema().len() < log.width
    if name == "saas_signup":
        assert pl.read_parquet(part).height < log.height


def test_other_events_stay_but_for_the_first_and_the_last_row_of_the_log(tmp_path: Path) -> None:
    log = rows("ann 1 help", "ann 3 visit", "ann 4 help", "ann 4 pay", "bob 9 visit", "bob 20 help")
    assert kept(shop(), log, tmp_path) == [(1, "help"), (3, "visit"), (4, "pay"), (9, "visit"), (20, "help")]


def test_a_range_keeps_its_days_and_a_window_and_a_day_more_on_both_sides(tmp_path: Path) -> None:
    log = rows(*(f"u{day} {day} visit" for day in range(1, 29)))
    days = [day for day, _ in kept(shop(), log, tmp_path, since="2026-03-10", until="2026-03-15")]
    assert days == [1, *range(7, 19), 28]


def test_the_first_event_ever_is_unloaded_however_old_it_is(tmp_path: Path) -> None:
    stages = [{"name": "visit", "event": "visit", "first_ever": True}, STAGES[1]]
    log = rows("zoe 1 help", "ann 2 visit", "ann 20 visit", "ann 20 pay", "bob 20 visit", "bob 3 pay")
    found = kept(shop(stages=stages), log, tmp_path, since="2026-03-15")
    assert found == [(1, "help"), (2, "visit"), (20, "pay"), (20, "visit"), (20, "visit")]
    assert analyze(shop(stages=stages), tmp_path / "log.parquet", since="2026-03-15").stages[0].reached == 1


def test_a_row_that_links_two_ids_is_unloaded_whatever_it_is(tmp_path: Path) -> None:
    funnel = shop(source={"identity": {"anonymous": "device", "known": "user"}})
    log = rows(
        "- 3 help", "- 1 login device=d1 user=ann", "- 2 login device=d2", "- 20 visit device=d1", "- 20 pay user=ann"
    )
    found = kept(funnel, log, tmp_path, since="2026-03-15")
    assert found == [(1, "login"), (20, "pay"), (20, "visit")]


@pytest.mark.parametrize(
    "changes", [{"order": "strict"}, {"count": "sessions"}, {"stages": [STAGES[0], {"name": "any", "event": "*"}]}]
)
def test_where_any_event_may_matter_all_of_them_are_unloaded(changes: dict[str, Any], tmp_path: Path) -> None:
    log = rows("ann 3 visit", "ann 3 help", "ann 3 pay", "bob 4 visit", "bob 5 help")
    assert len(kept(shop(**changes), log, tmp_path)) == 5
    assert "-- Every event" in extract(shop(**changes), "duckdb")


def test_every_event_is_unloaded_where_it_is_asked_for(tmp_path: Path) -> None:
    log = rows("ann 3 visit", "ann 3 help", "ann 3 pay")
    assert len(kept(shop(), log, tmp_path, every_event=True)) == 3


def test_with_a_filter_all_rows_are_unloaded_for_no_statement_knows_which_pass_it_last(tmp_path: Path) -> None:
    log = rows("ann 3 visit plan=a", "ann 3 help plan=a", "ann 9 help plan=b", "ann 12 help plan=a")
    funnel = shop(source={"filter": "plan = 'a'"})
    assert len(kept(funnel, log, tmp_path)) == 4
    assert [day for day, _ in kept(funnel, log, tmp_path, as_of="2026-03-05")] == [3, 3]


def test_a_range_that_counts_back_needs_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="count back from the end of the log"):
        extract(shop(), "duckdb", since="7d")
    assert "2026-03-10" in extract(shop(), "duckdb", since="7d", as_of="2026-03-20")


def test_all_columns_that_the_funnel_reads_are_selected_each_once() -> None:
    funnel = shop(
        source={
            "path": ["x.parquet"],
            "columns": {"entity": ["user_id", "email"], "id": ["a", "b"], "time": "at"},
            "filter": "bot = false",
            "properties": {"props.amount": "float"},
        },
        stages=[{"name": "visit", "event": "visit", "where": "path = '/' AND event <> ''"}, STAGES[1]],
        exclude=[{"event": "x", "where": {"kind": "y"}, "between": ["visit", "pay"]}],
        hold_constant=["campaign"],
        segments=["plan", {"name": "channel", "from": "medium", "map": {"cpc": "paid"}}],
        value={"property": "props.amount", "currency": "EUR"},
    )
    names = ["user_id", "email", "event", "at", "a", "b", "props", "path", "kind", "campaign", "plan", "medium", "bot"]
    assert _selected(extract(funnel, "duckdb")) == names
    split = [name for name in names if name not in ("plan", "medium")]
    assert _selected(extract(funnel, "duckdb", by=["country"])) == [*split[:-1], "country", "bot"]


def test_a_table_of_dates_or_of_one_event_is_unloaded_as_a_whole() -> None:
    dated = shop(
        source={"path": ["deals.csv"], "columns": {"entity": "email"}, "stage_dates": {"visit": "d1", "pay": "d2"}}
    )
    assert _selected(extract(dated, "duckdb", since="2026-01-01")) == ["email", "d1", "d2"]
    single = shop(source={"path": ["deals.csv"], "event": "pay"})
    assert _selected(extract(single, "duckdb")) == ["user_id", "timestamp"]
    exploded = shop(source={"path": ["deals.csv"], "explode": "events"})
    for funnel in (dated, single, exploded):
        assert "WHERE" not in extract(funnel, "duckdb")
    assert "SELECT\n  *\nFROM" in extract(exploded, "duckdb")


@pytest.mark.parametrize(
    "source",
    [
        {"time_format": "day-first"},
        {"time_origin": "2026-01-01"},
        {"columns": {"time": "{day} {clock}"}},
        {"columns": {"time": "properties.time"}},
    ],
)
def test_times_that_cannot_be_compared_are_not_and_a_comment_says_so(source: dict[str, Any]) -> None:
    text = extract(shop(source={"path": ["x.csv"], **source}), "duckdb", since="2026-01-01")
    assert "WHERE" not in text
    assert "no time is compared" in text


@pytest.mark.parametrize(
    "source",
    [
        {"columns": {"entity": "user.id"}},
        {"columns": {"entity": "{user}-{tenant}"}},
        {"identity": {"anonymous": "device", "known": "properties.user"}},
    ],
)
def test_where_no_column_says_whose_a_row_is_none_is_left_out(source: dict[str, Any]) -> None:
    text = extract(shop(source={"path": ["x.csv"], **source}), "duckdb", since="2026-01-01", as_of="2026-02-01")
    assert "WHERE \"timestamp\" < TIMESTAMP '2026-02-03 00:00:00'\n)" in text
    assert "whose it is" in text


def test_limits_of_centuries_are_no_days() -> None:
    text = extract(shop(window="36525d"), "duckdb", since="2026-01-01", until="2026-02-01")
    assert "2026" not in text.partition("COPY")[2]


def test_one_of_several_sources_has_its_own_columns_and_events() -> None:
    sources = {
        "site": {"path": ["web.parquet"]},
        "crm": {"path": ["deals.csv"], "columns": {"entity": "email", "time": "at"}},
    }
    stages = [
        {"name": "visit", "event": "visit", "source": "site"},
        {"name": "lead", "event": "lead"},
        {"name": "demo", "event": "demo", "source": "crm"},
    ]
    funnel = {"name": "firm", "sources": sources, "stages": stages}
    text = extract(funnel, "duckdb", source="crm")
    assert _selected(text) == ["email", "event", "at"]
    assert "\"event\" IN ('demo', 'lead')" in text
    assert "sources.crm.path" in text
    for name in (None, "shop"):
        with pytest.raises(UsageError, match="--source"):
            extract(funnel, "duckdb", source=name)
    with pytest.raises(UsageError, match="one source"):
        extract(shop(), "duckdb", source="crm")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"path": ["a.csv", "b.csv"]}, "no_table"),
        ({"path": ["logs/*.csv"]}, "no_table"),
        ({"path": ["x.csv"], "columns": {"event": "{file}"}}, "no_column_names"),
        ({"path": ["x.csv"], "preset": "snowplow"}, "no_column_names"),
    ],
)
def test_what_no_table_has_is_refused(source: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as refused:
        extract(shop(source=source), "duckdb")
    assert refused.value.problems[0].code == code


def test_times_of_analytics_in_bigquery_are_numbers() -> None:
    text = extract(shop(source={"preset": "ga4_bigquery"}), "bigquery", table="p.d.events_*", since="2026-03-10")
    assert "FROM `p.d.events_*`" in text
    assert "`event_timestamp` >= 1772841600000000" in text


def _selected(text: str) -> list[str]:
    lines = text[text.index("SELECT\n") :].split("\nFROM")[0].splitlines()[1:]
    return [line.strip(' ",') for line in lines]


def test_several_sources_each_unloaded_on_its_own_say_what_they_say_as_a_whole(tmp_path: Path) -> None:
    site = rows("v1 1 visit", "v1 2 help", "v2 3 visit", "v3 4 visit", "v3 25 help")
    crm = rows("a 2 lead", "a 3 note", "a 6 won", "b 4 lead", "b 28 note", "c 4 note")
    (tmp_path / "links.csv").write_text("crm,site\na,v1\nb,v2\nc,v3\n", encoding="utf-8")
    stages = [{"name": name, "event": name} for name in ("visit", "lead", "won")]
    funnel = {"name": "firm", "stages": stages, "window": "5d", "identity": {"links": str(tmp_path / "links.csv")}}
    logs = {"site": site, "crm": crm}
    for name, log in logs.items():
        (tmp_path / name).mkdir()
        log.write_parquet(tmp_path / name / "log.parquet")
    whole = {name: {"path": str(tmp_path / name / "log.parquet")} for name in logs}
    parts = {}
    for name in logs:
        part = unload(funnel | {"sources": whole}, tmp_path / name / "log.parquet", tmp_path / name, source=name)
        parts[name] = {"path": str(part)}
    expected, found = (answer(funnel | {"sources": sources}, None) for sources in (whole, parts))
    for said in (expected, found):
        for source in said["sources"]:
            del source["rows_used"]
    assert found == expected
    assert [stage["reached"] for stage in found["stages"]] == [3, 2, 1]
    assert found["data"]["as_of"] == "2026-03-28T12:00:00Z"
    assert pl.read_parquet(parts["crm"]["path"]).height == 4


def test_a_format_that_would_misread_the_file_is_named() -> None:
    comment = "-- source.format is csv: set it to auto, or leave it out, before you read the file.\n"
    funnel = shop(source={"path": ["x.csv"], "format": "csv"})
    assert comment in extract(funnel, "duckdb")
    assert comment not in extract(funnel, "postgres")


def test_a_property_that_may_be_the_event_itself_is_left_to_whoever_knows_the_table() -> None:
    stages = [{"name": "visit", "event": "visit", "where": "event <> 'x' AND time > '2026-01-01'"}]
    text = extract(shop(stages=stages), "duckdb")
    assert _selected(text) == ["user_id", "event", "timestamp"]
    assert "-- In conditions time is what columns.time says" in text
    assert "In conditions event" not in text
