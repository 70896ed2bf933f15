"""One DICOM file with a mask: opened safely, and its attributes read without trusting them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.filereader import read_partial
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag, Tag

from explorer.cohort.texts import one_line
from explorer.errors import ImageError
from explorer.images.acquisitions import Irregularity
from explorer.images.inflating import inflates_within
from explorer.images.masks import Code
from explorer.images.volume import Volume
from explorer.sources.dicom.quiet import quietly

__all__ = ["codes", "first", "items", "numbers", "opened", "strangers", "text", "whole"]

_Answer = TypeVar("_Answer")
_FRAMES = 0x52009229
"""Shared Functional Groups Sequence; those of each frame follow."""


def opened(
    path: Path, read: Callable[[Dataset], _Answer], specific: list[str] | None = None, what: str = "mask"
) -> _Answer:
    """Give what ``read`` makes of a DICOM file, or of a few attributes of it.

    Parameters
    ----------
    specific
        Keywords; none of attributes that stand behind those of the frames.
    what
        Word for what the file holds, for the message.

    Raises
    ------
    ImageError
        Whatever the file does to the reader; the message names the file.
    """
    with quietly(), np.errstate(all="ignore"):
        try:
            if not inflates_within(path):
                raise ImageError("it inflates to an unreasonable size")
            if not specific:
                return read(dcmread(path))
            with path.open("rb") as file:
                return read(read_partial(file, _at_frames, specific_tags=[Tag(keyword) for keyword in specific]))
        except Exception as error:  # pydicom raises half a dozen types on damaged files
            reason = one_line(" ".join(str(error).split()))[:200] or type(error).__name__
            raise ImageError(f"The {what} in {one_line(path.name)} cannot be read: {reason.rstrip('.')}.") from error


def _at_frames(tag: BaseTag, _representation: str | None, _length: int) -> bool:
    """Whether the attributes of the frames begin, thousands where a segmentation has thousands."""
    return bool(tag >= _FRAMES)


def text(source: Dataset, keyword: str) -> str:
    """Text as recorded, shortened; empty where it is absent. Several values are joined by a backslash."""
    value = source.get(keyword)
    if value is None:
        return ""
    return ("\\".join(str(each) for each in value) if isinstance(value, MultiValue) else str(value))[:200]


def whole(source: Dataset, keyword: str, default: int = 0) -> int:
    """Whole number; ``default`` where it is absent or something else."""
    value = source.get(keyword)
    try:
        return default if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        return default


def numbers(source: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """Exactly ``count`` finite numbers, or None."""
    value = source.get(keyword)
    values = list(value) if isinstance(value, MultiValue) else [value]
    try:
        found = tuple(float(each) for each in values)
    except (TypeError, ValueError):
        return None
    return found if len(found) == count and all(np.isfinite(found)) else None


def items(source: Dataset, keyword: str) -> Sequence[Dataset]:
    """Items of a sequence; none where it is absent or no sequence."""
    value = source.get(keyword)
    return value if isinstance(value, Items) else ()


def first(source: Dataset, keyword: str) -> Dataset:
    """First item of a sequence, or an empty one."""
    return next(iter(items(source, keyword)), Dataset())


def codes(source: Dataset, keyword: str) -> tuple[Code, ...]:
    """Coded concepts of a sequence, with or without a meaning."""
    found = (
        Code(
            next((text(item, name) for name in ("CodeValue", "LongCodeValue", "URNCodeValue") if name in item), ""),
            text(item, "CodingSchemeDesignator"),
            text(item, "CodeMeaning"),
        )
        for item in items(source, keyword)
    )
    return tuple(code for code in found if code != Code("", "", ""))


def strangers(onto: Volume, refers_to: Sequence[str], frame_of_reference: str) -> list[Irregularity]:
    """Signs that the mask was drawn on other images than these."""
    notes = []
    if refers_to and onto.series_uid and onto.series_uid not in refers_to:
        others = one_line(refers_to[0]) + (f" and {len(refers_to) - 1} more" if len(refers_to) > 1 else "")
        notes.append(Irregularity("other series", f"The mask was drawn on another series: {others}."))
    if frame_of_reference and onto.frame_of_reference and frame_of_reference != onto.frame_of_reference:
        text_ = "The mask's frame of reference is not that of the images, so its place may be wrong."
        notes.append(Irregularity("other frame of reference", text_))
    return notes
