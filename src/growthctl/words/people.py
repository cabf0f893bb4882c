"""What those who move through a funnel are called."""

from __future__ import annotations

import re

from growthctl.report.funnel import FunnelFacts

_OTHERS = {
    "account": "accounts",
    "company": "companies",
    "organization": "organizations",
    "organisation": "organisations",
    "workspace": "workspaces",
    "team": "teams",
    "session": "sessions",
    "visit": "visits",
    "device": "devices",
    "order": "orders",
    "lead": "leads",
    "deal": "deals",
    "case": "cases",
    "ticket": "tickets",
    "application": "applications",
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def people(funnel: FunnelFacts, count: float = 2) -> str:
    """'people'; of sessions, attempts, and of a column such as account_id, what that says. `count`: how many."""
    if funnel.count != "entities":
        return funnel.count if count != 1 else funnel.count.removesuffix("s")
    # Of several columns the first is what they all stand for.
    words = [word.lower() for word in _WORD.findall(funnel.entity.split(", else ")[0])]
    singular = next((word for word in words if word in _OTHERS), None)
    if singular is None:
        return "people" if count != 1 else "person"
    return _OTHERS[singular] if count != 1 else singular
