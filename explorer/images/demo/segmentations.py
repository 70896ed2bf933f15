"""Lesions as DICOM segmentations, written by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from explorer.images.demo.grid import Grid
from explorer.images.demo.headers import DEIDENTIFIED, NOBODY, SOFTWARE, describe, meta
from explorer.images.demo.phantom import Lesion, inside
from explorer.images.demo.plan import DATASET_WORD, PatientPlan, SeriesPlan, StudyPlan, uid

if TYPE_CHECKING:
    from highdicom.seg import SegmentDescription

__all__ = ["ANNOTATORS", "segmentation"]

# Each with how far they draw: the second one a little outside the border.
ANNOTATORS = (("Synthetic annotator one", 1.0), ("Synthetic annotator two", 1.15))


def segmentation(
    patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int, images: Sequence[Dataset]
) -> Dataset:
    """Return a segmentation of the series' lesions: BINARY, one segment per annotator and lesion, no empty frames.

    Parameters
    ----------
    number
        SeriesNumber.
    images
        Those of the series, in the order of their positions; one alone where they are frames of one image.
    """
    import highdicom

    drawn = [(annotator, lesion) for annotator in ANNOTATORS[: plan.annotators] for lesion in plan.lesions]
    masks = [_mask(plan.grid, lesion.grown(reach)) for (_, reach), lesion in drawn]
    name = f"{plan.name}-seg"
    instance = uid(patient.id, study.name, name, 1)
    dataset: Dataset = highdicom.seg.Segmentation(
        source_images=list(images),
        pixel_array=np.stack(masks, axis=-1),
        segmentation_type="BINARY",
        segment_descriptions=[
            _segment(place, patient, who, lesion) for place, ((who, _), lesion) in enumerate(drawn, start=1)
        ],
        series_instance_uid=uid(patient.id, study.name, name),
        series_number=number,
        sop_instance_uid=instance,
        instance_number=1,
        manufacturer=patient.site.manufacturer,
        manufacturer_model_name=patient.site.model,
        software_versions=SOFTWARE,
        device_serial_number=f"{DATASET_WORD}-1",
        content_label="LESIONS",
        content_description=NOBODY,
        content_creator_name=f"{DATASET_WORD}^ANNOTATOR",
        omit_empty_frames=True,
    )
    describe(dataset, patient, study, "SEG", name, number, f"lesions on {plan.description}")
    if plan.drawn_part is not None:
        dataset.BodyPartExamined = plan.drawn_part
    dataset.ContentQualification = "RESEARCH"
    dataset.DeidentificationMethod = DEIDENTIFIED
    # Whatever changes with the day or with the library's version.
    dataset.file_meta = meta(dataset.SOPClassUID, instance)
    dataset.pop("ContributingEquipmentSequence", None)
    organization = uid(patient.id, study.name, name, "dimensions")
    for item in (*dataset.DimensionOrganizationSequence, *dataset.DimensionIndexSequence):
        item.DimensionOrganizationUID = organization
    return dataset


def _mask(grid: Grid, lesion: Lesion) -> NDArray[np.uint8]:
    planes = [inside(lesion, grid.points(position)) for position in grid.positions()]
    return np.stack(planes).astype(np.uint8)


def _segment(place: int, patient: PatientPlan, annotator: str, lesion: Lesion) -> SegmentDescription:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.seg import SegmentDescription

    return SegmentDescription(
        segment_number=place,
        segment_label=f"Lesion {lesion.name}, {annotator.removeprefix('Synthetic ')}",
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=Code("52988006", "SCT", "Lesion"),
        algorithm_type="SEMIAUTOMATIC",
        algorithm_identification=AlgorithmIdentificationSequence(
            name=annotator, family=Code("123109", "DCM", "Manual Processing"), version="1"
        ),
        # The same lesion has the same name at every visit, whoever drew it.
        tracking_uid=uid(patient.id, "lesion", lesion.name),
        tracking_id=f"{patient.id} {lesion.name}",
    )
