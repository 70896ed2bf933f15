"""What a snapshot says about itself: the table ``about``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from explorer.errors import SnapshotError
from explorer.schema import SCHEMA_VERSION, TABLES
from explorer.snapshot.prepare import PREPARED, PREPARED_TABLES
from explorer.sources import Recipe

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["About", "read_about", "read_prepared", "read_totals", "write_about"]

_DERIVED_TABLES: Mapping[str, Sequence[str]] = {"text_value": ("text", "folded")}
_TOTALS = """
SELECT count(DISTINCT dataset_key), count(DISTINCT patient_key), count(DISTINCT study_key), count(*),
    coalesce(sum(instances), 0)::BIGINT, coalesce(sum(bytes), 0)::BIGINT
FROM {series}
"""


@dataclass(frozen=True, slots=True)
class About:
    """What a snapshot says about itself.

    Attributes
    ----------
    id
        SHA-256 of the content, 64 hexadecimal digits.
    title, source, release
        As in the recipe.
    date
        Day of the release, ISO 8601; None where the catalogue does not say.
    recipe
        What it was built from and with; JSON values.
    totals
        Numbers of datasets, patients, studies, series, instances and bytes.
    """

    id: str
    title: str
    source: str
    release: str
    date: str | None
    recipe: dict[str, Any]
    totals: dict[str, int]

    @property
    def alias(self) -> str:
        """Name for people, ``"idc-25.0.5"``."""
        return f"{self.source}-{self.release}"

    def check(self) -> None:
        """Raise ValueError unless every value has its type."""
        texts = (self.id, self.title, self.source, self.release, self.date or "")
        counts = isinstance(self.totals, dict) and all(type(count) is int for count in self.totals.values())
        if not (all(isinstance(text, str) for text in texts) and isinstance(self.recipe, dict) and counts):
            raise ValueError("not what a snapshot says about itself")


def read_about(cursor: DuckDBPyConnection, path: Path) -> About:
    """Return what the snapshot says about itself, having checked that it is one.

    Raises
    ------
    SnapshotError
        The database is no snapshot, of another schema version, or lacks a table or column.
    """
    columns: dict[str, set[str]] = {}
    try:
        for table, column in cursor.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND database_name = "
            "current_database() AND schema_name = 'main'"
        ).fetchall():
            columns.setdefault(table, set()).add(column)
        if columns.get("about") != {"key", "value"}:
            raise SnapshotError(f"{path} is a DuckDB file, but no snapshot: it has no table about.")
        values: dict[str, Any] = dict(cursor.execute("SELECT key, value FROM about").fetchall())
        _check_version(values.get("schema_version"), path)
        for name, wanted in _tables(values.get("prepared")).items():
            if lacking := [column for column in wanted if column not in columns.get(name, ())]:
                raise SnapshotError(
                    f"{path} is no whole snapshot: table {name} has no column {', '.join(lacking)}. If another version "
                    "of Cohort Explorer made it, build it again: cohort-explorer snapshot build."
                )
        about = About(
            id=values["id"],
            title=values["title"],
            source=values["source"],
            release=values["release"],
            date=values["date"],
            recipe=json.loads(values["recipe"]),
            totals=json.loads(values["totals"]),
        )
        about.check()
        return about
    except (duckdb.Error, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"The snapshot file {path} is damaged; remove it and build it again.") from error


def _tables(prepared: object) -> dict[str, Sequence[str]]:
    """Return the columns of every table that a file with these prepared tables has and this version reads."""
    declared = {table.name: table.names for table in TABLES}
    return {**declared, **_DERIVED_TABLES, **(PREPARED_TABLES if prepared == str(PREPARED) else {})}


def _check_version(found: object, path: Path) -> None:
    if found == str(SCHEMA_VERSION):
        return
    if not (isinstance(found, str) and found.isdecimal()):
        raise SnapshotError(f"{path} is a DuckDB file, but no snapshot: it does not say its schema version.")
    if int(found) > SCHEMA_VERSION:
        raise SnapshotError(
            f"{path} was written by a newer Cohort Explorer (schema {found}; this one reads {SCHEMA_VERSION}); "
            "install the newer one."
        )
    raise SnapshotError(
        f"{path} was written by an older Cohort Explorer (schema {found}; this one reads {SCHEMA_VERSION}); remove "
        "it and build it again."
    )


def read_prepared(cursor: DuckDBPyConnection) -> int:
    """Return the version of the prepared tables in the file; 0 where it has none."""
    for (found,) in cursor.execute("SELECT value FROM about WHERE key = 'prepared'").fetchall():
        return int(found) if found and found.isdecimal() else 0
    return 0


def read_totals(connection: DuckDBPyConnection, series: str = "series") -> dict[str, int]:
    """Return the numbers of datasets, patients, studies, series, instances and bytes, counted from the series."""
    row = connection.execute(_TOTALS.format(series=series)).fetchall()[0]
    return dict(zip(("datasets", "patients", "studies", "series", "instances", "bytes"), row, strict=True))


def write_about(connection: DuckDBPyConnection, id_: str, recipe: Recipe, notes: Mapping[str, object]) -> None:
    """Write what the snapshot is into ``snapshot.about``, a table of keys and text."""
    builder = _builder()
    steps = {
        "source": recipe.source,
        "release": recipe.release,
        "date": recipe.date,
        "options": dict(recipe.options),
        "notes": dict(notes),
        "builder": builder,
    }
    about = {
        "schema_version": str(SCHEMA_VERSION),
        "id": id_,
        "title": recipe.title,
        "source": recipe.source,
        "release": recipe.release,
        "date": recipe.date,
        "recipe": json.dumps(steps, ensure_ascii=False, sort_keys=True),
        "builder": builder,
        "totals": json.dumps(read_totals(connection, "snapshot.series")),
        "prepared": str(PREPARED),
    }
    connection.execute("CREATE TABLE snapshot.about (key VARCHAR, value VARCHAR)")
    connection.executemany("INSERT INTO snapshot.about VALUES (?, ?)", [list(pair) for pair in about.items()])


def _builder() -> str:
    try:
        return version("cohort-explorer")
    except PackageNotFoundError:  # run from a source tree
        return "unknown"
