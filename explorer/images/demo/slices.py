"""The classic images of a CT, MR or PET series, one slice a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    MRImageStorage,
    PositronEmissionTomographyImageStorage,
    RLELossless,
)

from explorer.images.demo.caption import write_on
from explorer.images.demo.headers import describe, describe_image, frame_of_reference, meta
from explorer.images.demo.phantom import paint, seen
from explorer.images.demo.plan import PatientPlan, SeriesPlan, StudyPlan, Syntax, uid

__all__ = ["numbers", "put_pixels", "slices"]

_CLASSES = {"CT": CTImageStorage, "MR": MRImageStorage, "PT": PositronEmissionTomographyImageStorage}
_SYNTAXES = {"explicit": ExplicitVRLittleEndian, "implicit": ImplicitVRLittleEndian}
# Each has one way to write a picture, and pydicom's own RLE is slow but always the same.
_COMPRESSED = {"JPEG-LS": (JPEGLSLossless, "pyjpegls"), "RLE": (RLELossless, "pydicom")}
# Sequence, repetition time, echo time in ms.
_MR = {
    "t1": ("GR", 5.2, 2.4), "t1 contrast": ("GR", 5.2, 2.4), "t2": ("SE", 4200, 90), "t2 breast": ("SE", 4800, 84),
    "t2 late echo": ("SE", 4200, 180), "b0": ("EP", 6200, 74), "b800": ("EP", 6200, 74),
}  # fmt: skip
_DOSE_BQ = 350_000_000
_LEFT_AFTER_AN_HOUR = 0.684
"""Share of fluorine-18 that has not decayed an hour after the injection."""


def slices(patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, number: int) -> Iterator[Dataset]:
    """Yield the images of a series with their pixels, by contrast, then by position along the normal.

    Parameters
    ----------
    number
        SeriesNumber.
    """
    tissues = paint(plan.body, plan.lesions, plan.grid)
    position = plan.grid.positions()
    instance = 0
    for contrast in plan.contrasts:
        values = seen(tissues, contrast, f"{patient.id} {study.name} {plan.name}")
        for plane, place in zip(values, position, strict=True):
            instance += 1
            dataset = Dataset()
            describe(dataset, patient, study, plan.modality, plan.name, number, plan.description)
            describe_image(dataset, plan)
            dataset.SOPClassUID = _CLASSES[plan.modality]
            dataset.SOPInstanceUID = uid(patient.id, study.name, plan.name, instance)
            dataset.InstanceNumber = instance
            _lay(dataset, patient, study, plan, list(place))
            _SCANNERS[plan.modality](dataset, patient, plan, contrast, plane)
            yield dataset


def numbers(values: Any) -> list[str]:
    """Return decimal strings, the same on every machine."""
    return [f"{value:.6f}".rstrip("0").rstrip(".") for value in values]


def put_pixels(dataset: Dataset, stored: NDArray[Any], bits: int, syntax: Syntax) -> None:
    """Write the pixels, ``(rows, columns)`` or ``(frames, rows, columns)``, and the file meta information."""
    dataset.SamplesPerPixel = 1
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    if "PhotometricInterpretation" not in dataset:
        dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.file_meta = meta(dataset.SOPClassUID, dataset.SOPInstanceUID, _SYNTAXES.get(syntax, ExplicitVRLittleEndian))
    dataset.PixelData = stored.astype(stored.dtype.newbyteorder("<")).tobytes()
    dataset["PixelData"].VR = "OW"
    if syntax in _COMPRESSED:
        wanted, plugin = _COMPRESSED[syntax]
        dataset.compress(wanted, encoding_plugin=plugin, generate_instance_uid=False)


def _lay(dataset: Dataset, patient: PatientPlan, study: StudyPlan, plan: SeriesPlan, position: list[float]) -> None:
    grid = plan.grid
    dataset.PatientPosition = "HFP" if plan.body == "breast" else "HFS"
    dataset.FrameOfReferenceUID = frame_of_reference(patient, study)
    dataset.PositionReferenceIndicator = ""
    dataset.ImagePositionPatient = numbers(position)
    dataset.ImageOrientationPatient = numbers(grid.orientation)
    dataset.PixelSpacing = numbers((grid.pixel_mm, grid.pixel_mm))
    dataset.SliceThickness = numbers([grid.spacing])[0]


def _ct(dataset: Dataset, patient: PatientPlan, plan: SeriesPlan, contrast: str, plane: NDArray[np.int32]) -> None:
    dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    dataset.KVP = patient.site.kvp
    if plan.grid.course is not None:
        dataset.GantryDetectorTilt = -15
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = -1024, 1, "HU"
    dataset.WindowCenter, dataset.WindowWidth = [-600, 40], [1500, 400]
    dataset.WindowCenterWidthExplanation = ["LUNG", "SOFT TISSUE"]
    write_on(plane, 700)
    put_pixels(dataset, (plane + 1024).clip(0, 4095).astype(np.uint16), 12, plan.pixels or patient.site.pixels)


def _mr(dataset: Dataset, patient: PatientPlan, plan: SeriesPlan, contrast: str, plane: NDArray[np.int32]) -> None:
    dataset.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    dataset.ScanningSequence, dataset.RepetitionTime, dataset.EchoTime = _MR[contrast]
    dataset.SequenceVariant, dataset.ScanOptions, dataset.MRAcquisitionType = "NONE", "", "2D"
    dataset.EchoTrainLength, dataset.MagneticFieldStrength = 1, patient.site.tesla
    dataset.EchoNumbers = 2 if contrast == "t2 late echo" else 1
    if contrast.startswith("b"):
        dataset.DiffusionBValue = float(contrast[1:])
    if contrast == "t1 contrast":
        dataset.ContrastBolusAgent = "SYNTHETIC agent"
    dataset.WindowCenter, dataset.WindowWidth = 450, 900
    write_on(plane, 900)
    put_pixels(dataset, plane.clip(0, 4095).astype(np.uint16), 12, plan.pixels or patient.site.pixels)


def _pt(dataset: Dataset, patient: PatientPlan, plan: SeriesPlan, contrast: str, plane: NDArray[np.int32]) -> None:
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    values: dict[str, object] = {
        "Units": "BQML", "CountsSource": "EMISSION", "SeriesType": ["STATIC", "IMAGE"], "DecayCorrection": "START",
        "CorrectedImage": ["DECY", "ATTN"], "CollimatorType": "NONE", "ReconstructionMethod": "SYNTHETIC",
        "AttenuationCorrectionMethod": "SYNTHETIC", "NumberOfSlices": len(plan.grid.offsets),
        "ImageIndex": dataset.InstanceNumber, "FrameReferenceTime": 0, "ActualFrameDuration": 120_000, "DecayFactor": 1,
        "PatientOrientationCodeSequence": [], "PatientGantryRelationshipCodeSequence": [],
    }  # fmt: skip
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    tracer = Dataset()
    tracer.Radiopharmaceutical = "Fluorodeoxyglucose"
    tracer.RadiopharmaceuticalStartTime = "080000"
    tracer.RadiopharmaceuticalStartDateTime = f"{dataset.StudyDate}080000"
    tracer.RadionuclideTotalDose = _DOSE_BQ
    tracer.RadionuclideHalfLife = 6586.2
    tracer.RadionuclidePositronFraction = 0.967
    tracer.RadionuclideCodeSequence = []
    dataset.RadiopharmaceuticalInformationSequence = [tracer]
    write_on(plane, int(plane.max()) // 4, corner=(-8, 1))
    # From thousandths of SUV by body weight to Bq/ml, one gram being one millilitre.
    activity = plane.clip(0) * (_DOSE_BQ * _LEFT_AFTER_AN_HOUR / (patient.weight_kg * 1e6))
    # Every slice has a slope of its own, as from real scanners.
    slope = numbers([activity.max() / (32_000 - 100 * int(dataset.InstanceNumber))])[0]
    dataset.RescaleIntercept, dataset.RescaleSlope = 0, slope
    suv = _DOSE_BQ * _LEFT_AFTER_AN_HOUR / (patient.weight_kg * 1000)
    dataset.WindowCenter, dataset.WindowWidth = numbers([round(4 * suv)])[0], numbers([round(8 * suv)])[0]
    put_pixels(dataset, np.rint(activity / float(slope)).astype(np.int16), 16, plan.pixels or patient.site.pixels)


_SCANNERS: dict[str, Callable[[Dataset, PatientPlan, SeriesPlan, str, NDArray[np.int32]], None]] = {
    "CT": _ct,
    "MR": _mr,
    "PT": _pt,
}
