"""A mask over a picture: each segment half transparent, with an opaque outline."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.images.masks import Mask
from explorer.images.png import png
from explorer.images.volume import PLANES, Plane, Volume, to_lps

__all__ = ["PALETTE", "colours", "overlay_png", "slice_with_mask"]

PALETTE = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)
"""Colours that people who see fewer of them tell apart, by Okabe and Ito, without black and grey."""

COVER = 0.4
"""Share of the segment's colour in a pixel inside."""


def overlay_png(
    volume: Volume,
    masks: Mask | Sequence[Mask],
    plane: Plane = "axial",
    index: int | None = None,
    window: tuple[float, float] | None = None,
    tables: Sequence[NDArray[np.uint8]] | None = None,
) -> bytes:
    """8-bit RGB PNG of one plane with masks over it, turned and sized as :func:`~explorer.images.png.png` does.

    Labels are picked by nearest neighbour, never averaged. Where segments of a mask overlap, the smallest is shown;
    a later mask is drawn over an earlier one.

    Parameters
    ----------
    volume
        The images.
    masks
        On the grid of ``volume``.
    plane, index, window
        As for a picture without a mask.
    tables
        For each mask, the colours of its segments by number; None takes those of :func:`colours`.

    Raises
    ------
    ImageError
        There is no such slice.
    """
    picture = Image.open(BytesIO(png(volume, plane, index, window))).convert("RGB")
    pixels = np.asarray(picture).astype(np.float32)
    several = [masks] if isinstance(masks, Mask) else masks
    for mask, table in zip(several, tables or [colours(mask) for mask in several], strict=True):
        pixels = _tinted(pixels, mask, table, plane, index)
    file = BytesIO()
    Image.fromarray(np.rint(pixels).astype(np.uint8)).save(file, format="PNG", optimize=False, compress_level=6)
    return file.getvalue()


def colours(mask: Mask) -> NDArray[np.uint8]:
    """``(n, 3)`` sRGB by segment number: what its author recommends, else one of :data:`PALETTE` in turn."""
    table = np.zeros((max((segment.number for segment in mask.segments), default=0) + 1, 3), dtype=np.uint8)
    for place, segment in enumerate(mask.segments):
        table[segment.number] = segment.colour or PALETTE[place % len(PALETTE)]
    return table


def slice_with_mask(mask: Mask, plane: Plane) -> int:
    """Index of the slice to show: the middle one if the mask reaches it, else the one with most of the mask."""
    labels = to_lps(mask.volume).array
    axis = PLANES.index(plane)
    others = tuple(each for each in range(3) if each != axis)
    counts = np.count_nonzero(labels, axis=others)
    middle = int(labels.shape[axis] // 2)
    return middle if counts[middle] or not counts.any() else int(counts.argmax())


def _tinted(
    pixels: NDArray[np.float32], mask: Mask, table: NDArray[np.uint8], plane: Plane, index: int | None
) -> NDArray[np.float32]:
    labels = to_lps(mask.volume).array
    axis = PLANES.index(plane)
    shown = np.take(labels, labels.shape[axis] // 2 if index is None else index, axis=axis)
    if axis:
        shown = shown[::-1]  # head at the top
    sized = _sized(shown, pixels.shape[0], pixels.shape[1])
    cover = np.where(_outline(sized), 1.0, np.where(sized > 0, COVER, 0.0)).astype(np.float32)[..., np.newaxis]
    mixed: NDArray[np.float32] = pixels * (1 - cover) + table[sized].astype(np.float32) * cover
    return mixed


def _sized(labels: NDArray[np.generic], height: int, width: int) -> NDArray[np.intp]:
    rows, columns = labels.shape
    down = ((np.arange(height) + 0.5) * rows / height).astype(int)
    across = ((np.arange(width) + 0.5) * columns / width).astype(int)
    answer: NDArray[np.intp] = labels[np.ix_(down, across)].astype(np.intp)
    return answer


def _outline(labels: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Pixels of a segment beside a pixel that is not of it."""
    around = np.pad(labels, 1, mode="edge")
    beside = (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:])
    border: NDArray[np.bool_] = np.any([labels != each for each in beside], axis=0)
    return border & (labels > 0)
