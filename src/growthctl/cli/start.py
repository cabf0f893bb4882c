"""The console script. Who presses Ctrl-C while the program is still being loaded must see no traceback either."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress

from growthctl.errors import Exit

_OBJECTS = 500_000
"""So many new ones call the garbage collector. Loading makes many, of which next to none is garbage."""

_SETTINGS = {
    # numpy's linear algebra, which nothing here needs, would start threads of its own at every start.
    "OPENBLAS_NUM_THREADS": "1",
    # pydantic would look for plugins in everything that is installed.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    # What polars has freed goes back to the system soon, where numpy finds it; and it asks for memory in large pages,
    # where the system has them: to be given small ones takes a tenth of the time of reading.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:200,muzzy_decay_ms:0,thp:always",
}


def prepare() -> None:
    """Settings for the libraries that are loaded from now on."""
    gc.set_threshold(_OBJECTS)
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


def run() -> None:
    """Load the program and run it."""
    prepare()
    try:
        from growthctl.cli.main import run

        code = run()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else Exit.OK
    _leave(code)


def _leave(code: int) -> None:
    """End the process. To take all objects apart before costs up to 0.2 s, and the system frees their memory anyway."""
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):
            stream.flush()
    os._exit(code)
