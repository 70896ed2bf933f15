"""Where each frame of a file lies in the patient, from classic and enhanced headers; no pixels yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.multival import MultiValue

from explorer.errors import ImageError
from explorer.images.image_file import ImageFile, refuse

__all__ = ["Frame", "frames_of"]

FARTHEST = 1e6
"""mm: no patient is a kilometre away; a coordinate beyond this is damaged."""
_STEP = 1e-3
"""Width of a window that is nothing but a step from black to white."""

_MARKS = {
    "AcquisitionNumber": ("AcquisitionNumber", "FrameContentSequence", "FrameAcquisitionNumber"),
    "TemporalPosition": ("TemporalPositionIdentifier", "FrameContentSequence", "TemporalPositionIndex"),
    "EchoNumbers": ("EchoNumbers", "", ""),
    "EchoTime": ("EchoTime", "MREchoSequence", "EffectiveEchoTime"),
    "b-value": ("DiffusionBValue", "MRDiffusionSequence", "DiffusionBValue"),
    "DiffusionGradientOrientation": ("DiffusionGradientOrientation", "", ""),
    "ImageType": ("ImageType", "", "FrameType"),
    "InversionTime": ("InversionTime", "", ""),
    "RepetitionTime": ("RepetitionTime", "", ""),
    "FlipAngle": ("FlipAngle", "", ""),
    "ConvolutionKernel": ("ConvolutionKernel", "", ""),
    "TriggerTime": ("TriggerTime", "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    "StackID": ("", "FrameContentSequence", "StackID"),
    "Segment": ("", "SegmentIdentificationSequence", "ReferencedSegmentNumber"),
    "AcquisitionTime": ("AcquisitionTime", "FrameContentSequence", "FrameAcquisitionDateTime"),
    "ContentTime": ("ContentTime", "", ""),
}
"""What tells acquisitions in one series apart: attribute of a classic file; sequence and attribute of a frame."""
_FRAME_TYPES = ("MRImageFrameTypeSequence", "CTImageFrameTypeSequence", "PETFrameTypeSequence")


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One plane of a file and where it lies.

    Attributes
    ----------
    index
        Which frame of the file, from 0.
    position
        Centre of the first pixel, LPS mm; None if not recorded (PS3.3 C.7.6.2.1.1).
    orientation
        Direction cosines of a row, then of a column; None if not recorded.
    spacing
        Distance of rows, of columns, mm (PS3.3 10.7.1.3); None if not recorded.
    at_detector
        The spacing is measured at the detector, not in the patient (ImagerPixelSpacing).
    window
        Centre, width from the first VOI window, as recorded (PS3.3 C.11.2.1.2); None if not recorded.
    line
        Centre, width of the straight line from black to white that draws the window by its function: LINEAR 40, 400
        is 39.5, 399; LINEAR_EXACT is the window; SIGMOID its tangent at the centre.
    rescale
        Slope and intercept to the modality's unit (PS3.3 C.11.1); the file's own where no functional group has any.
    marks
        What may tell this frame's acquisition from others in the series, as recorded.
    """

    file: ImageFile
    index: int
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, float] | None
    at_detector: bool
    window: tuple[float, float] | None
    line: tuple[float, float] | None
    rescale: tuple[float, float]
    marks: Mapping[str, str]


def frames_of(file: ImageFile) -> list[Frame]:
    """Frames of one file, in stored order.

    Raises
    ------
    ImageError
        What the header says of its frames cannot be read.
    """
    try:
        return list(_frames(file))
    except ImageError:
        raise
    except Exception as error:  # pydicom converts values late, so that damage shows here
        refuse(file.path, error)


def _frames(file: ImageFile) -> Iterator[Frame]:
    header, count = file.header, file.shape[0]
    shared = _first(header, "SharedFunctionalGroupsSequence")
    per_frame = header.get("PerFrameFunctionalGroupsSequence") or []
    offsets = _offsets(header, count)
    for index in range(count):
        own = per_frame[index] if index < len(per_frame) else Dataset()
        yield _frame(file, index, own, shared, offsets)


