"""A DICOM series as one array with its place in the patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydicom.multival import MultiValue

from explorer.errors import ImageError
from explorer.images.frames import Frame, read_frames
from explorer.images.stack import Irregularity, stack_frames

__all__ = ["Plane", "Volume", "read_series", "to_lps"]

Plane = Literal["axial", "coronal", "sagittal"]

TOTAL_LIMIT = 4 * 2**30
"""Bytes of decoded pixels that one series may take."""


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels of one series and where they lie.

    Attributes
    ----------
    array
        ``(z, y, x)``, rescaled to the modality's unit (HU for CT), or ``(z, y, x, 3)`` RGB uint8.
    spacing_mm
        z, y, x; z comes from positions along the normal, never from SliceThickness.
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
        nearest = np.abs(self.direction).max(axis=0).clip(0, 1)
        return float(np.degrees(np.arccos(nearest)).max()) if self.has_geometry else 0.0


def read_series(files: Iterable[Path | str]) -> Volume:
    """One volume from the files of a series, in any order.

    Parameters
    ----------
    files
        DICOM files of one series, classic or enhanced.

    Returns
    -------
    Volume
        With a named warning for every irregularity: ``no geometry``, ``missing slices``,
        ``varying spacing``, ``duplicate positions``, ``mixed planes``, ``gantry tilt``,
        ``unreadable files``.

    Raises
    ------
    ImageError
        No file was given, none can be read, or the pixels do not fit into memory.

    References
    ----------
    PS3.3 C.7.6.2 Image Plane Module; C.7.6.16 Multi-frame Functional Groups; C.11.2 VOI LUT.
    """
    paths = sorted(Path(file) for file in files)
    if not paths:
        raise ImageError("No files were given. Give the DICOM files of one series.")
    frames, failures = _read_all(paths)
    if not frames:
        raise failures[0]
    stack = stack_frames(frames)
    present = [frame for frame in stack.frames if frame is not None]
    first = present[0]
    notes = list(stack.irregular)
    if failures:
        text = f"{len(failures)} of {len(paths)} files could not be read. {failures[0]}"
        notes.append(Irregularity("unreadable files", text))
    array = _array(stack.frames, present)
    rows, columns = first.spacing or (1.0, 1.0)
    return Volume(
        array=array,
        spacing_mm=(stack.spacing, rows, columns),
        origin_mm=stack.origin,
        direction=np.eye(3) if stack.direction is None else stack.direction,
        window=_window(present, array),
        modality=_text(first, "Modality"),
        patient_id=_text(first, "PatientID"),
        description=_text(first, "SeriesDescription"),
        series_uid=_text(first, "SeriesInstanceUID"),
        has_geometry=stack.direction is not None,
        inverted=first.header.get("PhotometricInterpretation") == "MONOCHROME1",
        at_detector=first.at_detector,
        missing=tuple(i for i, frame in enumerate(stack.frames) if frame is None),
        warnings=tuple(notes),
    )


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
    steps = volume.spacing_mm[::-1]
    origin = np.array(volume.origin_mm)
    for i, axis in enumerate(axes):
        if signs[i] < 0:
            origin = origin + volume.direction[:, axis] * steps[axis] * (sizes[axis] - 1)
    order = [2 - axes[2], 2 - axes[1], 2 - axes[0]]  # array axes run z, y, x
    array = volume.array.transpose([*order, 3] if volume.is_rgb else order)
    for place, sign in enumerate(reversed(signs)):
        if sign < 0:
            array = np.flip(array, axis=place)
    x, y, z = (float(value) for value in origin)
    return replace(
        volume,
        array=array,
        spacing_mm=(steps[axes[2]], steps[axes[1]], steps[axes[0]]),
        origin_mm=(x, y, z),
        direction=volume.direction[:, axes] * signs,
    )


def _read_all(paths: Sequence[Path]) -> tuple[list[Frame], list[ImageError]]:
    frames: list[Frame] = []
    failures: list[ImageError] = []
    total = 0
    for path in paths:
        try:
            found = read_frames(path)
        except ImageError as error:
            failures.append(error)
            continue
        total += sum(frame.pixels.nbytes for frame in found)
        if total > TOTAL_LIMIT:
            raise ImageError(
                f"This series needs more than {TOTAL_LIMIT // 2**30} GB in memory. "
                "Open some of its files, for example every second slice."
            )
        frames += found
    frames.sort(key=lambda frame: _number(frame))
    return frames, failures


def _array(frames: Sequence[Frame | None], present: Sequence[Frame]) -> NDArray[Any]:
    kind = np.result_type(*{frame.pixels.dtype for frame in present})
    if kind.itemsize > 4:
        kind = np.dtype(np.float32)
    array = np.empty((len(frames), *present[0].pixels.shape), dtype=kind)
    lowest = min(frame.pixels.min() for frame in present)
    for plane, frame in zip(array, frames, strict=True):
        plane[...] = lowest if frame is None else frame.pixels
    array.flags.writeable = False
    return array


def _window(present: Sequence[Frame], array: NDArray[Any]) -> tuple[float, float]:
    recorded = present[len(present) // 2].window
    if recorded:
        return recorded
    sample = array[:: max(1, len(array) // 8), ::2, ::2]
    low, high = (float(value) for value in np.percentile(sample, (1, 99)))
    return (low + high) / 2, max(high - low, 1e-6)


def _text(frame: Frame, keyword: str) -> str:
    return str(frame.header.get(keyword) or "")[:200]


def _number(frame: Frame) -> int:
    value = frame.header.get("InstanceNumber")
    return int(value) if value is not None and not isinstance(value, MultiValue) else 0
