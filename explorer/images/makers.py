"""Who or what made a segmentation, a structure set or a report, as its header says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pydicom import Dataset

from explorer.errors import ImageError
from explorer.images.mask_file import first, items, opened, text, whole
from explorer.images.masks import Segment, renumber
from explorer.images.report_tree import observer_of
from explorer.sources.dicom.header import words_of
from explorer.sources.personal import looks_personal, spellings

__all__ = ["Made", "made_in"]

_TAGS = [
    "SpecificCharacterSet", "SOPClassUID", "Manufacturer", "ManufacturerModelName", "PatientID", "PatientName",
    "ReferringPhysicianName", "PerformingPhysicianName", "NameOfPhysiciansReadingStudy", "OperatorsName",
    "ContentCreatorName", "ContentLabel", "SegmentSequence", "PixelPaddingValue", "StructureSetLabel",
    "StructureSetROISequence", "RTROIObservationsSequence", "ContentSequence", "AuthorObserverSequence",
]  # fmt: skip
_NAMES = ("PatientName", "ReferringPhysicianName", "PerformingPhysicianName", "NameOfPhysiciansReadingStudy",
          "OperatorsName", "ContentCreatorName")  # fmt: skip
_BY_SOFTWARE = "AUTOMATIC"
_BY_HAND = "MANUAL"


@dataclass(frozen=True)
class Made:
    """What one person, or one algorithm, made in one file; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    person
        Name as DICOM writes it, ``Family^Given``; empty where nobody is named, or software made it alone.
    algorithm
        Name of the software's method.
    types
        ``AUTOMATIC``, ``SEMIAUTOMATIC``, ``MANUAL``, those of its segments; none for a report.
    device
        Manufacturer and model.
    label
        What the file calls itself.
    segments
        Numbers as `read_masks` gives them; none where the file has no other maker.
    names, patient_id
        Words of the names in the file, and its PatientID: to find them in texts, never to be shown.
    """

    person: str = ""
    algorithm: str = ""
    types: tuple[str, ...] = ()
    device: str = ""
    label: str = ""
    segments: tuple[int, ...] = ()
    names: frozenset[str] = field(default=frozenset(), repr=False)
    patient_id: str = field(default="", repr=False)

    def is_personal(self, typed: str) -> bool:
        """Whether a text of the file looks as though it said who somebody is."""
        return looks_personal(typed, self.names, self.patient_id) is not None


def made_in(path: Path) -> tuple[Made, ...]:
    """Return what each person or algorithm made in a file, at least one entry; a header once read is remembered.

    Raises
    ------
    ImageError
        The file cannot be read.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise ImageError(f"{path.name} cannot be read: {error.strerror}.") from error
    return _remembered(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4096)
def _remembered(path: Path, _changed: int, _size: int) -> tuple[Made, ...]:
    return opened(path, _read, specific=_TAGS, what="header")


def _read(header: Dataset) -> tuple[Made, ...]:
    if "SegmentSequence" in header:
        parts = _by_maker(_segments(header))
    elif "StructureSetROISequence" in header:
        parts = _by_maker(_regions(header))
    else:
        parts = {_observer(header): ([], set())}
    device = " ".join(filter(None, (text(header, "Manufacturer"), text(header, "ManufacturerModelName"))))
    label = text(header, "ContentLabel") or text(header, "StructureSetLabel")
    named = words_of([*(text(header, keyword) for keyword in _NAMES), *(person for person, _ in parts)])
    names = named.union(*map(spellings, named))
    return tuple(
        Made(
            person=person,
            algorithm=algorithm,
            types=tuple(sorted(types)),
            device=device,
            label=label,
            segments=tuple(sorted(numbers)) if len(parts) > 1 else (),
            names=names,
            patient_id=text(header, "PatientID"),
        )
        for (person, algorithm), (numbers, types) in parts.items()
    )


_Parts = dict[tuple[str, str], tuple[list[int], set[str]]]
"""Person and algorithm, to the numbers of what they drew, and how."""


def _by_maker(drawn: Iterable[tuple[int, str, str, str]]) -> _Parts:
    """Return the parts; one for all where numbers are not those that the mask will have."""
    parts: _Parts = {}
    every = list(drawn)
    numbers, changed = renumber([Segment(number, "") for number, *_ in every])
    for number, (_, kind, algorithm, person) in zip(numbers, every, strict=True):
        # Software works alone, and what a person calls their own hand is no algorithm.
        who = ("" if kind == _BY_SOFTWARE else person, "" if kind == _BY_HAND and person else algorithm)
        listed, types = parts.setdefault(who, ([], set()))
        listed.append(number)
        types.update({kind} - {""})
    if not parts or (changed and len(parts) > 1):
        people, algorithms = ({each[i]: None for each in parts if each[i]} for i in (0, 1))
        kinds = {kind for _, types in parts.values() for kind in types}
        return {(_several(people), _several(algorithms)): (numbers, kinds)}
    return parts


def _several(names: Mapping[str, None]) -> str:
    """Return the only name; of several none, for one would stand for all."""
    return next(iter(names)) if len(names) == 1 else ""


def _segments(header: Dataset) -> Iterable[tuple[int, str, str, str]]:
    background, person = whole(header, "PixelPaddingValue"), text(header, "ContentCreatorName")
    for item in items(header, "SegmentSequence"):
        if (number := whole(item, "SegmentNumber")) != background:
            name = text(item, "SegmentAlgorithmName")
            name = name or text(first(item, "SegmentationAlgorithmIdentificationSequence"), "AlgorithmName")
            yield number, text(item, "SegmentAlgorithmType").upper(), name, person


def _regions(header: Dataset) -> Iterable[tuple[int, str, str, str]]:
    seen: dict[int, str] = {}
    for item in items(header, "RTROIObservationsSequence"):
        seen.setdefault(whole(item, "ReferencedROINumber", -1), text(item, "ROIInterpreter"))
    for item in items(header, "StructureSetROISequence"):
        number, kind = whole(item, "ROINumber", -1), text(item, "ROIGenerationAlgorithm").upper()
        name = "" if kind == _BY_HAND else text(item, "ROIGenerationDescription")
        yield number, kind, name, seen.get(number) or text(header, "OperatorsName")


def _observer(header: Dataset) -> tuple[str, str]:
    """Return the person of a report, and the device that observed instead of one."""
    observer = observer_of(items(header, "ContentSequence"))
    if observer is None:
        return text(first(header, "AuthorObserverSequence"), "PersonName"), ""
    return ("", observer.name) if observer.is_device else (observer.name, "")
