"""Rounding, in the only place that rounds."""

from __future__ import annotations

import pytest

from growthctl.words import numbers


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "–"),
        (0, "0.0%"),
        (0.0000001, "0.000010%"),
        (0.00004, "0.0040%"),
        (0.008, "0.80%"),
        (0.0095, "0.95%"),
        (0.0099, "0.99%"),
        (0.00995, "1.0%"),
        (0.2514, "25.1%"),
        (0.25149, "25.1%"),
        (0.9994, "99.9%"),
        (0.9995, ">99.9%"),
        (0.9999999, ">99.9%"),
        (1, "100.0%"),
    ],
)
def test_a_rate_keeps_a_decimal_and_never_reads_as_whole_when_it_is_not(rate: float | None, text: str) -> None:
    assert numbers.percent(rate) == text


@pytest.mark.parametrize(("rate", "text"), [(None, ""), (0.75, "75%"), (0.105, "10.5%"), (0.29, "29%"), (1, "100%")])
def test_a_target_reads_as_it_was_declared(rate: float | None, text: str) -> None:
    assert numbers.target(rate) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(-8.81, "-8.8"), (0.171, "+0.17"), (1234.6, "+1,235"), (0, "0"), (-0.0004, "0"), (-0.3, "-0.30")],
)
def test_a_change_of_a_number_has_a_sign(value: float, text: str) -> None:
    assert numbers.signed(value) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(-0.0489, "-4.9"), (0.00041, "+0.041"), (0.0, "+0.0"), (1, "+100.0"), (-0.0095, "-0.9"), (None, "–")],
)
def test_a_change_of_a_rate_is_in_percentage_points(rate: float | None, text: str) -> None:
    assert numbers.points(rate) == text


def test_a_change_of_a_count_is_in_percent_of_what_was_before() -> None:
    assert [numbers.change_percent(97, 100), numbers.change_percent(153, 100)] == ["-3%", "+53%"]
    assert numbers.change_percent(5, 0) == "–"
    assert [numbers.change_percent(now, 1000) for now in (998, 1003, 1000, 1260)] == ["-0.2%", "+0.3%", "0%", "+26%"]


def test_an_interval_has_one_percent_sign_and_is_empty_when_unknown() -> None:
    assert numbers.interval(0.241, 0.262) == "24.1–26.2%"
    assert numbers.interval(0.0041, 1) == "0.41–100.0%"
    assert numbers.interval(None, None) == ""


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (None, "unknown"),
        (0, "under 1%"),
        (0.005, "under 1%"),
        (0.0051, "1%"),
        (0.623, "62%"),
        (0.9949, "99%"),
        (0.995, "over 99%"),
        (1, "over 99%"),
    ],
)
def test_a_probability_from_draws_is_never_certain(probability: float | None, text: str) -> None:
    assert numbers.chance(probability) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (17.7312, "17.7"),
        (21_277, "21,300"),
        (9.996, "10.0"),
        (999.6, "1,000"),
        (0.01234, "0.0123"),
        (-1234, "-1,230"),
    ],
)
def test_money_keeps_three_digits_that_mean_something(value: float, text: str) -> None:
    assert numbers.significant(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0412, "0.041"), (0.996, "1.0"), (1, "1.0"), (8.51, "8.5"), (99.94, "99.9"), (1204.4, "1,204")],
)
def test_an_expected_number_is_as_exact_as_it_is_large(value: float, text: str) -> None:
    assert numbers.estimate(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7_199, "120 min"),
        (7_200, "2.0 h"),
        (172_799, "48.0 h"),
        (172_800, "2.0 d"),
        (345_600, "4.0 d"),
    ],
)
def test_a_duration_is_in_the_unit_that_people_would_use(seconds: float | None, text: str) -> None:
    assert numbers.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1_209_600, "14 days"),
        (86_400, "1 day"),
        (5_400, "90 minutes"),
        (3_600, "1 hour"),
        (60, "1 minute"),
        (1, "1 second"),
        (61, "61 seconds"),
    ],
)
def test_a_declared_duration_is_exact_and_in_the_right_number(seconds: float, text: str) -> None:
    assert numbers.span(seconds) == text


def test_times_are_those_of_the_timezone_s_clocks() -> None:
    assert numbers.local("2026-03-29T00:30:00Z", "Europe/Berlin") == "2026-03-29 01:30:00"
    assert numbers.local("2026-03-29T01:30:00.250000Z", "Europe/Berlin") == "2026-03-29 03:30:00.25"


@pytest.mark.parametrize("mark", ["\x1b", "\n", "\t", "\x00", "\u202e", "\u200f", "\u2028", "\ufeff", "\ud800"])
def test_characters_that_would_act_on_the_terminal_become_visible(mark: str) -> None:
    assert numbers.printable(f"a{mark}b") == "a�b"


def test_a_noun_goes_with_its_number() -> None:
    assert numbers.many(1, "day") == "1 day"
    assert numbers.many(1_234, "day") == "1,234 days"


def test_money_has_its_currency_where_there_is_one() -> None:
    assert numbers.money(8_846.2, "EUR") == "EUR 8,850"
    assert numbers.money(8_846.2, None) == "8,850"


def test_letters_of_every_script_stay() -> None:
    assert numbers.printable("Küche 台所 🛒 [b]") == "Küche 台所 🛒 [b]"
