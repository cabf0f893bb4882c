"""Reports made by hand, one for every verdict: what the renderers are looked at with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from growthctl.build.analysis import ripe_rate
from growthctl.diagnosis.codes import Cause, FindingCode, Verdict
from growthctl.report.advice import RecommendationFacts, TestPlanFacts
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import (
    Bottleneck,
    BrokenNowFacts,
    Explained,
    ExplainedByMix,
    Interview,
    Ranked,
    RecoverableFacts,
    ReferenceFacts,
)
from growthctl.report.funnel import (
    DataFacts,
    FunnelFacts,
    KnownChangeFacts,
    NearChangeFacts,
    RowsRejected,
    TakenBack,
    Warning,
)
from growthctl.report.health import FindingFacts, HealthFacts
from growthctl.report.journey import ExplainedEvent, ExplainedJourney, Explanation, TakenBackBy
from growthctl.report.segments import (
    Differences,
    SegmentFacts,
    SegmentName,
    SegmentStage,
    SplitDifferences,
    StageDifference,
)
from growthctl.report.stages import CapacityFacts, DurationsFacts, Overall, PhaseFacts, Ripe, StageFacts
from growthctl.report.trend import PeriodFacts, PeriodStage, Trend, TrendStage

NAMES = ("ad", "landing", "signup", "demo", "payment")
LABELS = ("Ad click", "Landing page", "Signup", "Demo attended", "First payment")
OWNERS = ("marketing", "marketing", "product", "sales", "sales")
TARGETS = (None, 0.8, 0.105, 0.35, 0.22)

LARGE = ((12_400, 9_300, 930, 231, 46), ((9_000, 12_000), (900, 9_000), (225, 900), (45, 225)))
LARGE_BOUNDS = ((0.7422, 0.7577), (0.0940, 0.1064), (0.2228, 0.2793), (0.1530, 0.2571))
SMALL = ((601, 451, 45, 11, 2), ((450, 600), (45, 450), (11, 45), (2, 11)))
SMALL_BOUNDS = ((0.7138, 0.7830), (0.0756, 0.1313), (0.1425, 0.3866), (0.0514, 0.4770))

FORM = KnownChangeFacts(
    at="2026-03-05T00:00:00Z",
    what="signup form v42",
    stage="signup",
    where="device = 'mobile'",
    owner="product",
    url="https://wiki.example/form",
    hoped=0.25,
)
NEAR = NearChangeFacts(**dict(FORM), days_after=1)
FUNNEL = FunnelFacts(
    name="saas-signup",
    description="From the ad to the first payment",
    entity="user_id",
    count="entities",
    order="sequential",
    window_seconds=1_209_600,
    ripe_after_seconds=1_209_600,
    entry="any",
    ties="any",
    attribution="entry",
    timezone="UTC",
)
DATA = DataFacts(
    rows_read=25_010,
    rows_used=25_000,
    rows_rejected=RowsRejected(null_entity=4, bad_time=5, duplicate=1, unreadable=0),
    entities=12_400,
    first_event_at="2026-01-05T00:19:11Z",
    last_event_at="2026-04-04T23:41:02.5Z",
    as_of="2026-04-04T23:41:02.5Z",
    since=None,
    until=None,
)


def stages(
    counts: tuple[Sequence[int], Sequence[tuple[int, int]]] = LARGE,
    bounds: Sequence[tuple[float, float]] = LARGE_BOUNDS,
    targets: Sequence[float | None] = TARGETS,
) -> list[StageFacts]:
    reached, ripe = counts
    first = _stage(0, reached[0], reached[0], targets[0], None).model_copy(update={"ripe_throughout": ripe[0][1]})
    later = [
        _stage(
            k,
            reached[k],
            reached[k - 1],
            targets[k],
            Ripe(entered=n, converted=x, conversion_rate=x / n if n else None, low=low, high=high),
        )
        for k, ((x, n), (low, high)) in enumerate(zip(ripe, bounds, strict=True), 1)
    ]
    return [first, *later]


def _stage(k: int, reached: int, before: int, target: float | None, ripe: Ripe | None) -> StageFacts:
    median = (0, 4, 420, 512_000, 78_500)[k]
    times = DurationsFacts(median=median, p90=3 * median, mean=1.5 * median) if k and reached else None
    return StageFacts(
        name=NAMES[k],
        label=LABELS[k],
        kind=NAMES[k],
        phase="acquisition" if k < 3 else "sales",
        owner=OWNERS[k],
        reached=reached,
        dropped=before - reached,
        excluded=0,
        out_of_order=0,
        open=before - reached - (ripe.entered - ripe.converted) if ripe else 0,
        conversion_rate=reached / before if k and before else None,
        overall_conversion_rate=None,
        target=target,
        runbook=None,
        seconds_from_previous=times,
        seconds_from_entry=times,
        ripe=ripe,
        ripe_throughout=ripe.converted if ripe else reached,
    )


def ranked(stage: str, gap: float, widest: float, worth: tuple[float, float, float], rate: float) -> Ranked:
    mean, low, high = worth
    return Ranked(
        stage=stage,
        conversion_rate=rate,
        reference=ReferenceFacts(rate=TARGETS[NAMES.index(stage)] or 0.0, source="target"),
        probability_gap=gap,
        probability_widest=widest,
        recoverable=RecoverableFacts(
            conversions_per_30_days=mean,
            low=low,
            high=high,
            value=mean * 960,
            value_low=low * 960,
            value_high=high * 960,
            currency="EUR",
        ),
        share_of_shortfall=None,
        leverage=None,
    )


DEMO = ranked("demo", 1.0, 0.956, (17.73, 12.4, 23.7), 0.25)
PAYMENT = ranked("payment", 0.761, 0.03, (4.79, 0, 14.2), 0.2)
LANDING = ranked("landing", 1.0, 0.01, (3.07, 1.98, 4.1), 0.75)
SIGNUP = ranked("signup", 0.9408, 0.004, (2.33, 0.041, 5.0), 0.1)
RANKING = [DEMO, PAYMENT, LANDING, SIGNUP]

TRY = [
    RecommendationFacts(
        stage="demo",
        owner="sales",
        kind="demo",
        lever="book_and_remind",
        action="Offer a demo time at once and remind people shortly before it.",
        next_test="Offer half of the new signups a time within two days and one reminder for two weeks, and compare "
        "the share that attends.",
        trigger="slow",
        short="offer a time within two days, remind once; half for two weeks",
        evidence={"entered": 900, "p90_seconds": 820_000.0},
        worth=DEMO.recoverable,
        measure=TestPlanFacts(from_rate=0.25, to_rate=0.35, per_group=329, days=22),
    ),
    RecommendationFacts(
        stage="demo",
        owner=None,
        kind="demo",
        lever="trial",
        action="Give a trial that ends on a set day.",
        next_test="Offer it to half of the new signups for a month.",
        trigger="gap",
        short="",
        evidence={},
        worth=None,
        measure=None,
    ),
]


def bottleneck(verdict: Verdict, lead: Ranked | None, **more: Any) -> Bottleneck:
    facts: dict[str, Any] = {
        "verdict": verdict,
        "stage": lead.stage if lead else None,
        "from_stage": NAMES[NAMES.index(lead.stage) - 1] if lead else None,
        "owner": OWNERS[NAMES.index(lead.stage)] if lead else None,
        "contenders": [lead.stage] if lead else [],
        "reference": lead.reference if lead else None,
        "probability_gap": lead.probability_gap if lead else None,
        "probability_widest": lead.probability_widest if lead else None,
        "recoverable": lead.recoverable if lead else None,
        "explained_by": [],
        "explained_by_mix": [],
        "more_entrants_needed": None,
        "days_needed": None,
        "unresolvable": None,
        "largest_drop": "signup",
        "lowest_rate": "signup",
        "leader_if_marginal_converts_worse": lead.stage if lead else None,
        "conversions_per_30_days": 45,
        "first_ripe_at": "2026-01-19T00:19:11Z",
    }
    return Bottleneck(**facts | more)


def analysis(verdict: Bottleneck, **more: Any) -> Analysis:
    shown = more.get("stages", stages())
    facts: dict[str, Any] = {
        "funnel": FUNNEL,
        "data": DATA,
        "open": sum(stage.open for stage in shown),
        "overall": overall(shown),
        "stages": shown,
        "segments": [],
        "differences": Differences(tests=0, splits=[]),
        "bottleneck": verdict,
        "health": HealthFacts(cause=None, findings=[]),
        "ranking": RANKING,
        "recommendations": TRY if verdict.stage == "demo" else [],
        "warnings": [],
    }
    return Analysis(**facts | more)


def overall(stages: Sequence[StageFacts]) -> Overall:
    entered, converted = stages[0].ripe_throughout, stages[-1].ripe_throughout
    rate = converted / entered if entered else None
    return Overall(entered=entered, converted=converted, conversion_rate=rate)


def segment(
    by: Sequence[str], values: Sequence[str | int | float | bool | None], *reached: int, differ: Sequence[str] = ()
) -> SegmentFacts:
    counted = [
        SegmentStage(
            name=name,
            reached=count,
            conversion_rate=None,
            ripe=ripe_rate(before, count) if k else None,
            differs=name in differ if k else None,
            q=(0.0004 if name in differ else 0.4) if k else None,
        )
        for k, (name, before, count) in enumerate(zip(NAMES, (0, *reached), reached, strict=False))
    ]
    return SegmentFacts(by=list(by), values=list(values), stages=counted)


SEGMENTS = [
    segment(["device"], ["desktop"], 8_000, 6_100, 640, 160, 34, differ=["signup"]),
    segment(["device"], ["mobile"], 4_000, 2_900, 250, 50, 11, differ=["landing", "signup", "demo"]),
    segment(["device"], [None], 400, 300, 40, 9, 1),
    segment(["plan", "paid"], ["pro", True], 2_500, 1_900, 230, 66, 14),
    segment(["plan", "paid"], [2.5, None], 1_500, 1_125, 110, 27, 5),
    *(segment(["plan", "paid"], [f"plan {n}", False], 1_000, 750, 70, 17, 3) for n in range(8)),
]
MOBILE = Explained(
    by=["device"],
    values=["mobile"],
    share_of_entered=0.2703,
    share_of_entered_earlier=0.21,
    share_of_entered_later=0.33,
    share_of_gap=0.4049,
    conversion_rate=0.2,
    rest_conversion_rate=0.2485,
    q=0.0004,
)
PRO = Explained(
    by=["plan", "paid"],
    values=["pro", True],
    share_of_entered=0.2473,
    share_of_entered_earlier=0.25,
    share_of_entered_later=0.24,
    share_of_gap=1.2,
    conversion_rate=0.287,
    rest_conversion_rate=0.36,
    q=0.03,
)
BY_COUNTRY = ExplainedByMix(by=["country"], share_of_gap=0.7)
WARNINGS = [
    Warning(
        code="event_not_in_log",
        stage="demo",
        message="stage 'demo': the event 'demo_atended' never occurs in the log",
        hint="did you mean 'demo_attended'?",
    )
]


def finding(code: FindingCode, cause: Cause, **more: Any) -> FindingFacts:
    facts: dict[str, Any] = {
        "stage": None,
        "segment": None,
        "since_at": None,
        "until_at": None,
        "observed": None,
        "expected": None,
        "upstream": None,
        "share": None,
        "conversion_rate": None,
        "usual_rate": None,
        "median_seconds": None,
        "weekdays": [],
        "missing_conversions": 0.0,
        "probability": None,
        "material": False,
    }
    return FindingFacts(code=code, cause=cause, **facts | more)


OUTAGE = finding(
    "stage_silent",
    "tracking",
    stage="landing",
    since_at="2026-02-19T12:00:00Z",
    until_at="2026-02-19T18:00:00Z",
    observed=3,
    expected=76.2,
    upstream=1_280,
)
BROKEN_FORM = finding(
    "rate_fell",
    "product",
    stage="signup",
    segment=SegmentName(by=["device", "paid"], values=["mobile", None]),
    since_at="2026-03-06T00:00:00Z",
    conversion_rate=0.039,
    usual_rate=0.132,
)
LOST_DEMOS = finding(
    "stage_silent",
    "tracking",
    stage="demo",
    since_at="2026-02-24T09:00:00Z",
    observed=0,
    expected=112.0,
    upstream=480,
    material=True,
)
CONFIRMED = analysis(
    bottleneck(
        "confirmed",
        DEMO,
        leader_if_marginal_converts_worse="payment",
        explained_by=[MOBILE, PRO],
        explained_by_mix=[BY_COUNTRY],
    ),
    segments=SEGMENTS,
    differences=Differences(
        tests=63,
        splits=[SplitDifferences(by=["device"], stages=[StageDifference(name="signup", differs=True, q=0.0002)])],
    ),
    warnings=WARNINGS,
    health=HealthFacts(cause=None, findings=[OUTAGE, BROKEN_FORM]),
)
NET = analysis(
    bottleneck("confirmed", DEMO),
    stages=[stage.model_copy(update={"excluded": 9}) if stage.name == "payment" else stage for stage in stages()],
    funnel=FUNNEL.model_copy(
        update={
            "ripe_after_seconds": 3_801_600,
            "taken_back": [
                TakenBack(event=["refund"], between=["payment", "end"], for_seconds=2_592_000),
                TakenBack(event=["chargeback", "dispute"], between=["payment", "end"], for_seconds=None),
            ],
        }
    ),
)
IN_DOUBT = analysis(
    bottleneck("cannot_tell", DEMO, unresolvable="data_in_doubt"),
    health=HealthFacts(cause="tracking", findings=[LOST_DEMOS, OUTAGE]),
)
EVIL = "<img src=x> [pay](http://evil.example) `a|b` @team #1 *now* _&_"
HOSTILE = analysis(
    bottleneck("confirmed", DEMO, owner=EVIL),
    funnel=FUNNEL.model_copy(
        update={
            "name": "# demo",
            "description": EVIL,
            "entity": "user_id",
            "taken_back": [TakenBack(event=[EVIL], between=["payment", "end"], for_seconds=None)],
        }
    ),
    stages=[stage.model_copy(update={"label": f"- {EVIL}", "owner": EVIL}) for stage in stages()],
    segments=[segment([EVIL], [EVIL], 8_000, 6_100, 640, 160, 34), segment([EVIL], ["1. |"], 10, 5, 1, 0, 0)],
    recommendations=[TRY[0].model_copy(update={"owner": EVIL, "action": EVIL, "next_test": EVIL})],
    changes=[FORM.model_copy(update={"what": EVIL, "where": EVIL, "owner": EVIL, "url": None})],
    warnings=[Warning(code="bad_rows", stage=None, message=EVIL)],
)
_JUDGED = dict(zip(NAMES[1:], ("below_target", "fell", "below_target", "close_to_target"), strict=True))
BROKEN_NOW = CONFIRMED.model_copy(
    update={
        "stages": [stage.model_copy(update={"judgement": _JUDGED.get(stage.name)}) for stage in CONFIRMED.stages],
        "broken_now": [
            BrokenNowFacts(
                stage="signup",
                from_stage="landing",
                owner="product",
                segment=SegmentName(by=["device"], values=["mobile"]),
                since_at="2026-03-06T00:00:00Z",
                silent=False,
                usual_rate=0.132,
                rate=0.039,
                probability=0.9995,
                recoverable=RecoverableFacts(
                    conversions_per_30_days=16.0,
                    low=9.0,
                    high=23.0,
                    value=15_400,
                    value_low=8_640,
                    value_high=22_080,
                    currency="EUR",
                ),
                change=NEAR,
                near=[NEAR],
            )
        ],
        "changes": [FORM],
    }
)

SUSPECT = analysis(
    bottleneck("suspect", DEMO, largest_drop="landing"),
    ranking=[DEMO, PAYMENT, SIGNUP, LANDING.model_copy(update={"reference": None, "recoverable": None})],
    stages=stages(targets=(None, None, *TARGETS[2:])),
)
# From six full slots a day: what the demo is short of is room.
FULL = stages()
FULL[3] = FULL[3].model_copy(
    update={
        "capacity": CapacityFacts(
            per_day=12, days_per_week=5, flow_per_day=11.1, utilisation=0.925, bound=True, room=3.6
        ),
        "ripe": Ripe(
            entered=900,
            converted=225,
            conversion_rate=0.25,
            low=0.2228,
            high=0.2793,
            kaplan_meier=0.2523,
            kaplan_meier_low=0.225,
            kaplan_meier_high=0.281,
            first_ripe_at="2026-01-19T00:19:11Z",
        ),
    }
)
PHASES = [
    PhaseFacts(
        phase="acquisition",
        from_stage="ad",
        stage="signup",
        owners=["marketing", "product"],
        entered=12_000,
        converted=900,
        conversion_rate=0.075,
        low=0.07,
        high=0.08,
        share_of_shortfall=0.208,
    ),
    PhaseFacts(
        phase="sales",
        from_stage="signup",
        stage="payment",
        owners=["sales"],
        entered=900,
        converted=45,
        conversion_rate=0.05,
        low=0.037,
        high=0.066,
        share_of_shortfall=0.792,
    ),
]
QUEUE = analysis(
    bottleneck("confirmed", DEMO, queue="demo"),
    stages=FULL,
    phases=PHASES,
    funnel=FUNNEL.model_copy(update={"target": 0.0065}),
)
HISTORY = analysis(
    bottleneck(
        "suspect",
        DEMO.model_copy(update={"reference": ReferenceFacts(rate=0.3147, source="history", weeks=8)}),
        queue="payment",
    ),
    stages=[
        stage.model_copy(
            update={
                "capacity": CapacityFacts(
                    per_day=1.5, days_per_week=7, flow_per_day=1.5, utilisation=1, bound=True, room=0
                )
            }
        )
        if stage.name == "payment"
        else stage
        for stage in stages(targets=(None, 0.8, None, None, None))
    ],
    ranking=[
        DEMO.model_copy(update={"reference": ReferenceFacts(rate=0.3147, source="history", weeks=8)}),
        PAYMENT.model_copy(
            update={
                "reference": ReferenceFacts(
                    rate=0.261,
                    source="segment",
                    segment=SegmentName(by=["device", "plan"], values=["desktop", None]),
                )
            }
        ),
        LANDING,
        SIGNUP.model_copy(update={"reference": ReferenceFacts(rate=0.108, source="history", weeks=6)}),
    ],
)
KEPT_OUT = stages()
KEPT_OUT[-1] = KEPT_OUT[-1].model_copy(update={"excluded": 3})
TIE = analysis(
    bottleneck("tie", DEMO, contenders=["demo", "payment"], largest_drop="demo", lowest_rate="demo"),
    stages=KEPT_OUT,
    ranking=[
        ranked("demo", 0.99, 0.5, (17.73, 12.4, 23.7), 0.25),
        ranked("payment", 0.98, 0.48, (16.2, 9.5, 22.2), 0.2),
        LANDING,
        SIGNUP,
    ],
)
NONE_BELOW = analysis(bottleneck("none_below_reference", None))
CANNOT_TELL = analysis(
    bottleneck(
        "cannot_tell",
        ranked("demo", 0.62, 0.54, (0.9, 0, 2.4), 11 / 45),
        more_entrants_needed=1,
        days_needed=1,
        interview=Interview(stage="demo", owner="sales", entities=[f"u{n}" for n in range(101, 113)]),
    ),
    stages=stages(SMALL, SMALL_BOUNDS),
    ranking=[ranked("demo", 0.62, 0.54, (0.9, 0, 2.4), 11 / 45)],
)
NOTHING_RIPE_THERE = analysis(
    bottleneck("cannot_tell", None, unresolvable="nothing_ripe_at_reference"), stages=stages(SMALL, SMALL_BOUNDS)
)
NO_REFERENCE = analysis(
    bottleneck("no_reference", DEMO, reference=None, recoverable=None),
    ranking=[item.model_copy(update={"reference": None, "recoverable": None}) for item in RANKING],
    stages=stages(targets=[None] * 5),
)
OPEN = ((1, 1, 0, 0, 0), ((0, 0), (0, 0), (0, 0), (0, 0)))
NO_DATA = analysis(
    bottleneck("no_data", None, first_ripe_at="2026-04-13T00:19:11Z"),
    stages=[stage.model_copy(update={"optional": stage.name == "demo"}) for stage in stages(OPEN, [(0, 1)] * 4)],
    ranking=[],
    funnel=FUNNEL.model_copy(update={"count": "sessions", "order": "strict", "description": None}),
    data=DATA.model_copy(update={"since": "2026-03-30T00:00:00Z", "until": "2026-04-01T00:00:00Z"}),
)


def trend(periods: Sequence[PeriodFacts], labels: Sequence[str] = LABELS) -> Trend:
    return Trend(
        funnel=FUNNEL.model_copy(update={"timezone": "Europe/Berlin"}),
        data=DATA,
        stages=[TrendStage(name=f"stage-{k}", label=label, optional=False) for k, label in enumerate(labels)],
        every="week",
        periods=list(periods),
        warnings=[],
    )


def period(name: str, *reached: int, ripe: bool = True) -> PeriodFacts:
    counted = [
        PeriodStage(name=f"stage-{k}", reached=count, conversion_rate=None, overall_conversion_rate=None)
        for k, count in enumerate(reached)
    ]
    return PeriodFacts(
        period=name, start_at=f"{name}T00:00:00Z", end_at="2026-04-06T00:00:00Z", ripe=ripe, stages=counted
    )


TREND = trend(
    [
        period("2026-03-16", 1_000, 760, 82, 21, 6),
        period("2026-03-23", 0, 0, 0, 0, 0),
        period("2026-03-30", 940, 700, 61, 9, 0, ripe=False),
    ]
)
LONG_TREND = trend(
    [period("2026-03-16", 100_000, 76_000, 41_000, 31_000, 21_000, 9_000, 7_000, 5_000, 200)],
    ["Ad click", "Landing page", "Signup", "Email confirmed", "Training done", "Sales talk", "Demo attended",
     "Contract signed", "First payment"],
)  # fmt: skip


def event(at: str, name: str | None, fills: str | None = None, reason: Any = None, journey: int | None = None) -> Any:
    matches = [fills] if fills else []
    return ExplainedEvent(
        at=at, event=name, matches=matches, named=matches, fills=fills, journey=journey, reason=reason
    )


def explanation(
    journeys: Sequence[ExplainedJourney], events: Sequence[ExplainedEvent], *, excluded: bool = False
) -> Explanation:
    return Explanation(funnel=FUNNEL, entity="u1", journeys=list(journeys), excluded=excluded, events=list(events))


def journey(entry: str, closes: str | None, *reached: str) -> ExplainedJourney:
    return ExplainedJourney(entry_at=entry, window_closes_at=closes, reached=list(reached), passed=[])


EXPLANATION = explanation(
    [journey("2026-03-01T09:00:00Z", "2026-03-15T09:00:00Z", "ad", "landing")],
    [
        event("2026-02-01T08:00:00Z", "landing_view", reason="before_entry"),
        event("2026-03-01T09:00:00Z", "ad_click", "ad", journey=1),
        event("2026-03-01T09:00:00.25Z", "landing_view", "landing", journey=1),
        event("2026-03-01T09:01:00Z", None, reason="other_event"),
        event("2026-03-02T09:00:00Z", "landing_view", reason="stage_already_filled"),
        event("2026-03-03T09:00:00Z", "payment", reason="previous_stage_missing"),
        event("2026-03-15T09:00:00.000001Z", "signup", reason="after_window"),
    ],
)
TWO_JOURNEYS = explanation(
    [journey("2026-03-01T09:00:00Z", None, "ad"), journey("2026-03-09T09:00:00Z", None, "ad", "landing")],
    [
        event("2026-03-01T09:00:00Z", "ad_click", "ad", journey=1),
        event("2026-03-09T09:00:00Z", "ad_click", "ad", journey=2),
        event("2026-03-09T09:00:01Z", "landing_view", "landing", journey=2),
    ],
)
EXCLUDED = explanation([], [event("2026-03-01T09:00:00Z", "ad_click", reason="excluded")], excluded=True)
NEVER_ENTERED = explanation([], [event("2026-03-01T09:00:00Z", "signup", reason="previous_stage_missing")])
TAKEN_BACK = explanation(
    [journey("2026-03-01T09:00:00Z", "2026-03-15T09:00:00Z", "ad", "landing")],
    [
        event("2026-03-01T09:00:00Z", "ad_click", "ad", journey=1),
        event("2026-03-01T09:01:00Z", "landing_view", "landing", journey=1),
        event("2026-03-02T09:00:00Z", "payment", reason="taken_back").model_copy(
            update={"taken_back": TakenBackBy(at="2026-03-20T12:00:00Z", event="refund")}
        ),
        event("2026-03-20T12:00:00Z", "refund", reason="excluded"),
    ],
)
