"""Columns are taken for what their names and contents say."""

from __future__ import annotations

import polars as pl
import pytest

from growthctl.events.inspect.column_profiles import ColumnProfile, kind_of
from growthctl.events.inspect.roles import is_counted, is_one_event, people_in, preset_of, roles_of, table_of


def column(name: str, kind: str = "text", distinct: int = 50, rows: int = 1000, **more: object) -> ColumnProfile:
    return ColumnProfile(name, kind, ("x",), rows, rows, distinct, **more)  # type: ignore[arg-type]


def test_names_decide_who_what_and_when() -> None:
    roles = roles_of(
        [
            column("Case ID", distinct=200),
            column("Activity", distinct=7),
            column("Complete Timestamp", "time", 900),
            column("event_id", distinct=1000),
            column("Session", distinct=400),
            column("plan", distinct=3),
            column("note", distinct=800),
        ]
    )
    assert (roles.entity, roles.event, roles.time) == ("Case ID", "Activity", "Complete Timestamp")
    assert (roles.id, roles.session, roles.segments) == ("event_id", "Session", ("plan",))


def test_without_such_names_contents_decide() -> None:
    roles = roles_of([column("kunde_id", distinct=200), column("vorgang", distinct=7), column("wann", "time", 900)])
    assert (roles.entity, roles.event, roles.time) == ("kunde_id", "vorgang", "wann")


def test_words_within_a_name_decide_where_no_name_is_known() -> None:
    roles = roles_of(
        [
            column("Kundenname", distinct=200),
            column("Kunden-Nr.", distinct=200),
            column("land", distinct=90),
            column("actionType", distinct=3),
            column("serverTimePretty", "time", 900),
        ]
    )
    assert (roles.entity, roles.event, roles.time) == ("Kunden-Nr.", "actionType", "serverTimePretty")


def test_the_lines_of_a_web_server_are_of_addresses_and_pages() -> None:
    roles = roles_of(
        [
            column("remote_addr", distinct=300),
            column("time_local", "time", 900),
            column("status", "number", 4),
            column("path", distinct=40),
            column("user_agent", distinct=30),
        ]
    )
    assert (roles.entity, roles.event, roles.time) == ("remote_addr", "path", "time_local")


def test_what_never_changes_and_what_is_mostly_missing_decides_nothing() -> None:
    roles = roles_of(
        [
            column("api_version", "time", 1),
            column("created_ms", "time", 990),
            column("event", distinct=1),
            column("type", distinct=6),
        ]
    )
    assert (roles.event, roles.time) == ("type", "created_ms")
    assert roles_of([column("coupon", distinct=9)._replace(filled=100)]).event is None


def test_an_id_belongs_to_what_it_is_an_id_of() -> None:
    roles = roles_of([column("session.id", distinct=400), column("user.id", distinct=200)])
    assert (roles.entity, roles.session) == ("user.id", "session.id")


def test_an_id_of_rows_is_no_entity_and_a_time_in_few_rows_is_not_when() -> None:
    roles = roles_of([column("id", distinct=1000), column("event", distinct=5), column("at", "number", 30)])
    assert (roles.entity, roles.time) == (None, None)


def test_a_row_per_lead_with_several_dates_is_a_table_of_stages() -> None:
    columns = [
        column("Deal ID", distinct=1000),
        column("Owner", distinct=4),
        column("Created", "time", 300),
        column("Won", "time", 100),
        column("Last modified", "time", 400),
    ]
    table = table_of(columns)
    assert table is not None
    roles, dates = table
    assert (roles.entity, dates, roles.segments) == ("Deal ID", ["Created", "Won"], ("Owner",))
    assert table_of([*columns, column("event", distinct=5)]) is None
    assert table_of(columns[:3]) is None
    assert table_of([column("Deal ID", distinct=300), *columns[1:]]) is None


@pytest.mark.parametrize(("largest", "unit"), [(714.0, "h"), (86_400.0, "s"), (30.0, "h"), (5.0, "d"), (2_000.0, "m")])
def test_numbers_that_count_from_a_start_have_the_unit_by_which_they_last_half_a_day(largest: float, unit: str) -> None:
    assert roles_of([column("time", "number", 30, largest=largest)]).time_unit == unit


@pytest.mark.parametrize(
    ("names", "preset"),
    [
        ({"event", "properties.time", "properties.distinct_id", "properties.plan"}, "mixpanel"),
        ({"event_type", "event_time", "user_id", "$insert_id"}, "amplitude"),
        ({"uuid", "event", "timestamp", "distinct_id", "properties.plan"}, "posthog"),
        ({"type", "event", "name", "timestamp", "userId", "anonymousId", "messageId"}, "segment"),
        ({"id", "event", "timestamp", "user_id", "anonymous_id"}, "segment_warehouse"),
        ({"event_name", "event_timestamp", "user_pseudo_id", "event_params.page"}, "ga4_bigquery"),
        ({"user_id", "event", "timestamp", "id", "plan"}, None),
        ({"user_id", "page_name", "timestamp", "utm_source"}, None),
    ],
)
def test_a_preset_is_known_by_the_columns_that_only_it_has(names: set[str], preset: str | None) -> None:
    assert preset_of(names) == preset


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["2024-01-01", "2024-01-02 10:00"], "time"),
        (["31/01/2024", "01/02/2024"], "time"),
        (["1/31/2014 1:10 PM"], "time"),
        (["1659304800025"], "time"),
        (["12.5", "7"], "number"),
        (["1,020.00", "7.50"], "number"),
        (["1.020,00"], "number"),
        (["true", "FALSE"], "boolean"),
        (["u1", "declaration 73582"], "text"),
        (["", None], "text"),
    ],
)
def test_values_say_what_a_column_holds(values: list[str | None], kind: str) -> None:
    assert kind_of(pl.Series(values, dtype=pl.String)) == kind


def test_counts_of_nobody_are_told_from_events() -> None:
    day = column("day", "time", 60)
    costs = [day, column("campaign", distinct=5), column("campaign_id", distinct=5), column("clicks", "number")]
    assert is_counted(costs)
    assert is_counted([day, column("Sessions", "number"), column("New users", "number")])
    assert is_counted([*costs, column("account name", distinct=1)])
    assert not is_counted([*costs, column("user_id")])
    assert not is_counted([column("session_id"), day, column("views", "number")])
    assert not is_counted([day, column("order_no", distinct=1000), column("amount", "number")])


@pytest.mark.parametrize(
    ("columns", "is_one"),
    [
        ([column("user"), column("at", "time")], True),
        ([column("user"), column("product", distinct=9), column("at", "time")], True),
        ([column("order_id", distinct=1000), column("user"), column("status", distinct=3), column("at", "time")], True),
        ([column("user"), column("status", distinct=3), column("at", "time")], False),
        ([column("event_id", distinct=1000), column("user"), column("type", distinct=3), column("at", "time")], False),
        ([column("order_id", distinct=1000), column("user"), column("event", distinct=3), column("at", "time")], False),
        ([column("user"), column("actionType", distinct=3), column("at", "time")], False),
    ],
)
def test_a_list_of_things_is_told_from_a_log(columns: list[ColumnProfile], is_one: bool) -> None:
    assert is_one_event(columns, roles_of(columns)) is is_one


def test_columns_of_people_are_told_from_those_of_things() -> None:
    names = ("user_id", "Kunden-Nr.", "email", "work_mail", "lead", "deal_id", "order_id", "customer_type", "ip", "id")
    assert [profile.name for profile in people_in([column(name) for name in names])] == list(names[:6])
