"""Tables that a snapshot holds beside its content, so that nothing need be worked out again when it is opened.

The content decides them, so the snapshot's id does not cover them and `Snapshot.verify` can make them again. A
**combination** is a distinct tuple of codes of all series-level facets, a **unit** the series of one study with one
combination, a **cell** the units of one patient with one combination.

``combination``
    One row per combination, numbered from 0 in the order of its codes: the rank of a category's value among the
    snapshot's values, the bin of a number, 0 or 1 for a text that is recorded or missing. Missing is one past the
    last value or bin.
``unit``
    One row per unit, by study and combination, with its cell and its numbers of series, instances and bytes.
``series_unit``
    One row per series: its unit, and the positions of its texts in ``text_value``; one past the last for missing.
``facet_value``
    Every value of categories and many-valued facets with its code, and every bin that holds something, with
    the patients and series of the whole snapshot. A missing value that occurs is a row without a value.
``facet_extent``
    Of every facet that holds anything: how many different values, and the lowest and highest number or date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.facets import FACETS, Facet
from explorer.facets.bins import EDGES, bin_sql
from explorer.snapshot.extent import select_extent

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["ATTACHED", "PREPARED", "PREPARED_TABLES", "TEMPORARY", "Place", "write_prepared"]

PREPARED = 1
"""Version of these tables; a file says in ``about`` which it has."""

_OF_SERIES = tuple(facet for facet in FACETS.values() if facet.level == "series")
_CODES = ", ".join(facet.name for facet in _OF_SERIES)
_TEXTS = tuple(facet for facet in FACETS.values() if facet.kind == "text")
_NAMED = tuple(facet for facet in FACETS.values() if facet.kind in ("category", "many-valued"))

PREPARED_TABLES: Mapping[str, Sequence[str]] = {
    "combination": ("combination", *(facet.name for facet in _OF_SERIES)),
    "unit": ("study_key", "combination", "cell", "series", "instances", "bytes"),
    "series_unit": ("unit", *(facet.name for facet in _TEXTS)),
    "facet_value": ("facet", "code", "value", "patients", "series"),
    "facet_extent": ("facet", "low", "high", "distinct"),
}
"""Columns of each table, in order."""

_WORKINGS = ("named", "coded", "placed", "cell", "study_size", "patient_size")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tables are read and written.

    Attributes
    ----------
    source
        Prefix of the snapshot's tables: ``"snapshot."`` for an attached one, empty for the connection's own.
    target
        Prefix of the prepared tables: ``"snapshot."`` or ``"temp."``.
    """

    source: str
    target: str

    @property
    def create(self) -> str:
        """How a prepared table begins."""
        return "CREATE TEMP TABLE" if self.target == "temp." else "CREATE TABLE"


ATTACHED = Place("snapshot.", "snapshot.")
"""At build."""

TEMPORARY = Place("", "temp.")
"""On a cursor of a published file."""


def write_prepared(connection: DuckDBPyConnection, place: Place = TEMPORARY) -> None:
    """Write the prepared tables of a snapshot whose declared tables stand.

    Parameters
    ----------
    connection
        At build, with the snapshot attached; else a cursor of a published file, which keeps them as temporary tables.
    place
        Where to read and write.
    """
    _name_values(connection, place)
    _place_series(connection, place)
    _write_units(connection, place)
    _write_values(connection, place)
    _write_extents(connection, place)
    for name in _WORKINGS:
        connection.execute(f"DROP TABLE temp.{name}")


def _name_values(connection: DuckDBPyConnection, place: Place) -> None:
    """Number the values of each category and many-valued facet, in the order that `Snapshot.values` has."""
    connection.execute("CREATE TEMP TABLE named (facet VARCHAR, code INTEGER, value VARCHAR)")
    for facet in _NAMED:
        value = f"unnest({facet.name})" if facet.kind == "many-valued" else facet.name
        connection.execute(f"""
            INSERT INTO temp.named
            SELECT '{facet.name}', row_number() OVER (ORDER BY value) - 1, value
            FROM (SELECT DISTINCT {value} AS value FROM {place.source}{facet.level}) WHERE value IS NOT NULL""")


