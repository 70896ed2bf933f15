"""The orders in which pages are turned: all keys of a table, by a column; the last few are kept for everybody."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from explorer.counts.engine.types import Numbers

__all__ = ["Orders"]

_MOST = 64 * 2**20
"""Bytes: five orders of three million series, any number of orders of patients."""


class Orders:
    """The orders asked for last. May be asked by several threads.

    Parameters
    ----------
    most
        How many bytes they may take; the last one stays, however large.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Numbers] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, select: str, read: Callable[[str], Numbers]) -> Numbers:
        """Return the keys that a SELECT gives, read where they are not kept; nobody waits while another reads."""
        with self._lock:
            if select in self._kept:
                self._kept.move_to_end(select)
                return self._kept[select]
        keys = read(select)
        with self._lock:
            self._kept[select] = keys
            self._kept.move_to_end(select)
            while len(self._kept) > 1 and sum(each.nbytes for each in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
        return keys
