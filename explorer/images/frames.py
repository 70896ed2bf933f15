"""One frame of pixels, with its place in the patient, from classic and enhanced DICOM files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.multival import MultiValue
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array

from explorer.errors import ImageError
from explorer.images.find import inflates_within

__all__ = ["Frame", "read_frames"]

PIXEL_LIMIT = 2 * 2**30
"""Bytes of decoded pixels that one file may hold."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Pixels of one plane and where they lie.

    Attributes
    ----------
    pixels
        ``(rows, columns)`` after rescale, or ``(rows, columns, 3)`` RGB as uint8.
    position
        Centre of the first pixel, LPS mm; None if not recorded (PS3.3 C.7.6.2.1.1).
    orientation
        Direction cosines of a row, then of a column; None if not recorded.
    spacing
        Distance of rows, of columns, mm (PS3.3 10.7.1.3); None if not recorded.
    at_detector
        The spacing is measured at the detector, not in the patient (ImagerPixelSpacing).
    window
        Centre, width from the first VOI window (PS3.3 C.11.2.1.2); None if not recorded.
    """

    pixels: NDArray[Any]
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, float] | None
    at_detector: bool
    window: tuple[float, float] | None
    header: Dataset


def read_frames(path: Path) -> list[Frame]:
    """Frames of one file, in stored order.

    Raises
    ------
    ImageError
        The file cannot be read, holds no pixels, or needs a decoder that is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if not inflates_within(path):
                raise ImageError("it inflates to an unreasonable size")
            header = dcmread(path)
            _check_size(header)
            return list(_frames(header))
        except Exception as error:  # pydicom raises half a dozen types on damaged files
            raise ImageError(
                f"{path.name} cannot be shown: {_why(error)}. The other files are not affected."
            ) from error


def _why(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "missing dependencies" in text or "Unable to decompress" in text:
        return "its compression needs a decoder that is not installed (pip install python-gdcm)"
    return text[:200] or type(error).__name__


def _check_size(header: Dataset) -> None:
    if "Rows" not in header or "Columns" not in header:
        raise ImageError("it holds no image")
    frames = int(header.get("NumberOfFrames") or 1)
    samples = int(header.get("SamplesPerPixel") or 1)
    depth = max(8, int(header.get("BitsAllocated") or 16)) // 8
    size = int(header.Rows) * int(header.Columns) * frames * samples * depth
    if not 0 < size <= PIXEL_LIMIT:
        raise ImageError(f"its pixels would take {size / 1e9:,.1f} GB")


def _frames(header: Dataset) -> Iterator[Frame]:
    colour = str(header.get("PhotometricInterpretation", ""))
    pixels = pixel_array(header)  # turns YBR into RGB
    if colour == "PALETTE COLOR":
        pixels, colour = apply_color_lut(pixels, header), "RGB"
    is_colour = int(header.get("SamplesPerPixel") or 1) > 1 or colour == "RGB"
    stack = pixels if pixels.ndim > (3 if is_colour else 2) else pixels[np.newaxis]
    shared = _first(header, "SharedFunctionalGroupsSequence")
    per_frame = header.get("PerFrameFunctionalGroupsSequence") or []
    for index, plane in enumerate(stack):
        own = per_frame[index] if index < len(per_frame) else Dataset()
        yield _frame(header, plane, own, shared, many=len(stack) > 1)


def _frame(header: Dataset, plane: NDArray[Any], own: Dataset, shared: Dataset, *, many: bool) -> Frame:
    def group(name: str) -> Dataset:
        """Functional group of this frame; else of all frames; else the file itself."""
        if own or shared:
            return _first(own, name) or _first(shared, name)
        return header

    # A classic multi-frame file has one position for all its frames: none of its own.
    place = Dataset() if many and not (own or shared) else group("PlanePositionSequence")
    measures = group("PixelMeasuresSequence")
    detector = _numbers(header, "ImagerPixelSpacing", 2)
    inside = _numbers(measures, "PixelSpacing", 2)
    spacing = inside or detector
    return Frame(
        pixels=_rescaled(header, plane, group("PixelValueTransformationSequence")),
        position=_numbers(place, "ImagePositionPatient", 3),
        orientation=_numbers(group("PlaneOrientationSequence"), "ImageOrientationPatient", 6),
        spacing=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
        at_detector=not inside and bool(detector),
        window=_window(group("FrameVOILUTSequence")) or _window(header),
        header=header,
    )


def _rescaled(header: Dataset, plane: NDArray[Any], transform: Dataset) -> NDArray[Any]:
    if plane.ndim == 3:
        excess = 8 * plane.dtype.itemsize - 8
        return (plane >> excess).astype(np.uint8)
    if "ModalityLUTSequence" in header:
        return np.asarray(apply_modality_lut(plane, header))
    slope = float(transform.get("RescaleSlope") or 1)
    intercept = float(transform.get("RescaleIntercept") or 0)
    if slope == 1 and intercept == 0:
        return plane
    if slope.is_integer() and intercept.is_integer():
        return _narrow(plane.astype(np.int64) * int(slope) + int(intercept))
    return plane.astype(np.float32) * np.float32(slope) + np.float32(intercept)


def _narrow(plane: NDArray[Any]) -> NDArray[Any]:
    """Give the same integers in the smallest type that the viewer takes."""
    low, high = int(plane.min()), int(plane.max())
    for kind in (np.int16, np.uint16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return plane.astype(kind)
    return plane.astype(np.float32)


def _window(source: Dataset) -> tuple[float, float] | None:
    def first(keyword: str) -> float | None:
        value = source.get(keyword)
        if isinstance(value, MultiValue):
            value = value[0] if len(value) else None
        return float(value) if isinstance(value, float | int) else None

    centre, width = first("WindowCenter"), first("WindowWidth")
    return (centre, width) if centre is not None and width is not None and width > 0 else None


def _first(source: Dataset, name: str) -> Dataset:
    items = source.get(name)
    return items[0] if items else Dataset()


def _numbers(source: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    values = source.get(keyword)
    if not isinstance(values, MultiValue) or len(values) != count:
        return None
    numbers = tuple(float(value) for value in values)
    return numbers if all(np.isfinite(numbers)) else None
