"""A series as one array with its place in the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.images.acquisitions import Irregularity

__all__ = ["PLANES", "Plane", "Volume", "as_acquired", "oblique_degrees", "to_lps"]

Plane = Literal["axial", "coronal", "sagittal"]
PLANES: tuple[Plane, ...] = get_args(Plane)
"""In the order of the axes that they cut: z, y, x."""


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels of one series and where they lie.

    Positions are LPS: x runs to the patient's left, y to the back, z to the head, in millimetres (PS3.3 C.7.6.2.1.1).
    Arrays are indexed ``[k, j, i]``: slice, row, column.

    Attributes
    ----------
    array
        ``(z, y, x)``, rescaled to the modality's unit (HU for CT), or ``(z, y, x, 3)`` RGB uint8.
    spacing_mm
        z, y, x; z comes from positions along the normal, never from SliceThickness. 1 where not known.
    origin_mm
        LPS x, y, z of the centre of voxel ``[0, 0, 0]``; where slices are shifted against each other, of where it
        would lie in line with most of them.
    direction
        ``(3, 3)``; columns are LPS unit vectors of the x, y and z axis. Identity without geometry.
        May be left-handed: z always points to the patient's left, back or head.
    window
        Centre and width, in the unit of ``array``.
    inverted
        MONOCHROME1: low values are drawn white (PS3.3 C.7.6.3.1.2).
    missing
        Indices along the slice axis (see ``acquired_axes``) that no file holds; filled with the lowest value.
    at_detector
        In-plane spacing is measured at the detector, so lengths are larger than in the patient.
    steps_mm
        ``(3, 3)``; columns are the LPS steps from a voxel to the next along x, y and z, where these are not
        ``direction`` times ``spacing_mm``: after a gantry tilt each slice lies aside of the one before. Else None.
    spacing_known
        For z, y and x, whether the files tell the spacing; 1 mm stands in its place where they do not.
    acquisitions
        How many acquisitions the series holds; this is one of them.
    frame_of_reference
        FrameOfReferenceUID: volumes that share it share their coordinates. Empty if not recorded.
    places_mm
        ``(slices, 3)`` LPS of the first voxel of each acquired slice, where their distance varies or they are shifted
        against each other, so that the affine does not tell. Else None.
    acquired_axes
        Array axes, counted from 1, that slices, rows and columns as acquired are now; negative where they run
        backwards. ``(1, 2, 3)`` unless :func:`to_lps` turned the volume.
    line
        Centre and width of the straight line that draws `window` by the file's function (PS3.3 C.11.2.1.2): LINEAR
        40, 400 is 39.5, 399. None: the window itself.
    """

    array: NDArray[Any]
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float]
    direction: NDArray[np.float64]
    window: tuple[float, float]
    modality: str = ""
    patient_id: str = ""
    description: str = ""
    series_uid: str = ""
    has_geometry: bool = True
    inverted: bool = False
    at_detector: bool = False
    missing: tuple[int, ...] = ()
    warnings: tuple[Irregularity, ...] = ()
    steps_mm: NDArray[np.float64] | None = None
    spacing_known: tuple[bool, bool, bool] = (True, True, True)
    acquisitions: int = 1
    frame_of_reference: str = ""
    places_mm: NDArray[np.float64] | None = None
    acquired_axes: tuple[int, int, int] = (1, 2, 3)
    line: tuple[float, float] | None = None

    @property
    def affine(self) -> NDArray[np.float64]:
        """``(4, 4)`` float64 that maps array indices ``(k, j, i, 1)`` to LPS ``(x, y, z, 1)`` in mm.

        The columns are the steps from a slice to the next, a row to the next, a column to the next, and the origin,
        as in highdicom, and exact after a gantry tilt too. Handedness is not promised: slices ascend towards left,
        back or head whatever ``row x column`` says, so that the determinant may have either sign. Without geometry it
        is the spacing alone.
        """
        steps = self.direction * self.spacing_mm[::-1] if self.steps_mm is None else self.steps_mm
        affine = np.eye(4)
        affine[:3, :3] = steps[:, ::-1]
        affine[:3, 3] = self.origin_mm
        return affine

    @property
    def is_rgb(self) -> bool:
        """Whether the voxels are colours, not measurements."""
        return self.array.ndim == 4

    @property
    def acquired_plane(self) -> Plane:
        """The plane that the slices were acquired in, to the nearest."""
        if not self.has_geometry:
            return "axial"
        names: tuple[Plane, ...] = ("sagittal", "coronal", "axial")
        return names[int(np.argmax(np.abs(self.direction[:, 2])))]

    @property
    def oblique_degrees(self) -> float:
        """Largest angle between an axis of the volume and the nearest axis of the patient."""
        return oblique_degrees(self.direction) if self.has_geometry else 0.0


