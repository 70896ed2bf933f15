"""A lock on a file, held by one process at a time and let go when that process dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["locked"]

_PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, waiting: Callable[[], None] | None = None, patience: float | None = None) -> Iterator[None]:
    """Hold the lock; `waiting` is called once where another process or thread holds it first.

    Parameters
    ----------
    patience
        Seconds after which it is given up; None waits for as long as it takes.

    Raises
    ------
    TimeoutError
        Somebody else holds it for longer than that.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    late = None if patience is None else time.monotonic() + patience
    try:
        while True:
            try:
                _take(file)
                break
            except (BlockingIOError, PermissionError):  # held: the first by POSIX, the second by Windows
                if waiting is not None:
                    waiting()
                    waiting = None
                if late is not None and time.monotonic() > late:
                    raise TimeoutError("another process holds it") from None
                time.sleep(_PAUSE)
        yield
    finally:
        os.close(file)  # closing lets the lock go
