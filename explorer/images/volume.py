"""A series as one array with its place in the patient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.images.acquisitions import Irregularity

__all__ = ["Plane", "Volume", "oblique_degrees", "to_lps"]

Plane = Literal["axial", "coronal", "sagittal"]


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
        LPS x, y, z of the centre of voxel ``[0, 0, 0]``.
    direction
        ``(3, 3)``; columns are LPS unit vectors of the x, y and z axis. Identity without geometry.
        May be left-handed: z always points to the patient's left, back or head.
    window
        Centre and width, in the unit of ``array``.
    inverted
        MONOCHROME1: low values are drawn white (PS3.3 C.7.6.3.1.2).
    missing
        Indices along the slice axis that no file holds; filled with the lowest value.
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
        ``(slices, 3)`` LPS of the first voxel of each acquired slice, where their distance varies. Else None.
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
    sizes = volume.array.shape[2::-1]
    spacing, known = volume.spacing_mm[::-1], volume.spacing_known[::-1]
    steps = volume.direction * spacing if volume.steps_mm is None else volume.steps_mm
    origin = np.array(volume.origin_mm)
    for i, axis in enumerate(axes):
        if signs[i] < 0:
            origin = origin + steps[:, axis] * (sizes[axis] - 1)
    order = [2 - axes[2], 2 - axes[1], 2 - axes[0]]  # array axes run z, y, x
    array = volume.array.transpose([*order, 3] if volume.is_rgb else order)
    for place, sign in enumerate(reversed(signs)):
        if sign < 0:
            array = np.flip(array, axis=place)
    x, y, z = (float(value) for value in origin)
    return replace(
        volume,
        array=array,
        spacing_mm=(spacing[axes[2]], spacing[axes[1]], spacing[axes[0]]),
        origin_mm=(x, y, z),
        direction=volume.direction[:, axes] * signs,
        steps_mm=None if volume.steps_mm is None else volume.steps_mm[:, axes] * signs,
        spacing_known=(known[axes[2]], known[axes[1]], known[axes[0]]),
    )
