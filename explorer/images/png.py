"""A still picture of one plane."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from explorer.errors import ImageError
from explorer.images.values import greys
from explorer.images.volume import PLANES, Plane, Volume, to_lps

__all__ = ["png", "slice_count"]

LONGEST = 768
"""Pixels: a longer side is shrunk to this."""


def png(
    volume: Volume,
    plane: Plane = "axial",
    index: int | None = None,
    window: tuple[float, float] | None = None,
) -> bytes:
    """8-bit PNG of one plane, the same bytes for the same input.

    The patient's right is at the picture's left (axial, coronal), the front at the left
    (sagittal), the head at the top (coronal, sagittal). Pixels are square in mm.

    Parameters
    ----------
    volume
        Turned to the nearest patient axes first; without geometry, planes are as stored.
    plane
        Which plane.
    index
        Slice along that plane's axis, from 0 at the right, front or foot; None is the middle.
    window
        Centre and width in the volume's unit, the distance from black to white (DICOM's LINEAR_EXACT); None takes
        the volume's own.

    Raises
    ------
    ImageError
        There is no such slice.
    """
    turned = to_lps(volume)
    axis = PLANES.index(plane)
    count = turned.array.shape[axis]
    index = count // 2 if index is None else index
    if not 0 <= index < count:
        raise ImageError(f"There is no {plane} slice {index}: slices run from 0 to {count - 1}.")
    pixels = np.take(turned.array, index, axis=axis)
    if axis:
        pixels = pixels[::-1]  # head at the top
    high, wide = (step for place, step in enumerate(turned.spacing_mm) if place != axis)
    if not turned.is_rgb:
        pixels = greys(pixels, window or turned.line or turned.window, inverted=turned.inverted)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    size = _size(pixels.shape[0], pixels.shape[1], high, wide)
    image = image.resize(size, Image.Resampling.BILINEAR)
    file = BytesIO()
    image.save(file, format="PNG", optimize=False, compress_level=6)
    return file.getvalue()


def slice_count(volume: Volume, plane: Plane) -> int:
    """Count the slices along a plane's axis."""
    return int(to_lps(volume).array.shape[PLANES.index(plane)])


def _size(rows: int, columns: int, high: float, wide: float) -> tuple[int, int]:
    """Width and height in pixels, as long in each direction as the plane is in mm."""
    finest = min(high, wide)
    width, height = columns * wide / finest, rows * high / finest
    shrink = min(1.0, LONGEST / max(width, height))
    return max(1, round(width * shrink)), max(1, round(height * shrink))
