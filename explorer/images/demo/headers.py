"""What every object of the study set says of itself: who, when, where, and that nobody was imaged."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from explorer.images.demo.plan import DATASET_WORD, PatientPlan, SeriesPlan, StudyPlan, uid

__all__ = ["DEIDENTIFIED", "NOBODY", "SOFTWARE", "describe", "frame_of_reference", "meta", "patient_name", "series_uid"]

NOBODY = f"{DATASET_WORD} phantom, nobody was imaged"
DEIDENTIFIED = "Synthetic: no person was ever imaged"
SOFTWARE = "cohort-explorer demo 1"
_TIME = "090000"


def study_uid(patient: PatientPlan, study: StudyPlan) -> str:
    """Return the StudyInstanceUID of a visit."""
    return uid(patient.id, study.name)


def series_uid(patient: PatientPlan, study: StudyPlan, name: str) -> str:
    """Return the SeriesInstanceUID of the series of that name."""
    return uid(patient.id, study.name, name)


def frame_of_reference(patient: PatientPlan, study: StudyPlan) -> str:
    """Return the FrameOfReferenceUID of a visit: all its series lie in one space."""
    return uid(patient.id, study.name, "frame of reference")


def patient_name(patient: PatientPlan) -> str:
    """Return the PatientName, ``SYNTHETIC^A-01``."""
    return f"{DATASET_WORD}^{patient.id.removeprefix('SYN-')}"


def meta(sop_class: UID, sop_instance: str, syntax: UID = ExplicitVRLittleEndian) -> FileMetaDataset:
    """Return file meta information that is the same whatever library writes the file."""
    head = FileMetaDataset()
    head.FileMetaInformationVersion = b"\0\1"
    head.MediaStorageSOPClassUID = sop_class
    head.MediaStorageSOPInstanceUID = UID(sop_instance)
    head.TransferSyntaxUID = syntax
    head.ImplementationClassUID = UID(uid("implementation"))
    head.ImplementationVersionName = "SYNTHETIC_DEMO_1"
    return head


def describe(
    dataset: Dataset, patient: PatientPlan, study: StudyPlan, modality: str, name: str, number: int, text: str
) -> None:
    """Write the patient, study, series and equipment modules.

    Parameters
    ----------
    modality
        Modality of the series.
    name
        Name of the series within the study, which decides its identifier.
    number
        SeriesNumber.
    text
        SeriesDescription without the word that all of them begin with.
    """
    site, day = patient.site, f"{patient.date_of(study):%Y%m%d}"
    values: dict[str, object] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "InstanceCreationDate": day, "InstanceCreationTime": _TIME,
        "StudyDate": day, "SeriesDate": day, "ContentDate": day,
        "StudyTime": _TIME, "SeriesTime": _TIME, "ContentTime": _TIME,
        "AccessionNumber": "", "ReferringPhysicianName": "", "StudyID": study.name.upper()[:16],
        "Modality": modality, "SeriesNumber": number,
        "StudyDescription": f"{DATASET_WORD} {study.description}", "SeriesDescription": f"{DATASET_WORD} {text}",
        "StudyInstanceUID": study_uid(patient, study), "SeriesInstanceUID": series_uid(patient, study, name),
        "Manufacturer": site.manufacturer, "ManufacturerModelName": site.model, "InstitutionName": site.institution,
        "DeviceSerialNumber": f"{DATASET_WORD}-1", "SoftwareVersions": SOFTWARE,
        "PatientName": patient_name(patient), "PatientID": patient.id, "IssuerOfPatientID": site.dataset,
        "PatientBirthDate": "", "PatientSex": patient.sex or "", "PatientWeight": f"{patient.weight_kg}",
        "PatientComments": NOBODY, "PatientIdentityRemoved": "YES", "DeidentificationMethod": DEIDENTIFIED,
    }  # fmt: skip
    if patient.age is not None:
        values["PatientAge"] = f"{patient.age:03d}Y"
    for keyword, value in values.items():
        setattr(dataset, keyword, value)


def describe_image(dataset: Dataset, plan: SeriesPlan) -> None:
    """Write what every image says besides."""
    if plan.body_part is not None:
        dataset.BodyPartExamined = plan.body_part
    dataset.AcquisitionDate = dataset.StudyDate
    dataset.AcquisitionTime = _TIME
    dataset.AcquisitionNumber = 1
    dataset.ImageComments = NOBODY
    dataset.ContentQualification = "RESEARCH"
    # The caption names nobody and no date, which is what this attribute asks (PS3.3 C.7.6.1.1.6).
    dataset.BurnedInAnnotation = "NO"
    dataset.RecognizableVisualFeatures = "NO"
    dataset.LossyImageCompression = "00"
