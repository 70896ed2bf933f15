"""The thread of one page: when what is drawn there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from panel.io.document import hold

from explorer.views.pacing import Pace

__all__ = ["PageThread"]

_pace = Pace()
"""Of the thread that all pages share."""

_PAINTING_MS = 80
"""The charts wait for so long, so that the browser paints the numbers before it draws them."""


class PageThread:
    """Runs tasks in the thread of a page, each of which reaches the browser as one message.

    Parameters
    ----------
    document
        The page's Bokeh document; None where nobody looks, and everything runs at once.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._closed = False

    def close(self) -> None:
        """Run nothing more; the page is closed."""
        self._closed = True

    def at_once(self, task: Callable[[], object]) -> None:
        """Run a task now; the caller is in the page's thread."""
        with hold(self._document):
            task()

    def soon(self, task: Callable[[], object]) -> None:
        """Run a task in the page's thread."""
        if self._document is None:
            self._run(task)
        else:
            self._document.add_next_tick_callback(lambda: self._run(task))

    def in_turn(self, task: Callable[[], object]) -> None:
        """Run a task in the page's thread that takes long there, when those of other pages have had their turn."""
        if self._document is None:
            task()
        else:
            self._later(lambda: _pace.run(task), 1000 * _pace.turn())

    def after_painting(self, task: Callable[[], object], holds: Callable[[], bool]) -> None:
        """Run a task in the page's thread when the browser has had time to paint, if it `holds` then."""

        def run() -> None:
            if holds():
                task()

        if self._document is None:
            run()
        else:
            self._later(run, _PAINTING_MS)

    def _later(self, task: Callable[[], object], pause_ms: float) -> None:
        self._document.add_timeout_callback(lambda: self._run(task), max(1, round(pause_ms)))

    def _run(self, task: Callable[[], object]) -> None:
        if not self._closed:
            self.at_once(task)