def _frame(file: ImageFile, index: int, own: Dataset, shared: Dataset, offsets: tuple[float, ...] | None) -> Frame:
    header, enhanced = file.header, bool(own or shared)

    def group(name: str) -> Dataset:
        """Functional group of this frame; else of all frames; else the file itself."""
        return _first(own, name) or _first(shared, name) if enhanced else header

    position = _place(group("PlanePositionSequence"))
    orientation = _numbers(group("PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    if orientation and max(map(abs, orientation)) > 2:  # not cosines
        orientation = None
    if not enhanced and file.shape[0] > 1:  # one position for all frames is none of its own
        position = _moved(position, orientation, offsets[index]) if offsets else None
    detector = _numbers(header, "ImagerPixelSpacing", 2)
    inside = _numbers(group("PixelMeasuresSequence"), "PixelSpacing", 2)
    spacing = inside or detector
    known = spacing is not None and min(spacing) > 1e-6 and max(spacing) < FARTHEST
    transform = group("PixelValueTransformationSequence") or header
    voi = group("FrameVOILUTSequence")
    shown = voi if _window(voi) else header
    return Frame(
        file=file,
        index=index,
        position=position,
        orientation=orientation,
        spacing=(spacing[0], spacing[1]) if known and spacing else None,
        at_detector=not inside and bool(detector),
        window=_window(shown),
        line=_line(shown),
        rescale=_rescale(header, transform),
        marks=_marks(header, own, shared),
    )


def _marks(header: Dataset, own: Dataset, shared: Dataset) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (classic, sequence, keyword) in _MARKS.items():
        value = header.get(classic) if classic else None
        if own:
            for place in (sequence,) if sequence else _FRAME_TYPES if keyword else ():
                group = _first(own, place) or _first(shared, place)
                value = group.get(keyword, value)
        if value not in (None, ""):
            several = value if isinstance(value, MultiValue) else [value]
            found[name] = "\\".join(f"{each:.10g}" if isinstance(each, float) else str(each) for each in several)
    return found


def _rescale(header: Dataset, transform: Dataset) -> tuple[float, float]:
    if "ModalityLUTSequence" in header:
        return 1.0, 0.0
    slope = _number(transform, "RescaleSlope")
    intercept = _number(transform, "RescaleIntercept")
    if slope is None and header.get("Modality") == "RTDOSE":
        slope = _number(header, "DoseGridScaling")
    return slope or 1.0, intercept or 0.0


def _offsets(header: Dataset, count: int) -> tuple[float, ...] | None:
    """Distances of a dose grid's planes from the first (PS3.3 C.8.8.3.2)."""
    found = _numbers(header, "GridFrameOffsetVector", count) if count > 1 else None
    return tuple(each - found[0] for each in found) if found else None


def _moved(
    position: tuple[float, ...] | None, orientation: tuple[float, ...] | None, offset: float
) -> tuple[float, ...] | None:
    if position is None or orientation is None:
        return None
    moved = np.array(position) + offset * np.cross(orientation[:3], orientation[3:])
    return tuple(float(each) for each in moved)


def _place(source: Dataset) -> tuple[float, ...] | None:
    found = _numbers(source, "ImagePositionPatient", 3)
    return found if found and max(map(abs, found)) < FARTHEST else None


def _window(source: Dataset) -> tuple[float, float] | None:
    centre, width = _number(source, "WindowCenter"), _number(source, "WindowWidth")
    if centre is None or width is None or not 0 < width < 1e9 or abs(centre) > 1e9:
        return None
    return centre, width


def _line(source: Dataset) -> tuple[float, float] | None:
    window = _window(source)
    # LINEAR has no width below 1.
    if window is None or window[1] < 1 or source.get("VOILUTFunction") in ("LINEAR_EXACT", "SIGMOID"):
        return window
    centre, width = window
    narrowed = max(width - 1, _STEP)
    return centre - width / 2 + narrowed / 2, narrowed


def _first(source: Dataset, name: str) -> Dataset:
    items = source.get(name)
    return items[0] if items else Dataset()


def _number(source: Dataset, keyword: str) -> float | None:
    """Give the first value of an attribute; None where it is absent or not finite."""
    value: Any = source.get(keyword)
    if isinstance(value, MultiValue):
        value = value[0] if len(value) else None
    if not isinstance(value, float | int):
        return None
    number = float(value)
    return number if np.isfinite(number) and abs(number) < 1e30 else None


def _numbers(source: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    values = source.get(keyword)
    if not isinstance(values, MultiValue) or len(values) != count:
        return None
    numbers = tuple(float(value) for value in values)
    return numbers if all(np.isfinite(numbers)) else None
