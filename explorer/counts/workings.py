"""What the answers of a cohort are computed with: made with the first question, given back when nobody asks."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from explorer.counts.scratch import Scratch

if TYPE_CHECKING:
    from explorer.cohort import CohortDefinition
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.snapshot import Snapshot

__all__ = ["Workings"]


class Workings:
    """A definition on a snapshot, with what its answers are computed with. May be used by several threads."""

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot) -> None:
        self.definition = definition
        self.snapshot = snapshot
        self._evaluation: Evaluation | None = None
        self._scratch: Scratch | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def interrupt(self) -> None:
        """Stop the question that is being answered, and every later one, until `close`; whoever asked gets an error."""
        self._stopped = True
        for work in (self._evaluation, self._scratch):
            if work is not None:
                work.stop()

    def forget_choices(self) -> None:
        """Free what counting facets has left in memory; the counts themselves are kept."""
        if self._evaluation is not None:
            self._evaluation.forget_choices()

    def close(self) -> None:
        """Give back what the answers were computed with; the next question computes it again."""
        with self._lock:
            if self._scratch is not None:
                self._scratch.close()
                self._dropped.detach()
            self._scratch = self._evaluation = None
            self._stopped = False

    def _evaluated(self) -> Evaluation:
        """Return the definition evaluated on the snapshot, for counts."""
        with self._lock:
            evaluation = self._evaluate()
        evaluation.rules.go_on()
        return evaluation

    def _work(self) -> Scratch:
        """Return the cohort as tables, for rows."""
        with self._lock:
            if self._scratch is None:
                self._scratch = Scratch(self._evaluate())
                self._dropped = weakref.finalize(self, self._scratch.close)
            return self._scratch

    def _evaluate(self) -> Evaluation:
        if self._evaluation is None:
            from explorer.counts.engine.evaluation import Evaluation

            self._evaluation = Evaluation(self.definition, self.snapshot)
            if self._stopped:
                self._evaluation.stop()
        return self._evaluation
