from __future__ import annotations

import pytest

from growthctl.errors import Notice, guarded

NOTHING: list[int] = []


def test_a_look_that_fails_is_left_out_and_named() -> None:
    failed: list[Notice] = []
    assert guarded("volume", lambda: [1 // 0], NOTHING, failed) == []
    assert [(each.code, dict(each.numbers)) for each in failed] == [
        ("look_failed", {"look": "volume", "error": "ZeroDivisionError"})
    ]


def test_a_look_that_works_leaves_no_notice_and_ctrl_c_is_no_failure() -> None:
    failed: list[Notice] = []
    assert guarded("volume", lambda: [1], NOTHING, failed) == [1]
    with pytest.raises(KeyboardInterrupt):
        guarded("volume", _interrupted, NOTHING, failed)
    assert failed == []


def _interrupted() -> list[int]:
    raise KeyboardInterrupt
