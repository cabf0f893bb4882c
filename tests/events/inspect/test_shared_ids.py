"""Who is who in several logs is told by the ids that they have in common."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.events.inspect.several_logs import file_groups, several_logs
from growthctl.events.inspect.shared_ids import SharedIds, with_shared_ids


def shared(folder: Path, **logs: dict[str, list[Any]]) -> SharedIds:
    paths = []
    for name, columns in logs.items():
        rows = len(next(iter(columns.values())))
        paths.append(str(folder / f"{name}.parquet"))
        at = pl.datetime_range(pl.datetime(2026, 3, 1), pl.datetime(2026, 3, 1, 23), "1h", eager=True)
        pl.DataFrame(columns).with_columns(at=at.extend(at).extend(at).head(rows)).write_parquet(paths[-1])
    return with_shared_ids(several_logs(file_groups(paths)))


def who(logs: SharedIds) -> dict[str, Any]:
    sources = {log.name: log.description.source for log in logs.logs}
    return {
        name: (str(source.identity.anonymous), str(source.identity.known)) if source.identity else source.columns.entity
        for name, source in sources.items()
    }


NAMES = ["visit", "call"] * 20
MAILS = [f"p{k}@x.example" for k in range(40)]


def test_the_column_with_most_ids_in_common_says_who(tmp_path: Path) -> None:
    site: dict[str, list[Any]] = {"user_id": [f"v{k // 2}" for k in range(40)], "event": NAMES, "email": MAILS}
    crm = {"lead_id": [f"l{k}" for k in range(30)], "contact": MAILS[25:40] * 2, "customer_email": MAILS[:30]}
    assert who(shared(tmp_path, site=site, crm=crm)) == {"site": "email", "crm": "customer_email"}


def test_where_not_every_row_has_it_a_row_without_is_of_whom_it_was_of(tmp_path: Path) -> None:
    site: dict[str, list[Any]] = {
        "user_id": [f"v{k // 2}" for k in range(40)],
        "event": NAMES,
        "email": [None, "p1@x.example", None, "p2@x.example"] * 10,
    }
    crm = {"email": ["p1@x.example", "p2@x.example"] * 8}
    assert who(shared(tmp_path, site=site, crm=crm)) == {"site": ("user_id", "email"), "crm": "email"}


def test_ids_that_a_log_suggests_stay_where_others_have_no_more_in_common(tmp_path: Path) -> None:
    ids = [f"v{k}" for k in range(40)]
    site: dict[str, list[Any]] = {"user_id": ids, "event": NAMES, "email": MAILS}
    crm = {"user_id": ids[:20] * 2, "email": MAILS[:20] * 2}
    assert who(shared(tmp_path, site=site, crm=crm)) == {"site": "user_id", "crm": "user_id"}


def test_numbers_of_different_things_are_no_evidence(tmp_path: Path) -> None:
    site: dict[str, list[Any]] = {"user_id": list(range(40)), "event": NAMES}
    crm: dict[str, list[Any]] = {"deal_id": list(range(20)), "kind": ["new", "old"] * 10}
    assert (who(found := shared(tmp_path, site=site, crm=crm))["site"], found.in_doubt) == (
        "user_id",
        (("site", "crm"),),
    )
    crm["user_id"] = list(range(10, 30))
    found = shared(tmp_path, site=site, crm=crm)
    assert (who(found), found.in_doubt) == ({"site": "user_id", "crm": "user_id"}, ())


@pytest.mark.parametrize("seed", range(5))
def test_among_random_columns_the_pair_with_most_in_common_is_found(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    names = ["user", "customer", "member_id", "contact_id", "lead"]
    pools = {name: [f"{name}{k}" for k in range(30)] for name in names}
    left, right = rng.sample(names, 3), rng.sample(names, 3)
    site = {name: [rng.choice(pools[name]) for _ in range(40)] for name in left} | {"event": NAMES}
    crm = {name: [rng.choice(pools[name]) for _ in range(40)] for name in right} | {"activity": ["won", "lost"] * 20}
    common = {(first, second): len({*site[first]} & {*crm[second]}) for first in left for second in right}
    linked = who(shared(tmp_path, site=site, crm=crm))
    assert common[linked["site"], linked["crm"]] == max(common.values())
