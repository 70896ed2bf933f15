"""Where the pictures of a contact sheet come from: the snapshot, else images on this computer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from explorer.images import ImageFolder, index_folder, index_folders
from explorer.images.thumbnails import thumbnails
from explorer.snapshot import Snapshot
from explorer.views.known_images import known_images

__all__ = ["Images", "SheetPictures"]

Images = ImageFolder | str | PathLike[str] | Sequence[str | PathLike[str]]


class SheetPictures:
    """Small pictures of series, made once for each sample.

    Parameters
    ----------
    snapshot
        Its own pictures come first.
    images
        As `explorer.contact_sheet` takes them. None is looked up when a file is asked for.

    Raises
    ------
    ImageError
        `images` is no folder.

    Attributes
    ----------
    is_indexed
        Whether it is known which images are on this computer.
    """

    def __init__(self, snapshot: Snapshot, images: Images | None) -> None:
        self._snapshot = snapshot
        self._folder = None if images is None else _index(images)
        self.is_indexed = images is not None
        self._of: tuple[str, ...] = ()
        self._made: dict[str, bytes] = {}

    def of(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
        """Return WebPs by SeriesInstanceUID of those of the series that have one.

        Parameters
        ----------
        rows
            With ``SeriesInstanceUID`` and ``middle_instance``.
        """
        wanted = {str(row["SeriesInstanceUID"]): row["middle_instance"] for row in rows}
        if self._of != tuple(wanted):
            stored = {uid: self._snapshot.thumbnail(uid) for uid in wanted}
            here = {uid: (self.files(uid), wanted[uid]) for uid, picture in stored.items() if picture is None}
            made = {**stored, **dict(thumbnails({uid: each for uid, each in here.items() if each[0]}))}
            self._made = {uid: picture for uid, picture in made.items() if picture is not None}
            self._of = tuple(wanted)
        return self._made

    def add(self, folder: Path) -> None:
        """Look in one more folder from now on."""
        found = index_folder(folder)
        self._folder = found if self.folder is None else self.folder.with_(found)
        self._of = ()

    @property
    def folder(self) -> ImageFolder | None:
        """Index of the images on this computer; None where there is no folder to look in."""
        if not self.is_indexed:
            self._folder, self.is_indexed = known_images(), True
        return self._folder

    def files(self, uid: str) -> tuple[Path, ...]:
        """Return the files of a series on this computer; none where it is not here."""
        return self.folder.files(uid) if self.folder is not None and uid in self.folder else ()


def _index(images: Images) -> ImageFolder:
    if isinstance(images, ImageFolder):
        return images
    if isinstance(images, str | PathLike):
        return index_folder(Path(images))
    return index_folders([Path(each) for each in images])
