"""The cohorts that a person saved by name: ``*.cohort.json`` files in a folder of their home."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from explorer.cohort import CohortDefinition
from explorer.cohort.files import read_bytes, write_atomically
from explorer.cohort.texts import one_line
from explorer.errors import DefinitionError, ExplorerError, SurroundingsError, UnknownNameError
from explorer.snapshot.lock import locked
from explorer.snapshot.place import home

__all__ = ["Library", "Saved", "hash_of"]

_ENDING = ".cohort.json"
_LARGEST = 50_000_000
"""Bytes of a file; the longest definition there can be is a little shorter."""
_LONGEST_STEM = 40
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved cohort.

    Attributes
    ----------
    file
        The file's name without its ending, which is what the cohort is asked for by.
    changed
        Time of the last change, seconds since 1970.
    definition
        None where the file holds none; `problem` then says why.
    hash
        SHA-256 of the file's text.
    """

    file: str
    changed: float
    definition: CohortDefinition | None
    problem: str = ""
    hash: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return (self.definition.name if self.definition else "") or self.file


class Library:
    """The saved cohorts of one person. Each file is read once, and again when it changes.

    Parameters
    ----------
    folder
        Where they lie; None is the folder ``cohorts`` of the person's home.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = home() / "cohorts" if folder is None else folder
        self._known: dict[tuple[str, int, int], Saved] = {}

    def saved(self) -> list[Saved]:
        """Return all saved cohorts, the last changed first; also files that hold none, which say so."""
        try:
            paths = [path for path in self.folder.iterdir() if path.name.endswith(_ENDING) and path.name[0] != "."]
        except OSError:
            return []
        known, self._known = self._known, {}
        for path in paths:
            try:
                found = path.stat()
            except OSError:
                continue
            key = (path.name, found.st_mtime_ns, found.st_size)
            self._known[key] = known.get(key) or _read(path, found.st_mtime, found.st_size)
        return sorted(self._known.values(), key=lambda each: (-each.changed, each.file))

    def find(self, file: str) -> tuple[CohortDefinition, str]:
        """Return a saved cohort and the SHA-256 of its file's text.

        Raises
        ------
        UnknownNameError
            There is none of this file name.
        DefinitionError
            The file holds no definition.
        """
        found = self._named(file)
        if found.definition is None:
            raise DefinitionError(found.problem)
        return found.definition, found.hash

    def save(self, definition: CohortDefinition, base: str = "") -> Saved:
        """Save a cohort under its name, and return what was saved.

        The file of that name is written anew where it is what this cohort was opened from, or says the same.
        Another one of that name stays as it is; the new one is then called "Name 2".

        Parameters
        ----------
        base
            SHA-256 of the text of the file that this cohort was opened from, or last saved as.

        Raises
        ------
        SurroundingsError
            It cannot be written.
        """
        with self._locked():
            named, file = _place(definition, base, self.saved())
            content = f"{named.to_json()}\n".encode()
            path = self.folder / f"{file}{_ENDING}"
            write_atomically(path, content)
            return Saved(file, path.stat().st_mtime, named, hash=hash_of(content))

    def delete(self, file: str) -> None:
        """Delete a saved cohort.

        Raises
        ------
        UnknownNameError
            There is none of this file name.
        SurroundingsError
            The file cannot be deleted.
        """
        with self._locked():
            (self.folder / f"{self._named(file).file}{_ENDING}").unlink(missing_ok=True)

    def _named(self, file: str) -> Saved:
        found = next((each for each in self.saved() if each.file == file), None)
        if found is None:
            raise UnknownNameError("this cohort is no longer among those saved; somebody has deleted or renamed it")
        return found

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self.folder / ".lock", patience=_PATIENCE):
                yield
        except OSError as error:
            raise SurroundingsError(f"the folder of saved cohorts cannot be used: {error.strerror or error}") from None


def hash_of(content: bytes) -> str:
    """Return the SHA-256 by which a workspace knows the file that it was opened from."""
    return hashlib.sha256(content).hexdigest()


def _place(definition: CohortDefinition, base: str, saved: list[Saved]) -> tuple[CohortDefinition, str]:
    """Return the cohort under a name that no other has, and the file that is its own or nobody's."""
    others = {each.name.casefold() for each in saved}
    for number in count(1):
        named = definition if number == 1 else replace(definition, name=f"{definition.name} {number}")
        for each in saved:
            if each.name == named.name and (each.hash == base or each.definition == named):
                return named, each.file
        if named.name.casefold() not in others:
            break
    files = {each.file for each in saved}
    stem = _stem(named.name)
    # Names that begin alike have one stem.
    free = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return named, next(file for file in free if file not in files)


def _stem(name: str) -> str:
    """Return a file name for a cohort of this name, letters of all scripts kept: ``größe-der-läsionen``."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:_LONGEST_STEM].strip("-") or "cohort"


def _read(path: Path, changed: float, size: int) -> Saved:
    file = path.name.removesuffix(_ENDING)
    if size > _LARGEST:
        problem = f"the file is larger than {_LARGEST // 1_000_000} MB, which no definition needs"
        return Saved(file, changed, None, problem)
    try:
        content = read_bytes(path)
        return Saved(file, changed, CohortDefinition.from_json(content), hash=hash_of(content))
    except ExplorerError as error:
        return Saved(file, changed, None, one_line(str(error)))
