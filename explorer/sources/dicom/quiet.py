"""Keep to ourselves what pydicom warns of odd values, in this thread only."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["quietly"]


class _Here(threading.local):
    """Stands in a filter where a pattern of messages would: it matches whatever a quiet thread warns of."""

    depth = 0

    def match(self, _message: str) -> bool:
        return self.depth > 0


_here = _Here()
_FILTER: Any = ("ignore", _here, Warning, None, 0)
_lock = threading.Lock()


@contextmanager
def quietly() -> Iterator[None]:
    """Ignore all warnings of this thread, until the end of the block.

    `warnings.catch_warnings` replaces the filters of the whole process and puts back those that it found: of two
    threads that do so, the later one puts back the filters of the other, and warnings stay off for everybody. Here
    one filter is added and stays; it matches nothing but in a thread that is inside.
    """
    _add_filter()
    _here.depth += 1
    try:
        yield
    finally:
        _here.depth -= 1


def _add_filter() -> None:
    """Put the filter first, where it is not: others may have put theirs before it, or put back older ones."""
    filters: Any = warnings.filters
    with _lock:
        if not filters or filters[0] is not _FILTER:
            filters[:] = [_FILTER, *(each for each in filters if each is not _FILTER)]
