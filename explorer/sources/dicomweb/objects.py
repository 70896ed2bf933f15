"""A DICOM JSON object, its values checked one by one: none of them is trusted to be what its place asks for."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping

from explorer.sources.dicom.header import words_of
from explorer.sources.dicom.tags import PATHS_TO_IMAGES, SERIES_UID, TAGS, Kind

__all__ = [
    "INSTANCES_OF_SERIES",
    "INSTANCES_OF_STUDY",
    "INSTANCE_UID",
    "PATIENT_ID",
    "SERIES_OF_STUDY",
    "SERIES_UID",
    "STUDY_DATE",
    "STUDY_DESCRIPTION",
    "STUDY_UID",
    "count_of",
    "hexadecimal",
    "is_uid",
    "marker_of",
    "names_in",
    "references_of",
    "text_of",
    "uid_of",
    "values_of",
]

INSTANCE_UID = 0x00080018
STUDY_DATE = 0x00080020
STUDY_DESCRIPTION = 0x00081030
PATIENT_ID = 0x00100020
STUDY_UID = 0x0020000D
SERIES_OF_STUDY = 0x00201206
INSTANCES_OF_STUDY = 0x00201208
INSTANCES_OF_SERIES = 0x00201209

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_LONGEST_UID = 64
_LONGEST_VALUE = 1_024
_MOST_VALUES = 100
# Where an object is kept, not what it is: RetrieveAETitle, InstanceAvailability, RetrieveURL.
_PLACE = ("00080054", "00080056", "00081190")


def hexadecimal(tag: int) -> str:
    """Return the tag as DICOM JSON writes it, ``"0020000D"``."""
    return f"{tag:08X}"


def is_uid(text: object) -> bool:
    """Whether the text is a UID: digits and dots, up to 64; so never a path."""
    return isinstance(text, str) and len(text) <= _LONGEST_UID and _UID.fullmatch(text) is not None


def uid_of(row: Mapping[str, object], tag: int) -> str | None:
    """Return a UID of the object, None where there is none or what stands there is not one."""
    text = text_of(row, tag)
    return text if is_uid(text) else None


def text_of(row: Mapping[str, object], tag: int) -> str | None:
    r"""Return the values of an attribute as text, joined by ``\``; None where it is empty, absent or misshapen."""
    parts = [_as_text(value) for value in _values(row, tag)]
    text = "\\".join(part for part in parts if part is not None)
    return text if text.strip("\\") and None not in parts and len(text) <= _LONGEST_VALUE else None


def count_of(row: Mapping[str, object], tag: int) -> int | None:
    """Return a number of objects, 0 or more; None where it is absent or none."""
    text = text_of(row, tag)
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 12 else None


def values_of(row: Mapping[str, object]) -> dict[str, str | int]:
    """Return the attributes that a snapshot may need, by keyword, as a file's header gives them."""
    found: dict[str, str | int] = {}
    for tag, (keyword, kind) in TAGS.items():
        if kind is Kind.NAME or keyword == "SpecificCharacterSet" or hexadecimal(tag) not in row:
            continue
        text = text_of(row, tag)
        if text is None:
            continue
        if kind is not Kind.NUMBER:
            found[keyword] = text
        elif text.isascii() and text.isdecimal() and int(text) < 2**16:
            found[keyword] = int(text)
    return found


def names_in(row: Mapping[str, object]) -> frozenset[str]:
    """Return the case-folded words of the names of people in the object, as `words_of` gives them."""
    return words_of(name for tag, (_, kind) in TAGS.items() if kind is Kind.NAME for name in _names(row, tag))


def references_of(row: Mapping[str, object]) -> tuple[str, ...]:
    """Return the SeriesInstanceUIDs of the images that a segmentation, a structure set or a report names."""
    found = set()
    for path in PATHS_TO_IMAGES:
        for item in _items(row, path):
            uid = uid_of(item, SERIES_UID)
            if uid is not None:
                found.add(uid)
    return tuple(sorted(found - {uid_of(row, SERIES_UID)}))


def marker_of(row: Mapping[str, object]) -> str:
    """Return a text that changes with whatever the object says, but for where it is kept."""
    said = {name: value for name, value in row.items() if name not in _PLACE}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _values(row: Mapping[str, object], tag: int) -> list[object]:
    element = row.get(hexadecimal(tag))
    values = element.get("Value") if isinstance(element, dict) else None
    return values if isinstance(values, list) and len(values) <= _MOST_VALUES else []


def _items(row: Mapping[str, object], path: tuple[int, ...]) -> Iterator[Mapping[str, object]]:
    """Yield the innermost items of nested sequences."""
    element = row.get(hexadecimal(path[0]))
    values = element.get("Value") if isinstance(element, dict) else None
    for item in values if isinstance(values, list) else ():
        if isinstance(item, dict):
            if len(path) > 1:
                yield from _items(item, path[1:])
            else:
                yield item


def _as_text(value: object) -> str | None:
    """Return one value as text, ``""`` for null, None for what is neither text nor number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().strip(" \0")
    return None


def _names(row: Mapping[str, object], tag: int) -> Iterator[str]:
    for value in _values(row, tag):
        for name in value.values() if isinstance(value, dict) else (value,):
            if isinstance(name, str):
                yield name.encode("utf-8", "replace").decode()
