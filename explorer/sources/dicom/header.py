"""What is kept of a DICOM file's header, and the error for a file that has none to keep."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations

from explorer.errors import SurroundingsError

__all__ = ["KEYWORDS", "Header", "UnreadError", "with_age", "words_of"]

KEYWORDS: tuple[str, ...] = (
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID", "IssuerOfPatientID",
    "PatientSex", "PatientAge", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "Modality",
    "BodyPartExamined", "Manufacturer", "ManufacturerModelName", "StudyDescription", "SeriesDescription",
    "ProtocolName", "SeriesNumber", "InstanceNumber", "AcquisitionNumber", "Rows", "Columns", "NumberOfFrames",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "EchoNumbers", "ImageType",
    "PatientIdentityRemoved", "DeidentificationMethod", "BurnedInAnnotation", "ContentQualification",
    "PatientBirthDate", "ClinicalTrialProtocolID", "TransferSyntaxUID",
)  # fmt: skip
"""The attributes that are read. ``PatientBirthDate`` only gives a missing ``PatientAge`` and goes no further."""

_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)|(\d{4})\.(\d\d)\.(\d\d)", re.ASCII)
_PERSON = re.compile(r"[\\\\=]")
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = "\u3040"
"""Kana, ideographs and hangul stand from here on."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF5B)}
"""Full-width Latin letters, which stand there too, to the usual ones."""
_MOST_PARTS = 8


class UnreadError(SurroundingsError):
    """A file that was not read; the message is the reason, in words that follow the file's name."""


@dataclass(frozen=True, slots=True)
class Header:
    r"""What one DICOM object says about itself; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    values
        DICOM keyword to value, those of `KEYWORDS` that the object has: US and UL as int, all else as text, decoded by
        SpecificCharacterSet, without padding, several values joined by ``\``. What is empty or absent is left out, so
        any keyword may be missing. There is no ``PatientBirthDate``.
    refers_to
        SeriesInstanceUIDs of the images that a segmentation, a structure set or a report names, sorted, distinct.
    positions
        ImagePositionPatient of the frames of an enhanced multi-frame object, x, y, z in mm, in the order of the
        frames; empty for everything else.
    name_words
        Of the names of people, as `words_of` gives them; to find them in descriptions. Never written.
    """

    values: Mapping[str, str | int]
    refers_to: tuple[str, ...] = ()
    positions: tuple[tuple[float, float, float], ...] = ()
    name_words: frozenset[str] = field(default=frozenset(), repr=False)


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Return the case-folded words of people's names, by which they are found in texts.

    A word has three letters or more. A shorter one says too little alone: it stands beside each other word of the same
    name, as ``"li na"`` and ``"na li"``. In kana, ideographs and hangul one letter is a word, and the words of a name
    are also joined, as they are written: ``"王小东"``.

    Parameters
    ----------
    names
        Values of PatientName, ReferringPhysicianName, OperatorsName, PerformingPhysicianName.
    """
    found: set[str] = set()
    for name in names:
        for person in _PERSON.split(name if name.isascii() else unicodedata.normalize("NFC", name).translate(_WIDE)):
            words = _WORD.findall(person.casefold())
            found.update(word for word in words if len(word) > 2 or word >= _UNSPACED)
            unspaced = [word for word in words if word >= _UNSPACED][:_MOST_PARTS]
            found.update("".join(unspaced[:count]) for count in range(2, len(unspaced) + 1))
            spaced = [word for word in words if len(word) > 1 and word < _UNSPACED][:_MOST_PARTS]
            found.update(" ".join(two) for two in permutations(spaced, 2) if min(map(len, two)) == 2)
    return frozenset(found)


def with_age(values: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return the values without PatientBirthDate, with the age at StudyDate where PatientAge is missing.

    The age is in whole years, ``"061Y"``; in months below one year, because 0 years often means that nobody typed one.
    A date of birth after the study, or more than 150 years before it, gives none.
    """
    kept = dict(values)
    born = _date(kept.pop("PatientBirthDate", None))
    seen = _date(kept.get("StudyDate"))
    if born is None or seen is None or "PatientAge" in kept or born > seen:
        return kept
    months = 12 * (seen.year - born.year) + seen.month - born.month - (seen.day < born.day)
    if months < 12 * 150:
        kept["PatientAge"] = f"{months // 12:03d}Y" if months >= 12 else f"{months:03d}M"
    return kept


def _date(value: str | int | None) -> dt.date | None:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:
        return None
