"""Links that restore a cohort: by the id of what this person's server keeps, or with the definition inside.

What a link holds is the rule with its name, its note and its paused groups, and no patient: what a person wrote about
single series stays at home. Whoever opens one may have written it by hand, so nothing of it is believed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import replace
from pathlib import Path

from explorer.cohort import CohortDefinition
from explorer.cohort.files import read_bytes, write_atomically
from explorer.cohort.texts import shown
from explorer.errors import SurroundingsError, UserError
from explorer.snapshot.place import home

__all__ = ["Kept", "packed", "unpacked"]

_LONGEST = 1_600
"""Characters of a definition inside of a link; mail programs and servers cut off longer ones."""
_LARGEST = 2_000_000
"""Bytes of a definition that was packed."""
_MOST = 2_000
"""Definitions that are kept for links; those that were made the longest ago go first."""
_TRAVELS = ("note", "paused")
"""Annotations that a link holds."""
_ID = re.compile(r"[0-9a-f]{16}")


def packed(definition: CohortDefinition) -> str:
    """Return the definition as letters, digits, ``-`` and ``_``; empty where that is too long for a link."""
    text = base64.urlsafe_b64encode(zlib.compress(_written(definition), 9)).decode().rstrip("=")
    return text if len(text) <= _LONGEST else ""


def unpacked(text: str) -> CohortDefinition:
    """Return the definition inside of a link.

    Raises
    ------
    UserError
        There is none inside, or it is not one of version 1.
    """
    if len(text) > 2 * _LONGEST or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise UserError("the definition in this link is cut off, or was changed on the way")
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _LARGEST)
    except (ValueError, zlib.error):
        content = b""
    if not content or not unpacking.eof:
        raise UserError("the definition in this link is cut off, or was changed on the way")
    return CohortDefinition.from_json(content)


class Kept:
    """The definitions that this person's links name, each in a file of its own.

    Parameters
    ----------
    folder
        Where they lie; None is the folder ``links`` of the person's home.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = home() / "links" if folder is None else folder

    def keep(self, definition: CohortDefinition) -> str:
        """Keep a definition and return the id that a link names it by: 16 hexadecimal digits of its content's hash.

        Raises
        ------
        SurroundingsError
            It cannot be written.
        """
        content = _written(definition)
        name = hashlib.sha256(content).hexdigest()[:16]
        path = self._path(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.exists():
                path.touch()
            else:
                self._make_room()
                write_atomically(path, content)
        except OSError as error:
            raise SurroundingsError(f"the link cannot be kept: {error.strerror or error}") from None
        return name

    def find(self, name: str) -> CohortDefinition:
        """Return the definition that a link names.

        Raises
        ------
        UserError
            None is kept under this id.
        """
        path = self._path(name) if _ID.fullmatch(name) else None
        if path is None or not path.is_file():
            raise UserError(
                f"no cohort {shown(name)} is kept here; a short link opens where it was made, "
                "and the long one, which holds the definition, opens anywhere"
            )
        return CohortDefinition.from_json(read_bytes(path))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _make_room(self) -> None:
        kept = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[: max(0, len(kept) - _MOST + 1)]:
            path.unlink(missing_ok=True)


def _written(definition: CohortDefinition) -> bytes:
    annotations = {name: each for name, each in definition.annotations.items() if name in _TRAVELS}
    return replace(definition, annotations=annotations).to_json(indent=None).encode()
