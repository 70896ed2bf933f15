"""Answers to a session, computed beside the page's thread; a late answer never replaces a newer one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from explorer.counts import Cohort
from explorer.errors import ExplorerError
from explorer.session import Session

__all__ = ["Live", "Question"]

_log = logging.getLogger(__name__)

Question = Callable[[Cohort], Any]
"""Computes an answer from a cohort; runs in a thread of its own."""

Schedule = Callable[[Callable[[], None]], object]
"""Runs a function in the page's thread, soon."""


class Pool(Protocol):
    """Where questions are computed, one after another."""

    def submit(self, function: Callable[..., object], /, *arguments: Any) -> object:
        """Compute this after what was asked for before."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more."""


class Live:
    """Puts questions to the session's cohort, in order, and hands over only the answers that still hold.

    Parameters
    ----------
    session
        Whose definition is asked about.
    schedule
        Runs a function in the page's thread.
    failed
        Called in the page's thread with a sentence when an answer could not be had.
    pool
        Computes one answer at a time; None is a thread of its own.
    """

    def __init__(
        self, session: Session, schedule: Schedule, failed: Callable[[str], None], pool: Pool | None = None
    ) -> None:
        self._session = session
        self._schedule = schedule
        self._failed = failed
        self._pool: Pool = pool or ThreadPoolExecutor(1, thread_name_prefix="explorer-answers")
        self._lock = threading.Lock()
        self._closed = False
        self._cohort = session.cohort()

    @property
    def cohort(self) -> Cohort:
        """The cohort of the definition as it is now; stops what an older one was still computing."""
        with self._lock:
            if self._cohort.definition is not self._session.definition:
                late, self._cohort = self._cohort, self._session.cohort()
                late.interrupt()
                self._pool.submit(late.close)
            return self._cohort

    def ask(self, question: Question, answered: Callable[[Any], None]) -> None:
        """Compute an answer to the cohort as it is now; `answered` gets it in the page's thread if it still holds."""
        if self._closed:
            return
        cohort, revision = self.cohort, self._session.revision
        self._pool.submit(self._answer, cohort, revision, question, answered)

    def close(self) -> None:
        """Stop computing; nobody looks any more."""
        self._closed = True
        self._cohort.interrupt()
        self._pool.shutdown(wait=False, cancel_futures=True)
        # Not in the pool, which takes nothing more; it waits for the query that was stopped.
        threading.Thread(target=self._cohort.close, daemon=True).start()

    def _holds(self, revision: int) -> bool:
        return not self._closed and revision == self._session.revision

    def _answer(self, cohort: Cohort, revision: int, question: Question, answered: Callable[[Any], None]) -> None:
        if not self._holds(revision):
            return
        try:
            answer = question(cohort)
        except ExplorerError as error:
            self._report(revision, str(error))
            return
        except Exception:
            # A query that a newer click has stopped ends here too; then nobody waits for it.
            if self._holds(revision):
                _log.exception("an answer failed")
                self._report(
                    revision, "This could not be counted; the server's log says why. Your cohort is unchanged."
                )
            return
        self._schedule(lambda: answered(answer) if self._holds(revision) else None)

    def _report(self, revision: int, problem: str) -> None:
        self._schedule(lambda: self._failed(problem) if self._holds(revision) else None)
