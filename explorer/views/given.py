"""What a viewer was given, resolved: a volume, files, a folder, a series UID or a row become one series with masks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from explorer.cohort.texts import one_line, shown
from explorer.errors import ImageError, UserError
from explorer.images import (
    ImageFolder,
    Irregularity,
    LinkedObject,
    LocalSeries,
    Mask,
    Volume,
    drawn_on,
    read_linked,
    read_masks,
    read_series,
)
from explorer.images.find import STRUCTURE_SET
from explorer.images.linked import tells_names
from explorer.images.locate import locate
from explorer.images.mask_file import opened, text
from explorer.views.linked_overlays import Given, linked_overlays
from explorer.views.naming import about, called, recorded
from explorer.views.shown import Overlay, Shown

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["shown_from"]

_LISTED = 8
"""Series that a message names."""


@dataclass(frozen=True, eq=False)
class FilesOf:
    """Files of one series, and the index of the folder in which masks that belong to it may be."""

    files: tuple[Path, ...]
    folder: ImageFolder


def shown_from(
    series: object, overlays: object = None, *, title: str | None = None, snapshot: Snapshot | None = None
) -> Shown:
    """One series with its masks; parameters and errors are those of :func:`explorer.views.viewer.view`."""
    given = _given(series)
    notes: list[Irregularity] = []
    drawn = _overlays(overlays, given, snapshot, notes)
    volume, said = _named_by(snapshot, given)
    return Shown(replace(volume, warnings=(*volume.warnings, *notes)), title or "", drawn, said)


def _named_by(snapshot: Snapshot | None, given: Given) -> tuple[Volume, str]:
    """Return the volume as the snapshot calls it, and a line about it; without a snapshot, as the header does."""
    row = None if snapshot is None else recorded(snapshot, given.volume.series_uid)
    if row is not None:
        return called(given.volume, row), about(row)
    if tells_names(snapshot):
        return given.volume, _about(given.files)
    note = Irregularity(
        "not in the snapshot",
        "The snapshot does not hold this series, so what its files say of the patient is left out.",
    )
    return replace(called(given.volume, {}), warnings=(*given.volume.warnings, note)), ""


def _given(series: object) -> Given:
    files: tuple[Path, ...]
    folder: ImageFolder | None = None
    if isinstance(series, Volume):
        return Given(series)
    if isinstance(series, FilesOf):
        files, folder = series.files, series.folder
    elif isinstance(series, str | PathLike):
        files, folder = _files(cast("str | PathLike[str]", series))
    elif (uid := _uid_in(series)) is not None:
        files, folder = _files(uid)
    elif isinstance(series, Iterable):
        files = tuple(_path(each) for each in series if isinstance(each, str | PathLike))
    else:
        raise ImageError(_not_a_series(series))
    _refuse_masks(files)
    return Given(read_series(files), files, folder)


def _path(given: str | PathLike[str]) -> Path:
    """Return a path of something that is there.

    Raises
    ------
    UserError
        There is no such file or folder, or there can be none of that name.
    """
    try:
        path = Path(given).expanduser()
        if path.exists():
            return path
    except (OSError, ValueError, RuntimeError):  # too long for a name, not one, or a home of nobody
        pass
    raise UserError(f"{shown(os.fspath(given))}: there is no such file or folder")


def _files(what: str | PathLike[str]) -> tuple[tuple[Path, ...], ImageFolder | None]:
    """Files of the one series that a path or a UID means, and the index of the folder where one was named."""
    try:
        path = _path(what)
    except UserError:
        path = None
    if path is not None and path.is_file():
        return (path,), None
    found = locate(path or os.fspath(what))
    drawn = [each for each in found.series.values() if each.modality == "SEG"]
    series = [each for each in found.series.values() if each not in drawn] or drawn
    if len(series) > 1:
        listed = "; ".join(f"{each.series_uid} ({_named(each)})" for each in series[:_LISTED])
        more = f"; and {len(series) - _LISTED:,} more" if len(series) > _LISTED else ""
        raise ImageError(
            f"{one_line(str(path))} holds {len(series):,} series: {listed}{more}. Give the files of one, as "
            f"explorer.images.index_folder(folder).files(uid) lists them."
        )
    return series[0].files, found if path is not None else None


def _refuse_masks(files: tuple[Path, ...]) -> None:
    try:
        images = drawn_on(files[0]) if files else None
    except ImageError:  # one of many that cannot be read; what reads the series says so
        return
    if images is not None:
        of = f" It was drawn on series {', '.join(images)}." if images else ""
        raise ImageError(
            f"{one_line(files[0].name)} is a mask, not images.{of} Give the images, and the mask with overlays=…"
        )


def _uid_in(row: object) -> str | None:
    """SeriesInstanceUID of a mapping, a pandas row or a named tuple; None where it is none of these."""
    if isinstance(row, Mapping) or hasattr(row, "keys"):
        names = cast("Mapping[str, Any]", row)
        uid = names["SeriesInstanceUID"] if "SeriesInstanceUID" in names.keys() else None  # noqa: SIM118, pandas too
    elif hasattr(row, "_fields"):
        uid = getattr(row, "SeriesInstanceUID", None)
    else:
        return None
    if not isinstance(uid, str):
        raise ImageError(
            "The row has no single SeriesInstanceUID. Take one row of a table of series that has this column, for "
            'example cohort.frame("series").iloc[0].'
        )
    return uid


def _overlays(
    wanted: object, given: Given, snapshot: Snapshot | None, notes: list[Irregularity]
) -> tuple[Overlay, ...]:
    if wanted is None:
        return ()
    if isinstance(wanted, Mask):
        return (Overlay(wanted, "Mask"),)
    if isinstance(wanted, Overlay):
        return (wanted,)
    if isinstance(wanted, str) and wanted == "linked":
        return linked_overlays(given, snapshot, notes)
    if isinstance(wanted, str | PathLike):
        return (_read(_path(cast("str | PathLike[str]", wanted)), given.volume, names=tells_names(snapshot)),)
    if isinstance(wanted, Iterable):
        return tuple(overlay for each in wanted for overlay in _overlays(each, given, snapshot, notes))
    raise ImageError(
        f"Overlays cannot come from a {type(wanted).__name__}. Give a Mask, the path of a SEG or RTSTRUCT file or a "
        'list of these, or "linked" for those that belong to the series.'
    )


def _read(path: Path, onto: Volume, *, names: bool) -> Overlay:
    """Return a mask from its file or folder; `names` is whether what its header says of people may be told."""
    mask = read_masks(path, onto) if names else _unnamed(path, onto)
    made_by = _makers(mask) if names else ""
    if path.is_dir():
        return Overlay(mask, path.name, made_by=made_by)
    wanted = ["SOPClassUID", "SeriesDescription", "ContentLabel", "StructureSetLabel"]
    kind, *titles = opened(path, lambda header: [text(header, keyword) for keyword in wanted], specific=wanted)
    title = next((each for each in titles if each and names), path.name)
    return Overlay(mask, title, "RTSTRUCT" if kind == STRUCTURE_SET else "SEG", made_by)


def _unnamed(path: Path, onto: Volume) -> Mask:
    files = (path,) if path.is_file() else tuple(sorted(each for each in path.iterdir() if each.is_file()))
    return read_linked(LinkedObject("", "segmentation", "", "", "", files, names=False), onto)


def _makers(mask: Mask) -> str:
    names = (segment.algorithm_name or segment.algorithm_type for segment in mask.segments)
    return ", ".join(dict.fromkeys(name for name in names if name))


def _about(files: Sequence[Path]) -> str:
    """Date of the study and number of the series, as the first file has them."""
    wanted = ["StudyDate", "SeriesNumber"]
    try:
        header = dcmread(files[0], specific_tags=list(wanted), stop_before_pixels=True) if files else None
    except (OSError, InvalidDicomError, ValueError):
        return ""
    if header is None:
        return ""
    date, number = (text(header, keyword) for keyword in wanted)
    words = [f"Study of {date[:4]}-{date[4:6]}-{date[6:]}"] if len(date) == 8 and date.isdigit() else []
    words += [f"series {number}"] if number.isdigit() else []
    said = ", ".join(words)
    return said[:1].upper() + said[1:]


def _named(series: LocalSeries) -> str:
    return one_line(" ".join(filter(None, (series.modality, series.description)))) or "no description"


def _not_a_series(given: object) -> str:
    return (
        f"A {type(given).__name__} is not a series. Give a Volume, the DICOM files of one series, a folder with one "
        "series, a SeriesInstanceUID, or a row with one."
    )
