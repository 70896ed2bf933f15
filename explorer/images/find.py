"""Which DICOM series are in a folder, and which files each one has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from explorer.errors import ImageError
from explorer.sources.dicom.header import Header, UnreadError
from explorer.sources.dicom.scan import scan_file
from explorer.sources.dicom.walk import WORK_FOLDER

__all__ = [
    "ImageFolder",
    "LocalSeries",
    "Unreadable",
    "index_files",
    "index_folder",
    "index_folders",
]


@dataclass(frozen=True)
class LocalSeries:
    """A series and its files; text is as recorded, so hostile until escaped.

    ``files`` are ordered by instance number, then by name; ``bytes`` is their size on disk.
    """

    series_uid: str
    patient_id: str
    modality: str
    description: str
    files: tuple[Path, ...]
    bytes: int


@dataclass(frozen=True)
class Unreadable:
    """A file that the index left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class ImageFolder:
    """The index of a folder: its image series, and what could not be read.

    ``other`` counts DICOM files that hold no pixels (reports, structure sets).
    """

    root: Path
    series: Mapping[str, LocalSeries]
    unreadable: tuple[Unreadable, ...] = ()
    other: int = 0

    def __contains__(self, series_uid: object) -> bool:
        """Whether the folder has images of this series."""
        return series_uid in self.series

    def files(self, series_uid: str) -> tuple[Path, ...]:
        """Files of one series, ordered by instance number, then by name.

        Raises
        ------
        ImageError
            The folder has no image of that series.
        """
        found = self.series.get(series_uid)
        if found is None:
            raise ImageError(
                f"Series {series_uid} is not in {self.root}: the folder has "
                f"{len(self.series):,} image series. Fetch its files into the folder, "
                "then start again."
            )
        return found.files


@dataclass
class _Draft:
    header: Header
    files: list[tuple[int, str, Path]] = field(default_factory=list)
    size: int = 0


def index_folder(root: Path | str) -> ImageFolder:
    """Index of every image series below a folder, read from headers only.

    Whatever a file does to the reader is recorded in ``unreadable``; one bad file never stops
    the index. Links that lead out of the folder, and linked folders, are not followed.

    Parameters
    ----------
    root
        The folder; its subfolders are searched too.

    Raises
    ------
    ImageError
        ``root`` is not a folder.
    """
    top = Path(root).expanduser()
    if not top.is_dir():
        raise ImageError(f"{top} is not a folder of images. Give an existing folder with --images FOLDER.")
    return index_files(top, _walk(top))


def index_files(root: Path, files: Iterable[Path]) -> ImageFolder:
    """Index of the image series in these files.

    Parameters
    ----------
    root
        Where they are, for messages.
    files
        Regular files.
    """
    drafts: dict[str, _Draft] = {}
    unreadable: list[Unreadable] = []
    other = 0
    for path in files:
        try:
            header = scan_file(path)
            uid = str(header.values.get("SeriesInstanceUID", ""))
            if not uid or "Rows" not in header.values:
                other += 1
                continue
            number, size = _number(header), path.stat().st_size
        except (UnreadError, OSError) as error:
            unreadable.append(Unreadable(path, str(error)[:200] or type(error).__name__))
            continue
        draft = drafts.setdefault(uid, _Draft(header))
        draft.files.append((number, path.as_posix(), path))
        draft.size += size
    series = {uid: _finish(uid, drafts[uid]) for uid in sorted(drafts)}
    return ImageFolder(root, MappingProxyType(series), tuple(unreadable), other)


def index_folders(roots: Sequence[Path | str]) -> ImageFolder:
    """Index of several folders as of one; a series that stands in several is taken from the first.

    Parameters
    ----------
    roots
        At least one folder.
    """
    found = [index_folder(root) for root in roots]
    series: dict[str, LocalSeries] = {}
    for folder in reversed(found):
        series |= folder.series
    return ImageFolder(
        root=found[0].root,
        series=MappingProxyType(series),
        unreadable=tuple(each for folder in found for each in folder.unreadable),
        other=sum(folder.other for folder in found),
    )


def _walk(top: Path) -> Iterator[Path]:
    inside = top.resolve()
    for folder, names, files in os.walk(top, followlinks=False):
        names[:] = sorted(name for name in names if name != WORK_FOLDER)
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                continue
            if path.is_file():  # no sockets, pipes or broken links
                yield path


def _number(header: Header) -> int:
    text = str(header.values.get("InstanceNumber", "0")).split("\\")[0].strip()
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else 0


def _finish(uid: str, draft: _Draft) -> LocalSeries:
    def text(keyword: str) -> str:
        return str(draft.header.values.get(keyword, ""))[:200]

    return LocalSeries(
        series_uid=uid,
        patient_id=text("PatientID"),
        modality=text("Modality"),
        description=text("SeriesDescription"),
        files=tuple(path for *_, path in sorted(draft.files)),
        bytes=draft.size,
    )
