"""Mammogram and radiograph: one picture of rays through a body."""

from __future__ import annotations

import numpy as np
from pydicom import Dataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation, DigitalXRayImageStorageForPresentation

from explorer.images.demo.caption import letters, write_on
from explorer.images.demo.headers import describe, describe_image
from explorer.images.demo.phantom import noise, paint, seen
from explorer.images.demo.plan import PatientPlan, SeriesPlan, StudyPlan, uid
from explorer.images.demo.slices import numbers, put_pixels

__all__ = ["projection"]

_FULL = 4095


def projection(patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int) -> Dataset:
    """Return the picture with its pixels; dense is white, in a mammogram by MONOCHROME1.

    Parameters
    ----------
    number
        SeriesNumber.
    """
    dataset = Dataset()
    describe(dataset, patient, study, plan.modality, plan.name, number, plan.description)
    describe_image(dataset, plan)
    dataset.SOPInstanceUID = uid(patient.id, study.name, plan.name, 1)
    dataset.InstanceNumber = 1
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    values: dict[str, object] = {
        "PresentationIntentType": "FOR PRESENTATION", "PixelIntensityRelationship": "LOG", "RescaleIntercept": 0,
        "RescaleSlope": 1, "RescaleType": "US", "KVP": patient.site.kvp, "DetectorType": "DIRECT",
        "DetectorDescription": "SYNTHETIC", "AcquisitionContextSequence": [], "AnatomicRegionSequence": [],
        "WindowCenter": (_FULL + 1) // 2, "WindowWidth": _FULL + 1, "DistanceSourceToDetector": 1000,
        "ImagerPixelSpacing": numbers((plan.grid.pixel_mm, plan.grid.pixel_mm)), "PatientPosition": "",
        "DistanceSourceToPatient": 1000,
    }  # fmt: skip
    for keyword, value in {**values, **_OWN[plan.modality]}.items():
        setattr(dataset, keyword, value)
    (contrast,) = plan.contrasts
    rays = seen(paint(plan.body, plan.lesions, plan.grid), contrast, "").sum(axis=0, dtype=np.int64)
    picture = rays * (_FULL - 200) // int(rays.max()) + 80 + noise(rays.shape, 24, f"{patient.id} {plan.name}")
    picture = picture.clip(0, _FULL).astype(np.uint16)
    write_on(picture, _FULL)
    side = "L MLO" if plan.modality == "MG" else "L"
    # As a lead letter at the patient's left side.
    write_on(picture, _FULL, side, (14, picture.shape[1] - letters(side).shape[1] - 2))
    if plan.modality == "MG":
        picture = (_FULL - picture).astype(np.uint16)
    put_pixels(dataset, picture, 12, "explicit")
    return dataset


_DX: dict[str, object] = {
    "SOPClassUID": DigitalXRayImageStorageForPresentation, "PhotometricInterpretation": "MONOCHROME2",
    "PixelIntensityRelationshipSign": -1, "PresentationLUTShape": "IDENTITY", "ViewPosition": "PA",
    "PatientOrientation": ["L", "F"], "ImageLaterality": "U",
}  # fmt: skip
_MG: dict[str, object] = {
    "SOPClassUID": DigitalMammographyXRayImageStorageForPresentation, "PhotometricInterpretation": "MONOCHROME1",
    "PixelIntensityRelationshipSign": 1, "PresentationLUTShape": "INVERSE", "ViewPosition": "MLO",
    "PatientOrientation": ["A", "F"], "ImageLaterality": "L", "PositionerType": "MAMMOGRAPHIC",
    "OrganExposed": "BREAST", "BreastImplantPresent": "NO", "PartialView": "NO", "ViewCodeSequence": [],
}  # fmt: skip
_OWN = {"DX": _DX, "MG": _MG}
