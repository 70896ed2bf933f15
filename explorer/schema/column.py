"""What a declared column and a declared table are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Column", "ColumnType", "Kind", "Level", "Table"]

Level = Literal["dataset", "patient", "study", "series"]
ColumnType = Literal["text", "integer", "number", "date", "texts"]
Kind = Literal["category", "many-valued", "text", "number", "date"]

_SQL_TYPE: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "texts": "VARCHAR[]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column, declared once.

    Attributes
    ----------
    name
        Column name. A DICOM keyword (``BodyPartExamined``) holds the value as recorded; a snake_case
        name holds a derived or normalised value.
    type
        ``texts`` is a list of text; the others are scalars. Dates have no time zone.
    description
        What the value means, for a reader who has never seen the source.
    missing
        What an absent value means.
    unit
        Unit of a number; None where it has none.
    code
        DICOM tag ``(gggg,eeee)`` or a coded concept; None where there is none.
    kind
        How the column can be filtered; None where it is no facet.
    title
        The facet's name on screen.
    caution
        What a reader could get wrong about this facet; shown beside it.
    recorded_in
        Column whose recorded spellings this one brings together; None where it brings none together.
    """

    name: str
    type: ColumnType
    description: str
    missing: str
    unit: str | None = None
    code: str | None = None
    kind: Kind | None = None
    title: str | None = None
    caution: str | None = None
    recorded_in: str | None = None

    def __post_init__(self) -> None:
        if not self.description or not self.missing:
            raise ValueError(f"column {self.name}: a description and the meaning of missing are required")
        if self.kind and not self.title:
            raise ValueError(f"column {self.name}: a facet needs a title")

    @property
    def sql_type(self) -> str:
        """DuckDB type of the column."""
        return _SQL_TYPE[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a snapshot: its columns in order, and the columns that its rows are sorted by."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in declared order."""
        return tuple(column.name for column in self.columns)
