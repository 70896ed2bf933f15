"""What the measurements of a structured report are about: what stands around them in its content tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydicom import Dataset
from pydicom.multival import MultiValue

from explorer.images.mask_file import first, items, text
from explorer.images.masks import Code
from explorer.images.report_tree import Observer, code_value, key_of, meaning, observer_of

__all__ = ["Context", "contained", "context_of"]

_IMAGES = 1_000
"""Images that are listed for one measurement."""
_SEGMENTS = 1_000

_Key = tuple[str, str]
_TRACKING_ID, _TRACKING_UID = ("112039", "DCM"), ("112040", "DCM")
_FINDING = ("121071", "DCM")
_SITES: set[_Key] = {("363698007", "SCT"), ("G-C0E3", "SRT"), ("G-C0E3", "SNM3")}
_LATERALITY: set[_Key] = {("272741003", "SCT"), ("G-C171", "SRT"), ("G-C171", "SNM3")}
_METHOD: set[_Key] = {("370129005", "SCT"), ("G-C306", "SRT"), ("G-C306", "SNM3")}
_SEGMENT: set[_Key] = {("121191", "DCM"), ("121214", "DCM")}
"""Referenced Segment, Referenced Segmentation Frame."""
_SOURCE_SERIES = ("121232", "DCM")
_ALGORITHM, _VERSION = ("111001", "DCM"), ("111003", "DCM")
_CONTAINED = {_TRACKING_ID, _TRACKING_UID, _FINDING, *_SITES, *_LATERALITY, *_METHOD, _ALGORITHM, _VERSION}
_PLACED = ("SCOORD", "SCOORD3D", "TCOORD")


@dataclass(frozen=True)
class Context:
    """What a measurement is about; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    finding, sites
        What was found, for example Lesion, and where in the body; a laterality follows its site.
    tracking_id, tracking_uid
        Name and UID of the lesion, the same at every visit.
    segments
        Numbers of the segments of ``segmentation`` that were measured.
    segmentation, segmentation_series
        SOPInstanceUID of the DICOM SEG; SeriesInstanceUID of it where the report lists it.
    series_uids, image_uids
        SeriesInstanceUIDs and SOPInstanceUIDs of the images, as far as the report names them.
    method
        How it was measured.
    observer
        Who says so.
    algorithm
        Name and version of the software that measured.
    """

    finding: Code | None = None
    sites: tuple[Code, ...] = ()
    tracking_id: str = ""
    tracking_uid: str = ""
    segments: tuple[int, ...] = ()
    segmentation: str = ""
    segmentation_series: str = ""
    series_uids: tuple[str, ...] = ()
    image_uids: tuple[str, ...] = ()
    method: str = ""
    observer: Observer | None = None
    algorithm: str = ""


def contained(item: Dataset) -> bool:
    """Whether `Context` holds what the content item says."""
    return key_of(item) in _CONTAINED


def context_of(
    below: Iterable[Dataset], around: Context, series_of: Mapping[str, str], finding: Code | None = None
) -> Context:
    """Return what holds for the children of a content item.

    Parameters
    ----------
    below
        The children, which say it.
    around
        What holds for the item itself, and here wherever the children say nothing else.
    series_of
        Series of each instance that the report lists.
    finding
        The item's own value, where it is a code.
    """
    entries = [(key_of(item), item) for item in below]
    told: dict[str, Any] = {"finding": finding} if finding else {}
    for key, item in entries:
        if key == _TRACKING_ID:
            told["tracking_id"] = text(item, "TextValue")
        elif key == _TRACKING_UID:
            told["tracking_uid"] = text(item, "UID")
        elif key == _FINDING and (value := code_value(item)):
            told["finding"] = value
        elif key in _METHOD:
            told["method"] = meaning(code_value(item)) or text(item, "TextValue")
    told |= {"sites": sites} if (sites := _sites(entries)) else {}
    told |= _references(entries, series_of)
    told |= {"observer": observer} if (observer := observer_of(item for _, item in entries)) else {}
    named = [text(item, "TextValue") for wanted in (_ALGORITHM, _VERSION) for key, item in entries if key == wanted]
    told |= {"algorithm": " ".join(filter(None, named))[:200]} if any(named) else {}
    return replace(around, **told) if told else around


_Entries = list[tuple[_Key, Dataset]]


def _sites(entries: _Entries) -> tuple[Code, ...]:
    """Return the sites, each before its laterality."""
    found: list[Code | None] = []
    for key, item in entries:
        if key in _SITES or key in _LATERALITY:
            found.append(code_value(item))
            found += [code_value(each) for each in items(item, "ContentSequence") if key_of(each) in _LATERALITY]
    return tuple(code for code in found if code is not None)


def _references(entries: _Entries, series_of: Mapping[str, str]) -> dict[str, Any]:
    """Return segments and images; none of the surrounding ones count where an item names its own."""
    segments: list[int] = []
    images: list[str] = []
    series: list[str] = []
    segmentation = ""
    for key, item in entries:
        kind, reference = text(item, "ValueType"), first(item, "ReferencedSOPSequence")
        if key in _SEGMENT:
            segmentation = segmentation or text(reference, "ReferencedSOPInstanceUID")
            segments += _numbers(reference)
        elif key == _SOURCE_SERIES:
            series.append(text(item, "UID"))
        elif kind == "IMAGE":
            images.append(text(reference, "ReferencedSOPInstanceUID"))
        elif kind in _PLACED:
            for each in items(item, "ContentSequence"):
                images.append(text(first(each, "ReferencedSOPSequence"), "ReferencedSOPInstanceUID"))
    named = tuple(dict.fromkeys(uid for uid in images if uid))[:_IMAGES]
    series += [series_of.get(uid, "") for uid in named]
    told: dict[str, Any] = {}
    if segmentation:
        told = {"segments": tuple(segments[:_SEGMENTS]), "segmentation": segmentation}
        told["segmentation_series"] = series_of.get(segmentation, "")
    if named or any(series):
        told |= {"image_uids": named, "series_uids": tuple(dict.fromkeys(uid for uid in series if uid))}
    return told


def _numbers(reference: Dataset) -> list[int]:
    value = reference.get("ReferencedSegmentNumber")
    found = list(value) if isinstance(value, MultiValue) else [value]
    return [int(each) for each in found if isinstance(each, int)]
