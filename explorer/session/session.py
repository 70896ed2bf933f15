"""The only thing that changes: the definition in front of one person, with its history."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from explorer.cohort import CohortDefinition
from explorer.cohort.texts import shown
from explorer.counts import Cohort
from explorer.errors import ExplorerError, UserError
from explorer.session.edits import Request, edit
from explorer.session.state import State
from explorer.session.timeline import Timeline
from explorer.session.workspace import Alone, Shared, Workspace
from explorer.snapshot import Snapshot

__all__ = ["Session"]

Schedule = Callable[[Callable[[], None]], object]
"""Runs a function in the thread that the watchers expect, soon."""

_DAMAGED = (
    "The file that keeps this cohort and its history was damaged, so it begins anew. The next change sets the damaged "
    "file aside, with the ending .damaged."
)
_SEEN = 200
"""Definitions whose open group and empty cards are remembered."""

_left: dict[Path, State] = {}
"""What was last in front of somebody on a workspace; a page that is loaded anew goes on with it."""

_PLACES = 200
"""Workspaces of which that is remembered."""


class Session:
    """One screen's view of a definition on one snapshot, with undo and redo. Safe to use from several threads.

    Parameters
    ----------
    snapshot
        Where the definition is counted.
    definition
        Where to begin; None is where the workspace stands, or everybody.
    workspace
        Shared with other screens: their changes appear here, and the history is one for all. None: on its own.
    schedule
        Runs a function in the thread in which watchers hear of the changes of others; None is any thread.

    Raises
    ------
    DefinitionError
        The definition does not fit the snapshot.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        definition: CohortDefinition | None = None,
        *,
        workspace: Workspace | None = None,
        schedule: Schedule | None = None,
    ) -> None:
        self.snapshot = snapshot
        self._workspace = workspace or Alone(definition or CohortDefinition())
        self._shared = self._workspace.read()
        self._problem = ""
        self._place = workspace.path if workspace is not None else None
        self._state = self._resumed(State(self._begun(definition)))
        self._seen: dict[CohortDefinition, State] = {}
        self._revision = 0
        self._lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []
        self._schedule = schedule
        if workspace is not None and definition is not None:
            self.show(definition)
        self._stop = self._workspace.watch(self._heard, self._shared.revision)

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
    def shared(self) -> Shared:
        """What the workspace held when this session last looked."""
        return self._shared

    @property
    def problem(self) -> str:
        """Why the workspace's definition is not the one here, or is gone; empty where neither is so."""
        return self._problem or (_DAMAGED if self._shared.damaged else "")

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._shared.timeline.past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back that can be done again."""
        return bool(self._shared.timeline.future)

    def cohort(self) -> Cohort:
        """Return the cohort of the definition as it is now."""
        return Cohort(self.definition, self.snapshot)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` after every change: in the thread that made it, or where `schedule` runs those of others."""
        self._watchers.append(watcher)

    def close(self) -> None:
        """Hear no more of the changes of others."""
        self._stop()

    def follow(self) -> None:
        """Take over now what another screen or kernel has written; with `watch` that happens by itself, soon."""
        with self._lock:
            shared = self._workspace.read()
            if shared.revision == self._shared.revision:
                return
            definition = self._fitting(shared)
            if definition is None:
                self._shared = shared
                self._tell()
            else:
                self._become(shared, self._recalled(definition))

    def apply(self, request: Request) -> None:
        """Carry out a request from the screen, on what is newest.

        Raises
        ------
        UserError
            The request makes no valid definition on this snapshot; nothing has changed then.
        """
        kind = request.get("kind")
        if kind in ("undo", "redo"):
            (self.undo if kind == "undo" else self.redo)()
            return
        if kind == "history":
            self.go(request.get("by"))
            return
        with self._lock:
            after = self._state

            def step(shared: Shared) -> Shared:
                nonlocal after
                now = self._state if self._problem else self._on(shared)
                after = edit(now, request, self.snapshot.facets)
                return self._to(shared, shared.timeline.then(after.definition))

            shared = self._workspace.change(step)
            self._become(shared, after)

    def show(self, definition: CohortDefinition, base: str | None = None) -> None:
        """Go to another definition; the one before can be undone to.

        Parameters
        ----------
        base
            SHA-256 of the text of the file that it was opened from, or saved as; None leaves the one that is known.
        """
        with self._lock:

            def step(shared: Shared) -> Shared:
                after = self._to(shared, shared.timeline.then(definition))
                return after if base is None else replace(after, base=base)

            self._become(self._workspace.change(step), State(definition))

    def saved_as(self, definition: CohortDefinition, base: str) -> None:
        """Take the name under which the definition was saved, and remember which file that is; see `show`."""
        with self._lock:
            before, after = self.definition, replace(self._state, definition=definition).settled()

            def step(shared: Shared) -> Shared:
                still = shared.definition == before
                return replace(self._to(shared, shared.timeline.then(definition)) if still else shared, base=base)

            shared = self._workspace.change(step)
            self._become(shared, after if shared.definition == definition else self._recalled(shared.definition))

    def undo(self) -> None:
        """Take the last change back, if there is one: whoever made it."""
        self._travel(Timeline.undone)

    def redo(self) -> None:
        """Do the last undone change again, if there is one."""
        self._travel(Timeline.redone)

    def go(self, by: object) -> None:
        """Go so many steps back in the history (negative) or on.

        Raises
        ------
        UserError
            `by` is no whole number.
        """
        if not isinstance(by, int) or isinstance(by, bool):
            raise UserError(f"a place in the history is a number of steps, not {shown(by)}")
        self._travel(lambda timeline: timeline.moved(by))

    def _travel(self, move: Callable[[Timeline], Timeline]) -> None:
        with self._lock:
            shared = self._workspace.change(lambda shared: self._to(shared, move(shared.timeline)))
            self._become(shared, self._recalled(shared.definition))

    def _heard(self, _shared: Shared) -> None:
        if self._schedule is None:
            self.follow()
        else:
            self._schedule(self.follow)

    def _to(self, shared: Shared, timeline: Timeline) -> Shared:
        if timeline.now != shared.definition:
            timeline.now.check(self.snapshot)
        return replace(shared, timeline=timeline)

    def _recalled(self, definition: CohortDefinition) -> State:
        """Return the definition with the group and the empty cards that it was last seen with."""
        return self._seen.get(definition) or replace(self._state, definition=definition).settled()

    def _on(self, shared: Shared) -> State:
        return replace(self._state, definition=shared.definition).settled()

    def _begun(self, definition: CohortDefinition | None) -> CohortDefinition:
        """Return where to begin; a workspace's definition that does not fit is said, not raised."""
        if definition is not None:
            definition.check(self.snapshot)
            return self._shared.definition
        return self._fitting(self._shared) or CohortDefinition()

    def _resumed(self, begun: State) -> State:
        """Return the open group and the empty cards of the last visit, if the definition is still that one."""
        left = _left.get(self._place) if self._place is not None else None
        return left if left is not None and left.definition == begun.definition else begun

    def _fitting(self, shared: Shared) -> CohortDefinition | None:
        try:
            shared.definition.check(self.snapshot)
        except ExplorerError as error:
            # The one here stays until one comes that fits, or the person makes another.
            self._problem = f"The cohort of this workspace does not fit this snapshot, so another one is shown: {error}"
            return None
        return shared.definition

    def _become(self, shared: Shared, after: State) -> None:
        before = self._state
        told = (self._shared.snapshot, self.problem)
        self._shared, self._problem = shared, ""
        if after == before and told == (shared.snapshot, self.problem):
            return
        if after.definition != before.definition:
            self._seen[before.definition] = before
            if len(self._seen) > _SEEN:
                del self._seen[next(iter(self._seen))]
        self._state = after
        if self._place is not None:
            _left.pop(self._place, None)
            _left[self._place] = after
            if len(_left) > _PLACES:
                del _left[next(iter(_left))]
        self._tell()

    def _tell(self) -> None:
        self._revision += 1
        for watcher in self._watchers:
            watcher()
