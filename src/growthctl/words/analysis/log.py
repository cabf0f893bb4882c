"""What is odd about the log, as the first screen says it: the worst first, and how much more there is."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.analysis import Analysis
from growthctl.report.health import FindingFacts
from growthctl.words.analysis.health import sentence
from growthctl.words.warnings import sentence_of

MOST = 2


def untold(analysis: Analysis) -> Iterator[FindingFacts]:
    """The findings but for those that stand above as broken now."""
    shown = [(fault.stage, fault.segment, fault.silent) for fault in analysis.broken_now]
    for finding in analysis.health.findings:
        is_fault = finding.code in ("rate_fell", "drift", "stage_silent") and finding.until_at is None
        if not is_fault or (finding.stage, finding.segment, finding.code == "stage_silent") not in shown:
            yield finding


def noticed(analysis: Analysis) -> list[str]:
    """What a careful reader must know about the log; the first of the findings and the first of the warnings stand."""
    findings = [sentence(finding, analysis) for finding in untold(analysis)]
    warnings = [sentence_of(warning) for warning in analysis.warnings]
    few = findings[: MOST - 1] + warnings[:1]
    few += (findings[MOST - 1 :] + warnings[1:])[: MOST - len(few)]
    more = len(findings) + len(warnings) - len(few)
    return [*few, *([f"{more} more: --details."] if more else [])]
