"""The columns of the table of patients, studies or series: which there are, which stand there first, what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from explorer.counts import TABLE_LEVELS, TableLevel, columns_of
from explorer.schema import DATASET, PATIENT, SERIES, STUDY

__all__ = ["FIRST", "ColumnChoice", "chosen_columns", "column_choices", "numeric"]

FIRST: dict[TableLevel, tuple[str, ...]] = {
    "patient": ("PatientID", "dataset", "sex", "age", "studies", "series", "instances", "bytes"),
    "study": ("PatientID", "dataset", "study_date", "age", "series", "instances", "bytes", "StudyInstanceUID"),
    "series": (
        "PatientID",
        "dataset",
        "Modality",
        "BodyPartExamined",
        "SeriesDescription",
        "Manufacturer",
        "study_date",
        "license",
        "instances",
        "bytes",
        "SeriesInstanceUID",
    ),
}
"""The columns that stand there as long as a person chooses no others."""

_DECLARED = {column.name: column for table in (SERIES, STUDY, PATIENT, DATASET) for column in table}
_AMOUNTS = ("age", "studies", "series", "instances", "bytes")
_UNTITLED = {"studies", "series", "instances", "bytes"}
"""Of patients and studies they are sums, which the browser names; the schema declares them of one series."""


class ColumnChoice(TypedDict):
    """A column as the browser needs it; `title` and `about` come from the schema, empty where it says nothing."""

    name: str
    title: str
    about: str
    number: bool


def column_choices(level: TableLevel) -> list[ColumnChoice]:
    """Return all columns of a level, in the order of its table."""
    return [_choice(level, name) for name in columns_of(level)]


def chosen_columns(level: TableLevel, wanted: Sequence[object]) -> tuple[str, ...]:
    """Return the columns of the level among these, the ones that stand there first in their order; never none."""
    names = [*FIRST[level], *(name for name in columns_of(level) if name not in FIRST[level])]
    return tuple(name for name in names if name in wanted) or FIRST[level]


def numeric(name: str) -> bool:
    """Return whether the values of a column are numbers."""
    return name in _AMOUNTS or (name in _DECLARED and _DECLARED[name].type in ("integer", "number"))


def _choice(level: TableLevel, name: str) -> ColumnChoice:
    declared = None if level != "series" and name in _UNTITLED else _DECLARED.get(name)
    title, about = (declared.title or "", declared.description) if declared else ("", "")
    return {"name": name, "title": title, "about": about, "number": numeric(name)}


assert set(FIRST) == set(TABLE_LEVELS)
