"""How the explorer's process is called, and what of the server's surroundings it is told."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer.server.settings import Settings

__all__ = ["PROGRAM", "command", "environment"]

PROGRAM: tuple[str, ...] = (sys.executable, "-m", "explorer.server.leash")
"""What is started; it gets the folder of its socket and the words of the command line."""

_SECRET_BEGINNINGS = ("JUPYTER", "JPY_", "CONFIGPROXY_")
_SECRET_PARTS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "COOKIE", "API_KEY", "APIKEY")


def command(socket: Path, prefix: str, images: Sequence[str]) -> list[str]:
    """Return the command that serves the app on a socket.

    Parameters
    ----------
    socket
        Where it listens, in a private folder of its own.
    prefix
        Path of its pages as browsers ask for it, with the server's base URL: ``/user/alice/explorer/app``.
    images
        Folders with local images.
    """
    options = [word for folder in images for word in ("--images", folder)]
    return [*PROGRAM, str(socket.parent), "app", "--unix-socket", str(socket), "--prefix", prefix, *options]


def environment(inherited: Mapping[str, str], settings: Settings, secrets: Sequence[str] = ()) -> dict[str, str]:
    """Return the process's environment: the server's, with the settings and without anything that opens a door.

    Parameters
    ----------
    inherited
        The server's own environment.
    settings
        What administrator and person chose.
    secrets
        Texts that no variable may hold, such as the server's token.
    """
    known = [secret for secret in secrets if secret]
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.upper().startswith(_SECRET_BEGINNINGS)
        and not any(part in name.upper() for part in _SECRET_PARTS)
        and not any(secret in value for secret in known)
    }
    for name, value in settings.environment().items():
        if value:
            kept[name] = value
        else:
            kept.pop(name, None)
    # Its folders with images are named on its command line.
    kept.pop("COHORT_EXPLORER_IMAGES", None)
    # What it says reaches the server's log at once.
    return kept | {"PYTHONUNBUFFERED": "1"}
