"""The cohort as rows: its patients, studies or series, sorted and paged in DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from explorer.counts.sql import Sql
from explorer.errors import UnknownNameError
from explorer.schema import SERIES

__all__ = ["TABLE_LEVELS", "TableLevel", "columns_of", "select_keys", "select_rows", "select_series"]

TableLevel = Literal["patient", "study", "series"]
TABLE_LEVELS: tuple[TableLevel, ...] = get_args(TableLevel)

_SIZE = {
    "series": "count(taken.series_key)",
    "instances": "coalesce(sum(taken.instances), 0)::BIGINT",
    "bytes": "coalesce(sum(taken.bytes), 0)::BIGINT",
}
_WHO = {"source": "dataset.source", "dataset": "dataset.dataset", "PatientID": "patient.PatientID"}
_WHEN = {"study_date": "study.study_date", "age": "study.age"}
_KEYS = ("series_key", "study_key", "patient_key", "dataset_key")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one level: columns by name, where they come from, and the order that never ties."""

    columns: dict[str, str]
    source: str
    key: str


_ROWS: dict[TableLevel, _Rows] = {
    "patient": _Rows(
        {
            **_WHO,
            "sex": "patient.sex",
            "age": "min(study.age)",
            "studies": "count(DISTINCT taken.study_key)",
            **_SIZE,
        },
        "FROM member JOIN patient ON patient.patient_key = member.patient_key "
        "JOIN dataset ON dataset.dataset_key = patient.dataset_key "
        "LEFT JOIN taken ON taken.patient_key = patient.patient_key "
        "LEFT JOIN study ON study.study_key = taken.study_key "
        "GROUP BY patient.patient_key, dataset.source, dataset.dataset, patient.PatientID, patient.sex",
        "patient.patient_key",
    ),
    "study": _Rows(
        {**_WHO, "StudyInstanceUID": "study.StudyInstanceUID", "sex": "patient.sex", **_WHEN, **_SIZE},
        "FROM taken JOIN study ON study.study_key = taken.study_key "
        "JOIN patient ON patient.patient_key = study.patient_key "
        "JOIN dataset ON dataset.dataset_key = patient.dataset_key "
        "GROUP BY study.study_key, dataset.source, dataset.dataset, patient.PatientID, study.StudyInstanceUID, "
        "patient.sex, study.study_date, study.age",
        "study.study_key",
    ),
    "series": _Rows(
        {
            **_WHO,
            "StudyInstanceUID": "study.StudyInstanceUID",
            "SeriesInstanceUID": "series.SeriesInstanceUID",
            "sex": "patient.sex",
            **_WHEN,
            **{name: f"series.{name}" for name in SERIES.names if name not in (*_KEYS, "SeriesInstanceUID")},
        },
        "FROM taken JOIN series ON series.series_key = taken.series_key "
        "JOIN study ON study.study_key = series.study_key "
        "JOIN patient ON patient.patient_key = study.patient_key "
        "JOIN dataset ON dataset.dataset_key = patient.dataset_key",
        "series.series_key",
    ),
}


def columns_of(level: str) -> tuple[str, ...]:
    """Return the names of the columns that rows of the level have."""
    return tuple(_rows(level).columns)


def select_rows(
    level: str,
    *,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> str:
    """Return the SELECT of the cohort's rows at a level, on the scratch tables.

    Parameters
    ----------
    level
        ``patient`` (every member), ``study`` or ``series`` (those that the cohort takes).
    columns
        Names of the columns wanted, in order; all by default.
    sort
        Column to sort by, missing values last; ties, and by default everything, in the order of the keys.
    limit, offset
        A page of the rows; all by default.
    """
    rows = _rows(level)
    wanted = [_known(name, rows) for name in columns or rows.columns]
    order = f'"{_known(sort, rows)}" {"DESC" if descending else "ASC"} NULLS LAST, ' if sort else ""
    picked = ", ".join(f'{rows.columns[name]} AS "{name}"' for name in wanted)
    page = f" LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else ""
    return f"SELECT {picked} {rows.source} ORDER BY {order}{rows.key}{page}"


def select_series(uids: Sequence[str], columns: Sequence[str]) -> Sql:
    """Return the SELECT of those of these series that the cohort takes."""
    rows = _ROWS["series"]
    picked = ", ".join(f'{rows.columns[_known(name, rows)]} AS "{name}"' for name in columns)
    marks = ", ".join("?" * len(uids))
    where = f"WHERE series.SeriesInstanceUID IN ({marks})"
    return Sql(f"SELECT {picked} {rows.source} {where} ORDER BY {rows.key}", tuple(uids))


def select_keys(keys: Sequence[int], columns: Sequence[str]) -> Sql:
    """Return the SELECT of the series with these keys that the cohort takes: the key, then the columns."""
    rows = _ROWS["series"]
    picked = ", ".join(f'{rows.columns[_known(name, rows)]} AS "{name}"' for name in columns)
    source = f"{rows.source} WHERE {rows.key} IN (SELECT unnest(?::BIGINT[]))"
    return Sql(f"SELECT {rows.key} AS key, {picked} {source}", (list(keys),))


def _rows(level: str) -> _Rows:
    for known, rows in _ROWS.items():
        if known == level:
            return rows
    raise UnknownNameError(f"there is no table of level {level!r}; the levels are {', '.join(TABLE_LEVELS)}")


def _known(name: str, rows: _Rows) -> str:
    if name in rows.columns:
        return name
    raise UnknownNameError(f"there is no column {name!r} in this table; its columns: {', '.join(rows.columns)}")
