"""Series with asymmetric markers in known places, in every geometry and encoding that this machine can write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)

SERIES = "1.2.826.0.1.3680043.8.498.77"
MARKERS = {1000: (1, 3, 4), 2000: (5, 17, 6), 3000: (3, 8, 15)}
"""Value of a marker to its slice, row, column."""


def phantom(shape: tuple[int, int, int] = (7, 24, 20), kind: str = "i2") -> np.ndarray:
    """``(z, y, x)``: values that differ along every axis, and one voxel for each marker."""
    z, y, x = np.ogrid[: shape[0], : shape[1], : shape[2]]
    array = (10 * z + 3 * y + x).astype(kind)
    for value, place in MARKERS.items():
        array[place] = value
    return array


@dataclass(frozen=True)
class Geometry:
    """Where slices lie; ``course`` is the way from a slice to the next where that is not along the normal."""

    orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0)
    origin: tuple[float, float, float] = (-50, 30, -120)
    spacing: tuple[float, float, float] = (2.5, 0.7, 0.9)
    course: tuple[float, float, float] | None = None

    @property
    def affine(self) -> np.ndarray:
        """``(4, 4)``: slice, row, column as written to LPS mm (PS3.3 equation C.7.6.2.1-1)."""
        row, column = np.array(self.orientation[:3]), np.array(self.orientation[3:])
        course = self.course or self.spacing[0] * np.cross(row, column)
        affine = np.eye(4)
        affine[:3] = np.stack([course, self.spacing[1] * column, self.spacing[2] * row, self.origin], axis=1)
        return affine

    def at(self, *index: float) -> np.ndarray:
        """LPS mm of a voxel."""
        return (self.affine @ [*index, 1])[:3]


def turned(*degrees: float) -> tuple[float, ...]:
    """An orientation: axial, turned about x, then y, then z."""
    matrix = np.eye(3)
    for axis, angle in enumerate(np.radians(degrees)):
        a, b = [other for other in range(3) if other != axis]
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    return tuple(float(value) for value in (*matrix[:, 0], *matrix[:, 1]))


AXIAL = Geometry()
TILTED = Geometry(course=(0, 0.8, 2.5))
GEOMETRIES = {
    "axial": AXIAL,
    "feet first": Geometry((-1, 0, 0, 0, 1, 0)),
    "coronal": Geometry((1, 0, 0, 0, 0, -1)),
    "sagittal": Geometry((0, 1, 0, 0, 0, -1)),
    "oblique by 20 degrees": Geometry(turned(20)),
    "oblique coronal": Geometry(turned(70)),
    "turned about three axes": Geometry(turned(12, -25, 33)),
}


def dataset(pixels: np.ndarray, **attributes: object) -> FileDataset:
    """One classic CT image; a None among the attributes leaves that attribute out."""
    colour = pixels.ndim == 3 and pixels.shape[-1] == 3
    bits = 8 * pixels.dtype.itemsize
    values: dict[str, object] = {
        "SOPClassUID": CTImageStorage,
        "SeriesInstanceUID": SERIES,
        "StudyInstanceUID": "1.2.3",
        "FrameOfReferenceUID": "1.2.4",
        "PatientID": "PHANTOM-2",
        "PatientName": "Phantom^Planted",
        "PatientBirthDate": "",
        "PatientSex": "",
        "StudyDate": "",
        "StudyTime": "",
        "StudyID": "1",
        "AccessionNumber": "",
        "ReferringPhysicianName": "",
        "Manufacturer": "Nobody",
        "Modality": "CT",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "SeriesNumber": 3,
        "SeriesDescription": "Synthetic markers",
        "PositionReferenceIndicator": "",
        "SliceThickness": 99,  # it lies, as in many real series
        "SamplesPerPixel": 3 if colour else 1,
        "PhotometricInterpretation": "RGB" if colour else "MONOCHROME2",
        "Rows": pixels.shape[-3 if colour else -2],
        "Columns": pixels.shape[-2 if colour else -1],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": attributes.get("BitsStored", bits) - 1,  # type: ignore[operator]
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "RescaleSlope": 1,
        "RescaleIntercept": 0,
        **({"PlanarConfiguration": 0} if colour else {}),
        **attributes,
    }
    made = FileDataset("", {}, file_meta=FileMetaDataset(), preamble=b"\0" * 128)
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for keyword, value in values.items():
        if value is not None:
            setattr(made, keyword, value)
    made.PixelData = np.ascontiguousarray(pixels).tobytes()
    made["PixelData"].VR = "OW" if bits > 8 else "OB"
    return made


def save(made: FileDataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    """Write an image, encoded in `syntax` where pydicom can."""
    if "SOPInstanceUID" not in made:
        made.SOPInstanceUID = generate_uid(entropy_srcs=[str(path)])
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = syntax
    path.parent.mkdir(parents=True, exist_ok=True)
    little = syntax != ExplicitVRBigEndian
    dcmwrite(path, made, enforce_file_format=True, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=little)
    return path


def write_stack(
    folder: Path,
    array: np.ndarray,
    geometry: Geometry = AXIAL,
    *,
    places: Sequence[float] | None = None,
    descending: bool = False,
    **attributes: object,
) -> list[Path]:
    """One file for each slice, in names that tell nothing.

    Slice ``k`` lies at ``places[k]`` slice distances from the origin; `descending` numbers the instances backwards.
    A callable among the attributes is asked with ``k``.
    """
    files = []
    for k, pixels in enumerate(array):
        own = {name: value(k) if callable(value) else value for name, value in attributes.items()}
        position = geometry.at(k if places is None else places[k], 0, 0)
        made = dataset(
            pixels,
            **{
                "InstanceNumber": len(array) - k if descending else k + 1,
                "ImagePositionPatient": [float(f"{value:.10g}") for value in position],
                "ImageOrientationPatient": [float(f"{value:.10g}") for value in geometry.orientation],
                "PixelSpacing": list(geometry.spacing[1:]),
                **own,
            },
        )
        files.append(save(made, folder / f"{(k * 7919 + 13) % 10007:05d}.dcm"))
    return files


def aligned(array: np.ndarray, affine: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """Another reader's voxels in the order of the array that has the affine `onto`; no voxel is interpolated.

    Fails where the two grids are not the same voxels.
    """
    turn = np.linalg.inv(onto) @ affine
    whole = np.rint(turn[:3, :3])
    np.testing.assert_allclose(turn[:3, :3], whole, atol=2e-3)
    order = [int(np.argmax(np.abs(row))) for row in whole]
    result = array.transpose(order)
    for axis, source in enumerate(order):
        if whole[axis, source] < 0:
            result = np.flip(result, axis)
            np.testing.assert_allclose(turn[axis, 3], result.shape[axis] - 1, atol=5e-3)
        else:
            np.testing.assert_allclose(turn[axis, 3], 0, atol=5e-3)
    return result
