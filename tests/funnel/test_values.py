"""The forms of durations, rates, slugs, time zones and links."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthctl.funnel import values


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30s", timedelta(seconds=30)),
        ("90m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        ("14d", timedelta(days=14)),
        ("2w", timedelta(weeks=2)),
        ("0.1s", timedelta(milliseconds=100)),
        ("0s", timedelta(0)),
        ("36525d", timedelta(days=36525)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, duration: timedelta) -> None:
    assert values.parse_duration(text) == duration


@pytest.mark.parametrize(
    "raw", [14, 1.5, True, None, "", "14", "d", "14 d", "14D", "14y", "1h30m", "-1d", "1e3s", "1d\n", []]
)
def test_what_is_no_duration_is_told_the_form(raw: object) -> None:
    with pytest.raises(ValueError, match="is not a duration: write a number and a unit, such as 30m, 24h, 14d or 2w"):
        values.parse_duration(raw)


@pytest.mark.parametrize("raw", ["36526d", "9" * 400 + "w", timedelta(seconds=-1)])
def test_a_duration_beyond_a_century_or_below_zero_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="from 0s to 36525d"):
        values.parse_duration(raw)


@pytest.mark.parametrize(
    ("raw", "rate"),
    [
        ("75%", 0.75),
        (0.75, 0.75),
        ("0.75", 0.75),
        ("10.5%", 0.105),
        ("33.3%", 0.333),
        (1, 1.0),
        ("100%", 1.0),
        (0, 0.0),
    ],
)
def test_a_rate_is_a_share_or_a_percentage(raw: object, rate: float) -> None:
    assert values.parse_rate(raw) == rate


@pytest.mark.parametrize(
    "raw", [75, "75", "101%", -0.1, "75 %", "%", "1_0%", True, None, float("nan"), float("inf"), [0.5]]
)
def test_what_is_no_rate_is_told_the_form(raw: object) -> None:
    with pytest.raises(ValueError, match=r"is not a rate: write 75% or 0\.75"):
        values.parse_rate(raw)


def test_a_target_of_zero_is_refused() -> None:
    assert values.parse_target("1%") == 0.01
    with pytest.raises(ValueError, match="above 0"):
        values.parse_target("0%")


@pytest.mark.parametrize("text", ["", "-a", "a b", "ä", "a.b", "a\n"])
def test_a_slug_has_only_safe_characters(text: str) -> None:
    assert values.parse_slug("2nd-Stage_a") == "2nd-Stage_a"
    with pytest.raises(ValueError, match="is not a slug"):
        values.parse_slug(text)


@pytest.mark.parametrize("name", ["Europe/Berlinn", "../etc/passwd", "", "Europe", "\ud800", "a\0b"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    assert values.parse_timezone("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(ValueError, match="unknown time zone"):
        values.parse_timezone(name)


@pytest.mark.parametrize("name", ["localtime", "Factory", "posix/Europe/Berlin", "right/UTC"])
def test_a_zone_that_is_another_one_on_every_machine_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no place whose clocks everybody knows"):
        values.parse_timezone(name)


def test_any_time_zone_is_accepted_where_the_system_has_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "available_timezones", set)
    assert values.parse_timezone("Mars/Olympus") == "Mars/Olympus"


def test_an_attribution_is_one_of_four_forms() -> None:
    assert [values.parse_attribution(text) for text in ("entry", "first", "last", "stage:demo")]
    with pytest.raises(ValueError, match="is not one of entry, first, last, stage:NAME; did you mean 'first'"):
        values.parse_attribution("frist")


def test_a_link_is_a_url() -> None:
    assert values.parse_link("https://wiki.example/a?b#c") == "https://wiki.example/a?b#c"
    for text in ("wiki.example", "javascript:alert(1)", "https://a b"):
        with pytest.raises(ValueError, match="is not a link"):
            values.parse_link(text)


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    assert values.shown("a\nb") == r"'a\nb'"
    assert values.shown(75) == "'75'"
    assert len(values.shown("x" * 1000)) == 62


@pytest.mark.parametrize("text", ["day-first", "month-first", "%d-%b-%Y", "%Y%m%d%H%M%S", "%d/%m/%Y %I:%M:%S%.f %p"])
def test_a_time_format_is_a_word_or_strftime_s(text: str) -> None:
    assert values.parse_time_format(text) == text


@pytest.mark.parametrize("text", ["dayfirst", "%Q", "dd.mm.yyyy", "%H:%M", "%"])
def test_what_is_no_time_format_is_told_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="is no time format"):
        values.parse_time_format(text)
