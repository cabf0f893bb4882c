"""What is in a log: its columns, its events, and what is odd about it."""

from __future__ import annotations

from growthctl.build.inspection import build_inspection
from growthctl.events.inspect.describe import described, profile_of
from growthctl.events.reading.open import Data
from growthctl.report.inspection import Inspection


def inspect(data: Data) -> Inspection:
    """The columns of a log with what they may be, its events, and what is odd about it, before there is a funnel file.

    `data`: as for `analyze`. Raises UsageError and DataError; among these `no_roles` where no column can say who, what
    or when.
    """
    description = described(data)
    return build_inspection(description, profile_of(description))
