"""The page says what was measured, which targets hold, and explains every row."""

from __future__ import annotations

from dataclasses import replace

from bench.measure import Cost
from bench.page import page, phase_table, table
from bench.phases import PHASES, Spent
from bench.workloads import COUNTS, FLOOR, PANDAS, TENTH, WORKLOADS, Workload


def spent(cpu: float, wall: float, peak: float) -> list[Cost]:
    return [Cost(cpu, wall, peak)] * 3


def rows(workload: Workload, **costs: list[Cost]) -> list[str]:
    named = {name.replace("_", " "): cost for name, cost in costs.items()}
    return table({workload: named}).splitlines()[2:]


def test_a_row_has_the_medians_the_ratios_and_the_verdict() -> None:
    workload = Workload("counts", "", COUNTS, (replace(FLOOR, most=2.0), PANDAS))
    found = rows(workload, growthctl=spent(3, 2, 1500), scan_floor=spent(2, 1, 320), pandas=spent(30, 20, 3000))
    assert found == [
        "| counts | growthctl | 3.00 | 2.00 | 1,500 |  |  |  |  |  |",
        "| counts | scan floor | 2.00 | 1.00 | 320 | 1.50 × | 2.00 × | 4.69 × | ≤ 2.0 × | holds |",
        "| counts | pandas | 30.00 | 20.00 | 3,000 | 0.10 × | 0.10 × | 0.50 × |  |  |",
    ]


def test_a_target_is_missed_when_either_the_processor_or_the_clock_misses_it() -> None:
    workload = Workload("counts", "", COUNTS, (replace(FLOOR, most=2.0),))
    for cpu, wall in ((3, 1), (1, 3)):
        assert "**missed**" in rows(workload, growthctl=spent(cpu, wall, 1), scan_floor=spent(1, 1, 1))[1]


def test_the_ratio_to_a_smaller_log_is_per_user_and_a_peak_has_a_target_of_its_own() -> None:
    workload = Workload("growth", "", COUNTS, (TENTH,), most_peak=4_000)
    costs = {"growthctl": spent(22, 20, 4_100), TENTH.name: spent(2, 2, 800)}
    ours, tenth = table({workload: costs}).splitlines()[2:]
    assert ours == "| growth | growthctl | 22.00 | 20.00 | 4,100 |  |  |  | ≤ 4,000 MB | **missed** |"
    assert tenth.endswith("| 1.10 × | 1.00 × | 5.12 × | ≤ 1.2 × | holds |")


def test_a_phase_is_held_against_all_of_the_first_other_program() -> None:
    workload = Workload("counts", "", COUNTS, (FLOOR, PANDAS))
    results = {workload: {"growthctl": spent(3, 2, 1), "scan floor": spent(2, 4, 1), "pandas": spent(30, 20, 1)}}
    runs = [dict.fromkeys(PHASES, Spent(seconds, seconds / 2)) for seconds in (1, 0.5, 9)]
    assert phase_table({workload: runs}, results).splitlines()[2:] == [
        f"| counts | {phase} | 1.00 | 0.50 | scan floor | 0.50 × | 0.12 × |" for phase in PHASES
    ]


def test_the_page_explains_every_workload_and_program_and_says_where_it_was_measured() -> None:
    results = {
        workload: {name: spent(1, 1, 1) for name in ("growthctl", *(p.name for p in workload.peers if not p.once))}
        for workload in WORKLOADS
    }
    phases = {workload: [dict.fromkeys(PHASES, Spent(1, 1))] for workload in WORKLOADS if workload.in_phases}
    written = page(results, phases, 2_000_000, 5)
    assert table(results) in written
    assert phase_table(phases, results) in written
    assert all(f"- **{phase}**: {what}" in written for phase, what in PHASES.items())
    for workload in WORKLOADS:
        assert f"- **{workload.name}**: {workload.about}" in written
        for peer in workload.peers:
            program, _, variant = peer.name.partition(", ")
            assert f"- **{program}**" in written or program == "growthctl"
            assert variant in written
    assert "2,000,000 users" in written
    assert all(f"\n- {fact}: " in written for fact in ("machine", "versions", "commit", "date"))
