"""What is open in the explorer's process: snapshots with the counts of all of them, and the columns of workspaces."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

from explorer.errors import ExplorerError, SurroundingsError
from explorer.session import Workspace
from explorer.snapshot import Snapshot, Store
from explorer.sources import Progress
from explorer.views.answers.column import Column
from explorer.views.numbers import Writer
from explorer.views.remembered import Remembered
from explorer.views.wire import everything

__all__ = ["Opened", "Rooms", "Status"]

_log = logging.getLogger(__name__)

_OPEN_SNAPSHOTS = 4
"""Besides the default one; each keeps a connection and its share of memory."""

_COLUMNS = 24
"""Workspaces that are looked at in JupyterLab at once."""


class Status(TypedDict):
    """How far the process is.

    `doing` is what is waited for, `share` how much of it is done, 0 to 1, and `problem` why there is no snapshot.
    """

    ready: bool
    doing: str
    share: float | None
    problem: str | None


@dataclass(frozen=True)
class Opened:
    """A snapshot with the counts of all of it, which every screen shows beside its own; never changed."""

    snapshot: Snapshot
    everything: dict[str, Any]

    @cached_property
    def writer(self) -> Writer:
        """Writes the counts of cohorts of this snapshot."""
        return Writer(self.everything)


class Rooms:
    """The snapshots that are open, and a column for each workspace. Safe to use from several threads.

    Parameters
    ----------
    find
        Opens or builds the snapshot to begin with, in a thread of its own; it is given a function to call with the
        share done, 0 to 1, and what is being done.
    images
        Folders with local DICOM files, for the cells that show them.

    Attributes
    ----------
    ready
        Set when the first snapshot is open and counted.
    """

    def __init__(self, find: Callable[[Progress], Snapshot], images: Sequence[Path] = ()) -> None:
        self.ready = threading.Event()
        self.images = tuple(images)
        self._over = threading.Event()
        self._status: Status = _waiting("Opening the snapshot", None)
        self._default: Opened | None = None
        self._opened: Remembered[str, Opened] = Remembered(_OPEN_SNAPSHOTS)
        self._columns: OrderedDict[str, Column] = OrderedDict()
        self._lock = threading.Lock()
        threading.Thread(target=self._begin, args=(find,), name="explorer-opening", daemon=True).start()

    def status(self) -> Status:
        """Return how far it is."""
        return self._status

    def wait(self) -> None:
        """Return when the first snapshot is open.

        Raises
        ------
        SurroundingsError
            It cannot be opened; the message says why.
        """
        self._over.wait()
        self._begun()

    def snapshot(self, name: str = "") -> Opened:
        """Return an open snapshot; one that is not open yet is opened and counted now, which takes a second or two.

        Parameters
        ----------
        name
            Its id, or any other name that `Store.find` knows; empty is the one that the process began with.

        Raises
        ------
        UnknownNameError
            There is none of that name.
        SurroundingsError
            The first one is not open yet, or the file is damaged.
        """
        default = self._begun()
        if name in ("", default.snapshot.id):
            return default
        known = (each for each in self._opened.values() if each.snapshot.id == name)
        if (found := next(known, None)) is not None:
            return found
        entry = Store().find(name)
        if entry.about.id == default.snapshot.id:
            return default
        return self._opened.get(entry.about.id, lambda: _open(Snapshot(entry.path)))

    def column(self, workspace: str) -> Column:
        """Return the column that answers JupyterLab for a workspace.

        Raises
        ------
        UserError
            The name is none of a workspace.
        """
        with self._lock:
            column = self._columns.get(workspace)
            if column is None:
                column = self._columns[workspace] = Column(self.snapshot, Workspace(workspace))
            self._columns.move_to_end(workspace)
            late = [self._columns.popitem(last=False)[1]] if len(self._columns) > _COLUMNS else []
        for each in late:
            each.close()
        return column

    def _begun(self) -> Opened:
        if self._default is None:
            said = self.status()
            share = "" if said["share"] is None else f", {said['share']:.0%}"
            raise SurroundingsError(said["problem"] or f"The explorer is not ready yet: {said['doing']}{share}.")
        return self._default

    def _begin(self, find: Callable[[Progress], Snapshot]) -> None:
        def report(share: float, what: str) -> None:
            self._status = _waiting(f"Building the snapshot: {what}", share)

        try:
            snapshot = find(report)
            self._status = _waiting(f"Counting {snapshot.title}", None)
            self._default = _open(snapshot)
        except Exception as error:
            if not isinstance(error, ExplorerError):
                _log.exception("the first snapshot could not be opened")
            problem = str(error) if isinstance(error, ExplorerError) else _UNKNOWN
            self._status = {"ready": False, "doing": "", "share": None, "problem": problem}
        else:
            self._status = {"ready": True, "doing": "", "share": None, "problem": None}
            self.ready.set()
        finally:
            self._over.set()


_UNKNOWN = "The snapshot could not be opened; the server's log says why."


def _waiting(doing: str, share: float | None) -> Status:
    return {"ready": False, "doing": doing, "share": share, "problem": None}


def _open(snapshot: Snapshot) -> Opened:
    return Opened(snapshot, everything(snapshot))
