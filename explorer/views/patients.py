"""How many patients each of several cohorts has, counted one after another beside the page's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, Count
from explorer.errors import ExplorerError
from explorer.snapshot import Snapshot
from explorer.views.remembered import totalled

__all__ = ["Patients"]

_log = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(1, thread_name_prefix="explorer-patients")
"""One for all pages: what was clicked long ago is never in a hurry."""

_AT_ONCE = 8
"""Cohorts that are counted before the page hears of them."""


class Patients:
    """The patients of cohorts on one snapshot, by the definition's id.

    Parameters
    ----------
    snapshot
        Where they are counted.
    soon
        Runs a task in the page's thread.
    heard
        Called in the page's thread when more of them are known.
    """

    def __init__(
        self, snapshot: Snapshot, soon: Callable[[Callable[[], object]], None], heard: Callable[[], object]
    ) -> None:
        self._snapshot, self._soon, self._heard = snapshot, soon, heard
        self._known: dict[str, Count] = {}
        self._asked: set[str] = set()
        self._closed = False

    def close(self) -> None:
        """Count no more; nobody looks."""
        self._closed = True

    def take(self, definition: CohortDefinition, patients: Count) -> None:
        """Take a number that somebody else has counted."""
        self._known[definition.id] = patients

    def told(self, definition: CohortDefinition) -> dict[str, Count]:
        """Return the number under ``patients``; nothing where it is not known yet, or cannot be counted here."""
        known = definition.id in self._known
        return {"patients": self._known[definition.id]} if known else {}

    def ask(self, definitions: Iterable[CohortDefinition]) -> None:
        """Count those that are not known, in this order."""
        new = {each.id: each for each in definitions if each.id not in self._known and each.id not in self._asked}
        self._asked |= set(new)
        wanted = list(new.values())
        for begin in range(0, len(wanted), _AT_ONCE):
            _pool.submit(self._count, wanted[begin : begin + _AT_ONCE])

    def _count(self, definitions: list[CohortDefinition]) -> None:
        for definition in definitions:
            if self._closed:
                return
            try:
                self._known[definition.id] = self._patients(definition)
            except ExplorerError:
                continue  # made for another snapshot; it is listed without a number
            except Exception:
                _log.exception("the patients of a cohort could not be counted")
        self._soon(self._heard)

    def _patients(self, definition: CohortDefinition) -> Count:
        cohort = Cohort(definition, self._snapshot)
        try:
            return totalled(cohort).patients
        finally:
            cohort.close()
