"""The files that genuine itkwidgets would load from other machines, as this server serves them.

itkwidgets, imjoy-jupyterlab-extension and imjoy-core name addresses on other machines, and no setting changes them. So
their code is served with those addresses replaced by :data:`PREFIX` below this server's base URL.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

__all__ = ["EXTENSION", "PREFIX", "ImjoyExtension", "Mirror"]

PREFIX = "explorer/itkwidgets"
"""Where the copies are, below the server's base URL."""

EXTENSION = "imjoy-jupyterlab-extension"

STATIC = Path(__file__).parents[1] / "static" / "itkwidgets"

_ADDRESSES = re.compile(
    r"https://(?:cdn\.jsdelivr\.net/npm/|(?P<modal>imjoy-team\.github\.io/vue-js-modal/)"
    r"|(?P<lib>lib\.imjoy\.io/)|(?P<icons>imjoy\.io/static/img/))"
)
_FOLDERS = {"modal": "npm/vue-js-modal/dist/", "lib": "npm/imjoy-core/dist/", "icons": "img/", None: "npm/"}

_VERSION = re.compile(r"^npm/((?:@[^/@]+/)?[^/@]+)@[^/]+/")
"""Packages are asked for with a version or `latest`; there is one of each."""


def localised(text: str, address: str) -> str:
    """Return a script that asks nobody but `address`, which ends without a slash."""
    return _ADDRESSES.sub(lambda found: f"{address}/{_FOLDERS[found.lastgroup]}", text)


class Mirror:
    """The copies of one server.

    Parameters
    ----------
    address
        Path of the server's base URL and :data:`PREFIX`, without a slash at the end.
    folder
        Where the build put the copies.
    """

    def __init__(self, address: str, folder: Path = STATIC) -> None:
        self._address, self._folder = address, folder

    @property
    def built(self) -> bool:
        """Whether the copies are there."""
        return (self._folder / "page.html").is_file()

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Return content and media type of a copy; None where there is none."""
        return self.read(self._folder, _VERSION.sub(r"npm/\1/", path))

    def read(self, folder: Path, path: str) -> tuple[bytes, str] | None:
        """Return content and media type of a file below `folder`, its addresses replaced."""
        try:
            wanted = (folder / path).resolve()
            if not wanted.is_relative_to(folder.resolve()) or not wanted.is_file():
                return None
        except (ValueError, OSError):  # no file can have this name: it holds a NUL, or is too long
            return None
        kind = mimetypes.guess_type(wanted.name)[0] or "application/octet-stream"
        kind = "text/javascript" if wanted.suffix == ".js" else kind
        if wanted.suffix not in (".js", ".html", ".css"):
            return wanted.read_bytes(), kind
        return _script(wanted, wanted.stat().st_mtime_ns, self._address), f"{kind}; charset=UTF-8"


@lru_cache(maxsize=16)
def _script(path: Path, _changed: int, address: str) -> bytes:
    return localised(path.read_text(encoding="utf-8"), address).encode()


class ImjoyExtension:
    """The JupyterLab extension that itkwidgets draws through, as it is installed, with the addresses replaced.

    Without our copies nothing of it is served: it would load them from other machines.
    """

    def __init__(self, mirror: Mirror, folders: Iterable[str]) -> None:
        self._mirror = mirror
        self._folders = [Path(folder) / EXTENSION for folder in folders]

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Return content and media type of one of its files; None where there is none."""
        if not self._mirror.built:
            return None
        found = (self._mirror.read(folder, path) for folder in self._folders)
        return next((each for each in found if each is not None), None)
