"""One DICOM image file: its header without pixels, and what the pixels will need, checked before they are decoded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, NoReturn

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from explorer.cohort.texts import one_line
from explorer.errors import ImageError
from explorer.images.inflating import INFLATED_LIMIT, inflates_within
from explorer.sources.dicom.quiet import quietly

__all__ = ["ImageFile", "open_image", "refuse"]

PIXEL_LIMIT = 2 * 2**30
"""Bytes of decoded pixels that one file may hold."""
FRAME_LIMIT = 512 * 2**20
"""Bytes of decoded pixels that one frame may hold: decoders need several times as much."""
FRAMES = 100_000
"""Frames that one file may hold."""

_NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
_IN_PLACE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)
_PIXEL_DATA = 0x7FE00010
_FLOATS: dict[int, np.dtype[Any]] = {0x7FE00008: np.dtype("f4"), 0x7FE00009: np.dtype("f8")}
_EXPLICIT = (b"OB", b"OW", b"OF", b"OD", b"UN")
_TAGS = [Tag(keyword) for keyword in (
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "PatientID",
    "Modality", "SeriesDescription", "AcquisitionNumber", "InstanceNumber", "AcquisitionTime", "ContentTime",
    "TriggerTime", "TemporalPositionIdentifier", "EchoTime", "EchoNumbers", "InversionTime", "RepetitionTime",
    "FlipAngle", "DiffusionBValue", "DiffusionGradientOrientation", "ConvolutionKernel", "BurnedInAnnotation",
    "ConversionType", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "ImagerPixelSpacing", "WindowCenter", "WindowWidth", "VOILUTFunction",
    "RescaleSlope", "RescaleIntercept", "ModalityLUTSequence", "GridFrameOffsetVector", "DoseGridScaling",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "FrameOfReferenceUID",
)]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ImageFile:
    """The header of one file, and the shape and type of its decoded pixels.

    Attributes
    ----------
    syntax
        Transfer syntax UID; files without one are taken as implicit little endian.
    shape
        Frames, rows, columns, and 3 at the end where the pixels are colours.
    kind
        Type of the stored values; colours come as uint8.
    place
        Byte at which uncompressed pixels begin, so that they are read without a parser; None for all others.
    """

    path: Path
    header: Dataset
    syntax: str
    shape: tuple[int, ...]
    kind: np.dtype[Any]
    place: int | None

    @property
    def frame_bytes(self) -> int:
        """Size of one decoded frame."""
        return math.prod(self.shape[1:]) * self.kind.itemsize

    def text(self, keyword: str) -> str:
        """Give an attribute as recorded, shortened; empty where it is absent or damaged."""
        with quietly():
            try:
                return str(self.header.get(keyword) or "")[:200]
            except Exception:  # pydicom converts values late; text that it cannot read is no reason to refuse pixels
                return ""

    @property
    def number(self) -> int:
        """InstanceNumber; 0 where it is absent or no number."""
        text = self.text("InstanceNumber")
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else 0


def open_image(path: Path) -> ImageFile:
    """Header of one image file, read up to its pixels; sizes that no image has are refused here.

    Raises
    ------
    ImageError
        The file cannot be read, holds no pixels, fewer than it declares, or too many.
    """
    try:
        return _opened(path)
    except Exception as error:  # pydicom raises half a dozen types on damaged files
        refuse(path, error)


def refuse(path: Path, error: Exception) -> NoReturn:
    """Say in one line why a file cannot be shown.

    Raises
    ------
    ImageError
        Always.
    """
    text = one_line(" ".join(str(error).split()))
    if isinstance(error, MemoryError):
        text = "its pixels do not fit into memory"
    elif "missing dependencies" in text:
        text = "its compression needs a decoder that is not installed (pip install python-gdcm)"
    elif "Unable to decompress" in text:
        text = "its compressed pixels are damaged, or of a kind that no installed decoder knows"
    reason = text[:200] or type(error).__name__
    raise ImageError(f"{one_line(path.name)} cannot be shown: {reason}. The other files are not affected.") from error


def _opened(path: Path) -> ImageFile:
    if not inflates_within(path):
        raise ImageError(f"it inflates to more than {INFLATED_LIMIT // 2**20} MB")
    with path.open("rb") as file:
        header = dcmread(file, stop_before_pixels=True, specific_tags=list(_TAGS))
        syntax = UID(str(header.file_meta.get("TransferSyntaxUID") or ImplicitVRLittleEndian))
        shape, kind = _shape(header)
        if syntax == DeflatedExplicitVRLittleEndian:
            return ImageFile(path, header, str(syntax), shape, kind, None)
        tag, place = _pixels(file, header, syntax, shape, path.stat().st_size)
    kind = _FLOATS.get(tag, kind)
    if "ModalityLUTSequence" in header:
        kind = np.dtype("u2")
        return ImageFile(path, header, str(syntax), shape, kind, None)
    direct = len(shape) == 3 and syntax in _IN_PLACE and _whole(header, "BitsAllocated", 16) in (8, 16, 32)
    return ImageFile(path, header, str(syntax), shape, kind, place if direct else None)


def _shape(header: Dataset) -> tuple[tuple[int, ...], np.dtype[Any]]:
    if "Rows" not in header or "Columns" not in header:
        raise ImageError("it holds no image")
    frames = _whole(header, "NumberOfFrames", 1) or 1
    rows, columns = _whole(header, "Rows", 0), _whole(header, "Columns", 0)
    samples, bits = _whole(header, "SamplesPerPixel", 1), _whole(header, "BitsAllocated", 16)
    palette = str(header.get("PhotometricInterpretation", "")) == "PALETTE COLOR"
    if min(frames, rows, columns) < 1:
        raise ImageError(f"it declares {frames} frames of {rows} x {columns} pixels")
    if samples not in (1, 3) or bits not in (1, 8, 16, 32, 64):
        raise ImageError(f"it declares {samples} values of {bits} bits for a pixel, which is not supported")
    colour = palette or samples == 3
    signed = _whole(header, "PixelRepresentation", 0) == 1
    kind = np.dtype("u1" if colour else f"{'i' if signed else 'u'}{max(1, bits // 8)}")
    each = rows * columns * max(samples, 3 * palette) * max(8, bits) // 8
    if frames > FRAMES or each > FRAME_LIMIT or each * frames > PIXEL_LIMIT:
        raise ImageError(f"its pixels would take {each * frames / 1e9:,.1f} GB ({frames:,} frames)")
    return (frames, rows, columns, *((3,) if colour else ())), kind


def _pixels(file: BinaryIO, header: Dataset, syntax: UID, shape: tuple[int, ...], size: int) -> tuple[int, int]:
    """Tag of the pixels and the byte at which they begin, after a look at how many the file can hold."""
    order: Literal["big", "little"] = "big" if syntax == ExplicitVRBigEndian else "little"
    start, head = file.tell(), file.read(12)
    tag = int.from_bytes(head[0:2], order) << 16 | int.from_bytes(head[2:4], order)
    if tag not in (_PIXEL_DATA, *_FLOATS):
        raise ImageError("it holds no pixels, or ends before them")
    explicit = head[4:6] in _EXPLICIT  # never the beginning of a length, which is even
    length = int.from_bytes(head[8:12] if explicit else head[4:8], order)
    place = start + (12 if explicit else 8)
    there = size - place if length == 0xFFFFFFFF else min(length, size - place)
    if syntax not in _NATIVE:
        if there < 8 * shape[0]:  # each frame has at least an item of its own
            raise ImageError(f"it declares {shape[0]:,} frames and holds {max(0, there):,} bytes of them")
        return tag, place
    needed = math.prod(shape[:3]) * _whole(header, "SamplesPerPixel", 1) * _whole(header, "BitsAllocated", 16) // 8
    if str(header.get("PhotometricInterpretation", "")) == "YBR_FULL_422":
        needed = needed * 2 // 3
    if there < needed:
        raise ImageError(f"it declares {needed:,} bytes of pixels and holds {max(0, there):,}")
    return tag, place


def _whole(header: Dataset, keyword: str, default: int) -> int:
    value = header.get(keyword)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ImageError(f"its {keyword} is not one number") from None
