"""A folder that nobody else can enter, with a path short enough for a socket in it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from explorer.errors import SurroundingsError
from explorer.snapshot.place import is_folder

__all__ = ["SOCKET", "private_folder"]

SOCKET = "app"
"""Name of the socket in the folder."""

_LONGEST = 103
"""Bytes that the path of a socket may have: 107 on Linux, 103 on macOS."""


def private_folder(*runtime: Path) -> Path:
    """Return a new folder of mode 0700 in which a socket can be made.

    Parameters
    ----------
    runtime
        Where to try, after the runtime folder of the person's session and before the folder for temporary files.

    Raises
    ------
    SurroundingsError
        No place is writable, near enough to the root and on a file system that has sockets.
    """
    tried = []
    for place in _places(*runtime):
        folder = None
        try:
            folder = Path(tempfile.mkdtemp(prefix="cohort-explorer-", dir=place))
            path = str(folder / SOCKET)
            if len(os.fsencode(path)) > _LONGEST:
                raise OSError("its path is too long for a socket")
            with socket.socket(socket.AF_UNIX) as probe:
                probe.bind(path)
            Path(path).unlink()
            return folder
        except OSError as error:
            tried.append(f"{place} ({error.strerror or error})")
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
    raise SurroundingsError(f"there is no place for the explorer's socket; tried {', '.join(tried) or 'none'}")


def _places(*runtime: Path) -> Iterator[Path]:
    if not hasattr(socket, "AF_UNIX"):
        raise SurroundingsError("the explorer inside JupyterLab needs Unix sockets, which this system does not have")
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    if session and is_folder(session) and Path(session).stat().st_uid == os.getuid():
        yield Path(session)
    yield from runtime
    yield Path(tempfile.gettempdir())
