"""The frames of a DICOM SEG: where each lies, and which voxels it gives to which segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import RLELossless

from explorer.errors import ImageError
from explorer.images.acquisitions import Irregularity
from explorer.images.codestream import check_codestream
from explorer.images.mask_file import first, items, numbers, text, whole
from explorer.images.resample import Grid, Patch, crop

__all__ = ["FRAME_LIMIT", "Plane", "lattice", "planes", "sparse"]

FRAME_LIMIT = 2**28
"""Pixels of one frame."""
TOTAL_LIMIT = 2**33
"""Pixels of all frames of one file: 1 GB where eight of them share a byte."""
PATCH_LIMIT = 2**30
"""Bytes that the packed segments of one label map may take."""
SLICES = 10_000
"""Slices of a grid, counted with the empty ones between."""


@dataclass(frozen=True, eq=False)
class Plane:
    """One frame's share of one segment.

    Attributes
    ----------
    number
        Segment number as recorded.
    position
        LPS mm of the centre of the frame's first pixel.
    row, column
        LPS mm from a pixel to the next along a row, along a column.
    between
        SpacingBetweenSlices as recorded, mm; 0 if absent.
    thickness
        SliceThickness as recorded, mm; 0 if absent.
    shape
        Rows, columns.
    patch
        Pixels of the segment; None where it has none.
    """

    number: int
    position: NDArray[np.float64]
    row: NDArray[np.float64]
    column: NDArray[np.float64]
    between: float
    thickness: float
    shape: tuple[int, int]
    patch: Patch | None


def planes(header: Dataset) -> Iterator[Plane | None]:
    """Every frame's share of every segment; None for a frame without a position or a segment number.

    Raises
    ------
    ImageError
        The frames are too large, fewer than declared, or tiles of a microscope slide.
    """
    if "TotalPixelMatrixRows" in header or text(header, "DimensionOrganizationType").startswith("TILED"):
        raise ImageError("it belongs to a microscope slide, not to a stack of slices")
    kind = text(header, "SegmentationType").upper()
    shared = first(header, "SharedFunctionalGroupsSequence")
    per_frame = items(header, "PerFrameFunctionalGroupsSequence")
    background, held = whole(header, "PixelPaddingValue"), 0
    for index, pixels in enumerate(_pixels(header)):
        own = per_frame[index] if index < len(per_frame) else Dataset()
        place = _place(own, shared)
        if place is None:
            yield None
            continue
        if kind == "LABELMAP":
            for number, patch in _labelled(pixels, background):
                held += patch.bits.nbytes
                if held > PATCH_LIMIT:
                    raise ImageError("its segments are too many and too scattered")
                yield Plane(number, *place, pixels.shape, patch)
            continue
        number = whole(_group(own, shared, "SegmentIdentificationSequence"), "ReferencedSegmentNumber")
        half = max(1, whole(header, "MaximumFractionalValue", 255)) / 2 if kind == "FRACTIONAL" else 1
        yield Plane(number, *place, pixels.shape, crop((pixels >= half)[np.newaxis])) if number > 0 else None


def _labelled(pixels: NDArray[Any], background: int) -> Iterator[tuple[int, Patch]]:
    """Pixels of each label but the background's."""
    flat = pixels.ravel()
    counts = np.bincount(flat)
    order, stops = np.argsort(flat, kind="stable"), np.cumsum(counts)
    for number in np.flatnonzero(counts):
        if number != background:
            rows, columns = np.divmod(order[stops[number] - counts[number] : stops[number]], pixels.shape[1])
            top, left = int(rows[0]), int(columns.min())
            where = np.zeros((1, int(rows[-1]) - top + 1, int(columns.max()) - left + 1), dtype=bool)
            where[0, rows - top, columns - left] = True
            shape = (1, where.shape[1], where.shape[2])
            yield int(number), Patch((0, top, left), shape, np.packbits(where), len(rows))


def lattice(planes: list[Plane]) -> Grid | None:
    """Equally spaced grid on which every plane lies; None where there is none.

    SEG leaves empty frames out, so positions alone do not always tell the distance of slices. Three
    equal gaps do; else it is the recorded one if that fits all positions, else the smallest gap or a
    whole part of it.
    """
    head = planes[0]
    across = np.cross(head.row, head.column)
    normal = across / np.linalg.norm(across)
    along = np.array([plane.position @ normal for plane in planes])
    order = np.argsort(along)
    gaps = np.diff(along[order])
    gaps = gaps[gaps > 1e-3]
    ahead = head.between or head.thickness or 1.0
    candidates = [head.between, *(gaps.min() / parts for parts in range(1, 6))] if len(gaps) else [ahead]
    if len(gaps) >= 3 and np.ptp(gaps) <= 0.02 * gaps.min():
        candidates = [gaps.min()]
    low = planes[int(order[0])].position
    course = planes[int(order[-1])].position - low
    for step in (each for each in candidates if each > 1e-3):
        places = (along - along.min()) / step
        if np.abs(places - np.rint(places)).max() > 0.02:
            continue
        count = int(np.rint(places.max())) + 1
        if count > SLICES:
            break
        move = course / (count - 1) if count > 1 else normal * step
        origins = low + np.arange(count)[:, np.newaxis] * move
        places_of = np.rint(places).astype(int)
        off = np.array([plane.position for plane in planes]) - origins[places_of]
        if np.abs(off).max() > 0.05 * min(np.linalg.norm(head.row), np.linalg.norm(head.column)):
            return None
        return Grid((count, *head.shape), head.row, head.column, move, origins)
    return None


