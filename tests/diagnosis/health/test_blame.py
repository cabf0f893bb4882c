from __future__ import annotations

import numpy as np
import pytest

from growthctl.clock import DAY
from growthctl.diagnosis.health.blame import blamed, is_technical
from growthctl.diagnosis.health.inputs import Finding
from growthctl.diagnosis.transitions import SegmentValues
from tests.diagnosis.log import HOURS, by_day, inputs, whole
from tests.diagnosis.weeks import MONDAY, Ints

SINCE = 1_440
FALL = Finding("rate_fell", "unknown", "cart", since_at=MONDAY + SINCE // 24 * DAY)
PHONE, DESK = (SegmentValues(("device",), (value,)) for value in ("phone", "desk"))


def fallen(counts: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints]:
    """Half as many carts since SINCE."""
    visits, carts, pays = counts
    half = np.where(np.arange(HOURS) >= SINCE, np.random.default_rng(1).binomial(carts, 0.5), carts)
    return visits, half, np.minimum(pays, half)


def total(*segments: tuple[Ints, Ints, Ints]) -> tuple[Ints, ...]:
    return tuple(sum(parts) for parts in zip(*segments, strict=True))


def test_a_fall_on_one_device_only_is_the_product_s() -> None:
    ours, theirs = whole(), fallen(whole(2))
    log = inputs(total(ours, theirs), [by_day(ours, "desk"), by_day(theirs, "phone")])
    assert blamed(FALL._replace(segment=PHONE), 1, log).cause == "product"


def test_a_fall_on_all_devices_is_nobody_s() -> None:
    ours, theirs = fallen(whole()), fallen(whole(2))
    log = inputs(total(ours, theirs), [by_day(ours, "desk"), by_day(theirs, "phone")])
    assert blamed(FALL._replace(segment=PHONE), 1, log).cause == "unknown"
    assert blamed(FALL, 1, log) == FALL


def test_a_fall_in_one_country_may_be_the_market_s() -> None:
    ours, theirs = whole(), fallen(whole(2))
    country = SegmentValues(("country",), ("de",))
    log = inputs(total(ours, theirs), [by_day(theirs, "de")._replace(segment=country)])
    assert blamed(FALL._replace(segment=country), 1, log).cause == "unknown"


def test_a_fall_of_all_because_other_people_came_is_the_traffic_s() -> None:
    visits, carts = whole()[0], whole()[1]
    low = np.random.default_rng(1).binomial(visits, 0.1)
    later = np.arange(HOURS) >= SINCE
    many, few = np.where(later, visits * 3, visits), np.where(later, low * 3, low)
    log = inputs(
        total((visits, carts, carts), (many, few, few)),
        [by_day((visits, carts, carts), "desk"), by_day((many, few, few), "phone")],
    )
    blame = blamed(FALL, 1, log)
    assert (blame.cause, blame.segment) == ("traffic", SegmentValues(("device",), ()))


@pytest.mark.parametrize(
    ("name", "technical"),
    [
        ("device", True),
        ("app_version", True),
        ("$os", True),
        ("browserName", True),
        ("country", False),
        ("plan", False),
    ],
)
def test_properties_are_technical_by_their_names(name: str, technical: bool) -> None:
    assert is_technical((name,)) == technical
    assert not is_technical((name, "country"))
