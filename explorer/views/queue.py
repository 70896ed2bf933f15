"""One counting thread for all the widgets of a kernel: it comes when there is work and goes when there is none."""

from __future__ import annotations

import atexit
import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from typing import Any

__all__ = ["Line"]

_IDLE_S = 5.0
_LONGEST_S = 20.0
"""What one task may take on a small machine with other work; half a second is usual."""

_log = logging.getLogger(__name__)

_Task = tuple[int, int, "Line", Callable[[], object]]

_tasks: list[_Task] = []
_more = threading.Condition()
_number = itertools.count()
_thread: threading.Thread | None = None
_over: bool | None = None
"""Whether the program ends; None where nothing was ever asked."""


class Line:
    """What one widget wants computed, in order.

    Attributes
    ----------
    patient
        Whether others go first, because nobody looks at this widget.
    """

    def __init__(self) -> None:
        self.patient = False
        self._closed = False

    def submit(self, function: Callable[..., object], /, *arguments: Any) -> None:
        """Compute this after what was asked for before."""
        global _over, _thread
        with _more:
            if self._closed or _over:
                return
            if _over is None:
                # Not at import: what is registered last goes first, and the snapshot must still be open then.
                atexit.register(_end)
                _over = False
            heapq.heappush(_tasks, (int(self.patient), next(_number), self, lambda: function(*arguments)))
            if _thread is None:
                _thread = threading.Thread(target=_compute, name="explorer-counting", daemon=True)
                _thread.start()
            _more.notify()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; with `cancel_futures`, what has not begun is never computed. Nothing is waited for."""
        with _more:
            self._closed = True
            if cancel_futures:
                _tasks[:] = [task for task in _tasks if task[2] is not self]
                heapq.heapify(_tasks)


def _compute() -> None:
    global _thread
    while True:
        with _more:
            if not _more.wait_for(lambda: _tasks or _over, _IDLE_S) or _over:
                _thread = None
                return
            run = heapq.heappop(_tasks)[3]
        try:
            run()
        except Exception:
            _log.exception("a task of a widget failed")
        del run


def _end() -> None:
    """Let the last task end before the files close, and begin no other."""
    global _over
    with _more:
        _over, thread = True, _thread
        _tasks.clear()
        _more.notify_all()
    if thread is not None:
        thread.join(_LONGEST_S)
