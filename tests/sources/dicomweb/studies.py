"""DICOM files made for these tests, as bytes."""

from __future__ import annotations

from io import BytesIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage

ROOT = "1.2.826.0.1.3680043.10.1234"


def uid(*numbers: int) -> str:
    return ".".join((ROOT, *map(str, numbers)))


def image(patient: int, study: int, series: int, number: int = 1, **values: object) -> Dataset:
    """One image of 16 by 16 pixels; `values` are more attributes by keyword, None takes one away."""
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID = MRImageStorage if series % 2 else CTImageStorage
    made.SOPInstanceUID = uid(patient, study, series, number)
    made.StudyInstanceUID = uid(patient, study)
    made.SeriesInstanceUID = uid(patient, study, series)
    made.PatientID = f"P{patient:03d}"
    made.PatientName = f"Müller{patient}^Grete"
    made.PatientSex = "FMO"[patient % 3]
    made.PatientBirthDate = "19500102"
    made.PatientAge = f"{40 + patient:03d}Y"
    made.StudyID = "1"
    made.AccessionNumber = f"ACC{patient}"
    made.StudyDate = f"2021{1 + patient % 12:02d}{study:02d}"
    made.StudyTime = "101010"
    made.StudyDescription = "Thorax Größe"
    made.Modality = "MR" if series % 2 else "CT"
    made.Manufacturer = "SIEMENS"
    made.ManufacturerModelName = "Model"
    made.BodyPartExamined = "CHEST"
    made.SeriesDescription = f"series {series}"
    made.ProtocolName = "protocol"
    made.SeriesNumber = series
    made.InstanceNumber = number
    made.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    made.ImagePositionPatient = [0, 0, 2.5 * number]
    made.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    made.PixelSpacing = [1, 1]
    made.SliceThickness = 2.5
    made.Rows = made.Columns = 16
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.BitsAllocated = 16
    made.BitsStored = 12
    made.HighBit = 11
    made.PixelRepresentation = 0
    made.PixelData = bytes((number + place) % 256 for place in range(512))
    for keyword, value in values.items():
        if value is None:
            delattr(made, keyword)
        else:
            setattr(made, keyword, value)
    return made


def as_file(made: Dataset) -> bytes:
    """The object as a DICOM file."""
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    buffer = BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
