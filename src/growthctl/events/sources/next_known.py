"""Devices that several people share: an anonymous event is of the one who is known next."""

from __future__ import annotations

import polars as pl

NEXT, _LAST = "#next", "#last"


def with_next_known(rows: pl.LazyFrame, who: str, when: str, moments: pl.LazyFrame) -> pl.LazyFrame:
    """The `rows` with NEXT, whom the first of the `moments` of the same `who` at or after `when` names.

    After the last moment it is whom that one names; null for a `who` without any. `moments` have the columns `who`,
    `when` and NEXT; of several at one time the smallest NEXT counts. The rows come sorted by `when`.
    """
    ordered = moments.sort(when, NEXT).unique([who, when], keep="first", maintain_order=True)
    rows = rows.sort(when)
    for name, strategy in ((NEXT, "forward"), (_LAST, "backward")):
        known = ordered.rename({NEXT: name})
        rows = rows.join_asof(known, on=when, by=who, strategy=strategy, check_sortedness=False)  # type: ignore[arg-type]
    return rows.with_columns(pl.coalesce(NEXT, _LAST).alias(NEXT)).drop(_LAST)
