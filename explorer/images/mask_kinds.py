"""Masks of whatever kind a file holds, and the images that they belong to."""

from __future__ import annotations

from pathlib import Path

from pydicom import Dataset

from explorer.cohort.texts import shown
from explorer.errors import ImageError
from explorer.images.contours import read_rtstruct, rtstruct_refers_to
from explorer.images.mask_file import opened, text
from explorer.images.masks import Mask, merge
from explorer.images.seg import read_seg, seg_refers_to
from explorer.images.volume import Volume

__all__ = ["read_masks", "which_images"]

_SEG = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation Storage, Label Map Segmentation Storage (PS3.4 B.5)."""
_RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"


def read_masks(path: Path | str, onto: Volume) -> Mask:
    """Mask of a DICOM SEG or RTSTRUCT on the grid of the images.

    Parameters
    ----------
    path
        The file, or a folder whose SEG and RTSTRUCT files are collected in one mask.
    onto
        The volume that the mask is drawn on.

    Raises
    ------
    ImageError
        There is no such file, none of it is a mask, or a mask cannot be read.
    """
    found: list[Mask] = []
    other = ""
    for each in _files(Path(path)):
        kind = opened(each, lambda header: text(header, "SOPClassUID"), specific=["SOPClassUID"])
        if kind in _SEG:
            found.append(read_seg(each, onto))
        elif kind == _RTSTRUCT:
            found.append(read_rtstruct(each, onto))
        else:
            other = kind
    if not found:
        raise ImageError(f"{shown(str(path))} is no SEG and no RTSTRUCT (its SOP class is {shown(other)}).")
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

    wanted = ["ReferencedSeriesSequence", "StudiesContainingOtherReferencedInstancesSequence"]
    wanted += ["ReferencedFrameOfReferenceSequence"]
    return tuple(sorted(set().union(*(opened(each, both, specific=wanted) for each in _files(Path(path))))))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    else:
        found = [path]
    if not found:
        raise ImageError(f"{shown(str(path))} holds no file.")
    return found
