"""Voxels inside a closed contour: those whose centre it encloses, by the even-odd rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError

__all__ = ["CROSSING_LIMIT", "inside"]

CROSSING_LIMIT = 500_000_000
"""Times that the contours of one file may cross a line of voxel centres; 16 voxels of their boxes count as one."""
_CHUNK = 2_000_000
_GRAIN = 2**14
"""Parts of a voxel that corners are rounded to, so that equal positions stay equal on every machine."""


def inside(corners: NDArray[np.float64], shape: tuple[int, int], budget: list[int]) -> NDArray[np.bool_]:
    """``(rows, columns)``: True where a voxel's centre lies inside.

    Where the contour touches or crosses itself, the even-odd rule decides: a keyhole leaves its hole
    out. A centre exactly on the contour belongs if the inside is at its right or below, so that
    contours that share a side share no voxel.

    Parameters
    ----------
    corners
        ``(n, 2)`` column and row of each corner; voxel centres are whole numbers.
    shape
        Rows, columns.
    budget
        Crossings that are still allowed, in a list of one; it shrinks.

    Raises
    ------
    ImageError
        The budget is spent.
    """
    rows, columns = shape
    fixed = np.rint(corners * _GRAIN) / _GRAIN
    ends = np.roll(fixed, -1, axis=0)
    low, high = np.minimum(fixed[:, 1], ends[:, 1]), np.maximum(fixed[:, 1], ends[:, 1])
    starts = np.ceil(low).clip(0, rows).astype(np.int64)
    counts = np.ceil(high).clip(0, rows).astype(np.int64) - starts
    budget[0] -= int(counts.sum()) + rows * columns // 16
    if budget[0] < 0:
        raise ImageError("its contours are too long and too crooked to be drawn")
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = (ends[:, 0] - fixed[:, 0]) / (ends[:, 1] - fixed[:, 1])  # only edges that cross a line are used
    turns = np.zeros(rows * (columns + 1), dtype=np.int64)
    edges = np.flatnonzero(counts)
    total, done = np.cumsum(counts[edges]), 0
    while done < len(edges):
        stop = int(np.searchsorted(total, (total[done - 1] if done else 0) + _CHUNK)) + 1
        part, done = edges[done:stop], stop
        times = counts[part]
        edge = np.repeat(part, times)
        line = starts[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(times) - times, times)
        place = fixed[edge, 0] + (line - fixed[edge, 1]) * slopes[edge]
        column = np.ceil(np.round(place, 6)).clip(0, columns).astype(np.int64)
        turns += np.bincount(line * (columns + 1) + column, minlength=turns.size)
    crossed: NDArray[np.int64] = turns.reshape(rows, columns + 1).cumsum(axis=1)[:, :columns]
    return (crossed % 2).astype(bool)
