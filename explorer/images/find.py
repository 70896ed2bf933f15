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
    "REPORT",
    "STRUCTURE_SET",
    "ImageFolder",
    "LocalSeries",
    "Unreadable",
    "index_files",
    "index_folder",
    "index_folders",
]

_STORAGE = "1.2.840.10008.5.1.4.1.1."
STRUCTURE_SET = f"{_STORAGE}481.3"
"""RT Structure Set Storage (PS3.4 B.5)."""
REPORT = f"{_STORAGE}88."
"""Beginning of the SOP classes of structured reports."""
_KEY_OBJECTS = f"{_STORAGE}88.59"


@dataclass(frozen=True)
class LocalSeries:
    """A series and its files; text is as recorded, so hostile until escaped.

    ``files`` are ordered by instance number, then by name; ``bytes`` is their size on disk. ``refers_to`` are the
    SeriesInstanceUIDs that a segmentation, a structure set or a report names, sorted.
    """

    series_uid: str
    patient_id: str
    modality: str
    description: str
    files: tuple[Path, ...]
    bytes: int
    refers_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A file that the index left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class ImageFolder:
    """The index of a folder: its image series, and what could not be read.

    ``other`` counts DICOM files that hold no pixels; those of ``annotations`` (structure sets, reports) are among
    them. Segmentations have pixels, so they are in ``series``.
    """

    root: Path
    series: Mapping[str, LocalSeries]
    unreadable: tuple[Unreadable, ...] = ()
    other: int = 0
    annotations: Mapping[str, LocalSeries] = field(default_factory=lambda: MappingProxyType({}))

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

    def with_(self, other: ImageFolder) -> ImageFolder:
        """Index of both, as of one; of a series that stands in both, the files of ``other`` count."""
        return ImageFolder(
            root=self.root,
            series=MappingProxyType({**self.series, **other.series}),
            unreadable=tuple(dict.fromkeys([*self.unreadable, *other.unreadable])),
            other=self.other + other.other,
            annotations=MappingProxyType({**self.annotations, **other.annotations}),
        )


@dataclass
class _Draft:
    header: Header
    files: list[tuple[int, str, Path]] = field(default_factory=list)
    size: int = 0
    refers_to: set[str] = field(default_factory=set)


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
    images: dict[str, _Draft] = {}
    annotations: dict[str, _Draft] = {}
    unreadable: list[Unreadable] = []
    other = 0
    for path in files:
        try:
            header = scan_file(path)
            uid = str(header.values.get("SeriesInstanceUID", ""))
            found = images
            if not uid or "Rows" not in header.values:
                other += 1
                if not uid or not _is_annotation(header):
                    continue
                found = annotations
            number, size = _number(header), path.stat().st_size
        except (UnreadError, OSError) as error:
            unreadable.append(Unreadable(path, str(error)[:200] or type(error).__name__))
            continue
        draft = found.setdefault(uid, _Draft(header))
        draft.files.append((number, path.as_posix(), path))
        draft.size += size
        draft.refers_to.update(header.refers_to)
    return ImageFolder(root, _finished(images), tuple(unreadable), other, _finished(annotations))


def index_folders(roots: Sequence[Path | str]) -> ImageFolder:
    """Index of several folders as of one; a series that stands in several is taken from the first.

    Parameters
    ----------
    roots
        At least one folder.
    """
    found = [index_folder(root) for root in roots]
    series: dict[str, LocalSeries] = {}
    annotations: dict[str, LocalSeries] = {}
    for folder in reversed(found):
        series |= folder.series
        annotations |= folder.annotations
    return ImageFolder(
        root=found[0].root,
        series=MappingProxyType(series),
        unreadable=tuple(each for folder in found for each in folder.unreadable),
        other=sum(folder.other for folder in found),
        annotations=MappingProxyType(annotations),
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


def _is_annotation(header: Header) -> bool:
    """Whether it is a structure set or a report; a key object selection, which is written like a report, is none."""
    kind = str(header.values.get("SOPClassUID", ""))
    if kind.startswith(_STORAGE):
        return kind == STRUCTURE_SET or (kind.startswith(REPORT) and kind != _KEY_OBJECTS)
    return header.values.get("Modality") in ("RTSTRUCT", "SR")


def _finished(drafts: Mapping[str, _Draft]) -> Mapping[str, LocalSeries]:
    return MappingProxyType({uid: _finish(uid, drafts[uid]) for uid in sorted(drafts)})


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
        refers_to=tuple(sorted(draft.refers_to)),
    )
