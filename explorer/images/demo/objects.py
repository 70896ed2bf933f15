"""Every file of the study set: its place in the folder, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from pydicom import Dataset

from explorer.images.demo.enhanced import enhanced
from explorer.images.demo.plan import PatientPlan, SeriesPlan, StudyPlan
from explorer.images.demo.projections import projection
from explorer.images.demo.reports import report
from explorer.images.demo.segmentations import segmentation
from explorer.images.demo.slices import slices
from explorer.images.demo.structures import structures

__all__ = ["objects"]


def objects(patient: PatientPlan) -> Iterator[tuple[PurePosixPath, Dataset]]:
    """Yield the objects of a patient, images before what is drawn on them.

    A path is ``dataset/patient/study/series/0001.dcm``.
    """
    for study in patient.studies:
        top = PurePosixPath(patient.site.dataset, patient.id, study.name)
        for number, plan in enumerate(study.series, start=1):
            images = _images(patient, study, plan, number)
            for place, image in enumerate(images, start=1):
                yield top / plan.name / f"{place:04d}.dcm", image
            drawn = _drawn(patient, study, plan, number, images)
            for name, dataset in drawn:
                yield top / f"{plan.name}-{name}" / "0001.dcm", dataset


def _images(patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int) -> list[Dataset]:
    if plan.kind == "enhanced":
        return [enhanced(patient, study, plan, number)]
    if plan.kind == "projection":
        return [projection(patient, study, plan, number)]
    return list(slices(patient, study, plan, number))


def _drawn(
    patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int, images: list[Dataset]
) -> Iterator[tuple[str, Dataset]]:
    """Yield what is drawn on a series, with its name."""
    if "SEG" in plan.drawn:
        mask = segmentation(patient, study, plan, 100 + number, images)
        yield "seg", mask
        if "SR" in plan.drawn:
            yield "sr", report(patient, study, plan, 300 + number, images, mask)
    if "RTSTRUCT" in plan.drawn:
        yield "rtstruct", structures(patient, study, plan, 200 + number, images)
