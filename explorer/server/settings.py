"""What an administrator sets for everybody, and a person in JupyterLab's settings: one value, checked in one place."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from explorer.cohort.texts import kind_of, one_line, shown
from explorer.counts import SmallCounts
from explorer.errors import DefinitionError, UserError
from explorer.snapshot.place import is_folder

__all__ = ["Settings", "SettingsInForce"]

_MOST_FOLDERS = 50
_LONGEST_FOLDER = 4_000
_AMOUNT = re.compile(r"(?=.*[1-9])\d{1,6}(\.\d{1,3})?\s*[KMGT]i?B")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server.

    Attributes
    ----------
    snapshot_path
        Folders with shared snapshots, searched in this order after the person's own.
    image_folders
        Folders with DICOM files, read where they lie.
    memory_limit
        Memory that the engine may take, with its unit: ``2GB``; empty: a quarter of the machine's, at most 8 GiB.
    small_counts
        Protection of small counts, in patients: threshold and rounding, ``10,10``; empty: none.

    Raises
    ------
    UserError
        A value is none of its setting; the message names it and says what to write.
    """

    snapshot_path: tuple[str, ...] = ()
    image_folders: tuple[str, ...] = ()
    memory_limit: str = ""
    small_counts: str = ""

    def __post_init__(self) -> None:
        for name, read in _READERS.items():
            object.__setattr__(self, name, read(name, getattr(self, name)))

    @classmethod
    def from_environment(cls, surroundings: Mapping[str, str]) -> Settings:
        """Return what the variables ``COHORT_EXPLORER_…`` say."""
        return cls(
            _split(surroundings.get("COHORT_EXPLORER_PATH", "")),
            _split(surroundings.get("COHORT_EXPLORER_IMAGES", "")),
            surroundings.get("COHORT_EXPLORER_MEMORY", ""),
            surroundings.get("COHORT_EXPLORER_SMALL_COUNTS", ""),
        )

    def environment(self) -> dict[str, str]:
        """Return the variables that tell the settings to the explorer's process and to kernels; empty: not set."""
        return {
            "COHORT_EXPLORER_PATH": os.pathsep.join(self.snapshot_path),
            "COHORT_EXPLORER_IMAGES": os.pathsep.join(self.image_folders),
            "COHORT_EXPLORER_MEMORY": self.memory_limit,
            "COHORT_EXPLORER_SMALL_COUNTS": self.small_counts,
        }

    def missing_folders(self) -> list[tuple[str, str]]:
        """Return the settings that name a folder which is not there, with that folder."""
        return [
            (name, folder)
            for name in ("snapshot_path", "image_folders")
            for folder in getattr(self, name)
            if not is_folder(folder)
        ]


class SettingsInForce:
    """The settings as they are, and who may change them.

    Parameters
    ----------
    start
        What the server begins with.
    locked
        Names of those that stand in the server's configuration: a person's own settings cannot change them.
    """

    def __init__(self, start: Settings, locked: frozenset[str] = frozenset()) -> None:
        self._start = start
        self.now = start
        self.locked = locked

    def change(self, wanted: object) -> list[dict[str, str]]:
        """Take over a person's settings, and return what of them is not in force.

        Parameters
        ----------
        wanted
            An object with names and values; null, or a name left out, is what the server began with.

        Raises
        ------
        DefinitionError
            A name does not exist, or a value is none of its setting; nothing has changed then.
        """
        names = [field.name for field in fields(Settings)]
        if not isinstance(wanted, Mapping):
            raise DefinitionError(f"settings are an object with {', '.join(names)}, not {kind_of(wanted)}")
        for name in wanted:
            if name not in names:
                raise DefinitionError(f"there is no setting {shown(name)}; there are {', '.join(names)}")
        given = {name: value for name, value in wanted.items() if value is not None and name not in self.locked}
        after = self._start
        for name, value in given.items():
            try:
                after = replace(after, **{name: value})
            except UserError as error:
                raise DefinitionError(str(error), f"/{name}") from None
        held = [
            {"name": name, "message": "The administrator of this server has set this; your own value is not used."}
            for name, value in wanted.items()
            if name in self.locked and value is not None and _plain(value) != _plain(getattr(after, name))
        ]
        self.now = after
        return held + [
            {"name": name, "message": f"There is no folder {one_line(folder)} here now."}
            for name, folder in after.missing_folders()
        ]

    def shown(self) -> dict[str, Any]:
        """Return the settings and the names of the locked ones, for JSON."""
        return {"settings": asdict(self.now), "locked": sorted(self.locked)}


def _split(folders: str) -> tuple[str, ...]:
    # As Store reads them: a path that is not whole begins at the current folder.
    return tuple(str(Path(part.strip()).expanduser().absolute()) for part in folders.split(os.pathsep) if part.strip())


def _plain(value: object) -> object:
    return list(value) if isinstance(value, list | tuple) else value


def _folders(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise UserError(f"{name} is a list of folders, not {kind_of(value)}")
    if len(value) > _MOST_FOLDERS:
        raise UserError(f"{name} names {len(value):,} folders; at most {_MOST_FOLDERS} are allowed")
    return tuple(_folder(name, one) for one in value)


def _folder(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UserError(f"{name} holds {shown(value)}, which names no folder; write a path such as /data/shared")
    if len(value) > _LONGEST_FOLDER or not value.isprintable() or os.pathsep in value:
        raise UserError(f"{name} holds {shown(value)}, which cannot be the path of a folder here")
    try:
        path = Path(value.strip()).expanduser()
    except RuntimeError:
        raise UserError(f"{name} holds {shown(value)}, and there is no such person's folder") from None
    if not path.is_absolute():
        raise UserError(f"{name} holds {shown(value)}; write the whole path, from / or ~ on")
    return str(path)


def _memory(name: str, value: object) -> str:
    if isinstance(value, str) and (not value.strip() or _AMOUNT.fullmatch(value.strip())):
        return value.strip()
    raise UserError(f"{name} is {shown(value)}; write an amount with its unit, such as 2GB or 512MiB")


def _small_counts(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise UserError(f"{name} is {shown(value)}; write the threshold in patients and the rounding, as text: 10,10")
    if not value.strip():
        return ""
    try:
        return str(SmallCounts.parse(value))
    except UserError as error:
        raise UserError(f"{name}: {error}") from None


_READERS: dict[str, Callable[[str, object], object]] = {
    "snapshot_path": _folders,
    "image_folders": _folders,
    "memory_limit": _memory,
    "small_counts": _small_counts,
}
