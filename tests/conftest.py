"""What holds for all tests: no timing decides."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("growthctl", deadline=None)
settings.load_profile("growthctl")
