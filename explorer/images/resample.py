"""Where voxels lie, and how a mask gets from one grid to another: by position, never by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images.volume import Volume, as_acquired

__all__ = [
    "BOX_LIMIT",
    "VOXEL_LIMIT",
    "Grid",
    "Patch",
    "as_shown",
    "crop",
    "grid_of",
    "join",
    "resample",
    "swapped",
    "turned",
]

VOXEL_LIMIT = 2**31
"""Voxels that the box around one segment may have."""

BOX_LIMIT = 2**34
"""Voxels that the boxes around all segments of a file may have together."""

_TIE = 1e-4
"""Voxels: a centre this near to the border of two voxels takes the higher one, whatever the rounding."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Planes of voxels in the patient.

    Attributes
    ----------
    shape
        Number of voxels along z, y, x.
    row
        ``(3,)`` LPS mm from a voxel to the next along x.
    column
        The same along y.
    step
        The same along z; for one slice, its normal times its thickness.
    origins
        ``(z, 3)`` LPS mm of the centre of voxel ``[k, 0, 0]`` of each slice.
    """

    shape: tuple[int, int, int]
    row: NDArray[np.float64]
    column: NDArray[np.float64]
    step: NDArray[np.float64]
    origins: NDArray[np.float64]

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector perpendicular to the slices, on the side that ``step`` points to."""
        normal: NDArray[np.float64] = np.cross(self.row, self.column)
        normal = normal / np.linalg.norm(normal)
        return normal if normal @ self.step >= 0 else -normal

    @property
    def along(self) -> NDArray[np.float64]:
        """Millimetres of each slice along the normal."""
        return self.origins @ self.normal

    @property
    def thickness(self) -> float:
        """Distance of slices along the normal, mm."""
        return float(abs(self.step @ self.normal))

    def in_plane(self, points: NDArray[np.float64], slices: NDArray[np.intp]) -> NDArray[np.float64]:
        """Column and row, ``(n, 2)`` and not rounded, of points projected on the slice of each."""
        axes = np.stack([self.row, self.column], axis=1)
        answer: NDArray[np.float64] = (points - self.origins[slices]) @ np.linalg.pinv(axes).T
        return answer


@dataclass(frozen=True, eq=False)
class Patch:
    """The voxels of one segment, packed eight to a byte in the smallest box around them.

    Attributes
    ----------
    offset
        z, y, x of the box's first voxel.
    shape
        Size of the box.
    bits
        The box, row by row.
    count
        Voxels that belong to the segment.
    """

    offset: tuple[int, int, int]
    shape: tuple[int, int, int]
    bits: NDArray[np.uint8]
    count: int

    @property
    def where(self) -> NDArray[np.bool_]:
        """``(z, y, x)`` of the box: True where the segment is."""
        flat = np.unpackbits(self.bits, count=int(np.prod(self.shape)))
        return flat.reshape(self.shape).astype(bool)

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """Where the box lies in its grid."""
        z, y, x = (slice(start, start + size) for start, size in zip(self.offset, self.shape, strict=True))
        return z, y, x


def grid_of(volume: Volume) -> Grid:
    """Grid of a volume's voxels, stacked as they were acquired, with each slice at its true place."""
    acquired = as_acquired(volume)
    z, y, x = acquired.array.shape[:3]
    slices, rows, columns, start = acquired.affine[:3].T
    if acquired.places_mm is not None:
        return Grid((z, y, x), columns, rows, slices, acquired.places_mm)
    return Grid((z, y, x), columns, rows, slices, start + np.arange(z)[:, np.newaxis] * slices)


def as_shown(patch: Patch, volume: Volume) -> Patch:
    """Patch of :func:`grid_of` a volume, on the axes of its array."""
    if volume.acquired_axes == (1, 2, 3):
        return patch
    where, offset = patch.where, list(patch.offset)
    for axis, now in enumerate(volume.acquired_axes):
        if now < 0:
            where = np.flip(where, axis)
            offset[axis] = volume.array.shape[-now - 1] - offset[axis] - patch.shape[axis]
    order = [0, 0, 0]
    for axis, now in enumerate(volume.acquired_axes):
        order[abs(now) - 1] = axis
    where = where.transpose(order)
    z, y, x = where.shape
    place = (offset[order[0]], offset[order[1]], offset[order[2]])
    return Patch(place, (z, y, x), np.packbits(where), patch.count)


def crop(where: NDArray[np.bool_], offset: tuple[int, int, int] = (0, 0, 0)) -> Patch | None:
    """Smallest patch that holds every True voxel; None where there is none."""
    spans, part = [], where
    for axis in range(3):
        taken = np.flatnonzero(part.any(axis=tuple(each for each in range(3) if each != axis)))
        if not len(taken):
            return None
        spans.append(slice(int(taken[0]), int(taken[-1]) + 1))
        part = where[tuple(spans)]
    z, y, x = (start + span.start for start, span in zip(offset, spans, strict=True))
    return Patch((z, y, x), part.shape, np.packbits(part), int(part.sum()))


def swapped(grid: Grid, axis: int) -> Grid:
    """Grid with its first axis and another one (1 is y, 2 is x) exchanged; no voxel moves."""
    sizes, steps = list(grid.shape), [grid.step, grid.column, grid.row]
    sizes[0], sizes[axis] = sizes[axis], sizes[0]
    steps[0], steps[axis] = steps[axis], steps[0]
    origins = grid.origins[0] + np.arange(sizes[0])[:, np.newaxis] * steps[0]
    return Grid((sizes[0], sizes[1], sizes[2]), steps[2], steps[1], steps[0], origins)


