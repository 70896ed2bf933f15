"""Reads the specification's cases from their Markdown chapters."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.reference import Catalogue, Definition, Row

CHAPTERS = sorted((Path(__file__).parent / "cases").glob("*.md"))

_DERIVED = {"SEG": "segmentation", "SR": "report", "RTSTRUCT": "contours"}
_KEYS = {"patient": "PatientID", "study": "StudyInstanceUID", "series": "SeriesInstanceUID"}
_NUMBERS = {"age": int, "instances": int, "study_day": int, "size_mb": float}
# A heading, a table, or a JSON block with the line that it starts on.
_PART = re.compile(
    r"^(?P<marks>#+) (?P<title>[^\n]+)$|^(?P<table>(?:\|[^\n]*\n)+)|^```json\n(?P<json>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Case:
    """A definition over a catalogue, and its right answer."""

    name: str
    catalogue: Catalogue
    names_datasets: bool
    definition: Definition
    answer: dict[str, Any]


def cases() -> Iterator[Case]:
    """Every case of every chapter, in reading order."""
    for chapter in CHAPTERS:
        yield from _cases(chapter)


def _cases(chapter: Path) -> Iterator[Case]:
    of_chapter = catalogue = Catalogue([])
    title, count, of_the_chapter, definition = "", 0, True, None
    for part in _PART.finditer(chapter.read_text(encoding="utf-8") + "\n"):
        if part["marks"]:
            title, count, catalogue = part["title"], 0, of_chapter
            of_the_chapter = part["marks"] == "#"
        elif part["table"]:
            catalogue = _catalogue(part["table"])
            if of_the_chapter:
                of_chapter = catalogue
        elif definition is None:
            definition = json.loads(part["json"])
        else:
            count += 1
            named = len({row["dataset"] for row in catalogue.series}) > 1
            yield Case(f"{chapter.stem}: {title} {count}", catalogue, named, definition, json.loads(part["json"]))
            definition = None
    assert definition is None, f"{chapter.name}: the last definition has no answer"


def _catalogue(table: str) -> Catalogue:
    head, _, *body = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines())
    series, derivation = [], []
    for cells in body:
        given = {_KEYS.get(name, name): _value(name, cell) for name, cell in zip(head, cells, strict=True)}
        drawn_on = given.pop("drawn_on", None) or ""
        derivation += [(given["SeriesInstanceUID"], image.strip()) for image in drawn_on.split(",") if image]
        kind = _DERIVED.get(given.get("Modality", ""), "image")
        row: Row = {"dataset": "a", "instances": 1, "size_mb": 1.0, "object_kind": kind, **given}
        series.append(row)
    return Catalogue(series, derivation)


def _value(name: str, cell: str) -> Any:
    """An empty cell is missing, a quoted one is JSON text; `cancer_type` lists its values."""
    if name == "cancer_type":
        return [value.strip() for value in cell.split(",") if value.strip()]
    if not cell:
        return None
    if cell.startswith('"'):
        return json.loads(cell)
    if name == "study_date":
        dt.date.fromisoformat(cell)
    return _NUMBERS.get(name, str)(cell)
