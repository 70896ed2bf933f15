"""Lesions as an RT structure set: the outline of each on every slice that meets it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydicom import Dataset
from pydicom.uid import RTStructureSetStorage

from explorer.images.demo.headers import describe, frame_of_reference, meta, study_uid
from explorer.images.demo.phantom import Lesion
from explorer.images.demo.plan import DATASET_WORD, PatientPlan, SeriesPlan, StudyPlan, uid

__all__ = ["structures"]

_CORNERS = 36
_DETACHED_STUDY_MANAGEMENT = "1.2.840.10008.3.1.2.3.1"


def structures(
    patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int, images: Sequence[Dataset]
) -> Dataset:
    """Return the structure set of the lesions of an axial series.

    Parameters
    ----------
    number
        SeriesNumber.
    images
        Those of the series; one alone where they are frames of one image.
    """
    name = f"{plan.name}-rtstruct"
    dataset = Dataset()
    describe(dataset, patient, study, "RTSTRUCT", name, number, f"outlines on {plan.description}")
    dataset.SOPClassUID = RTStructureSetStorage
    dataset.SOPInstanceUID = uid(patient.id, study.name, name, 1)
    dataset.file_meta = meta(dataset.SOPClassUID, dataset.SOPInstanceUID)
    dataset.InstanceNumber = 1
    if plan.drawn_part is not None:
        dataset.BodyPartExamined = plan.drawn_part
    dataset.ContentQualification = "RESEARCH"
    dataset.StructureSetLabel, dataset.StructureSetName = DATASET_WORD, f"{DATASET_WORD} lesions"
    dataset.StructureSetDate, dataset.StructureSetTime = dataset.StudyDate, dataset.StudyTime
    dataset.ApprovalStatus = "UNAPPROVED"
    dataset.OperatorsName = ""
    space = frame_of_reference(patient, study)
    dataset.FrameOfReferenceUID, dataset.PositionReferenceIndicator = space, ""
    dataset.ReferencedFrameOfReferenceSequence = [_space(space, patient, study, images)]
    dataset.StructureSetROISequence, dataset.ROIContourSequence, dataset.RTROIObservationsSequence = [], [], []
    for place, lesion in enumerate(plan.lesions, start=1):
        dataset.StructureSetROISequence.append(_item(
            ROINumber=place, ReferencedFrameOfReferenceUID=space, ROIName=f"Lesion {lesion.name}",
            ROIGenerationAlgorithm="SEMIAUTOMATIC",
        ))  # fmt: skip
        dataset.ROIContourSequence.append(_item(
            ReferencedROINumber=place, ROIDisplayColor=[230, 60, 60] if place == 1 else [60, 120, 230],
            ContourSequence=_contours(lesion, plan, images),
        ))  # fmt: skip
        dataset.RTROIObservationsSequence.append(_item(
            ObservationNumber=place, ReferencedROINumber=place, RTROIInterpretedType="", ROIInterpreter="",
        ))  # fmt: skip
    return dataset


def _space(space: str, patient: PatientPlan, study: StudyPlan, images: Sequence[Dataset]) -> Dataset:
    """Return the item that says which images the outlines lie on."""
    series = _item(
        SeriesInstanceUID=images[0].SeriesInstanceUID, ContourImageSequence=[_reference(image) for image in images]
    )
    visit = _item(
        ReferencedSOPClassUID=_DETACHED_STUDY_MANAGEMENT,
        ReferencedSOPInstanceUID=study_uid(patient, study),
        RTReferencedSeriesSequence=[series],
    )
    return _item(FrameOfReferenceUID=space, RTReferencedStudySequence=[visit])


def _contours(lesion: Lesion, plan: SeriesPlan, images: Sequence[Dataset]) -> list[Dataset]:
    """Return the ellipse in which each axial slice cuts the lesion, as a polygon."""
    found: list[Dataset] = []
    for index, (_, _, z) in enumerate(plan.grid.positions()):
        height = (z - lesion.centre[2]) / lesion.radii[2]
        if abs(height) >= 0.99:
            continue
        share = math.sqrt(1.0 - height * height)
        points = []
        for corner in range(_CORNERS):
            angle = 2 * math.pi * corner / _CORNERS
            x = lesion.centre[0] + lesion.radii[0] * share * math.cos(angle)
            y = lesion.centre[1] + lesion.radii[1] * share * math.sin(angle)
            points += [f"{x:.2f}", f"{y:.2f}", f"{z:.2f}"]
        image = _reference(images[0] if len(images) == 1 else images[index])
        if len(images) == 1:
            image.ReferencedFrameNumber = index + 1
        found.append(_item(
            ContourImageSequence=[image], ContourGeometricType="CLOSED_PLANAR", NumberOfContourPoints=_CORNERS,
            ContourNumber=len(found) + 1, ContourData=points,
        ))  # fmt: skip
    return found


def _reference(image: Dataset) -> Dataset:
    return _item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)


def _item(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item
