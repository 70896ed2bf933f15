"""An image series with an asymmetric lesion, and the SEG and RTSTRUCT files that draw it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import highdicom as hd
import numpy as np
from highdicom.seg import Segmentation, SegmentationTypeValues, SegmentDescription
from numpy.typing import NDArray
from pydicom import Dataset, FileDataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, ExplicitVRLittleEndian, RTStructureSetStorage

from explorer.images import Mask, Volume
from tests.browser.viewer_fixtures import SERIES, write_slice

FRAME = "1.2.826.0.1.3680043.8.498.77"
Points = NDArray[np.float64]
Shape = Callable[[Points], NDArray[np.bool_]]


def turned(angle: float = 0.0, plane: str = "axial") -> list[float]:
    """ImageOrientationPatient of a plane, turned by some degrees about all three axes."""
    start = {"axial": [[1, 0, 0], [0, 1, 0]], "coronal": [[1, 0, 0], [0, 0, -1]], "sagittal": [[0, 1, 0], [0, 0, -1]]}
    matrix = np.eye(3)
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        step = np.eye(3)
        cosine, sine = np.cos(np.radians(angle * (axis + 1) / 3)), np.sin(np.radians(angle * (axis + 1) / 3))
        step[a, a], step[a, b], step[b, a], step[b, b] = cosine, -sine, sine, cosine
        matrix = step @ matrix
    return [round(float(value), 12) for each in start[plane] for value in matrix @ each]


def centres(shape: tuple[int, int, int], orientation: Sequence[float], steps: Sequence[float]) -> Points:
    """``(z, y, x, 3)`` LPS of voxel centres of a stack around the origin, along ``row x column``."""
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    axes = np.stack([np.cross(row, column) * steps[0], column * steps[1], row * steps[2]])
    index = np.moveaxis(np.indices(shape), 0, -1) - (np.array(shape) - 1) / 2
    answer: Points = index @ axes
    return answer


def lesion(points: Points) -> NDArray[np.bool_]:
    """An L that no flip or turn maps onto itself: a bar to the left, a foot to the back, a nose to the head."""
    x, y, z = np.moveaxis(points, -1, 0)
    bar = (np.abs(x - 6) < 9.1) & (np.abs(y + 3) < 3.1) & (np.abs(z - 2) < 4.1)
    foot = (np.abs(x - 13) < 2.6) & (np.abs(y - 3) < 7.3) & (np.abs(z - 2) < 4.1)
    nose = (np.abs(x + 1) < 2.1) & (np.abs(y + 4) < 2.1) & (np.abs(z - 9) < 4.6)
    answer: NDArray[np.bool_] = bar | foot | nose
    return answer


def organ(points: Points) -> NDArray[np.bool_]:
    """An ellipsoid around most of the lesion."""
    x, y, z = np.moveaxis(points, -1, 0)
    answer: NDArray[np.bool_] = ((x - 5) / 14) ** 2 + (y / 9) ** 2 + ((z - 1) / 7) ** 2 < 1
    return answer


def write_series(
    folder: Path,
    shape: tuple[int, int, int] = (12, 40, 48),
    steps: tuple[float, float, float] = (2.5, 0.9, 1.1),
    orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
    leave_out: Sequence[int] = (),
    shear: Sequence[float] = (0, 0, 0),
) -> tuple[list[Path], Points]:
    """Files of a series in which the lesion is bright, and the centres of its voxels (of left-out slices too)."""
    folder.mkdir(parents=True, exist_ok=True)
    points = centres(shape, orientation, steps) + np.arange(shape[0])[:, None, None, None] * np.array(shear, float)
    pixels = np.where(lesion(points), 900, -700).astype(np.int16)
    files = [
        write_slice(
            folder / f"{(k * 7919) % 10007:05d}.dcm",
            pixels[k],
            InstanceNumber=k + 1,
            ImagePositionPatient=[round(float(value), 9) for value in points[k, 0, 0]],
            ImageOrientationPatient=list(orientation),
            PixelSpacing=list(steps[1:]),
            SliceThickness=steps[0],
            FrameOfReferenceUID=FRAME,
            SeriesNumber=1,
            **ADMINISTRATION,
        )
        for k in range(shape[0])
        if k not in leave_out
    ]
    return files, points


ADMINISTRATION = {
    "StudyID": "1",
    "StudyDate": "20260102",
    "StudyTime": "120000",
    "PatientName": "Phantom^Synthetic",
    "PatientBirthDate": "",
    "PatientSex": "O",
    "AccessionNumber": "",
    "ReferringPhysicianName": "",
    "PositionReferenceIndicator": "",
}


def description(number: int, label: str, colour: tuple[int, int, int] | None = None) -> SegmentDescription:
    """Segment drawn by software."""
    return SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Neoplasm,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name="Phantom drawer", version="1", family=codes.DCM.ArtificialIntelligence
        ),
        anatomic_regions=[codes.SCT.Liver],
        display_color=hd.color.CIELabColor.from_rgb(*colour) if colour else None,
    )


def write_seg(
    path: Path,
    images: Sequence[Path | Dataset],
    array: NDArray[np.generic],
    labels: Sequence[str] = ("lesion",),
    kind: str = "BINARY",
    **options: object,
) -> Path:
    """SEG by highdicom; ``array`` is ``(frames, rows, columns[, segments])`` in the order of ``images``."""
    sources = [image if isinstance(image, Dataset) else dcmread(image) for image in images]
    colours = [(213, 94, 0), (0, 114, 178), None]
    Segmentation(
        source_images=sources,
        pixel_array=array,
        segmentation_type=SegmentationTypeValues[kind],
        segment_descriptions=[description(i, label, colours[(i - 1) % 3]) for i, label in enumerate(labels, start=1)],
        series_instance_uid=UID("1.2.826.0.1.3680043.8.498.5"),
        series_number=9,
        sop_instance_uid=hd.UID.from_uuid(str(uuid5(NAMESPACE_OID, path.name))),
        instance_number=1,
        manufacturer="Nobody",
        manufacturer_model_name="Phantom",
        software_versions="1",
        device_serial_number="1",
        **options,  # type: ignore[arg-type]
    ).save_as(path)
    return path


def own_grid(
    shape: tuple[int, int, int], orientation: Sequence[float], steps: tuple[float, float, float], shift: float = 0.0
) -> tuple[Points, dict[str, object]]:
    """Voxel centres of a grid of the SEG's own, and the options of :func:`write_seg` that declare it."""
    points = centres(shape, orientation, steps) + shift
    return points, {
        "plane_positions": [
            hd.PlanePositionSequence(
                coordinate_system=hd.CoordinateSystemNames.PATIENT,
                image_position=[round(float(value), 9) for value in plane[0, 0]],
            )
            for plane in points
        ],
        "plane_orientation": hd.PlaneOrientationSequence(
            coordinate_system=hd.CoordinateSystemNames.PATIENT, image_orientation=list(orientation)
        ),
        "pixel_measures": hd.PixelMeasuresSequence(
            pixel_spacing=list(steps[1:]), slice_thickness=steps[0], spacing_between_slices=steps[0]
        ),
    }


