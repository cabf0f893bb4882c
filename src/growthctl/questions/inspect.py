"""What is in a log: its columns, its events, and what is odd about it."""

from __future__ import annotations

from growthctl.build.inspection import build_inspection
from growthctl.events.inspect.describe import Description, described
from growthctl.events.inspect.event_profiles import LogProfile, log_profile
from growthctl.events.reading.open import Data, Log
from growthctl.events.reading.readable import of_readable
from growthctl.events.rows import canonical_rows
from growthctl.events.sources.identity import resolved
from growthctl.report.inspection import Inspection

TIMEZONE = "UTC"
"""On whose clocks times without a zone are read, as no funnel file has said that."""


def inspect(data: Data) -> Inspection:
    """The columns of a log with what they may be, its events, and what is odd about it, before there is a funnel file.

    `data`: as for `analyze`. Raises UsageError and DataError; among these `no_roles` where no column can say who, what
    or when.
    """
    description = described(data)
    return build_inspection(description, of_readable(description.log, lambda log: profile_of(log, description)))


def profile_of(log: Log, description: Description) -> LogProfile:
    """The events of a described log."""
    identified = resolved(log, description.source, TIMEZONE, None)
    return log_profile(canonical_rows(identified.log, identified.source, TIMEZONE))
