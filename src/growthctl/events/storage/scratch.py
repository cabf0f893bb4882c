"""Files for a while: deleted when nobody needs them, at exit, and after a crash by the next who needs some."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO
from weakref import finalize

try:
    import fcntl
except ImportError:  # Windows keeps open files from being deleted, which is a lock as well
    fcntl = None  # type: ignore[assignment]

_PREFIX = "growthctl-"
_LOCK = "in-use"


class Scratch:
    """A folder that lives as long as this object, in the system's folder for temporary files (TMPDIR)."""

    def __init__(self) -> None:
        # Few need one, and it takes a while to load.
        import tempfile

        _sweep(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.delete = finalize(self, _delete, self.path, _locked(self.path))


def _delete(folder: Path, lock: IO[bytes] | None) -> None:
    if lock:
        lock.close()
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Delete the folders of processes that no longer run."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if (folder / _LOCK).is_file() and (lock := _locked(folder)):
            _delete(folder, lock)


def _locked(folder: Path) -> IO[bytes] | None:
    """The folder's lock, held until it is closed or the process ends; None where somebody else holds it."""
    with suppress(OSError):
        lock = (folder / _LOCK).open("ab")
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                raise
        return lock
    return None
