"""A catalogue given as plain rows: for tests, and for small catalogues made by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.errors import BuildError
from explorer.schema import CITATION, DATASET, PATIENT, SERIES, STUDY, Column, Table
from explorer.sources.source import Progress, Recipe
from explorer.sources.values import arrow_table, checked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["RowsSource"]

Row = Mapping[str, object]

_KEYS = {"dataset_key", "patient_key", "study_key", "series_key", "source"}
_IDS = tuple(
    next(column for column in table if column.name == name)
    for table, name in (
        (DATASET, "dataset"),
        (PATIENT, "PatientID"),
        (STUDY, "StudyInstanceUID"),
        (SERIES, "SeriesInstanceUID"),
    )
)
# The identifiers that name one row of each table.
_LEVELS = ((DATASET, _IDS[:1]), (PATIENT, _IDS[:2]), (STUDY, _IDS[:3]), (SERIES, _IDS))
_PAIR = tuple(Column(name, "text", "SeriesInstanceUID.", "never missing") for name in ("derived", "image"))


@dataclass(frozen=True)
class RowsSource:
    """A catalogue from rows, one mapping per series.

    A row may carry any declared column of its series, study, patient or dataset, whatever is at hand; only
    ``PatientID`` is required. What a row leaves out: ``dataset`` is ``"rows"``, ``StudyInstanceUID`` and
    ``SeriesInstanceUID`` are made from the row's place, ``instances`` is 1, ``size_mb`` 1.0; ``vendor``,
    ``body_part``, ``object_kind``, ``bytes`` and ``study_day`` follow from the other values; the rest is missing.
    ``sex`` and ``age`` are taken as given, never from ``PatientSex`` or ``PatientAge``. A value of a patient, a
    study or a dataset may stand in any of its rows.

    Parameters
    ----------
    series
        The rows. Dates are `datetime.date` or ISO 8601 text; many-valued columns take a list of text.
    datasets
        More about datasets, a mapping each; ``dataset`` is required. Datasets without series may be named.
    derivations
        Pairs of SeriesInstanceUID: the derived series, the image series that it was drawn on.
    citations
        Rows of the citation table; ``source_doi`` is required.
    name, release, title, date
        What the recipe says; `date` is ISO 8601 text.

    Examples
    --------
    >>> source = RowsSource(
    ...     [
    ...         {"PatientID": "p1", "StudyInstanceUID": "s1", "Modality": "CT", "sex": "F", "age": 61},
    ...         {"PatientID": "p1", "StudyInstanceUID": "s1", "Modality": "SEG"},
    ...         {"PatientID": "p2", "Modality": "MR", "cancer_type": ["Glioma"]},
    ...     ]
    ... )
    """

    series: Sequence[Row]
    datasets: Sequence[Row] = ()
    derivations: Sequence[tuple[str, str]] = ()
    citations: Sequence[Row] = ()
    name: str = "rows"
    release: str = "1"
    title: str | None = None
    date: str | None = None

    @property
    def recipe(self) -> Recipe:
        """What the snapshot will be made from."""
        return Recipe(self.name, self.release, self.title or f"Rows {self.name} {self.release}", self.date)

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Register the rows as Arrow tables.

        Raises
        ------
        BuildError
            A row lacks PatientID, names an unknown column, holds a value of the wrong type, or contradicts another
            row of its patient, study or dataset.
        """
        series = _complete(self.series)
        datasets = [(f"dataset {number}", row) for number, row in enumerate(self.datasets, 1)]
        _check_names(series, DATASET, PATIENT, STUDY, SERIES)
        _check_names(datasets, DATASET)
        for table, ids in _LEVELS:
            rows = [*series, *datasets] if table is DATASET else series
            columns = [column for column in table if column.name not in _KEYS]
            found = _brought_together(rows, ids, columns)
            connection.register(f"source_{table.name}", arrow_table([*ids, *_without(columns, ids)], found))
        pairs = [{"derived": derived, "image": image} for derived, image in self.derivations]
        connection.register("source_derivation", arrow_table(_PAIR, pairs))
        citations = [(f"citation {number}", row) for number, row in enumerate(self.citations, 1)]
        _check_names(citations, CITATION)
        found = _brought_together(citations, CITATION.columns[:1], CITATION.columns)
        connection.register("source_citation", arrow_table(CITATION.columns, found))
        progress(1.0, f"{len(series):,} series read")
        return {}


def _complete(rows: Sequence[Row]) -> list[tuple[str, Row]]:
    """Return the rows with every identifier and default filled in, each with the name that messages give it."""
    complete: list[tuple[str, Row]] = []
    in_study: Counter[str] = Counter()
    for number, row in enumerate(rows, 1):
        filled = {"dataset": "rows", "instances": 1, "size_mb": 1.0, **row}
        study = filled.setdefault("StudyInstanceUID", f"1.{row.get('PatientID')}")
        place = repr((filled["dataset"], row.get("PatientID"), study))
        in_study[place] += 1
        filled.setdefault("SeriesInstanceUID", f"{study}.{in_study[place]}")
        complete.append((f"series row {number}", filled))
    return complete


def _check_names(rows: Sequence[tuple[str, Row]], *tables: Table) -> None:
    known = {name for table in tables for name in table.names} - _KEYS
    for where, row in rows:
        if unknown := sorted(map(str, set(row) - known)):
            raise BuildError(f"{where}: there is no column {unknown[0]!r}; the columns are {', '.join(sorted(known))}.")


def _brought_together(
    rows: Sequence[tuple[str, Row]], ids: Sequence[Column], columns: Sequence[Column]
) -> list[dict[str, object]]:
    """Return one row for each value of the ids, with the values that any of the rows gives."""
    found: dict[tuple[object, ...], dict[str, object]] = {}
    one_row_each = len(ids) == len(_IDS)
    for where, row in rows:
        values = {column.name: checked(column, row.get(column.name), where) for column in (*ids, *columns)}
        key = tuple(values[column.name] for column in ids)
        if None in key:
            missing = ids[key.index(None)].name
            raise BuildError(f"{where} has no {missing}; give each row its {missing}.")
        known = found.setdefault(key, {})
        if known and one_row_each:
            raise BuildError(f"{where}: series {key[-1]!r} stands in an earlier row of the same study.")
        for name, value in values.items():
            if value is None:
                continue
            if known.setdefault(name, value) != value:
                raise BuildError(f"{where}: {name} of {key[-1]!r} is {value!r}, but {known[name]!r} in another row.")
    return list(found.values())


def _without(columns: Sequence[Column], ids: Sequence[Column]) -> list[Column]:
    names = {column.name for column in ids}
    return [column for column in columns if column.name not in names]