def write_rtstruct(path: Path, regions: Sequence[dict[str, object]], series_uid: str = SERIES) -> Path:
    """RTSTRUCT by hand; each region has name, contours (``(n, 3)`` arrays), and whatever else differs."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = RTStructureSetStorage
    meta.MediaStorageSOPInstanceUID = UID("1.2.826.0.1.3680043.8.498.8")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    header.SOPClassUID, header.SOPInstanceUID = RTStructureSetStorage, meta.MediaStorageSOPInstanceUID
    header.Modality, header.SeriesInstanceUID = "RTSTRUCT", "1.2.826.0.1.3680043.8.498.9"
    header.PatientID, header.StudyInstanceUID = "PHANTOM-1", "1.2.3"
    header.ReferencedFrameOfReferenceSequence = [
        _item(
            FrameOfReferenceUID=FRAME,
            RTReferencedStudySequence=[
                _item(
                    ReferencedSOPInstanceUID="1.2.3", RTReferencedSeriesSequence=[_item(SeriesInstanceUID=series_uid)]
                )
            ],
        )
    ]
    header.StructureSetROISequence, header.ROIContourSequence, header.RTROIObservationsSequence = [], [], []
    for place, region in enumerate(regions, start=1):
        number = region.get("number", place)
        header.StructureSetROISequence.append(
            _item(
                ROINumber=number,
                ReferencedFrameOfReferenceUID=region.get("frame", FRAME),
                ROIName=region["name"],
                ROIGenerationAlgorithm="MANUAL",
                ROIGenerationDescription="by hand",
            )
        )
        contours = [
            _item(
                ContourGeometricType=region.get("type", "CLOSED_PLANAR"),
                NumberOfContourPoints=len(contour),
                ContourData=[f"{value:.9g}"[:16] for value in np.asarray(contour).ravel()],
            )
            for contour in region.get("contours", ())
        ]
        if contours:
            header.ROIContourSequence.append(
                _item(ReferencedROINumber=number, ROIDisplayColor=[255, 128, 0], ContourSequence=contours)
            )
        header.RTROIObservationsSequence.append(
            _item(ObservationNumber=place, ReferencedROINumber=number, RTROIInterpretedType="GTV", ROIInterpreter="")
        )
    header.save_as(path, enforce_file_format=True)
    return path


def _item(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def at(volume: Volume, points: Points, values: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``values`` at ``points`` rearranged to the volume's voxels, each found by its position."""
    index = np.linalg.inv(volume.affine) @ np.append(points.reshape(-1, 3), np.ones((values.size, 1)), axis=1).T
    places = np.rint(index[:3]).astype(int)
    assert np.abs(index[:3] - places).max() < 1e-3
    shape = np.array(volume.array.shape)[:, None]
    held = ((places >= 0) & (places < shape)).all(axis=0)
    answer = np.zeros(volume.array.shape, dtype=bool)
    answer[tuple(places[:, held])] = values.ravel()[held]
    return answer


ORIENTATIONS = {
    "axial": turned(),
    "coronal": turned(plane="coronal"),
    "sagittal": turned(plane="sagittal"),
    "prone": [-1.0, 0, 0, 0, -1, 0],
    "oblique": turned(20),
    "oblique sagittal": turned(-25, "sagittal"),
}


def names(mask: Mask) -> list[str]:
    """Names of a mask's warnings."""
    return [note.name for note in mask.warnings]


def judged(path: Path, volume: Volume, number: int = 1) -> NDArray[np.bool_]:
    """What highdicom reads, turned, cropped and padded to the volume's grid by highdicom itself."""
    found = hd.seg.segread(path).get_volume(segment_numbers=[number], combine_segments=True, relabel=True)
    wanted = hd.VolumeGeometry(volume.affine, volume.array.shape[:3], coordinate_system="PATIENT")
    answer: NDArray[np.bool_] = found.match_geometry(wanted, tol=1e-3).array.astype(bool)
    return answer