def _place_series(connection: DuckDBPyConnection, place: Place) -> None:
    """Write ``combination``, and make a temporary table of each series' combination."""
    sizes = _sizes(connection)
    joins, chosen = [], []
    for facet in _OF_SERIES:
        name = facet.name
        if facet.kind == "category":
            joins.append(_to_codes(facet, f"series.{name}"))
            code, most = f"coalesce(of_{name}.code, {sizes[name]})", sizes[name]
        elif facet.kind == "number":
            code, most = f"coalesce({bin_sql(facet, f'series.{name}')}, {len(EDGES)})", len(EDGES)
        else:
            code, most = f"series.{name} IS NULL", 1
        chosen.append(f"CAST({code} AS {'USMALLINT' if most < 2**16 else 'UINTEGER'}) AS {name}")
    key = _key_type(connection, f"{place.source}series")
    connection.execute(f"""
        CREATE TEMP TABLE coded AS
        SELECT series_key, study_key, patient_key, series.instances AS images, series.bytes AS bytes,
            {", ".join(chosen)}
        FROM {place.source}series AS series {" ".join(joins)}""")
    connection.execute(f"""
        {place.create} {place.target}combination AS
        SELECT CAST(row_number() OVER (ORDER BY {_CODES}) - 1 AS {key}) AS combination, {_CODES}
        FROM (SELECT DISTINCT {_CODES} FROM temp.coded) ORDER BY combination""")
    connection.execute(f"""
        CREATE TEMP TABLE placed AS
        SELECT CAST(series_key AS {key}) AS series_key, CAST(study_key AS {key}) AS study_key,
            CAST(patient_key AS {key}) AS patient_key, combination, images, bytes
        FROM temp.coded JOIN {place.target}combination USING ({_CODES})""")


def _write_units(connection: DuckDBPyConnection, place: Place) -> None:
    """Write ``unit`` and ``series_unit``."""
    key = _key_type(connection, f"{place.source}series")
    connection.execute(f"""
        {place.create} {place.target}unit AS
        SELECT study_key, combination,
            CAST(dense_rank() OVER (ORDER BY patient_key, combination) - 1 AS {key}) AS cell, series, instances, bytes
        FROM (
            SELECT study_key, combination, any_value(patient_key) AS patient_key, CAST(count(*) AS {key}) AS series,
                CAST(sum(images) AS BIGINT) AS instances, CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes
            FROM temp.placed GROUP BY study_key, combination
        ) ORDER BY study_key, combination""")
    texts = _key_type(connection, f"{place.source}text_value")
    ((missing,),) = connection.execute(f"SELECT count(*) FROM {place.source}text_value").fetchall()
    chosen = "".join(f", CAST(coalesce(of_{t.name}.place, {missing}) AS {texts}) AS {t.name}" for t in _TEXTS)
    joins = " ".join(
        f"LEFT JOIN (SELECT text, rowid AS place FROM {place.source}text_value) AS of_{text.name} "
        f"ON of_{text.name}.text = series.{text.name}"
        for text in _TEXTS
    )
    connection.execute(f"""
        {place.create} {place.target}series_unit AS
        SELECT CAST(numbered.unit AS {key}) AS unit{chosen}
        FROM {place.source}series AS series
        JOIN temp.placed ON placed.series_key = series.series_key
        JOIN (
            SELECT study_key, combination, row_number() OVER (ORDER BY study_key, combination) - 1 AS unit
            FROM {place.target}unit
        ) AS numbered ON numbered.study_key = placed.study_key AND numbered.combination = placed.combination
        {joins} ORDER BY series.series_key""")


