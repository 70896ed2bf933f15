"""Tables and columns of a snapshot, declared once."""

from explorer.schema.column import Column, ColumnType, Kind, Level, Table
from explorer.schema.tables import (
    CITATION,
    CLINICAL,
    DATASET,
    DERIVATION,
    PATIENT,
    SCHEMA_VERSION,
    SERIES,
    STUDY,
    TABLES,
)

__all__ = [
    "CITATION",
    "CLINICAL",
    "DATASET",
    "DERIVATION",
    "PATIENT",
    "SCHEMA_VERSION",
    "SERIES",
    "STUDY",
    "TABLES",
    "Column",
    "ColumnType",
    "Kind",
    "Level",
    "Table",
]
