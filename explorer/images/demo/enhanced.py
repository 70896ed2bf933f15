"""A CT series as one enhanced multi-frame image (PS3.3 A.38)."""

from __future__ import annotations

import numpy as np
from pydicom import Dataset
from pydicom.uid import EnhancedCTImageStorage

from explorer.images.demo.caption import write_on
from explorer.images.demo.headers import describe, describe_image, frame_of_reference
from explorer.images.demo.phantom import paint, seen
from explorer.images.demo.plan import PatientPlan, SeriesPlan, StudyPlan, uid
from explorer.images.demo.slices import numbers, put_pixels

__all__ = ["enhanced"]

_KIND = ["DERIVED", "SECONDARY", "VOLUME", "NONE"]
_POINTERS = ((0x0020_9056, 0x0020_9111), (0x0020_9057, 0x0020_9111))
"""StackID and InStackPositionNumber, both in the FrameContentSequence."""


def enhanced(patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int) -> Dataset:
    """Return the image with its pixels: signed Hounsfield units, frames from foot to head.

    Parameters
    ----------
    number
        SeriesNumber.
    """
    dataset = Dataset()
    describe(dataset, patient, study, plan.modality, plan.name, number, plan.description)
    describe_image(dataset, plan)
    dataset.SOPClassUID = EnhancedCTImageStorage
    dataset.SOPInstanceUID = uid(patient.id, study.name, plan.name, 1)
    dataset.InstanceNumber = 1
    dataset.ImageType = _KIND
    dataset.AcquisitionDateTime = f"{dataset.StudyDate}{dataset.StudyTime}"
    dataset.PixelPresentation, dataset.VolumetricProperties = "MONOCHROME", "VOLUME"
    dataset.VolumeBasedCalculationTechnique = "NONE"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = frame_of_reference(patient, study)
    dataset.PositionReferenceIndicator = ""
    dataset.AcquisitionContextSequence = []
    _dimensions(dataset, patient, study, plan)
    dataset.SharedFunctionalGroupsSequence = [_shared(plan)]
    frames = [_frame(place, position) for place, position in enumerate(plan.grid.positions(), start=1)]
    dataset.PerFrameFunctionalGroupsSequence = frames
    dataset.NumberOfFrames = len(frames)
    values = seen(
        paint(plan.body, plan.lesions, plan.grid), plan.contrasts[0], f"{patient.id} {study.name} {plan.name}"
    )
    for plane in values:
        write_on(plane, 700)
    put_pixels(dataset, values.astype(np.int16), 16, plan.pixels or patient.site.pixels)
    return dataset


def _dimensions(dataset: Dataset, patient: PatientPlan, study: StudyPlan, plan: SeriesPlan) -> None:
    organization = uid(patient.id, study.name, plan.name, "dimensions")
    dataset.DimensionOrganizationSequence = [_item(DimensionOrganizationUID=organization)]
    dataset.DimensionOrganizationType = "3D"
    dataset.DimensionIndexSequence = [
        _item(DimensionOrganizationUID=organization, DimensionIndexPointer=pointer, FunctionalGroupPointer=group)
        for pointer, group in _POINTERS
    ]


def _shared(plan: SeriesPlan) -> Dataset:
    grid = plan.grid
    spacing = numbers((grid.pixel_mm, grid.pixel_mm))
    step = numbers([grid.spacing])[0]
    kind = _item(
        FrameType=_KIND, PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
        VolumeBasedCalculationTechnique="NONE",
    )  # fmt: skip
    region = _item(CodeValue="51185008", CodingSchemeDesignator="SCT", CodeMeaning="Chest")
    return _item(
        PixelMeasuresSequence=[_item(PixelSpacing=spacing, SliceThickness=step, SpacingBetweenSlices=step)],
        PlaneOrientationSequence=[_item(ImageOrientationPatient=numbers(grid.orientation))],
        PixelValueTransformationSequence=[_item(RescaleIntercept=0, RescaleSlope=1, RescaleType="HU")],
        FrameVOILUTSequence=[_item(WindowCenter=-600, WindowWidth=1500)],
        FrameAnatomySequence=[_item(AnatomicRegionSequence=[region], FrameLaterality="U")],
        CTImageFrameTypeSequence=[kind],
    )


def _frame(place: int, position: tuple[float, float, float]) -> Dataset:
    content = _item(StackID="1", InStackPositionNumber=place, DimensionIndexValues=[1, place])
    return _item(
        FrameContentSequence=[content],
        PlanePositionSequence=[_item(ImagePositionPatient=numbers(position))],
    )


def _item(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item
