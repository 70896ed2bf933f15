"""Which DICOM series are in a folder, and which files each one has."""

from __future__ import annotations

import os
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian

from explorer.errors import ImageError

__all__ = ["ImageFolder", "LocalSeries", "Unreadable", "index_folder", "index_folders", "inflates_within"]

INFLATED_LIMIT = 512 * 2**20
"""Bytes: a deflated file that grows beyond this is refused (285 KB can become 300 MB)."""

_TAGS = [
    "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "PatientID",
    "Modality", "SeriesDescription", "InstanceNumber", "Rows", "NumberOfFrames",
]  # fmt: skip


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
    header: Dataset
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
    drafts: dict[str, _Draft] = {}
    unreadable: list[Unreadable] = []
    other = 0
    for path in _walk(top):
        try:
            header = _header(path)
            uid = str(header.get("SeriesInstanceUID") or "")
            if not uid or "Rows" not in header:
                other += 1
                continue
            number = int(header.get("InstanceNumber") or 0)
            size = path.stat().st_size
        except Exception as error:  # pydicom raises half a dozen types on damaged files
            unreadable.append(Unreadable(path, _reason(error)))
            continue
        draft = drafts.setdefault(uid, _Draft(header))
        draft.files.append((number, path.as_posix(), path))
        draft.size += size
    series = {uid: _finish(uid, drafts[uid]) for uid in sorted(drafts)}
    return ImageFolder(top, MappingProxyType(series), tuple(unreadable), other)


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


def inflates_within(path: Path, limit: int = INFLATED_LIMIT) -> bool:
    """Whether a file stays below ``limit`` bytes once inflated; True where it is not deflated."""
    if read_file_meta_info(path).get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return True
    with path.open("rb") as file:
        file.seek(132)  # preamble and "DICM"; then the group length, which tells where meta ends
        head = file.read(12)
        file.seek(144 + int.from_bytes(head[8:12], "little"))
        inflater, grown = zlib.decompressobj(-zlib.MAX_WBITS), 0
        pending = file.read(2**16)
        while pending and not inflater.eof:
            grown += len(inflater.decompress(pending, 2**22))
            if grown > limit:
                return False
            pending = inflater.unconsumed_tail or file.read(2**16)
    return True


def _walk(top: Path) -> Iterator[Path]:
    inside = top.resolve()
    for folder, names, files in os.walk(top, followlinks=False):
        names.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                continue
            if path.is_file():  # no sockets, pipes or broken links
                yield path


def _header(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns about each odd value; we only index
        if not inflates_within(path):
            raise ImageError(f"inflates to more than {INFLATED_LIMIT // 2**20} MB")
        return dcmread(path, stop_before_pixels=True, specific_tags=list(_TAGS))


def _reason(error: Exception) -> str:
    if isinstance(error, InvalidDicomError):
        return "not a DICOM file"
    if isinstance(error, ImageError):
        return str(error)
    return f"{type(error).__name__}: {error}"[:200]


def _finish(uid: str, draft: _Draft) -> LocalSeries:
    def text(keyword: str) -> str:
        return str(draft.header.get(keyword) or "")[:200]

    return LocalSeries(
        series_uid=uid,
        patient_id=text("PatientID"),
        modality=text("Modality"),
        description=text("SeriesDescription"),
        files=tuple(path for *_, path in sorted(draft.files)),
        bytes=draft.size,
    )