def sparse(planes: Sequence[Plane], grid: Grid | None) -> list[Irregularity]:
    """Say where slices of the grid are whole multiples of the recorded distance: frames between may be left out."""
    recorded, taken = planes[0].between if planes else 0.0, grid.thickness if grid else 0.0
    if not 1e-3 < recorded < 0.75 * taken or abs(taken / recorded - round(taken / recorded)) > 0.02:
        return []
    said = (
        f"The frames lie {taken:.4g} mm apart, and SpacingBetweenSlices says {recorded:.4g} mm; slices {taken:.4g} mm "
        f"thick are drawn. If it is right, volumes are {taken / recorded:.0f} times too large."
    )
    return [Irregularity("sparse frames", said)]


def _place(
    own: Dataset, shared: Dataset
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float, float] | None:
    position = numbers(_group(own, shared, "PlanePositionSequence"), "ImagePositionPatient", 3)
    turned = numbers(_group(own, shared, "PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    measures = _group(own, shared, "PixelMeasuresSequence")
    spacing = numbers(measures, "PixelSpacing", 2)
    if position is None or turned is None or spacing is None or not 1e-6 < min(spacing) <= max(spacing) < 1e4:
        return None
    if np.abs(position).max() > 1e7:
        return None
    row, column = np.array(turned[:3]), np.array(turned[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if min(lengths) < 0.5 or abs(row @ column) > 0.05 * lengths[0] * lengths[1]:
        return None
    between, thickness = (
        (abs((numbers(measures, keyword, 1) or (0.0,))[0])) for keyword in ("SpacingBetweenSlices", "SliceThickness")
    )
    # Spacing is that of rows, then of columns (PS3.3 10.7.1.3).
    return np.array(position), row / lengths[0] * spacing[1], column / lengths[1] * spacing[0], between, thickness


def _group(own: Dataset, shared: Dataset, name: str) -> Dataset:
    return first(own, name) or first(shared, name)


def _pixels(header: Dataset) -> Iterator[NDArray[Any]]:
    """Stored values of each frame, ``(rows, columns)``."""
    rows, columns = whole(header, "Rows"), whole(header, "Columns")
    frames, bits = whole(header, "NumberOfFrames", 1), whole(header, "BitsAllocated", 1)
    size = rows * columns
    if "PixelData" not in header or min(rows, columns, frames) < 1:
        raise ImageError("it holds no frames")
    if size > FRAME_LIMIT or size * frames > TOTAL_LIMIT or whole(header, "SamplesPerPixel", 1) != 1:
        raise ImageError(f"its {frames:,} frames of {rows:,} x {columns:,} pixels are too large")
    if bits not in (1, 8, 16):
        raise ImageError(f"its pixels have {bits} bits, and those of a segmentation have 1, 8 or 16")
    syntax = header.file_meta.TransferSyntaxUID
    if syntax.is_encapsulated:
        for coded in generate_frames(header.PixelData, number_of_frames=frames):
            check_codestream(coded, (frames, rows, columns), rle=size * bits // 8 if syntax == RLELossless else 0)
        yield from iter_pixels(header, raw=True)
        return
    data = header.PixelData
    if len(data) * 8 < size * frames * bits:
        raise ImageError(f"it declares {frames:,} frames and its pixels end before the last")
    if bits > 1:
        order = "<" if syntax.is_little_endian else ">"
        stored = np.frombuffer(data, dtype=np.dtype(f"{order}u{bits // 8}"), count=size * frames)
        yield from stored.reshape(frames, rows, columns)
        return
    packed = np.frombuffer(data, dtype=np.uint8)
    # Frames follow each other bit by bit, so one may begin inside a byte (PS3.5 8.1.1).
    for start, stop in pairwise(range(0, size * (frames + 1), size)):
        part = np.unpackbits(packed[start // 8 : -(-stop // 8)], bitorder="little")
        yield part[start % 8 :][:size].reshape(rows, columns)
