"""The bottleneck, the health of the log and the place of the gap, together."""

from __future__ import annotations

from growthctl.diagnosis.analysis import diagnose
from growthctl.diagnosis.bottleneck.widest import widest_bottleneck
from growthctl.diagnosis.segments import SegmentComparison
from growthctl.diagnosis.transitions import Reference, Transition
from growthctl.stats.proportions import Proportion
from tests.diagnosis.log import inputs, whole, without

NO_SEGMENTS = SegmentComparison(0, ())


def test_what_is_named_is_what_the_health_of_the_log_allows() -> None:
    visits, carts, pays = whole()
    broken = without(pays, 800, 1_300)
    cart, pay = (
        Transition(name, before, "team", None, Proportion(int(n.sum()), int(x.sum())), Reference(target, "target"))
        for name, before, n, x, target in (("cart", "visit", visits, carts, 0.4), ("pay", "cart", carts, broken, 0.5))
    )
    assert widest_bottleneck([cart, pay], 3_000).verdict == "confirmed"
    bottleneck, health, gap = diagnose([cart, pay], inputs((visits, carts, broken)), NO_SEGMENTS, 3_000)
    assert (bottleneck.verdict, bottleneck.unresolvable) == ("cannot_tell", "data_in_doubt")
    assert (health.cause, health.findings[0].stage) == ("tracking", "pay")
    assert gap.segments == ()
