"""Where the images of a series are, by a path or by the series' UID."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from explorer.cohort.texts import one_line
from explorer.errors import ImageError, UnknownNameError, UserError
from explorer.images.find import ImageFolder, index_files, index_folder
from explorer.images.places import folders
from explorer.snapshot.place import home, is_folder

__all__ = ["cache_folder", "image_folders", "locate"]

_UID = re.compile(r"[0-9]+(\.[0-9]+)+")


def cache_folder() -> Path:
    """Folder of the series that were fetched without being told where to; it need not be there."""
    return home() / "images" / "cache"


def image_folders() -> list[Path]:
    """Folders in which a series is looked for, first those of ``COHORT_EXPLORER_IMAGES``; some may not be there."""
    named = os.environ.get("COHORT_EXPLORER_IMAGES", "").split(os.pathsep)
    listed = [Path(part.strip()).expanduser().absolute() for part in named if part.strip()]
    return list(dict.fromkeys([*listed, *folders(), cache_folder()]))


def locate(what: Path | str, *, annotations: bool = False) -> ImageFolder:
    """Index of a file, of a folder, or of the one series with that UID.

    Parameters
    ----------
    what
        A path; or a SeriesInstanceUID, which is looked up in `image_folders`.
    annotations
        Whether structure sets and reports will do, where there is no image.

    Raises
    ------
    UserError
        There is neither such a path nor such a series; the message says where it was looked for.
    ImageError
        There is no image, or nothing else that was asked for.
    """
    if not str(what):
        raise UserError("no path and no series UID was given; give a DICOM file, a folder or a SeriesInstanceUID")
    try:
        path = Path(what).expanduser()
        if path.is_dir():
            return _with_images(index_folder(path), annotations)
        if path.is_file():
            return _with_images(index_files(path.parent, [path]), annotations)
        exists = path.exists()
    except (OSError, ValueError, RuntimeError):  # too long for a name, or not one
        exists = False
    if exists:
        raise UserError(f"{what} is neither a file nor a folder; give DICOM files")
    uid = str(what)
    if len(uid) > 64 or not _UID.fullmatch(uid):
        raise UserError(f"{what}: there is no such file or folder, and a series UID is made of digits and dots")
    looked = []
    for folder in image_folders():
        if not is_folder(folder):
            looked.append(f"{folder} (not there)")
            continue
        looked.append(str(folder))
        for place in _likely(folder, uid):
            found = index_folder(place)
            if uid in found or (annotations and uid in found.annotations):
                return _only(uid, found)
    raise UnknownNameError(
        f"Series {uid} is not on this computer. It was looked for in {'; '.join(looked)}. Fetch it, or name the folder "
        "that has it with COHORT_EXPLORER_IMAGES."
    )


def _likely(folder: Path, uid: str) -> Iterator[Path]:
    """The folder of that name, as fetched series have it; then the whole folder."""
    if is_folder(folder / uid):
        yield folder / uid
    yield folder


def _only(uid: str, found: ImageFolder) -> ImageFolder:
    series, drawn = ({uid: each[uid]} if uid in each else {} for each in (found.series, found.annotations))
    return ImageFolder(found.root, MappingProxyType(series), annotations=MappingProxyType(drawn))


def _with_images(found: ImageFolder, annotations: bool) -> ImageFolder:
    if found.series or (annotations and found.annotations):
        return found
    text = f"{found.root} has no DICOM images"
    if found.unreadable:
        first = found.unreadable[0]
        text += (
            f"; {len(found.unreadable):,} files were not read, the first because: {first.reason} ({first.path.name})"
        )
    if found.other:
        text += f"; {found.other:,} DICOM files hold no pixels"
    raise ImageError(one_line(f"{text}."))
