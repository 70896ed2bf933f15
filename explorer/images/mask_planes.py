"""Planes of masks, one bit for each segment, straight from the packed voxels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images.masks import Mask, Segment
from explorer.images.resample import Patch
from explorer.images.volume import Volume, to_lps

__all__ = ["MaskPlanes", "PlacedSegment"]

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class PlacedSegment:
    """A segment of one of several masks.

    Attributes
    ----------
    mask
        Place of its mask among them, from 0.
    segment
        What it is.
    spans
        First and last slice that hold it, along z, y and x of the turned volume; None where it has no voxel.
    """

    mask: int
    segment: Segment
    spans: tuple[Span, Span, Span] | None


class MaskPlanes:
    """Masks on the grid of one volume, plane by plane.

    A plane is read from the bits of the segments that reach it; no volume is unpacked and nothing is kept, so that
    memory stays what the masks take anyway. Overlaps are complete.

    Parameters
    ----------
    volume
        What the masks lie on, as acquired or turned.
    masks
        On its grid.

    Raises
    ------
    ImageError
        A mask lies on another grid.
    """

    def __init__(self, volume: Volume, masks: Sequence[Mask]) -> None:
        turned = to_lps(volume)
        self.shape = turned.array.shape[:3]
        self._boxes: list[_Box | None] = []
        placed = []
        for number, mask in enumerate(masks):
            lies = to_lps(mask.volume)
            if lies.array.shape != self.shape or not np.allclose(lies.affine, turned.affine, atol=0.01):
                raise ImageError(
                    f"A mask of {' × '.join(map(str, mask.labels.shape))} voxels is not on the grid of the images, "
                    f"{' × '.join(map(str, volume.array.shape[:3]))}. Read it with read_masks(path, onto=volume)."
                )
            for segment in mask.segments:
                patch = mask.patches.get(segment.number)
                box = _Box(patch, *_turn(mask.volume, lies), mask.labels.shape) if patch and patch.count else None
                self._boxes.append(box)
                placed.append(PlacedSegment(number, segment, box.spans if box else None))
        self.segments = tuple(placed)

    def plane(self, axis: int, index: int, part: int = 0) -> NDArray[np.uint32] | None:
        """One bit for each of the segments ``32 * part`` to ``32 * part + 31``; None where none is there.

        Parameters
        ----------
        axis
            Of the turned volume, from 0: z, y, x.
        index
            Slice along it.
        part
            Which 32 segments.

        Returns
        -------
        NDArray
            ``(rows, columns)`` of the two other axes in their order, the first of them ascending.

        Raises
        ------
        ImageError
            There is no such slice.
        """
        if not 0 <= index < self.shape[axis]:
            raise ImageError(
                f"There is no slice {index} along axis {axis}: slices run from 0 to {self.shape[axis] - 1}."
            )
        rows, columns = (place for place in range(3) if place != axis)
        answer = np.zeros((self.shape[rows], self.shape[columns]), dtype=np.uint32)
        found = False
        for bit, box in enumerate(self._boxes[32 * part : 32 * part + 32]):
            if box is None or not box.spans[axis][0] <= index <= box.spans[axis][1]:
                continue
            inside = tuple(slice(box.spans[place][0], box.spans[place][1] + 1) for place in (rows, columns))
            where = box.plane(axis, index)
            answer[inside] |= where.astype(np.uint32) << np.uint32(bit)
            found = found or bool(where.any())
        return answer if found else None


class _Box:
    """Packed voxels of one segment on a grid that is turned: axis ``n`` is what ``order[n]`` was."""

    def __init__(self, patch: Patch, order: Sequence[int], signs: Sequence[int], sizes: Sequence[int]) -> None:
        self._patch, self._order, self._signs = patch, order, signs
        first, second, third = (self._span(axis, sizes[axis], sign) for axis, sign in zip(order, signs, strict=True))
        self.spans = (first, second, third)

    def plane(self, axis: int, index: int) -> NDArray[np.bool_]:
        """Share of the box in one plane of the turned grid."""
        low, high = self.spans[axis]
        where = _cut(self._patch, self._order[axis], index - low if self._signs[axis] > 0 else high - index)
        rows, columns = (place for place in range(3) if place != axis)
        if self._order[rows] > self._order[columns]:
            where = where.T
        return where[:: self._signs[rows], :: self._signs[columns]]

    def _span(self, axis: int, size: int, sign: int) -> Span:
        low = self._patch.offset[axis]
        high = low + self._patch.shape[axis] - 1
        return (low, high) if sign > 0 else (size - 1 - high, size - 1 - low)


def _turn(before: Volume, after: Volume) -> tuple[list[int], list[int]]:
    """For each axis of `after`, which one of `before` it was, and 1, or -1 where it runs backwards now."""
    order, signs = [0, 1, 2], [1, 1, 1]
    for was, now in zip(before.acquired_axes, after.acquired_axes, strict=True):
        order[abs(now) - 1] = abs(was) - 1
        signs[abs(now) - 1] = 1 if was * now > 0 else -1
    return order, signs


def _cut(patch: Patch, axis: int, index: int) -> NDArray[np.bool_]:
    """One plane of a packed box, of the two other axes in their order."""
    depth, height, width = patch.shape
    if axis == 0:  # its bits lie one behind the other
        start = index * height * width
        packed = patch.bits[start // 8 : -(-(start + height * width) // 8)]
        flat = np.unpackbits(packed)[start % 8 : start % 8 + height * width]
        return flat.reshape(height, width).view(bool)
    if axis == 1:
        place = (np.arange(depth) * height + index)[:, np.newaxis] * width + np.arange(width)
    else:
        place = (np.arange(depth)[:, np.newaxis] * height + np.arange(height)) * width + index
    answer: NDArray[np.bool_] = (patch.bits[place >> 3] >> (7 - (place & 7)).astype(np.uint8) & 1).astype(bool)
    return answer
