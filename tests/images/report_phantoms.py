"""Structured reports that highdicom writes about a series and its segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import highdicom as hd
from highdicom import sr
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from tests.images.mask_phantoms import FRAME

REPORT = "1.2.826.0.1.3680043.8.498.20"
LIVER = sr.FindingSite(anatomic_location=codes.SCT.Liver, laterality=codes.SCT.Left)


def person(name: str) -> sr.ObservationContext:
    return sr.ObservationContext(
        observer_person_context=sr.ObserverContext(
            observer_type=codes.DCM.Person,
            observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(name=name),
        )
    )


def device(name: str) -> sr.ObservationContext:
    attributes = sr.DeviceObserverIdentifyingAttributes(uid=hd.UID.from_uuid(f"{1:032x}"), name=name)
    return sr.ObservationContext(
        observer_device_context=sr.ObserverContext(
            observer_type=codes.DCM.Device, observer_identifying_attributes=attributes
        )
    )


def volumetric(mask: Dataset, images: Sequence[Dataset], **options: Any) -> Any:
    """Measurements in segment 2 (TID 1411)."""
    segment = sr.ReferencedSegment(
        sop_class_uid=mask.SOPClassUID,
        sop_instance_uid=mask.SOPInstanceUID,
        segment_number=2,
        source_series=sr.SourceSeriesForSegmentation(images[0].SeriesInstanceUID),
    )
    given = {"measurements": [sr.Measurement(codes.SCT.Volume, 12.5, codes.UCUM.CubicMillimeter)], **options}
    return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_segment=segment, **_tracked(given))


def planar(images: Sequence[Dataset], **options: Any) -> Any:
    """Measurements in an ellipse on one image (TID 1410)."""
    region = sr.ImageRegion(
        graphic_type=sr.GraphicTypeValues.POLYLINE,
        graphic_data=_square(),
        source_image=sr.SourceImageForRegion(images[3].SOPClassUID, images[3].SOPInstanceUID),
    )
    given = {"measurements": [sr.Measurement(codes.SCT.Area, 88, codes.UCUM.SquareMillimeter)], **options}
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_region=region, **_tracked(given))


def planar_in_space(**options: Any) -> Any:
    """The same by coordinates in the patient."""
    import numpy as np

    corners = np.array([[0.0, 0, 5], [9, 0, 5], [9, 9, 5], [0, 0, 5]])
    region = sr.ImageRegion3D(sr.GraphicTypeValues3D.POLYGON, corners, frame_of_reference_uid=FRAME)
    given = {"measurements": [sr.Measurement(codes.SCT.Area, 40.5, codes.UCUM.SquareMillimeter)], **options}
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_region=region, **_tracked(given))


def whole_image(images: Sequence[Dataset], **options: Any) -> Any:
    """Measurements of images as a whole (TID 1501)."""
    sources = [sr.SourceImageForMeasurementGroup(each.SOPClassUID, each.SOPInstanceUID) for each in images[:2]]
    return sr.MeasurementsAndQualitativeEvaluations(source_images=sources, **_tracked(options))


def _tracked(options: dict[str, Any]) -> dict[str, Any]:
    tracked = sr.TrackingIdentifier(uid=hd.UID.from_uuid(f"{7:032x}"), identifier="lesion 7")
    return {"tracking_identifier": tracked, "finding_type": codes.SCT.Neoplasm, **options}


def _square() -> Any:
    import numpy as np

    return np.array([[1.0, 1], [9, 1], [9, 9], [1, 9], [1, 1]])


def write_report(
    path: Path,
    files: Sequence[Path],
    groups: Sequence[Any],
    observer: sr.ObservationContext | None = None,
    series_uid: str = REPORT,
    masks: Sequence[Dataset] = (),
) -> Path:
    """Comprehensive 3D SR, TID 1500, with an image library."""
    images = [dcmread(file) for file in files]
    content = sr.MeasurementReport(
        observation_context=observer or person("Roe^Jane"),
        procedure_reported=Code("44139-4", "LN", "PET whole body"),
        imaging_measurements=list(groups),
        referenced_images=images[:2],
    )
    report = sr.Comprehensive3DSR(
        evidence=[*images, *masks],
        content=content,
        series_number=20,
        series_instance_uid=series_uid,
        sop_instance_uid=hd.UID.from_uuid(str(uuid5(NAMESPACE_OID, path.name))),
        instance_number=1,
        manufacturer="Nobody",
        is_complete=True,
        record_evidence=False,
    )
    report.save_as(path)
    return path