def _write_values(connection: DuckDBPyConnection, place: Place) -> None:
    """Write ``facet_value``: what the whole snapshot holds of each value."""
    for name, by in (
        ("cell", "patient_key, combination"),
        ("study_size", "study_key"),
        ("patient_size", "patient_key"),
    ):
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {by}, count(*) AS n FROM temp.placed GROUP BY {by}")
    connection.execute(f"""
        {place.create} {place.target}facet_value
        (facet VARCHAR, code INTEGER, value VARCHAR, patients BIGINT, series BIGINT)""")
    sizes = _sizes(connection)
    for facet in FACETS.values():
        counts = f"""
            SELECT code, count(*) AS patients, CAST(sum(n) AS BIGINT) AS series
            FROM (SELECT code, patient_key, sum(n) AS n FROM ({_rows(facet, place)}) GROUP BY code, patient_key)
            GROUP BY code"""
        if facet in _NAMED:
            size = sizes.get(facet.name, 0)
            counted = f"""
                SELECT code, value, coalesce(patients, 0) AS patients, coalesce(series, 0) AS series
                FROM (
                    SELECT code, value FROM temp.named WHERE facet = '{facet.name}' UNION ALL SELECT {size}, NULL
                ) LEFT JOIN (SELECT coalesce(code, {size}) AS code, patients, series FROM ({counts})) USING (code)
                WHERE value IS NOT NULL OR patients > 0"""
        else:
            held = " WHERE code IS NULL" if facet.kind == "text" else ""
            counted = (
                f"SELECT code, CASE WHEN code IS NOT NULL THEN 'bin' END AS value, patients, series FROM ({counts})"
            )
            counted += held
        connection.execute(f"""
            INSERT INTO {place.target}facet_value
            SELECT '{facet.name}', code, value, patients, series FROM ({counted}) ORDER BY code NULLS LAST""")


def _rows(facet: Facet, place: Place) -> str:
    """Return the SELECT of code, patient and series that have it, code NULL being missing; patients may repeat."""
    if facet.level == "series":
        missing = {"number": f"nullif({facet.name}, {len(EDGES)})", "text": f"nullif({facet.name}, 1)"}
        code = missing.get(facet.kind, facet.name)
        return f"""SELECT {code} AS code, patient_key, n
            FROM temp.cell JOIN {place.target}combination USING (combination)"""
    match facet.level:
        case "study":
            source = f"{place.source}study AS study JOIN temp.study_size USING (study_key)"
        case "patient":
            source = f"{place.source}patient AS patient JOIN temp.patient_size USING (patient_key)"
        case _:
            source = f"""{place.source}dataset AS dataset JOIN {place.source}patient AS patient USING (dataset_key)
                JOIN temp.patient_size USING (patient_key)"""
    name = f"{facet.level}.{facet.name}"
    if facet not in _NAMED:
        return f"SELECT {bin_sql(facet, name)} AS code, patient_key, n FROM {source}"
    if facet.kind == "many-valued":
        name = f"unnest(CASE WHEN len({name}) > 0 THEN list_distinct({name}) ELSE [NULL] END)"
    unfolded = f"(SELECT {name} AS value, patient_key, n FROM {source}) AS held"
    return f"SELECT of_{facet.name}.code, patient_key, n FROM {unfolded} {_to_codes(facet, 'held.value')}"


def _write_extents(connection: DuckDBPyConnection, place: Place) -> None:
    """Write ``facet_extent``."""
    connection.execute(f"""
        {place.create} {place.target}facet_extent (facet VARCHAR, low VARCHAR, high VARCHAR, "distinct" BIGINT)""")
    for facet in FACETS.values():
        connection.execute(f"""
            INSERT INTO {place.target}facet_extent
            SELECT '{facet.name}', CAST(low AS VARCHAR), CAST(high AS VARCHAR), "distinct"
            FROM ({select_extent(facet, place.source)}) WHERE "distinct" > 0""")


def _to_codes(facet: Facet, value: str) -> str:
    """Return the join that gives ``of_<facet>.code``, NULL for a missing value."""
    name = facet.name
    return f"""LEFT JOIN (SELECT code, value FROM temp.named WHERE facet = '{name}') AS of_{name}
        ON of_{name}.value = {value}"""


def _sizes(connection: DuckDBPyConnection) -> dict[str, int]:
    """Return how many values each category and many-valued facet has."""
    found = dict(connection.execute("SELECT facet, count(*) FROM temp.named GROUP BY facet").fetchall())
    return {facet.name: found.get(facet.name, 0) for facet in _NAMED}


def _key_type(connection: DuckDBPyConnection, table: str) -> str:
    """Return the type that numbers every row of the table, and one more."""
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return "INTEGER" if rows < 2**31 else "BIGINT"
