"""Write the declared tables from what a source gave: typed, in NFC, keyed and sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from explorer import codes
from explorer.errors import BuildError
from explorer.facets import FACETS
from explorer.facets.fold import fold
from explorer.schema import CITATION, CLINICAL, DATASET, DERIVATION, PATIENT, SERIES, STUDY, TABLES, Column, Table
from explorer.snapshot.connect import sparingly
from explorer.sources import Progress

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["write_tables"]

_IDS = ("dataset", "PatientID", "StudyInstanceUID", "SeriesInstanceUID")
_DEPTH = {"dataset": 1, "patient": 2, "study": 3, "series": 4}
_KEYS = {"dataset_key", "patient_key", "study_key", "series_key"}

# Filled in where the source says nothing.
_DERIVED = {
    "study_day": "coalesce(study_day, study_date - DATE '1970-01-01')",
    "bytes": "coalesce(bytes, CAST(round_even(size_mb * 1e6, 0) AS BIGINT))",
    "vendor": "coalesce(vendor, vendor_value)",
    "body_part": "coalesce(body_part, part_value)",
    "object_kind": "coalesce(object_kind, kind_value)",
}


def write_tables(connection: DuckDBPyConnection, source: str, progress: Progress) -> None:
    """Write every declared table, and ``text_value``, into the attached database ``snapshot``.

    Parameters
    ----------
    connection
        Holds the relations that a source loaded.
    source
        Name of the source, part of every dataset's key.
    progress
        Called with the share done, 0 to 1, and what is being done.

    Raises
    ------
    BuildError
        Something that is never missing is missing, or one thing stands twice.
    """
    for name, depth in _DEPTH.items():
        table = next(table for table in TABLES if table.name == name)
        _view(connection, table, _IDS[:depth], [column for column in table if column.name not in {*_KEYS, "source"}])
    _view(connection, CITATION, ("source_doi",), list(CITATION))
    _view(connection, DERIVATION, (), [Column(name, "text", "UID", "never") for name in ("derived", "image")])
    _view(connection, CLINICAL, _IDS[:2], [column for column in CLINICAL if column.name != "patient_key"])
    for name in ("patient", "study"):
        _refuse_twice(connection, f"given_{name}", _IDS[: _DEPTH[name]])
    _refuse_twice(connection, "given_dataset", ("dataset",))
    _refuse_twice(connection, "given_citation", ("source_doi",))
    progress(0.05, "patients and studies")
    _write(connection, DATASET, _dataset(source))
    _write(connection, PATIENT, _PATIENT)
    _write(connection, STUDY, _STUDY)
    progress(0.2, "normalising")
    _write_codes(connection)
    progress(0.3, "series")
    sparingly(connection, lambda: _write(connection, SERIES, _SERIES))
    _check_series(connection)
    progress(0.8, "links, citations and texts")
    _write(connection, CITATION, "SELECT * FROM given_citation ORDER BY source_doi")
    _write(connection, CLINICAL, _CLINICAL)
    _write_derivation(connection)
    _write_texts(connection)
    for table in TABLES:
        _refuse_missing(connection, table)


def _view(connection: DuckDBPyConnection, table: Table, ids: Sequence[str], columns: Sequence[Column]) -> None:
    """Make ``given_<table>``: the source's relation with every column typed, and missing where it gives none."""
    relation = f"source_{table.name}"
    known: set[str] = set()
    found = connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = ?", [relation]).fetchall()
    found += connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [relation]).fetchall()
    if found:
        known = {str(name) for name, *_ in connection.execute(f"DESCRIBE {relation}").fetchall()}
    names = {column.name for column in columns}
    wanted = [*(Column(name, "text", "identifier", "never") for name in ids if name not in names), *columns]
    chosen = ", ".join(f"{_typed(column, known)} AS {column.name}" for column in wanted)
    connection.execute(
        f"CREATE VIEW given_{table.name} AS SELECT {chosen} {f'FROM {relation}' if known else 'LIMIT 0'}"
    )


