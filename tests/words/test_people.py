"""What those who move through a funnel are called."""

from __future__ import annotations

import pytest

from growthctl.words.people import people
from tests.golden.examples import FUNNEL


@pytest.mark.parametrize(
    ("column", "several", "single"),
    [
        ("user_id", "people", "person"),
        ("anything", "people", "person"),
        ("account_id", "accounts", "account"),
        ("Case ID", "cases", "case"),
        ("companyId", "companies", "company"),
        ("SESSION", "sessions", "session"),
    ],
)
def test_a_column_says_who_they_are(column: str, several: str, single: str) -> None:
    funnel = FUNNEL.model_copy(update={"entity": column})
    assert (people(funnel), people(funnel, 1)) == (several, single)


def test_what_is_counted_comes_before_whose_it_is() -> None:
    sessions = FUNNEL.model_copy(update={"count": "sessions", "entity": "account_id"})
    assert (people(sessions), people(sessions, 1)) == ("sessions", "session")
