from __future__ import annotations

from warnings import catch_warnings, simplefilter

import numpy as np
import pytest
import statsmodels.api as sm

from growthctl.diagnosis.comparison.segment_search import (
    ReachedBySide,
    SegmentKey,
    SegmentTable,
    SegmentTables,
    interaction,
    segment_search,
)
from growthctl.stats.proportions import Pair, Proportion, p_value

DEVICES, COUNTRIES = ("desktop", "mobile"), ("DE", "US", "IN")
Rates = dict[tuple[str, str], tuple[float, float]]


def tables(rates: Rates, entered: int = 2000) -> SegmentTables:
    """A funnel of one transition, every device and country with so many entrants; rates are (this, against)."""

    def reached(cells: list[tuple[str, str]]) -> ReachedBySide:
        this, against = (sum(round(entered * rates[cell][side]) for cell in cells) for side in (0, 1))
        return (entered * len(cells), this), (entered * len(cells), against)

    cells = list(rates)
    return {
        ("device",): {(d,): reached([cell for cell in cells if cell[0] == d]) for d in DEVICES},
        ("country",): {(c,): reached([cell for cell in cells if cell[1] == c]) for c in COUNTRIES},
        ("device", "country"): {cell: reached([cell]) for cell in cells},
    }


def usual(changed: Rates | None = None) -> Rates:
    return {(device, country): (0.2, 0.2) for device in DEVICES for country in COUNTRIES} | (changed or {})


def found(rates: Rates, entered: int = 2000) -> list[tuple[tuple[str, ...], SegmentKey]]:
    return [(each.by, each.values) for each in segment_search(tables(rates, entered), [1], 2).survivors]


def test_where_nothing_changed_nothing_survives() -> None:
    nothing = segment_search(tables(usual()), [1], 2)
    assert nothing.survivors == ()
    # Two devices, three countries, and the pairs inside the three that come first: here all six.
    assert nothing.tested == 2 + 3 + 6


def test_a_segment_that_fell_everywhere_is_found_and_its_parts_are_not() -> None:
    fell = {("mobile", country): (0.1, 0.2) for country in COUNTRIES}
    assert found(usual(fell)) == [(("device",), ("mobile",))]


def test_a_pair_of_segments_takes_the_place_of_both_where_their_rest_did_not_change() -> None:
    assert found(usual({("mobile", "DE"): (0.1, 0.2)})) == [(("device", "country"), ("mobile", "DE"))]


def test_a_change_that_is_the_same_everywhere_belongs_to_no_segment() -> None:
    assert found(dict.fromkeys(usual(), (0.1, 0.2))) == []


def test_the_segment_that_stayed_is_not_blamed_when_the_others_changed() -> None:
    fell = {(device, country): (0.1, 0.2) for device in DEVICES for country in ("DE", "US")}
    assert (("country",), ("IN",)) not in found(usual(fell))


def test_a_hundred_entrants_or_ten_conversions_are_needed_on_both_sides() -> None:
    fell = {("mobile", country): (0.0, 0.9) for country in COUNTRIES}
    assert segment_search(tables(usual(fell), entered=30), [1], 2).tested == 0
    assert segment_search(tables(usual(fell), entered=50), [1], 2).tested > 0


def test_two_properties_that_say_the_same_are_one_finding() -> None:
    both = tables(usual({("mobile", country): (0.1, 0.2) for country in COUNTRIES}))
    again = {**both, ("platform",): both[("device",)]}
    assert len(segment_search(again, [1], 2).survivors) == 1


def test_the_more_is_tried_the_stronger_the_evidence_has_to_be() -> None:
    rates = usual({("mobile", country): (0.175, 0.2) for country in COUNTRIES})
    lonely: SegmentTables = {("device",): tables(rates)[("device",)]}
    noise: SegmentTables = {(f"noise {k}",): {(v,): ((500, 100), (500, 100)) for v in range(8)} for k in range(40)}
    assert segment_search(lonely, [1], 2).survivors != ()
    assert segment_search({**lonely, **noise}, [1], 2).survivors == ()


def test_what_stands_for_no_value_or_for_several_is_never_found() -> None:
    country: SegmentTable = {(name,): ((1000, 100), (1000, 200)) for name in ("(not reached)", "(other)", "DE")}
    country = {**country, ("US",): ((9000, 1800), (9000, 1800))}
    found_ = segment_search({("country",): country}, [1], 2)
    assert [each.values for each in found_.survivors] == [("DE",)]
    assert found_.tested == 2


def test_a_property_is_only_looked_at_where_it_was_known_before() -> None:
    later: SegmentTable = {("pro",): ((900, 900, 100), (900, 900, 200)), (None,): ((900, 400, 50), (900, 800, 90))}
    plan: SegmentTables = {("plan",): later}
    assert segment_search(plan, [1, 2], 3).tested_at == (2, 2)
    assert segment_search(plan, [2], 3).tested_at == (0, 2)


def test_the_test_of_two_changes_is_a_regression_with_an_interaction() -> None:
    cells = [(60, 600, 1, 1), (90, 500, 1, 0), (200, 900, 0, 1), (190, 800, 0, 0)]
    counts = np.array([[x + 0.5, n - x] for x, n, _, _ in cells])
    design = np.array([[1, part, this, part * this] for _, _, part, this in cells])
    with catch_warnings():
        # A log link could give a rate above 1, and as many parameters as cells leave nothing over: both are meant.
        simplefilter("ignore")
        model = sm.GLM(counts, design, family=sm.families.Binomial(link=sm.families.links.Log()))
        expected = model.fit(start_params=[-1.5, 0, 0, 0]).pvalues[3]
    part, others = Pair(Proportion(600, 60), Proportion(500, 90)), Pair(Proportion(900, 200), Proportion(800, 190))
    assert interaction(part, others) == pytest.approx(expected, rel=1e-4)


def test_a_slice_must_have_changed_itself() -> None:
    survivor = segment_search(tables(usual({("mobile", c): (0.1, 0.2) for c in COUNTRIES})), [1], 2).survivors[0]
    assert survivor.p_value == max(interaction(survivor.pair, survivor.others[0]), p_value(survivor.pair) or 0.0)
