"""All series of a snapshot in one table, as people who ask without us would have them: a file of its own.

``series``
    one row per series, in the order of the patients, every facet as it is recorded: strings, numbers, dates, lists;
``coded``
    the same with an integer code for each value, and numbers and dates with the number of their bin beside them;
``value_FACET``
    what the codes stand for.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.facets.answer import is_binned
from benchmarks.facets.bins import bin_sql
from explorer.facets import FACETS, Facet

__all__ = ["code_bytes", "held_facets", "open_flat", "write_flat"]

_KEYS = ("series_key", "study_key", "patient_key", "dataset_key")
_JOINED = (
    "FROM snapshot.series JOIN snapshot.study ON study.study_key = series.study_key "
    "JOIN snapshot.patient ON patient.patient_key = series.patient_key "
    "JOIN snapshot.dataset ON dataset.dataset_key = series.dataset_key ORDER BY series.series_key"
)


def write_flat(snapshot: Path, path: Path) -> None:
    """Write the file of a snapshot."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("ATTACH ? AS snapshot (READ_ONLY)", [str(snapshot)])
        facets = _recorded(connection)
        keys = ", ".join(f"series.{key}" for key in _KEYS)
        columns = ", ".join(_as_recorded(facet) for facet in facets)
        more = "patient.PatientID, study.study_day, series.bytes"
        connection.execute(f"CREATE TABLE series AS SELECT {keys}, {more}, {columns} {_JOINED}")
        _write_codes(connection, facets)
        connection.execute("DETACH snapshot")
        connection.execute("CHECKPOINT")


def open_flat(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the file, to read; with one thread for each core, which is DuckDB's default."""
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("SET enable_progress_bar = false")
    return connection


def held_facets(connection: duckdb.DuckDBPyConnection) -> list[Facet]:
    """Return the facets that the table has."""
    columns = [name for name, *_ in connection.execute("DESCRIBE series").fetchall()]
    return [FACETS[name] for name in columns if name in FACETS]


def code_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the bytes that one series takes in all facet columns, each with the narrowest codes that suffice.

    A text facet, of which an interaction asks only whether it is missing, takes one byte.
    """
    widths = {"UTINYINT": 1, "USMALLINT": 2, "UINTEGER": 4}
    types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE coded").fetchall()}
    facets = held_facets(connection)
    return sum(1 if f.kind == "text" else widths[types[f"{f.name}_bin" if is_binned(f) else f.name]] for f in facets)


def _recorded(connection: duckdb.DuckDBPyConnection) -> list[Facet]:
    def holds(facet: Facet) -> bool:
        ((found,),) = connection.execute(f"SELECT count({facet.name}) > 0 FROM snapshot.{facet.level}").fetchall()
        return bool(found)

    return [facet for facet in FACETS.values() if holds(facet)]


def _as_recorded(facet: Facet) -> str:
    column = f"{facet.level}.{facet.name}"
    if facet.kind != "many-valued":
        return column
    # No value is missing, whether the list is absent or empty; and nobody has a value twice.
    return f"CASE WHEN len({column}) > 0 THEN list_distinct({column}) END AS {facet.name}"


def _write_codes(connection: duckdb.DuckDBPyConnection, facets: list[Facet]) -> None:
    columns = [f"series.{key}" for key in _KEYS] + ["series.study_day", "series.bytes"]
    joins = ""
    for facet in facets:
        name = facet.name
        if is_binned(facet):
            days = f"(series.{name} - DATE '1970-01-01')::INTEGER AS {name}"
            columns.append(days if facet.kind == "date" else f"series.{name}")
            width = "USMALLINT" if facet.kind == "date" else "UTINYINT"
            columns.append(f"({bin_sql(facet, f'series.{name}')})::{width} AS {name}_bin")
            continue
        connection.execute(
            f"CREATE TABLE value_{name} AS SELECT row_number() OVER (ORDER BY value) - 1 AS code, value "
            f"FROM (SELECT DISTINCT {name} AS value FROM series WHERE {name} IS NOT NULL)"
        )
        ((values,),) = connection.execute(f"SELECT count(*) FROM value_{name}").fetchall()
        width = "UTINYINT" if values < 2**8 else "USMALLINT" if values < 2**16 else "UINTEGER"
        columns.append(f"coalesce(value_{name}.code, {values})::{width} AS {name}")
        joins += f" LEFT JOIN value_{name} ON value_{name}.value = series.{name}"
    picked = ", ".join(columns)
    connection.execute(f"CREATE TABLE coded AS SELECT {picked} FROM series{joins} ORDER BY series.series_key")
