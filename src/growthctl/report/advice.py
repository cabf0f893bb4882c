"""What to try."""

from __future__ import annotations

from growthctl.funnel.levers import Trigger
from growthctl.report.base import Number, Part, Rate
from growthctl.report.bottleneck import RecoverableFacts


class TestPlanFacts(Part):
    """A test that gives the change to half of those who come: with 80 % power at the 5 % level."""

    from_rate: Rate
    to_rate: Rate
    """The reference; where there is none below it, what +0.2 in log-odds gives."""
    per_group: int
    """How many people each half needs."""
    days: int | None
    """How long that takes at the present traffic."""


class RecommendationFacts(Part):
    """What to try: the stage's owner decides."""

    stage: str
    owner: str | None
    kind: str | None
    lever: str
    """A slug of the playbook."""
    action: str
    trigger: Trigger
    """What called for it."""
    short: str
    """A step to take today; the cheapest test."""
    evidence: dict[str, int | Number | None]
    """The numbers of that, and of the gap."""
    worth: RecoverableFacts | None
    """What closing the gap would bring; null where the log is to be mended first."""
    next_test: str
    """The cheapest next test."""
    measure: TestPlanFacts | None
    """How large and how long a test of it must be; null where that is unknown."""
