"""Files that others change: one thread looks at all of them.

It looks several times a second and asks for nothing but the file's size, time and number, so it works on the network
folders of a hub too, where changes of other machines raise no event.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["watch_file"]

_PAUSE = 0.15
"""Seconds between two looks."""

_log = logging.getLogger(__name__)

Stamp = tuple[int, ...]
"""Time, size and number of a file, empty where there is none."""


@dataclass(eq=False, slots=True)
class _Watch:
    path: Path
    changed: Callable[[], None]
    stamp: Stamp | None = None


_watches: list[_Watch] = []
_lock = threading.Lock()
_thread: threading.Thread | None = None


def watch_file(path: Path, changed: Callable[[], None]) -> Callable[[], None]:
    """Call `changed`, in a thread of its own, once soon and soon after each change; gives the function that ends it."""
    global _thread
    watch = _Watch(path, changed)
    with _lock:
        _watches.append(watch)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_look, name="explorer-watching", daemon=True)
            _thread.start()

    def stop() -> None:
        with _lock:
            _watches[:] = [other for other in _watches if other is not watch]

    return stop


def _look() -> None:
    global _thread
    while True:
        time.sleep(_PAUSE)
        with _lock:
            if not _watches:
                _thread = None
                return
            watches = list(_watches)
        for watch in watches:
            stamp = _stamp(watch.path)
            if stamp == watch.stamp:
                continue
            watch.stamp = stamp
            try:
                watch.changed()
            except Exception:
                _log.exception("a change of %s was not taken over", watch.path.name)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
