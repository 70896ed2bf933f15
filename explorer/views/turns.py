"""Tasks from several threads, one after another, in a notebook's kernel or in plain Python."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Turns"]

_log = logging.getLogger(__name__)


class Turns:
    """Runs tasks in the order in which they came, never two at a time.

    A kernel's widgets live in its event loop: tasks run there, after the cell that is running. Newer kernels hear from
    the page in a loop of its own while a cell runs (a subshell); where such a loop is known, tasks need not wait for
    the cell. Without a loop, as in a script, a task runs at once, in the thread that brings it.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._tasks: deque[Callable[[], object]] = deque()
        self._loops: list[asyncio.AbstractEventLoop] = []
        self._busy = False

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Keep the tasks waiting until the end; the loop that runs in this thread, if any, is one for them later."""
        self._know()
        with self._lock:
            yield

    def __call__(self, task: Callable[[], object]) -> None:
        """Run a task when those before it are done."""
        self._tasks.append(task)
        if not [loop for loop in list(self._loops) if self._wake(loop)]:
            self._work()

    def _know(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if loop not in self._loops:
            self._loops.append(loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Have the loop work, if it still runs."""
        try:
            if loop.is_running():
                loop.call_soon_threadsafe(self._work)
                return True
        except RuntimeError:
            pass  # it was closed just now
        self._loops.remove(loop) if loop in self._loops else None
        return False

    def _work(self) -> None:
        with self._lock:
            if self._busy:
                return  # one of the tasks brought another; its turn comes
            self._busy = True
            try:
                while self._tasks:
                    self._run(self._tasks.popleft())
            finally:
                self._busy = False

    @staticmethod
    def _run(task: Callable[[], object]) -> None:
        try:
            task()
        except Exception:
            _log.exception("a widget's task failed")
