"""The console script. Who presses Ctrl-C while the program is still being loaded must see no traceback either."""

from __future__ import annotations

import sys

from growthctl.errors import Exit


def run() -> None:
    """Load the program and run it."""
    try:
        from growthctl.cli.main import run
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    run()
