"""What the answers of a cohort are computed with: made with the first question, given back when nobody asks."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from explorer.counts.scratch import Scratch

if TYPE_CHECKING:
    from explorer.cohort import CohortDefinition
    from explorer.snapshot import Snapshot

__all__ = ["Workings"]


class Workings:
    """A definition on a snapshot, with the scratch that its answers are computed in. May be used by several threads."""

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot) -> None:
        self.definition = definition
        self.snapshot = snapshot
        self._scratch: Scratch | None = None
        self._lock = threading.Lock()

    def interrupt(self) -> None:
        """Stop the question that is being answered, and every later one, until `close`; whoever asked gets an error."""
        self._work().interrupt()

    def forget_choices(self) -> None:
        """Free what counting facets has left in memory; the counts themselves are kept."""
        with self._lock:
            if self._scratch is not None:
                self._scratch.drop("rows_")

    def close(self) -> None:
        """Give back what the answers were computed with; the next question computes it again."""
        with self._lock:
            if self._scratch is not None:
                self._scratch.close()
                self._scratch = None

    def _work(self) -> Scratch:
        with self._lock:
            if self._scratch is None:
                self._scratch = Scratch(self.definition, self.snapshot)
                weakref.finalize(self, self._scratch.close)
            return self._scratch
