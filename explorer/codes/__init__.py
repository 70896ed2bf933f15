"""Code lists: recorded spellings, and what they are brought together to. Each list is a CSV file beside this one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = [
    "PersonInId",
    "Quarantine",
    "body_part",
    "given_names",
    "object_kind",
    "people_in_ids",
    "protocol_words",
    "quarantines",
    "vendor",
]


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A rule that withholds text: values of `column` in `dataset` that match `pattern` become missing."""

    source: str
    dataset: str
    column: str
    pattern: str
    why: str


@dataclass(frozen=True, slots=True)
class PersonInId:
    """A dataset that gives one person several PatientIDs; what matches `pattern` in them is the person."""

    source: str
    dataset: str
    pattern: str
    why: str


def vendor(recorded: str | None) -> str | None:
    """Return the company for a recorded Manufacturer, None where nothing is recorded.

    Spellings of one company are brought together; what is in no list stays as it is, trimmed. ``"Unknown"`` stands
    for text that names nobody.

    Examples
    --------
    >>> vendor("GE MEDICAL SYSTEMS"), vendor("QIICR")
    ('GE', 'QIICR')
    """
    text = _trimmed(recorded)
    return text and _spellings("vendor").get(_key(text), text)


def body_part(recorded: str | None) -> str | None:
    """Return the region for a recorded BodyPartExamined, None where nothing is recorded.

    What is in no list stays as it is, trimmed and in capitals. ``"UNKNOWN"`` stands for text that names no part.

    Examples
    --------
    >>> body_part("Left Breast"), body_part("THORAX")
    ('BREAST', 'CHEST')
    """
    text = _trimmed(recorded)
    return text and _spellings("body_part").get(_key(text), text.upper())


def object_kind(modality: str | None, sop_class: str | None) -> str:
    """Return what a series holds, ``"image"`` where neither Modality nor SOP class name says otherwise.

    Examples
    --------
    >>> object_kind("CT", "CT Image Storage"), object_kind("SEG", None)
    ('image', 'segmentation')
    """
    kinds = _kinds()
    return kinds.get(("Modality", modality)) or kinds.get(("sop_class", sop_class)) or "image"


@cache
def quarantines() -> tuple[Quarantine, ...]:
    """Return the rules that withhold planted names."""
    return tuple(Quarantine(**row) for row in _rows("quarantine"))


@cache
def people_in_ids() -> tuple[PersonInId, ...]:
    """Return the datasets whose PatientIDs name less than a person, such as a picture."""
    return tuple(PersonInId(**row) for row in _rows("identifiers"))


@cache
def protocol_words() -> frozenset[str]:
    """Return words of three letters and more that say what was imaged, how or with what; without accents, lower case.

    Most stand in descriptions of several datasets of the Imaging Data Commons. Eponyms are among them, so a word
    here may be somebody's name too.
    """
    return frozenset(row["word"] for row in _rows("protocol_words"))


@cache
def given_names() -> frozenset[str]:
    """Return common given names that are no protocol words; without accents, lower case."""
    return frozenset(row["name"] for row in _rows("given_names"))


def _trimmed(recorded: str | None) -> str | None:
    return (recorded or "").strip(" \t\r\n\0") or None


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


@cache
def _spellings(name: str) -> Mapping[str, str]:
    return {_key(row["recorded"]): row[name] for row in _rows(name)}


@cache
def _kinds() -> Mapping[tuple[str, str | None], str]:
    return {(row["column"], row["recorded"]): row["object_kind"] for row in _rows("object_kind")}


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
