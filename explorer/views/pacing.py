"""Turns for what takes long in the page's thread and nobody waits for, with rests for everybody's clicks."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Pace"]

_REST = 3
"""A task and the rest after it take so many times as long as the task before it took."""


class Pace:
    """Tells the tasks of one thread when to begin.

    Thirty people who open their pages at once would else wait with every click until all of their charts are drawn.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free = 0.0
        self._length = 0.1

    def turn(self) -> float:
        """Return the seconds until one more task may begin."""
        now = self._clock()
        begin = max(now, self._free)
        self._free = begin + _REST * self._length
        return begin - now

    def run(self, task: Callable[[], object]) -> None:
        """Run a task whose turn has come, and learn how long one takes."""
        began = self._clock()
        try:
            task()
        finally:
            self._length = self._clock() - began
