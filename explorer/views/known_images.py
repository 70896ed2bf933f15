"""The index of the folders in which images are looked for; it is read once, and again where something changed."""

from __future__ import annotations

import os
from functools import lru_cache, reduce
from pathlib import Path

from explorer.images import ImageFolder, index_folder
from explorer.images.find import index_files
from explorer.images.locate import image_folders
from explorer.snapshot.place import is_folder

__all__ = ["images_beside", "known_folders", "known_images"]


def known_folders() -> list[Path]:
    """Return those of `explorer.images.locate.image_folders` that are there."""
    return [folder for folder in image_folders() if is_folder(folder)]


def known_images() -> ImageFolder | None:
    """Return the index of these folders as of one; None where there is none.

    A process reads the headers of a folder once, and again when a file has come, gone or been renamed anywhere in it.
    A file that is written over in place is not noticed.
    """
    found = [_indexed(folder, _state(folder)) for folder in known_folders()]
    return reduce(lambda one, before: one.with_(before), reversed(found)) if found else None


def images_beside(file: Path) -> ImageFolder:
    """Return the index of the files right beside one, kept likewise; folders there are not entered."""
    folder = file.parent
    return _beside(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _beside(folder: Path, _changed_ns: int) -> ImageFolder:
    return index_files(folder, sorted(each for each in folder.iterdir() if each.is_file()))


@lru_cache(maxsize=8)
def _indexed(folder: Path, _state: tuple[tuple[str, int], ...]) -> ImageFolder:
    return index_folder(folder)


def _state(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return every folder inside with its time, which changes with the names in it."""
    inside = []
    for name, _, _ in os.walk(folder, followlinks=False):
        try:
            inside.append((name, Path(name).stat().st_mtime_ns))
        except OSError:  # gone meanwhile
            continue
    return tuple(sorted(inside))
