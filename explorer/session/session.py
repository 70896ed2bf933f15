"""The only thing that changes: the definition in front of one person, with its history."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort
from explorer.session.edits import Request, edit
from explorer.session.state import State
from explorer.snapshot import Snapshot

__all__ = ["Session"]

_REMEMBERED = 200
"""Steps that can be undone."""


class Session:
    """One person's definition on one snapshot, with undo and redo. Safe to use from several threads.

    Parameters
    ----------
    snapshot
        Where the definition is counted.
    definition
        Where to begin; everybody by default.
    """

    def __init__(self, snapshot: Snapshot, definition: CohortDefinition | None = None) -> None:
        self.snapshot = snapshot
        start = definition or CohortDefinition()
        start.check(snapshot)
        self._past: list[State] = []
        self._future: list[State] = []
        self._state = State(start)
        self._revision = 0
        self._lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []

    @property
    def state(self) -> State:
        """What is in front of the person now."""
        return self._state

    @property
    def definition(self) -> CohortDefinition:
        """The definition as it is now."""
        return self._state.definition

    @property
    def revision(self) -> int:
        """Grows by one with every change; tells a late answer from a current one."""
        return self._revision

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back that can be done again."""
        return bool(self._future)

    def cohort(self) -> Cohort:
        """Return the cohort of the definition as it is now."""
        return Cohort(self.definition, self.snapshot)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` after every change, in the thread that made it."""
        self._watchers.append(watcher)

    def apply(self, request: Request) -> None:
        """Carry out a request from the screen.

        Raises
        ------
        UserError
            The request makes no valid definition on this snapshot; nothing has changed then.
        """
        if request.get("kind") in ("undo", "redo"):
            (self.undo if request["kind"] == "undo" else self.redo)()
            return
        with self._lock:
            after = edit(self._state, request, self.snapshot.facets)
            self._become(after)

    def show(self, definition: CohortDefinition) -> None:
        """Go to another definition; the one before can be undone to."""
        with self._lock:
            self._become(State(definition))

    def undo(self) -> None:
        """Take the last change back, if there is one."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Do the last undone change again, if there is one."""
        self._travel(self._future, self._past)

    def _become(self, after: State) -> None:
        before = self._state
        if after == before:
            return
        if after.definition != before.definition:
            after.definition.check(self.snapshot)
            self._past = [*self._past, before][-_REMEMBERED:]
            self._future = []
        self._change(after)

    def _travel(self, source: list[State], target: list[State]) -> None:
        with self._lock:
            if not source:
                return
            target.append(replace(self._state))
            self._change(source.pop())

    def _change(self, after: State) -> None:
        self._state = after
        self._revision += 1
        for watcher in self._watchers:
            watcher()
