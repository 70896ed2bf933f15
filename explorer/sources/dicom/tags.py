"""The few tags that a scan looks at, and where it may stop."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

__all__ = [
    "CHARACTER_SET", "DIRECTORY", "FRAME_GEOMETRY", "LAST_GROUP", "LAST_GROUP_OF_PLAIN", "PATHS_TO_IMAGES", "PER_FRAME",
    "PLAIN_CLASSES", "PLANE_POSITION", "POSITION", "SEQUENCES", "SERIES_UID", "SHARED", "SOP_CLASS", "TAGS", "Kind",
]  # fmt: skip


class Kind(Enum):
    """How a value's bytes are understood."""

    PLAIN = "text of the default repertoire"
    TEXT = "text in the object's character set"
    NUMBER = "an unsigned number"
    NAME = "a person's name"


CHARACTER_SET = 0x00080005
SOP_CLASS = 0x00080016
SERIES_UID = 0x0020000E
POSITION = 0x00200032
PLANE_POSITION = 0x00209113
SHARED = 0x52009229
PER_FRAME = 0x52009230

_PLAIN = {
    0x00080008: "ImageType", 0x00080016: "SOPClassUID", 0x00080018: "SOPInstanceUID", 0x00080020: "StudyDate",
    0x00080021: "SeriesDate", 0x00080022: "AcquisitionDate", 0x00080023: "ContentDate", 0x00080060: "Modality",
    0x00100030: "PatientBirthDate", 0x00100040: "PatientSex", 0x00101010: "PatientAge",
    0x00120062: "PatientIdentityRemoved", 0x00180015: "BodyPartExamined", 0x00180050: "SliceThickness",
    0x00180086: "EchoNumbers", 0x00189004: "ContentQualification", 0x0020000D: "StudyInstanceUID",
    0x0020000E: "SeriesInstanceUID", 0x00200011: "SeriesNumber", 0x00200012: "AcquisitionNumber",
    0x00200013: "InstanceNumber", 0x00200032: "ImagePositionPatient", 0x00200037: "ImageOrientationPatient",
    0x00280008: "NumberOfFrames", 0x00280030: "PixelSpacing", 0x00280301: "BurnedInAnnotation",
}  # fmt: skip
_TEXT = {
    0x00080070: "Manufacturer", 0x00081030: "StudyDescription", 0x0008103E: "SeriesDescription",
    0x00081090: "ManufacturerModelName", 0x00100020: "PatientID", 0x00100021: "IssuerOfPatientID",
    0x00120020: "ClinicalTrialProtocolID", 0x00120063: "DeidentificationMethod", 0x00181030: "ProtocolName",
}  # fmt: skip
_NUMBER = {0x00280010: "Rows", 0x00280011: "Columns"}
_NAME = {
    0x00080090: "ReferringPhysicianName", 0x0008009C: "ConsultingPhysicianName", 0x00081048: "PhysiciansOfRecord",
    0x00081050: "PerformingPhysicianName", 0x00081060: "NameOfPhysiciansReadingStudy", 0x00081070: "OperatorsName",
    0x00100010: "PatientName", 0x00101001: "OtherPatientNames", 0x00101005: "PatientBirthName",
    0x00101060: "PatientMotherBirthName", 0x00102297: "ResponsiblePerson",
}  # fmt: skip

TAGS: Mapping[int, tuple[str, Kind]] = {
    CHARACTER_SET: ("SpecificCharacterSet", Kind.PLAIN),
    **{tag: (keyword, Kind.PLAIN) for tag, keyword in _PLAIN.items()},
    **{tag: (keyword, Kind.TEXT) for tag, keyword in _TEXT.items()},
    **{tag: (keyword, Kind.NUMBER) for tag, keyword in _NUMBER.items()},
    **{tag: (keyword, Kind.NAME) for tag, keyword in _NAME.items()},
}
"""Tag to keyword and kind of every value that is read; the transfer syntax stands in the file meta information."""

PATHS_TO_IMAGES: tuple[tuple[int, ...], ...] = (
    (0x00081115,),  # ReferencedSeriesSequence: segmentations, presentation states, registrations
    (0x0040A375, 0x00081115),  # CurrentRequestedProcedureEvidenceSequence: reports
    (0x30060010, 0x30060012, 0x30060014),  # ReferencedFrameOfReferenceSequence: structure sets
)
"""Sequences, outermost first, whose innermost items name a series by its SeriesInstanceUID."""

FRAME_GEOMETRY: Mapping[int, tuple[int, ...]] = {
    0x00209116: (0x00200037,),  # PlaneOrientationSequence: ImageOrientationPatient
    0x00289110: (0x00280030, 0x00180050),  # PixelMeasuresSequence: PixelSpacing, SliceThickness
}
"""Functional groups of a multi-frame object, and what they hold that a single frame has at the top."""

SEQUENCES = frozenset({*(path[0] for path in PATHS_TO_IMAGES), SHARED, PER_FRAME})
"""The sequences that a scan opens; it passes over all others."""

LAST_GROUP = 0x5200
LAST_GROUP_OF_PLAIN = 0x0028

_STORAGE = "1.2.840.10008.5.1.4.1.1."
PLAIN_CLASSES = frozenset(
    (_STORAGE + each).encode() for each in ("1", "1.1", "1.2", "2", "3.1", "4", "6.1", "7", "12.1", "12.2", "20", "128")
)
"""Images (CR, DX, MG, CT, US, MR, SC, XA, RF, NM, PT) that hold nothing of interest after group 0028."""

DIRECTORY = b"1.2.840.10008.1.3.10"
"""The SOP class of a DICOMDIR."""
