"""Up to when each source is complete, and who of it never enters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import SpecError, analyze, entities, trend

FRIDAY = datetime(2026, 3, 27, 17, tzinfo=UTC)
"""The CRM was exported then; the site goes on to Monday."""
MONDAY = datetime(2026, 3, 30, 12, tzinfo=UTC)


def company(folder: Path, **crm: Any) -> dict[str, Any]:
    """Forty visits a day; every second visitor has a deal two days later, of which the CRM knows up to FRIDAY."""
    begin = datetime(2026, 2, 2, tzinfo=UTC)
    visits = [(f"u{k}", begin + timedelta(minutes=36 * k)) for k in range((MONDAY - begin) // timedelta(minutes=36))]
    deals = [(user, at + timedelta(days=2)) for user, at in visits[::2]]
    for name, rows in (("visit", visits), ("deal", [deal for deal in deals if deal[1] <= FRIDAY])):
        frame = pl.DataFrame(rows, schema=["user_id", "timestamp"], orient="row")
        frame.write_parquet(folder / f"{name}.parquet")
    sources = {name: {"path": str(folder / f"{name}.parquet"), "event": name} for name in ("visit", "deal")}
    sources["deal"] |= crm
    stages = [{"name": name, "event": name} for name in ("visit", "deal")]
    return {"sources": sources, "stages": stages, "window": "3d"}


def test_nobody_of_the_weekend_is_lost_to_a_crm_export_from_friday(tmp_path: Path) -> None:
    analysis = analyze(company(tmp_path))
    visit, deal = analysis.sources
    assert (visit.complete_by, deal.complete_by) == ("log", "silence")
    assert deal.complete_until == deal.last_event_at == analysis.data.as_of
    ripe = analysis.stages[1].ripe
    assert ripe is not None
    # Every second one of those whose three days were over on Friday; everybody since then is open.
    assert ripe.conversion_rate == pytest.approx(0.5, abs=0.001)
    assert analysis.stages[0].reached == visit.rows_used
    assert analysis.open == analysis.stages[0].reached - ripe.entered - (analysis.stages[1].reached - ripe.converted)
    assert [warning.code for warning in analysis.warnings if warning.code == "source_ended"] == ["source_ended"]
    assert "'deal' ends on 2026-03-27 16:48" in next(w.message for w in analysis.warnings if w.code == "source_ended")


def test_trend_marks_the_days_that_the_crm_does_not_hold_yet(tmp_path: Path) -> None:
    periods = trend(company(tmp_path), every="day").periods
    assert next(period.period for period in periods if not period.ripe) == "2026-03-24"


def test_a_source_that_says_so_is_complete(tmp_path: Path) -> None:
    analysis = analyze(company(tmp_path, as_of="2026-04-01"))
    assert [source.complete_by for source in analysis.sources] == ["log", "log"]
    ripe = analysis.stages[1].ripe
    assert ripe is not None and ripe.conversion_rate is not None and ripe.conversion_rate < 0.49


def test_a_source_that_says_so_ends_where_it_says(tmp_path: Path) -> None:
    source = analyze(company(tmp_path, as_of="2026-03-20")).sources[1]
    assert (source.complete_until, source.complete_by) == ("2026-03-20T00:00:00Z", "as_of")


def test_a_source_that_feeds_no_stage_holds_nothing_back(tmp_path: Path) -> None:
    funnel = company(tmp_path)
    hours = [FRIDAY - timedelta(hours=k) for k in range(240, 1000)]
    pl.DataFrame({"user_id": "u1", "timestamp": hours}).write_csv(tmp_path / "help.csv")
    funnel["sources"]["help"] = {"path": str(tmp_path / "help.csv"), "event": "help"}
    funnel["sources"]["deal"]["as_of"] = "2026-04-01"
    analysis = analyze(funnel)
    assert analysis.sources[2].complete_by == "silence"
    assert analysis.data.as_of == analysis.data.last_event_at


def test_the_only_source_has_no_end_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="as_of is for one of several sources; of the only one, --as-of says it"):
        analyze({"source": {"path": "x.csv", "as_of": "2026-03-01"}, "stages": [{"name": "a", "event": "a"}]})


def test_deals_of_nobody_put_a_verdict_in_doubt(tmp_path: Path) -> None:
    funnel = company(tmp_path, as_of="2026-04-01")
    deals = pl.read_parquet(tmp_path / "deal.parquet")
    # The ids of two in five deals were written otherwise.
    broken = pl.when(pl.int_range(pl.len()) % 5 < 2).then("CRM-" + pl.col("user_id")).otherwise("user_id")
    deals.with_columns(broken.alias("user_id")).write_parquet(tmp_path / "deal.parquet")
    funnel["stages"][1]["target"] = 0.45
    analysis = analyze(funnel)
    (finding,) = [finding for finding in analysis.health.findings if finding.code == "unlinked"]
    assert (finding.source, finding.stage, finding.material) == ("deal", "deal", True)
    assert finding.share == pytest.approx(0.4, abs=0.01)
    assert (analysis.bottleneck.verdict, analysis.bottleneck.unresolvable) == ("cannot_tell", "data_in_doubt")


def test_blank_lines_of_one_source_are_no_rows_and_totals_are_counted(tmp_path: Path) -> None:
    (tmp_path / "visit.csv").write_text(
        "user_id,event,timestamp,n\nu1,visit,2026-03-01,1\n\nu2,visit,2026-03-02,1\n,,,2\n"
    )
    (tmp_path / "pay.csv").write_text("user_id,event,timestamp\nu1,pay,2026-03-02\n\n")
    funnel = {
        "sources": {name: {"path": str(tmp_path / f"{name}.csv"), "max_bad": 1.0} for name in ("visit", "pay")},
        "stages": [{"name": name, "event": name} for name in ("visit", "pay")],
    }
    analysis = analyze(funnel)
    assert [stage.reached for stage in analysis.stages] == [2, 1]
    assert (analysis.data.rows_read, analysis.data.rows_rejected.null_entity) == (4, 1)


def test_refunds_from_a_source_that_ended_leave_young_payments_open(tmp_path: Path) -> None:
    funnel = company(tmp_path, as_of="2026-04-01")
    refunds = pl.read_parquet(tmp_path / "deal.parquet")[::3].filter(
        pl.col("timestamp") < datetime(2026, 3, 10, tzinfo=UTC)
    )
    refunds.with_columns(pl.col("timestamp") + timedelta(hours=5)).write_parquet(tmp_path / "refund.parquet")
    funnel["sources"]["refund"] = {"path": str(tmp_path / "refund.parquet"), "event": "refund"}
    funnel["exclude"] = [{"event": "refund", "between": ["deal", "end"], "for": "2d"}]
    analysis = analyze(funnel)
    refund = analysis.sources[2]
    assert (refund.complete_by, refund.complete_until) == ("silence", analysis.data.as_of)
    assert "source_ended" in [warning.code for warning in analysis.warnings]


def test_a_source_that_goes_on_after_as_of_has_not_ended_before_it(tmp_path: Path) -> None:
    funnel = company(tmp_path)
    deals = pl.read_parquet(tmp_path / "deal.parquet")
    quiet = (pl.col("timestamp") > FRIDAY - timedelta(days=4)) & (pl.col("timestamp") < FRIDAY - timedelta(days=1))
    deals.filter(~quiet).write_parquet(tmp_path / "deal.parquet")
    as_of = (FRIDAY - timedelta(days=1, hours=2)).isoformat()
    assert [source.complete_by for source in analyze(funnel, as_of=as_of).sources] == ["log", "log"]


def test_deals_older_than_the_log_of_visits_are_no_broken_link(tmp_path: Path) -> None:
    funnel = company(tmp_path, as_of="2026-04-01")
    deals = pl.read_parquet(tmp_path / "deal.parquet")
    old = deals.with_columns(pl.format("old-{}", "user_id").alias("user_id"), pl.col("timestamp") - timedelta(days=365))
    pl.concat([deals, old]).write_parquet(tmp_path / "deal.parquet")
    analysis = analyze(funnel)
    assert "unlinked" not in [finding.code for finding in analysis.health.findings]
    assert analysis.sources[1].never_enter == 0


def test_numbers_of_one_source_are_not_read_by_the_decimal_sign_of_another(tmp_path: Path) -> None:
    pl.DataFrame({"user_id": ["u1"], "event": "pay", "timestamp": "2026-03-02", "amount": [100.125]}).write_parquet(
        tmp_path / "shop.parquet"
    )
    (tmp_path / "till.csv").write_text(
        'user_id,event,timestamp,amount\nu2,pay,2026-03-02,"1.020,50"\nu2,visit,2026-03-01,\n'
    )
    funnel = {
        "sources": {name: {"path": str(tmp_path / name)} for name in ("shop.parquet", "till.csv")},
        "stages": [{"name": "pay", "event": "pay", "where": "amount > 1000"}],
    }
    funnel["sources"] = {name.partition(".")[0]: source for name, source in funnel["sources"].items()}  # type: ignore[attr-defined]
    assert entities(funnel, stage="pay")["entity"].to_list() == ["u2"]


def test_ids_that_one_source_writes_with_a_point_are_those_of_another(tmp_path: Path) -> None:
    pl.DataFrame({"user_id": [1, 2], "event": "visit", "timestamp": "2026-03-01"}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"user_id": [1.0, None], "event": "pay", "timestamp": "2026-03-02"}).write_parquet(
        tmp_path / "b.parquet"
    )
    funnel = {
        "sources": {name: {"path": str(tmp_path / f"{name}.parquet"), "max_bad": 1.0} for name in ("a", "b")},
        "stages": [{"name": name, "event": name} for name in ("visit", "pay")],
    }
    assert [stage.reached for stage in analyze(funnel).stages] == [2, 1]