def _typed(column: Column, known: set[str]) -> str:
    value = f"CAST({column.name if column.name in known else 'NULL'} AS {column.sql_type})"
    if column.name not in known:
        return value
    match column.type:
        case "text":
            return _nfc(value)
        case "texts":
            return f"nullif(list_sort(list_distinct(list_transform({value}, lambda text: {_nfc('text')}))), [])"
        case "number":
            return f"CASE WHEN isfinite({value}) THEN {value} END"
        case _:
            return value


def _nfc(value: str) -> str:
    # nfc_normalize ends its text at a NUL, and catalogues hold some.
    parts = f"list_transform(string_split({value}, chr(0)), lambda part: nfc_normalize(part))"
    return f"CASE WHEN strlen({value}) = length({value}) THEN {value} ELSE array_to_string({parts}, chr(0)) END"


def _dataset(source: str) -> str:
    name = source.replace("'", "''")
    return f"""
        SELECT row_number() OVER (ORDER BY dataset) - 1 AS dataset_key, '{name}' AS source, *
        FROM (SELECT dataset FROM given_series UNION SELECT dataset FROM given_dataset)
        LEFT JOIN given_dataset USING (dataset)
        ORDER BY dataset_key"""


_CLINICAL = f"""
    SELECT * FROM given_clinical
    JOIN (SELECT dataset, dataset_key FROM snapshot.dataset) USING (dataset)
    JOIN (SELECT dataset_key, PatientID, patient_key FROM snapshot.patient) USING (dataset_key, PatientID)
    ORDER BY {", ".join(f"{name} NULLS LAST" for name in CLINICAL.key)}"""

_PATIENT = """
    SELECT row_number() OVER (ORDER BY dataset_key, PatientID) - 1 AS patient_key, *
    FROM (SELECT DISTINCT dataset, PatientID FROM given_series)
    LEFT JOIN given_patient USING (dataset, PatientID)
    JOIN (SELECT dataset, dataset_key FROM snapshot.dataset) USING (dataset)
    ORDER BY patient_key"""

_STUDY = """
    SELECT row_number() OVER (ORDER BY patient_key, StudyInstanceUID) - 1 AS study_key, *
    FROM (SELECT DISTINCT dataset, PatientID, StudyInstanceUID FROM given_series)
    LEFT JOIN given_study USING (dataset, PatientID, StudyInstanceUID)
    JOIN (
        SELECT dataset, PatientID, patient_key FROM snapshot.patient JOIN snapshot.dataset USING (dataset_key)
    ) USING (dataset, PatientID)
    ORDER BY study_key"""

_SERIES = """
    SELECT row_number() OVER () - 1 AS series_key, * FROM (
        SELECT * FROM given_series
        JOIN (
            SELECT dataset, PatientID, StudyInstanceUID, dataset_key, patient_key, study_key
            FROM snapshot.study JOIN snapshot.patient USING (patient_key) JOIN snapshot.dataset USING (dataset_key)
        ) USING (dataset, PatientID, StudyInstanceUID)
        LEFT JOIN vendors ON vendors.recorded_vendor = Manufacturer
        LEFT JOIN body_parts ON body_parts.recorded_part = BodyPartExamined
        LEFT JOIN kinds ON kinds.of_modality IS NOT DISTINCT FROM Modality
            AND kinds.of_sop_class IS NOT DISTINCT FROM sop_class
        ORDER BY study_key, SeriesInstanceUID
    )"""


def _write(connection: DuckDBPyConnection, table: Table, select: str) -> None:
    chosen = ", ".join(
        f"CAST({_DERIVED.get(column.name, column.name)} AS {column.sql_type}) AS {column.name}" for column in table
    )
    connection.execute(f"CREATE TABLE snapshot.{table.name} AS SELECT {chosen} FROM ({select})")


