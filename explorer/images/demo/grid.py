"""Where the voxels of a series lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["AXIAL", "CORONAL", "MEDIAL", "OBLIQUE", "SAGITTAL", "TILTED", "Grid", "even"]

Vector = tuple[float, float, float]

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
MEDIAL = (0.0, -1.0, 0.0, 0.0, 0.0, -1.0)
"""As a left breast is looked at: the front to the right."""
# Sines and cosines as decimals: no machine rounds them in its own way.
OBLIQUE = (1.0, 0.0, 0.0, 0.0, 0.939693, 0.34202)
"""20 degrees about the left-right axis; slices step along their own normal."""
TILTED = (1.0, 0.0, 0.0, 0.0, 0.965926, -0.258819)
"""15 degrees about the left-right axis; slices step along the table, as with a tilted gantry."""


@dataclass(frozen=True)
class Grid:
    """The planes of a series.

    Attributes
    ----------
    size
        Rows and columns.
    pixel_mm
        Distance of rows and of columns.
    offsets
        Distance of each slice from the centre along `course`, mm, ascending.
    orientation
        Direction cosines of a row, then of a column (PS3.3 C.7.6.2.1.1).
    course
        Unit vector that slices step along; None is the normal of the planes.
    centre
        LPS mm.
    """

    size: int
    pixel_mm: float
    offsets: tuple[float, ...]
    orientation: tuple[float, ...] = AXIAL
    course: Vector | None = None
    centre: Vector = (0.0, 0.0, 0.0)

    @property
    def spacing(self) -> float:
        """Nominal distance of slices, mm."""
        return round(self.offsets[1] - self.offsets[0], 6) if len(self.offsets) > 1 else self.pixel_mm

    def positions(self) -> list[Vector]:
        """Return the centre of the first pixel of each slice, LPS mm, as it is written in the header."""
        row, column = self.orientation[:3], self.orientation[3:]
        course = self.course or _cross(row, column)
        back = self.pixel_mm * (self.size - 1) / 2
        return [
            tuple(  # type: ignore[misc]
                round(self.centre[i] + course[i] * offset - back * row[i] - back * column[i], 4) + 0.0 for i in range(3)
            )
            for offset in self.offsets
        ]

    def points(self, position: Vector) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return x, y, z of the pixels of one slice, each ``(rows, columns)`` or broadcasting to it, LPS mm."""
        steps = np.arange(self.size) * self.pixel_mm
        x, y, z = (
            position[i] + steps[None, :] * self.orientation[i] + steps[:, None] * self.orientation[3 + i]
            for i in range(3)
        )
        return x, y, z


def even(count: int, step: float, leave_out: Sequence[int] = ()) -> tuple[float, ...]:
    """Return offsets of `count` slices around the centre, less those left out, counted from 0."""
    return tuple((index - (count - 1) / 2) * step for index in range(count) if index not in leave_out)


def _cross(a: Sequence[float], b: Sequence[float]) -> Vector:
    x, y, z = (a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3] for i in range(3))
    # Slices are listed towards left, back or head, as the offsets ascend.
    sign = -1.0 if min((x, y, z), key=lambda value: -abs(value)) < 0 else 1.0
    return x * sign, y * sign, z * sign
