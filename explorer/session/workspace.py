"""The current definition of one person, shared by every screen and kernel: a file with a revision number.

A workspace is ``workspaces/NAME.json`` in the person's folder. It holds the definition, the steps before it and those
undone, so that neither a reload nor another screen's click loses anybody's history. Every change is made under a lock
on what is newest, and takes the file's place whole: a reader sees the old content or the new. The last writer wins,
and what it overwrote is one undo away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from explorer.cohort import CohortDefinition
from explorer.cohort.files import write_atomically
from explorer.cohort.texts import shown
from explorer.errors import DefinitionError, SurroundingsError, UserError
from explorer.session.timeline import Timeline
from explorer.session.watching import watch_file
from explorer.snapshot.lock import locked
from explorer.snapshot.place import home

__all__ = ["DEFAULT", "Alone", "Shared", "Step", "Workspace"]

DEFAULT = "default"
"""Name of the workspace that screens and kernels share unless told otherwise."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_VERSION = 1
_LARGEST_HISTORY = 2_000_000
"""Characters of history that are kept; definitions may hold ten thousand values."""
_LARGEST_REMEMBERED = 20_000
"""Characters of a step that is not read again while it stays in the history."""
_PATIENCE = 10.0
"""Seconds for another process to end its change; one takes milliseconds."""
_BROKEN = (DefinitionError, AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What reading a file raises that a hand or a failing disk wrote."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a workspace holds at one moment.

    Attributes
    ----------
    revision
        Grows by one with every change; 0 where nothing was ever written.
    timeline
        The definition, and the steps that can be undone and redone.
    snapshot
        Id of the snapshot that the app and the side panel count on; empty: the default one.
    base
        SHA-256 of the text of the file that was last opened or saved here; empty where there is none.
    damaged
        The workspace's file cannot be read, so it begins anew; the next change sets that file aside.
    """

    revision: int = 0
    timeline: Timeline = field(default_factory=Timeline)
    snapshot: str = ""
    base: str = ""
    damaged: bool = False

    @property
    def definition(self) -> CohortDefinition:
        """The current definition."""
        return self.timeline.now


Step = Callable[[Shared], Shared]
"""Makes of what is newest what shall be."""


class Alone:
    """A workspace of one screen, in memory; nobody else sees it."""

    name = ""

    def __init__(self, definition: CohortDefinition) -> None:
        self._shared = Shared(timeline=Timeline(definition))

    def read(self) -> Shared:
        """Return what it holds."""
        return self._shared

    def change(self, step: Step) -> Shared:
        """Return what it holds after `step`; see `Workspace.change`."""
        after = replace(step(self._shared), revision=self._shared.revision)
        if after != self._shared:
            self._shared = replace(after, revision=after.revision + 1)
        return self._shared

    def watch(self, callback: Callable[[Shared], None], since: int | None = None) -> Callable[[], None]:
        """Do nothing: nobody else changes it."""
        return lambda: None


class Workspace:
    """One named workspace of this person.

    Parameters
    ----------
    name
        Letters, digits, dots, dashes and underscores, at most 64, beginning with a letter or digit.
    folder
        Where it lives; None takes the folder ``workspaces`` of the person's home.

    Raises
    ------
    UserError
        The name is none.
    """

    def __init__(self, name: str = DEFAULT, folder: Path | None = None) -> None:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UserError(
                f"{shown(name)} cannot name a workspace; use letters, digits, dots, dashes and underscores, at most 64"
            )
        self.name = name
        self.folder = _folder() if folder is None else folder
        self.path = self.folder / f"{name}.json"

    def __repr__(self) -> str:
        return f"Workspace({self.name!r})"

    @staticmethod
    def names(folder: Path | None = None) -> list[str]:
        """Return the names of the workspaces that exist, in alphabetical order."""
        place = _folder() if folder is None else folder
        try:
            return sorted(path.stem for path in place.glob("*.json") if _NAME.fullmatch(path.stem))
        except OSError:  # not to be looked into; whoever reads one is told why
            return []

    def read(self) -> Shared:
        """Return what the workspace holds; nobody's choice yet where it was never written, or is damaged.

        Raises
        ------
        SurroundingsError
            The file cannot be read, or was written by a newer version.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Shared()
        except OSError as error:
            raise SurroundingsError(f"the workspace {self.name} cannot be read: {error.strerror or error}") from None
        try:
            return _parse(content)
        except _BROKEN:
            # Numbered on from where it ended, so that nobody takes it for what they know.
            found = re.search(rb'"revision":\s*(\d{1,15})', content)
            return Shared(int(found[1]) + 1 if found else 0, damaged=True)

    def change(self, step: Step) -> Shared:
        """Return the workspace after `step`, which gets what is newest; nobody else changes it meanwhile.

        The revision grows by one if anything differs. What `step` raises leaves everything as it was.

        Raises
        ------
        SurroundingsError
            The folder cannot be written to, or another process does not end its own change.
        """
        self._make_folder()
        with self._locked():
            before = self.read()
            after = replace(step(before), revision=before.revision, damaged=before.damaged)
            if after == before:
                return before
            after = replace(after, revision=before.revision + 1, damaged=False)
            if before.damaged:
                # Kept under another name; under the lock, so that it is never what somebody wrote meanwhile.
                with suppress(OSError):
                    self.path.replace(self.path.with_suffix(".json.damaged"))
            # Every click changes it, and waits for no disk.
            write_atomically(self.path, _text(after).encode(), synced=False)
            self.path.chmod(0o600)
            return after

    def watch(self, callback: Callable[[Shared], None], since: int | None = None) -> Callable[[], None]:
        """Call `callback` in a thread of its own soon after each change by anyone; gives the function that ends it.

        Parameters
        ----------
        since
            The revision that the caller knows; None is the one that stands now.
        """
        last = self.read().revision if since is None else since

        def changed() -> None:
            nonlocal last
            with suppress(SurroundingsError):
                shared = self.read()
                if shared.revision != last:
                    last = shared.revision
                    callback(shared)

        return watch_file(self.path, changed)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SurroundingsError(f"the folder {self.folder} cannot be made: {error.strerror or error}") from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with ExitStack() as held:
            try:
                held.enter_context(locked(self.folder / f".{self.name}.lock", patience=_PATIENCE))
            except OSError as error:
                reason = error.strerror or error
                raise SurroundingsError(f"the workspace {self.name} cannot be locked: {reason}") from None
            yield


def _folder() -> Path:
    return home() / "workspaces"


def _text(shared: Shared) -> str:
    timeline = shared.timeline
    return json.dumps(
        {
            "version": _VERSION,
            "revision": shared.revision,
            "snapshot": shared.snapshot,
            "base": shared.base,
            "definition": timeline.now.to_dict(),
            # As text: a step that was read once is not read again.
            "past": _newest(timeline.past),
            "future": _newest(timeline.future),
        },
        ensure_ascii=False,
        indent=1,
    )


def _newest(steps: tuple[CohortDefinition, ...]) -> list[str]:
    """Return the last steps as text, as many as there is room for."""
    kept: list[str] = []
    room = _LARGEST_HISTORY
    for step in reversed(steps):
        text = json.dumps(step.to_dict(), ensure_ascii=False)
        room -= len(text)
        if room < 0:
            break
        kept.append(text)
    return kept[::-1]


def _parse(text: bytes) -> Shared:
    content = json.loads(text)
    if content["version"] != _VERSION:
        raise SurroundingsError(
            f"a workspace of version {shown(content['version'])} was written by a newer Cohort Explorer; "
            "update this one, or choose another workspace"
        )
    timeline = Timeline(
        CohortDefinition.from_dict(content["definition"]),
        tuple(map(_step, content["past"])),
        tuple(map(_step, content["future"])),
    )
    revision, snapshot, base = int(content["revision"]), str(content["snapshot"]), str(content["base"])
    if not 0 <= revision < 10**15:
        raise ValueError(revision)
    (snapshot + base).encode()  # what could not be written again is damaged
    return Shared(revision, timeline, snapshot, base)


def _step(text: str) -> CohortDefinition:
    return _remembered(text) if len(text) < _LARGEST_REMEMBERED else CohortDefinition.from_json(text)


@lru_cache(maxsize=1000)
def _remembered(text: str) -> CohortDefinition:
    return CohortDefinition.from_json(text)
