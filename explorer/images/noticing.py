"""What else is odd about the slices of a series: values, windows, text in the pixels."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.images.acquisitions import Irregularity
from explorer.images.frames import Frame

__all__ = ["drawn_inverted", "noticed"]

_PHOTOGRAPHED = ("US", "IVUS", "ES", "XC", "GM", "OP", "DOC", "OT", "SC")
"""Modalities whose devices write names and dates into the picture."""
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def noticed(frames: Sequence[Frame]) -> list[Irregularity]:
    """Irregularities that headers tell, other than those of order and distance.

    Parameters
    ----------
    frames
        Of one volume, in order.
    """
    notes: list[Irregularity] = []
    systems = {frame.file.text("FrameOfReferenceUID") for frame in frames} - {""}
    if len(systems) > 1:
        text = f"Slices have {len(systems)} frames of reference: their positions may not be in one system of "
        text += "coordinates. They are stacked as though they were; the first slice's is recorded."
        notes.append(Irregularity("several frames of reference", text))
    scales = {frame.rescale for frame in frames}
    if len(scales) > 1:
        slopes = sorted(slope for slope, _ in scales)
        text = f"Slices have {len(scales)} slopes and intercepts of their own (slope {slopes[0]:.4g} to "
        notes.append(Irregularity("mixed rescale", f"{text}{slopes[-1]:.4g}); each slice was rescaled by its own."))
    low_white = sum(_photometric(frame) == "MONOCHROME1" for frame in frames)
    if low_white and any(_photometric(frame) == "MONOCHROME2" for frame in frames):
        text = f"{low_white:,} of {len(frames):,} slices are MONOCHROME1, others MONOCHROME2. Values stay as they are, "
        text += "in the same unit; all slices are drawn alike, low values "
        text += f"{'white' if drawn_inverted(frames) else 'black'}."
        notes.append(Irregularity("mixed photometric interpretation", text))
    windows = {frame.window for frame in frames}
    if len(windows) > 1:
        text = f"Slices have {len(windows)} different windows; the middle slice's is used for all."
        notes.append(Irregularity("mixed windows", text))
    if said := _burned_in(frames):
        notes.append(Irregularity("burned-in annotation possible", said))
    return notes


def drawn_inverted(frames: Sequence[Frame]) -> bool:
    """Whether low values are drawn white: more than half of the slices are MONOCHROME1 (PS3.3 C.7.6.3.1.2)."""
    return 2 * sum(_photometric(frame) == "MONOCHROME1" for frame in frames) > len(frames)


def _photometric(frame: Frame) -> str:
    return frame.file.text("PhotometricInterpretation")


def _burned_in(frames: Sequence[Frame]) -> str:
    recorded = {frame.file.text("BurnedInAnnotation").upper() for frame in frames}
    if "YES" in recorded:
        return "BurnedInAnnotation is YES: the pixels may show a name, a date or other text."
    if recorded == {"NO"}:
        return ""
    first = frames[0].file
    captured = first.text("SOPClassUID").startswith(_SECONDARY_CAPTURE) or "SCREEN SAVE" in first.text("ImageType")
    if captured or first.text("Modality") in _PHOTOGRAPHED:
        return "No header says that the pixels are free of text, and devices of this kind write names into them."
    return ""