def _write_codes(connection: DuckDBPyConnection) -> None:
    """Register what the code lists say about each recorded value."""
    makers = _column(connection, "SELECT DISTINCT Manufacturer FROM given_series WHERE Manufacturer IS NOT NULL")
    parts = _column(connection, "SELECT DISTINCT BodyPartExamined FROM given_series WHERE BodyPartExamined IS NOT NULL")
    pairs = connection.execute("SELECT DISTINCT Modality, sop_class FROM given_series").fetchall()
    _register(connection, "vendors", recorded_vendor=makers, vendor_value=[codes.vendor(text) for text in makers])
    _register(connection, "body_parts", recorded_part=parts, part_value=[codes.body_part(text) for text in parts])
    _register(
        connection,
        "kinds",
        of_modality=[modality for modality, _ in pairs],
        of_sop_class=[sop_class for _, sop_class in pairs],
        kind_value=[codes.object_kind(modality, sop_class) for modality, sop_class in pairs],
    )


def _write_derivation(connection: DuckDBPyConnection) -> None:
    unknown = connection.execute("""
        SELECT uid FROM (SELECT unnest([derived, image]) AS uid FROM given_derivation)
        WHERE uid IS NULL OR uid NOT IN (SELECT SeriesInstanceUID FROM snapshot.series) LIMIT 1""").fetchall()
    if unknown:
        raise BuildError(f"A derivation names the series {unknown[0][0]!r}, which the source does not have.")
    _write(
        connection,
        DERIVATION,
        """
        SELECT DISTINCT derived.series_key AS derived_key, image.series_key AS image_key
        FROM given_derivation AS link
        JOIN snapshot.series AS derived ON derived.SeriesInstanceUID = link.derived
        JOIN snapshot.series AS image
            ON image.SeriesInstanceUID = link.image AND image.patient_key = derived.patient_key
        ORDER BY derived_key, image_key""",
    )


def _write_texts(connection: DuckDBPyConnection) -> None:
    """Write ``text_value``: every distinct text of the text facets, as it is and folded for searches."""
    columns = [facet.name for facet in FACETS.values() if facet.kind == "text"]
    union = " UNION ".join(f"SELECT {name} AS text FROM snapshot.series WHERE {name} IS NOT NULL" for name in columns)
    texts = _column(connection, f"SELECT text FROM ({union}) ORDER BY text")
    _register(connection, "texts", text=texts, folded=[fold(text) for text in texts])
    connection.execute("CREATE TABLE snapshot.text_value AS SELECT text, folded FROM texts")


def _column(connection: DuckDBPyConnection, select: str) -> list[str]:
    return [text for (text,) in connection.execute(select).fetchall()]


def _register(connection: DuckDBPyConnection, name: str, **columns: Sequence[str | None]) -> None:
    connection.register(name, pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()}))


def _check_series(connection: DuckDBPyConnection) -> None:
    """Refuse a series that stands twice in its study, and make sure that the keys are ranks."""
    wrong = connection.execute("""
        SELECT SeriesInstanceUID FROM (
            SELECT study_key, SeriesInstanceUID, lag(study_key) OVER () AS study_before,
                lag(SeriesInstanceUID) OVER () AS series_before
            FROM snapshot.series
        )
        WHERE study_key < study_before OR (study_key = study_before AND SeriesInstanceUID <= series_before)
        LIMIT 1""").fetchall()
    if wrong:
        raise BuildError(f"Series {wrong[0][0]!r} stands twice in one study of the source; each series needs one row.")


def _refuse_twice(connection: DuckDBPyConnection, view: str, ids: Sequence[str]) -> None:
    names = ", ".join(ids)
    twice = connection.execute(f"SELECT {names} FROM {view} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchall()
    if twice:
        raise BuildError(f"The source gives two rows for the {view.removeprefix('given_')} {', '.join(twice[0])!r}.")


def _refuse_missing(connection: DuckDBPyConnection, table: Table) -> None:
    """Refuse a missing value where the column's declaration says that it is never missing."""
    names = [column.name for column in table if column.missing == "never missing"]
    absent = ", ".join(f"count(*) - count({name})" for name in names)
    for name, count in zip(
        names, connection.execute(f"SELECT {absent} FROM snapshot.{table.name}").fetchall()[0], strict=True
    ):
        if count:
            raise BuildError(f"{name} is missing in {count:,} rows of the source's {table.name} rows; each needs one.")
