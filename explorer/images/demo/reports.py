"""What was measured in a lesion, as a structured report (PS3.16 TID 1500), written by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from explorer.images.demo.headers import DEIDENTIFIED, SOFTWARE, describe, meta
from explorer.images.demo.phantom import Lesion, inside, paint, seen
from explorer.images.demo.plan import DATASET_WORD, PatientPlan, SeriesPlan, StudyPlan, uid

__all__ = ["measured", "report"]


def measured(patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, lesion: Lesion) -> tuple[float, float]:
    """Return the volume of a lesion in its segmentation, ml, and its highest SUV by body weight, g/ml."""
    grid = plan.grid
    within = np.stack([inside(lesion, grid.points(position)) for position in grid.positions()])
    voxel = grid.pixel_mm * grid.pixel_mm * grid.spacing / 1000
    tissues = paint(plan.body, plan.lesions, grid)
    values = seen(tissues, plan.contrasts[0], f"{patient.id} {study.name} {plan.name}")
    return round(int(within.sum()) * voxel, 2), int(values[within].max()) / 1000


def report(
    patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int, images: Sequence[Dataset], mask: Dataset
) -> Dataset:
    """Return the report on the lesions of a PET series, each with its volume and its highest SUV.

    Parameters
    ----------
    number
        SeriesNumber.
    images
        Those of the series.
    mask
        Their segmentation.
    """
    from highdicom import sr

    name = f"{plan.name}-sr"
    instance = uid(patient.id, study.name, name, 1)
    observer = sr.ObserverContext(
        observer_type=codes.DCM.Person,
        observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(name=f"{DATASET_WORD}^ANNOTATOR"),
    )
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_person_context=observer),
        procedure_reported=Code("44139-4", "LN", "PET whole body"),
        imaging_measurements=[
            _group(place, patient, study, plan, lesion, images, mask)
            for place, lesion in enumerate(plan.lesions, start=1)
        ],
        title=codes.DCM.ImagingMeasurementReport,
    )
    dataset: Dataset = sr.Comprehensive3DSR(
        evidence=[*images, mask],
        content=content,
        series_number=number,
        series_instance_uid=uid(patient.id, study.name, name),
        sop_instance_uid=instance,
        instance_number=1,
        manufacturer=patient.site.manufacturer,
        is_complete=True,
        is_final=False,
        is_verified=False,
        record_evidence=False,
    )
    describe(dataset, patient, study, "SR", name, number, f"measurements on {plan.description}")
    dataset.DeidentificationMethod = DEIDENTIFIED
    dataset.SoftwareVersions = SOFTWARE
    if plan.drawn_part is not None:
        dataset.BodyPartExamined = plan.drawn_part
    dataset.file_meta = meta(dataset.SOPClassUID, instance)
    dataset.pop("ContributingEquipmentSequence", None)
    _fix_times(dataset, dataset.StudyDate + dataset.StudyTime)
    return dataset


def _group(
    place: int, patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, lesion: Lesion, images: Sequence[Dataset],
    mask: Dataset,
) -> Any:  # fmt: skip
    """Return the measurements of one lesion, tied to its segment."""
    from highdicom import sr

    volume, highest = measured(patient, study, plan, lesion)
    return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(
            uid=uid(patient.id, "lesion", lesion.name), identifier=f"{patient.id} {lesion.name}"
        ),
        referenced_segment=sr.ReferencedSegment(
            sop_class_uid=mask.SOPClassUID,
            sop_instance_uid=mask.SOPInstanceUID,
            segment_number=place,
            source_series=sr.SourceSeriesForSegmentation(images[0].SeriesInstanceUID),
        ),
        finding_type=Code("52988006", "SCT", "Lesion"),
        measurements=[
            sr.Measurement(
                name=codes.SCT.Volume, value=volume, unit=Code("ml", "UCUM", "milliliter"),
            ),
            sr.Measurement(
                name=Code("126401", "DCM", "SUVbw"), value=highest, unit=Code("{SUVbw}g/ml", "UCUM", "SUVbw"),
                derivation=codes.SCT.Maximum,
            ),
        ],
    )  # fmt: skip


def _fix_times(dataset: Dataset, moment: str) -> None:
    """Replace what a library takes from the clock, wherever it stands."""
    for element in dataset.iterall():
        if element.VR == "DT":
            element.value = moment
