"""Masks of whatever kind a file holds, and the images that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydicom import Dataset

from explorer.cohort.texts import shown
from explorer.errors import ImageError
from explorer.images.contours import read_rtstruct, rtstruct_refers_to
from explorer.images.find import STRUCTURE_SET
from explorer.images.mask_file import opened, text
from explorer.images.masks import Mask, merge
from explorer.images.seg import read_seg, seg_refers_to
from explorer.images.volume import Volume

__all__ = ["drawn_on", "read_masks", "which_images"]

_SEG = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation Storage, Label Map Segmentation Storage (PS3.4 B.5)."""
_REFERENCES = [
    "ReferencedSeriesSequence",
    "StudiesContainingOtherReferencedInstancesSequence",
    "ReferencedFrameOfReferenceSequence",
]


def read_masks(path: Path | str | Iterable[Path | str], onto: Volume) -> Mask:
    """Mask of a DICOM SEG or RTSTRUCT on the grid of the images.

    Parameters
    ----------
    path
        A file or several, or a folder; its SEG and RTSTRUCT files are collected in one mask.
    onto
        The volume that the mask is drawn on.

    Raises
    ------
    ImageError
        There is no such file, none of it is a mask, or a mask cannot be read.
    """
    found: list[Mask] = []
    other = ""
    for each in _files(path):
        kind = opened(each, lambda header: text(header, "SOPClassUID"), specific=["SOPClassUID"])
        if kind in _SEG:
            found.append(read_seg(each, onto))
        elif kind == STRUCTURE_SET:
            found.append(read_rtstruct(each, onto))
        else:
            other = kind
    if not found:
        what = str(path) if isinstance(path, Path | str) else "What was given"
        raise ImageError(f"{shown(what)} is no SEG and no RTSTRUCT (its SOP class is {shown(other)}).")
    return merge(found)


def which_images(path: Path | str) -> tuple[str, ...]:
    """SeriesInstanceUIDs that a SEG or RTSTRUCT says it was drawn on, sorted.

    Raises
    ------
    ImageError
        The file cannot be read.
    """

    def both(header: Dataset) -> set[str]:
        return {*seg_refers_to(header), *rtstruct_refers_to(header)}

    return tuple(sorted(set().union(*(opened(each, both, specific=_REFERENCES) for each in _files(path)))))


def drawn_on(path: Path | str | Iterable[Path | str]) -> tuple[str, ...] | None:
    """SeriesInstanceUIDs of the images that a SEG or RTSTRUCT was drawn on; None where the files are something else.

    Tells a mask that was given in place of images. It is empty where a mask names no images.

    Raises
    ------
    ImageError
        A file cannot be read.
    """

    def named(header: Dataset) -> tuple[str, ...] | None:
        kind = text(header, "SOPClassUID")
        if kind in _SEG:
            return seg_refers_to(header)
        return rtstruct_refers_to(header) if kind == STRUCTURE_SET else None

    found = [opened(each, named, specific=["SOPClassUID", *_REFERENCES]) for each in _files(path)]
    if any(each is None for each in found):
        return None
    return tuple(sorted({uid for each in found for uid in each or ()}))


def _files(path: Path | str | Iterable[Path | str]) -> list[Path]:
    if not isinstance(path, Path | str):
        found = [Path(each) for each in path]
    elif Path(path).is_dir():
        found = sorted(each for each in Path(path).iterdir() if each.is_file() and not each.name.startswith("."))
    else:
        found = [Path(path)]
    if not found:
        raise ImageError(f"{shown(str(path)) if isinstance(path, Path | str) else 'What was given'} holds no file.")
    return found
