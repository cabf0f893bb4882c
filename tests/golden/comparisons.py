"""Comparisons made by hand: what their renderer is looked at with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from growthctl.build.comparison import difference
from growthctl.diagnosis.codes import Cause
from growthctl.report import comparison as model
from growthctl.report.funnel import Warning
from growthctl.stats.proportions import Pair, Proportion
from tests.golden.examples import DATA, FORM, FUNNEL, LABELS, NAMES, NEAR, OWNERS

Counts = tuple[int, int, int, int]
"""Converted and entered of this side, then of the other one."""
DEVICES: dict[model.PropertyValue, Counts] = {"desktop": (180, 1400, 190, 1450), "mobile": (52, 1300, 180, 1350)}
MOVED: dict[model.PropertyValue, Counts] = {
    "DE": (118, 558, 207, 1212),
    "IN": (119, 1618, 19, 319),
    "US": (125, 599, 185, 1222),
}


def rate(counts: Counts) -> model.Difference:
    x1, n1, x0, n0 = counts
    return difference(Pair(Proportion(n1, x1), Proportion(n0, x0)))


def stage(position: int, counts: Counts, effect: float, p: float | None = 0.4, **more: Any) -> model.ComparedStage:
    facts = {
        "name": NAMES[position],
        "label": LABELS[position],
        "owner": OWNERS[position],
        "from_stage": NAMES[position - 1],
        "rate": rate(counts),
        "so_far": None,
        "contribution": effect,
        "p_value": p,
        "changed": False,
        "judged": True,
        "offset": False,
        "spread": model.SpreadFacts(factor=1.0, degrees=None),
        "cause": None,
        "mix": None,
        "slices_tested": 6,
    }
    return model.ComparedStage(**{**facts, **more})


def changed(cause: Cause, **more: Any) -> dict[str, Any]:
    return {"p": 1e-6, "changed": True, "cause": cause, **more}


def decomposition(
    name: str, by: str, effects: tuple[float, float], parts: dict[model.PropertyValue, Counts]
) -> model.DecompositionFacts:
    inside, mix = effects
    return model.DecompositionFacts(
        stage=name,
        by=by,
        difference=inside + mix,
        rate_effect=inside,
        mix_effect=mix,
        reversal=inside * (inside + mix) < 0,
        mix_dominated=mix / (inside + mix) >= 2 / 3,
        segments=[
            model.SlicePart(
                value=value, this=rate(c).this, against=rate(c).against, rate_effect=inside / len(parts), mix_effect=0.0
            )
            for value, c in parts.items()
        ],
    )


def cell(
    by: Sequence[str], values: Sequence[model.PropertyValue], counts: Counts, others: Counts, **more: Any
) -> model.SliceFacts:
    facts = {
        "stage": "signup",
        "by": list(by),
        "values": list(values),
        "rate": rate(counts),
        "others": rate(others),
        "p_value": 2e-5,
        "contribution": -7.4,
        "cause": "product",
        "mix": None,
        "decomposition": None,
    }
    return model.SliceFacts(**{**facts, **more})


def comparison(stages: Sequence[model.ComparedStage], **more: Any) -> model.Comparison:
    changes = [
        model.ChangeFacts(stage=each.name, cause=each.cause, contribution=each.contribution)
        for each in stages
        if each.cause and (each.changed or each.offset)
    ]
    facts: dict[str, Any] = {
        "funnel": FUNNEL,
        "data": DATA,
        "question": "periods",
        "finding": "changed" if changes else "no_change",
        "this": side("2026-03-06", "2026-03-21", 3506, 16),
        "against": side("2026-02-19", "2026-03-06", 3624, 24),
        "scale": 1.0,
        "age_seconds": 1_209_600,
        "ripe": True,
        "ripe_at": "2026-04-04T00:00:00Z",
        "conversions_to": "payment",
        "conversions": 16,
        "conversions_against": 24,
        "entrants": entrants(3506, 3624, -0.65),
        "stages": list(stages),
        "changes": sorted(changes, key=lambda each: -abs(each.contribution)),
        "slices": [],
        "slices_tested": 24,
        "slices_survived": 0,
        "decompositions": [],
        "drivers": None,
        "earlier_weeks": 5,
        "weeks_known": True,
        "faults": [],
        "assignment": None,
        "warnings": [],
    }
    return model.Comparison(**{**facts, **more})


def entrants(this: int, against: int, effect: float, **more: Any) -> model.ComparedEntrants:
    facts = {
        "name": NAMES[0],
        "label": LABELS[0],
        "owner": OWNERS[0],
        "this": this,
        "against": against,
        "against_scaled": against,
        "contribution": effect,
        "p_value": 0.8,
        "changed": False,
        "judged": True,
        "cause": None,
        "spread": model.SpreadFacts(factor=1.0, degrees=None),
    }
    return model.ComparedEntrants(**{**facts, **more})


def side(since: str, until: str, entered: int, converted: int, **more: Any) -> model.Side:
    times = {"since": f"{since}T00:00:00Z", "until": f"{until}T00:00:00Z", "by": None, "value": None}
    return model.Side(**{**times, "entered": entered, "converted": converted, **more})


USUAL = (
    stage(1, (2860, 3506, 2870, 3624), 1.7),
    stage(2, (249, 2860, 390, 2870), -8.8, **changed("product")),
    stage(3, (73, 249, 97, 390), 3.0),
    stage(4, (16, 73, 24, 97), -3.2),
)
PRODUCT = comparison(
    USUAL,
    slices=[
        cell(["device"], ["mobile"], (52, 1300, 180, 1350), (197, 1560, 210, 1520)).model_copy(update={"near": [NEAR]})
    ],
    slices_survived=1,
    decompositions=[decomposition("signup", "device", (-0.048, -0.001), DEVICES)],
    known_changes=[FORM],
)
MIX = comparison(
    [
        USUAL[0],
        stage(2, (362, 2775, 411, 2753), -3.4, **changed("traffic", p=0.011, mix="country")),
        stage(3, (0, 362, 111, 411), -4.1, **changed("tracking")),
        stage(4, (0, 0, 31, 111), 0.0, p=None),
    ],
    entrants=entrants(2120, 3624, -9.1, p_value=1e-9, changed=True, cause="traffic", against_scaled=1812),
    scale=0.5,
    conversions=0,
    conversions_against=12,
    changes=[
        model.ChangeFacts(stage=None, cause="traffic", contribution=-9.1),
        model.ChangeFacts(stage="demo", cause="tracking", contribution=-4.1),
        model.ChangeFacts(stage="signup", cause="traffic", contribution=-3.4),
    ],
    decompositions=[decomposition("signup", "country", (0.0368, -0.0557), MOVED)],
)
SEGMENTS = comparison(
    [
        USUAL[0],
        stage(2, (43, 2010, 588, 4196), -10.5, **changed("product")),
        stage(3, (14, 43, 147, 588), 2.6, offset=True, cause="traffic", mix="device"),
        stage(4, (0, 14, 27, 147), -14.1, p=0.08),
    ],
    question="segments",
    this=side("2026-01-05", "2026-03-21", 2466, 0, by="campaign", value="display"),
    against=side("2026-01-05", "2026-03-21", 5147, 27, by="campaign", value="search"),
    entrants=entrants(2466, 5147, -5.6, p_value=None),
    slices_tested=0,
    decompositions=[decomposition("demo", "device", (0.02, -0.04), DEVICES)],
)
UNRIPE = comparison(
    [
        USUAL[0],
        stage(2, (124, 1300, 105, 1300), 19.2),
        stage(3, (9, 124, 8, 105), 0.3, cause="unripe", so_far=rate((15, 124, 42, 105))),
        stage(4, (0, 9, 0, 8), 0.0, p=1.0),
    ],
    finding="unripe",
    age_seconds=85_000,
    ripe=False,
    conversions_to="signup",
    conversions=124,
    conversions_against=105,
)
NO_CHANGE = comparison([USUAL[0], stage(2, (370, 2860, 390, 2870), -1.6), *USUAL[2:]])
INSIDE = comparison(
    [USUAL[0], stage(2, (370, 2860, 390, 2870), -1.6), *USUAL[2:]],
    finding="changed_inside",
    question="result",
    slices=[
        cell(["device", "country"], ["mobile", None], (40, 400, 80, 400), (330, 2460, 310, 2470)),
        cell(
            ["device"],
            ["desktop"],
            (362, 2775, 411, 2753),
            (30, 85, 20, 117),
            cause="traffic",
            mix="country",
            decomposition=decomposition("signup", "country", (0.0368, -0.0557), MOVED),
        ),
    ],
    slices_survived=2,
    drivers=model.DriversFacts(
        stage="demo",
        from_stage="signup",
        seconds=86_400,
        still=rate((220, 850, 1, 2)).this,
        tested=7,
        events=[
            model.DriverFacts(
                event="training_done",
                exposed=rate((120, 330, 1, 2)).this,
                others=rate((100, 520, 1, 2)).this,
                odds_ratio=2.4,
                low=1.75,
                high=3.29,
                p_value=1e-7,
            )
        ],
    ),
    warnings=[Warning(code="counted_apart", stage=None, message="the earlier result covers entries up to 2026-02-01")],
)
SEASON = comparison(
    [USUAL[0], stage(2, (249, 2860, 390, 2870), -8.8, **changed("season")), *USUAL[2:]],
    entrants=entrants(1506, 3624, -2.1, p_value=1e-9, changed=True, cause="season"),
    changes=[
        model.ChangeFacts(stage="signup", cause="season", contribution=-8.8),
        model.ChangeFacts(stage=None, cause="season", contribution=-2.1),
    ],
    slices_tested=0,
)
NO_DATA = comparison(
    [stage(k, (0, 0, 0, 0), 0.0, p=None) for k in range(1, 5)],
    finding="no_data",
    entrants=entrants(0, 0, 0.0, p_value=None),
    conversions=0,
    conversions_against=0,
    slices_tested=0,
)
ALL = {
    "product": PRODUCT,
    "mix": MIX,
    "segments": SEGMENTS,
    "unripe": UNRIPE,
    "no-change": NO_CHANGE,
    "inside": INSIDE,
    "season": SEASON,
    "no-data": NO_DATA,
}