def turned(patch: Patch, axis: int) -> Patch:
    """Patch of a grid that was swapped along ``axis``, on the grid as it was."""
    z, y, x = patch.offset
    offset = (x, y, z) if axis == 2 else (y, z, x)
    where = patch.where.swapaxes(0, axis)
    return Patch(offset, (where.shape[0], where.shape[1], where.shape[2]), np.packbits(where), patch.count)


def join(patches: Sequence[Patch], budget: list[int]) -> Patch | None:
    """One patch with the voxels of all; None where there are none.

    Parameters
    ----------
    patches
        On the same grid.
    budget
        Voxels of boxes that are still allowed, in a list of one; it shrinks.

    Raises
    ------
    ImageError
        The box around them does not fit into memory, or the budget is spent.
    """
    if len(patches) < 2:
        return patches[0] if patches else None
    low = np.min([patch.offset for patch in patches], axis=0)
    high = np.max([np.add(patch.offset, patch.shape) for patch in patches], axis=0)
    z, y, x = (int(size) for size in high - low)
    if z * y * x > VOXEL_LIMIT:
        raise ImageError(f"A segment spreads over {z:,} x {y:,} x {x:,} voxels, which does not fit into memory.")
    _spend(budget, z * y * x)
    where = np.zeros((z, y, x), dtype=bool)
    for patch in patches:
        inside = tuple(slice(s.start - start, s.stop - start) for s, start in zip(patch.box, low, strict=True))
        where[inside] |= patch.where
    return crop(where, (int(low[0]), int(low[1]), int(low[2])))


def _spend(budget: list[int], voxels: int) -> None:
    budget[0] -= voxels
    if budget[0] < 0:
        raise ImageError("The segments are too many and too scattered to be drawn.")


def resample(patch: Patch, source: Grid, target: Grid, budget: list[int]) -> Patch | None:
    """Voxels of the target whose centre lies in a voxel of the patch; None where none does.

    Nearest neighbour: a mask is never averaged. The target's slices may lie at any distance, and
    be shifted against each other.

    Parameters
    ----------
    patch
        Voxels on ``source``.
    source
        A grid with equal steps; only its first origin and its steps are looked at.
    target
        Grid of the answer.
    budget
        Voxels of boxes that are still allowed, in a list of one; it shrinks.

    Raises
    ------
    ImageError
        The budget is spent.
    """
    inverse = np.linalg.inv(np.stack([source.row, source.column, source.step], axis=1))
    across, down = inverse @ target.row, inverse @ target.column
    starts = (target.origins - source.origins[0]) @ inverse.T  # source x, y, z of each slice's first voxel
    low = np.array(patch.offset[::-1]) - 0.5
    high = low + patch.shape[::-1]
    slices, ys, xs = _reach(source, target, low, high, starts, across, down)
    if not (len(slices) and len(ys) and len(xs)):
        return None
    _spend(budget, len(slices) * len(ys) * len(xs))
    where, first = patch.where, int(slices[0])
    found = np.zeros((int(slices[-1]) - first + 1, len(ys), len(xs)), dtype=bool)
    moves = _grown(across, xs)[:, np.newaxis, :], _grown(down, ys)[:, :, np.newaxis]
    for k in slices:
        index, inside = [], np.array(True)
        for axis in range(3):
            share = starts[k, axis] + moves[0][axis] + moves[1][axis]
            place = np.floor(share + (0.5 + _TIE)).astype(np.int64) - patch.offset[2 - axis]
            size = patch.shape[2 - axis]
            inside = inside & (place >= 0) & (place < size)
            index.append(place.clip(0, size - 1))
        found[k - first] = where[index[2], index[1], index[0]] & inside
    return crop(found, (first, int(ys[0]), int(xs[0])))


def _grown(gradient: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.float64]:
    """``(3, n)``: how far each source axis moves along one target axis."""
    return gradient[:, np.newaxis] * places[np.newaxis]


def _reach(
    source: Grid,
    target: Grid,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    starts: NDArray[np.float64],
    across: NDArray[np.float64],
    down: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Slices, rows and columns of the target that can meet a box of the source."""
    _, rows, columns = target.shape
    ends = np.stack(
        [np.zeros(3), across * (columns - 1), down * (rows - 1), across * (columns - 1) + down * (rows - 1)]
    )
    meets = (starts + ends.min(axis=0) <= high + _TIE) & (starts + ends.max(axis=0) >= low - _TIE)
    slices = np.flatnonzero(meets.all(axis=1))
    if not len(slices):
        return slices, slices, slices
    bits = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T
    corners = (low + bits * (high - low)) @ np.stack([source.row, source.column, source.step]) + source.origins[0]
    pairs = np.repeat(corners, len(slices), axis=0), np.tile(slices, 8)
    places = target.in_plane(*pairs)
    first = np.floor(places.min(axis=0)).clip(0).astype(int)
    last = np.ceil(places.max(axis=0)).clip(-1, [columns - 1, rows - 1]).astype(int)
    return slices, np.arange(first[1], last[1] + 1), np.arange(first[0], last[0] + 1)
