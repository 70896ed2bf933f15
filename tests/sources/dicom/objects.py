"""DICOM objects of many kinds, made up, and written in every transfer syntax."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    ComprehensiveSRStorage,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedMRImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RTStructureSetStorage,
    SegmentationStorage,
)

ROOT = "1.2.826.0.1.3680043.8.498."
NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
ENCAPSULATED = tuple(
    UID(f"1.2.840.10008.1.2.{end}")
    for end in ("4.50", "4.51", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.201", "4.202", "4.203", "5")
)
SYNTAXES = NATIVE + ENCAPSULATED
IMAGE_SERIES = (ROOT + "77.1", ROOT + "77.2")


def slice_of(**values: object) -> Dataset:
    """Return a CT slice with everything that is kept, changed by `values`; None takes an attribute away."""
    ds = Dataset()
    given: Mapping[str, object] = {
        "SpecificCharacterSet": "ISO_IR 100", "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": ROOT + "1.1.1", "StudyDate": "20240229",
        "SeriesDate": "20240301", "AcquisitionDate": "20240301", "ContentDate": "20240301", "Modality": "CT",
        "Manufacturer": "Müller & Söhne", "StudyDescription": "Thorax größer", "SeriesDescription": "Lunge 1,0",
        "ManufacturerModelName": "Phantom 1", "ReferringPhysicianName": "Wagner^Jürgen", "PatientID": " SYN-1 ",
        "PatientName": "Mustermann^Änne", "IssuerOfPatientID": "Site A", "PatientBirthDate": "19600301",
        "PatientSex": "F", "ClinicalTrialProtocolID": "TRIAL-1", "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": ["Basic", "Clean descriptors"], "BodyPartExamined": "CHEST", "SliceThickness": "1.5",
        "ProtocolName": "Thorax_Std", "EchoNumbers": "1", "StudyInstanceUID": ROOT + "1",
        "SeriesInstanceUID": ROOT + "1.1", "SeriesNumber": "4", "AcquisitionNumber": "2", "InstanceNumber": "17",
        "ImagePositionPatient": ["-180", "-180.5", "33"], "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
        "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "Rows": 4, "Columns": 6,
        "PixelSpacing": ["0.7", "0.8"], "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11,
        "PixelRepresentation": 0, "BurnedInAnnotation": "NO",
    }  # fmt: skip
    for keyword, value in {**given, **values}.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def item(**values: object) -> Dataset:
    """Return an item of a sequence."""
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def multi_frame(sop_class: UID = EnhancedMRImageStorage, frames: int = 3, *, shared: bool = True) -> Dataset:
    """Return an enhanced multi-frame object; orientation and spacing stand once, or with each frame."""
    geometry = {
        "PlaneOrientationSequence": [item(ImageOrientationPatient=["1", "0", "0", "0", "0", "-1"])],
        "PixelMeasuresSequence": [item(PixelSpacing=["0.5", "0.25"], SliceThickness="3")],
    }
    ds = slice_of(SOPClassUID=sop_class, Modality="MR", ImagePositionPatient=None, ImageOrientationPatient=None)
    del ds.PixelSpacing, ds.SliceThickness
    ds.NumberOfFrames = frames
    ds.SharedFunctionalGroupsSequence = [item(**geometry) if shared else Dataset()]
    ds.PerFrameFunctionalGroupsSequence = [
        item(
            FrameContentSequence=[item(DimensionIndexValues=[1, frame + 1])],
            PlanePositionSequence=[item(ImagePositionPatient=["-10", f"{2.5 * frame}", "7"])],
            **({} if shared else geometry),
        )
        for frame in range(frames)
    ]
    return ds


def segmentation() -> Dataset:
    """Return a segmentation that names two series."""
    ds = multi_frame(SegmentationStorage)
    ds.Modality = "SEG"
    ds.ReferencedSeriesSequence = [item(SeriesInstanceUID=uid) for uid in (*reversed(IMAGE_SERIES), IMAGE_SERIES[0])]
    return ds


def structure_set() -> Dataset:
    """Return a structure set of contours on two series."""
    ds = slice_of(SOPClassUID=RTStructureSetStorage, Modality="RTSTRUCT", Rows=None, Columns=None, PixelSpacing=None)
    series = [item(SeriesInstanceUID=uid, ContourImageSequence=[Dataset()]) for uid in IMAGE_SERIES]
    study = item(ReferencedSOPInstanceUID=ROOT + "77", RTReferencedSeriesSequence=series)
    ds.ReferencedFrameOfReferenceSequence = [
        item(FrameOfReferenceUID=ROOT + "5", RTReferencedStudySequence=[study]),
        item(FrameOfReferenceUID=ROOT + "6"),
    ]
    ds.ROIContourSequence = [item(ROIDisplayColor=[255, 0, 0])]
    return ds


def report() -> Dataset:
    """Return a structured report on two series."""
    ds = slice_of(SOPClassUID=ComprehensiveSRStorage, Modality="SR", Rows=None, Columns=None)
    study = item(ReferencedSeriesSequence=[item(SeriesInstanceUID=uid) for uid in IMAGE_SERIES])
    ds.CurrentRequestedProcedureEvidenceSequence = [study]
    return ds


def undefined(ds: Dataset) -> Dataset:
    """Return the object with every sequence and item written without its length."""
    for element in ds:
        if isinstance(element.value, Sequence):
            element.is_undefined_length = True
            for each in element.value:
                each.is_undefined_length_sequence_item = True
                undefined(each)
    return ds


def write(path: Path, ds: Dataset, syntax: UID = ExplicitVRLittleEndian) -> Path:
    """Write an object, with pixels where it has rows, and return where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    if "Rows" in ds:
        if syntax in ENCAPSULATED:
            ds.add_new(0x7FE00010, "OB", encapsulate([b"\xff\xd8 no picture \xff\xd9"]))
            ds["PixelData"].is_undefined_length = True
        else:
            ds.add_new(0x7FE00010, "OW", bytes(2 * ds.Rows * ds.get("Columns", 1)))
    ds.save_as(path, enforce_file_format=True)
    return path
