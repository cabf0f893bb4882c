"""What holds for all tests: no timing decides."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("growthctl", deadline=None)
settings.load_profile("growthctl")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes may hold the second in which they were packed, and every process must call a test the same."""
    return argname if isinstance(val, bytes) else None