def oblique_degrees(direction: NDArray[np.float64]) -> float:
    """Largest angle between a column of a direction matrix and the nearest axis of the patient, degrees."""
    nearest = np.abs(direction).max(axis=0).clip(0, 1)
    return float(np.degrees(np.arccos(nearest)).max())


def to_lps(volume: Volume) -> Volume:
    """Permute and flip the axes, so that they run nearest to left, back, head.

    No voxel is interpolated. Afterwards ``array[k]`` is an (oblique) axial plane whose rows run
    to the back and columns to the patient's left; what is left of ``direction`` is the obliquity.
    """
    if not volume.has_geometry:
        return volume
    lengths = np.abs(volume.direction)
    # axes[i] is the volume axis (0 = x) that runs nearest to patient axis i.
    axes = max(permutations(range(3)), key=lambda p: sum(lengths[i, p[i]] for i in range(3)))
    signs = [1 if volume.direction[i, axes[i]] >= 0 else -1 for i in range(3)]
    return _turned(volume, [2 - axes[2], 2 - axes[1], 2 - axes[0]], signs[::-1])


def as_acquired(volume: Volume) -> Volume:
    """Undo :func:`to_lps`: slices, rows and columns as they were acquired. No voxel is interpolated."""
    order = [abs(axis) - 1 for axis in volume.acquired_axes]
    return _turned(volume, order, [1 if axis > 0 else -1 for axis in volume.acquired_axes])


def _turned(volume: Volume, order: Sequence[int], signs: Sequence[int]) -> Volume:
    """Volume whose array axis ``n`` is what ``order[n]`` was, backwards where ``signs[n]`` is -1."""
    sizes, steps = volume.array.shape[:3], volume.affine[:3, :3]
    flipped = [axis for axis, sign in zip(order, signs, strict=True) if sign < 0]
    origin, places, missing = np.array(volume.origin_mm), volume.places_mm, volume.missing
    stacked = abs(volume.acquired_axes[0]) - 1
    for axis in flipped:
        way = steps[:, axis] * (sizes[axis] - 1)
        origin = origin + way
        if axis == stacked:
            places = None if places is None else places[::-1]
            missing = tuple(sizes[axis] - 1 - k for k in reversed(missing))
        elif places is not None:
            places = places + way
    array = volume.array.transpose([*order, 3] if volume.is_rgb else order)
    array = np.flip(array, tuple(axis for axis, sign in enumerate(signs) if sign < 0))
    # direction and steps have columns x, y, z; arrays have axes z, y, x.
    columns, turns = [2 - axis for axis in reversed(order)], list(reversed(signs))
    now = [order.index(abs(axis) - 1) for axis in volume.acquired_axes]
    acquired = [(n + 1) * signs[n] * (1 if was > 0 else -1) for n, was in zip(now, volume.acquired_axes, strict=True)]
    spacing, known = volume.spacing_mm, volume.spacing_known
    x, y, z = (float(value) for value in origin)
    return replace(
        volume,
        array=array,
        spacing_mm=(spacing[order[0]], spacing[order[1]], spacing[order[2]]),
        origin_mm=(x, y, z),
        direction=volume.direction[:, columns] * turns,
        steps_mm=None if volume.steps_mm is None else volume.steps_mm[:, columns] * turns,
        spacing_known=(known[order[0]], known[order[1]], known[order[2]]),
        places_mm=places,
        missing=missing,
        acquired_axes=(acquired[0], acquired[1], acquired[2]),
    )
