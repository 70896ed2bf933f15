"""The cohort as rows: its patients, studies or series, as SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from explorer.counts.engine.amounts import Amount
from explorer.counts.sql import Sql, Value
from explorer.errors import UnknownNameError
from explorer.schema import SERIES, Level

__all__ = [
    "TABLE_LEVELS",
    "TableLevel",
    "amounts_of",
    "check_columns",
    "columns_of",
    "select_keys",
    "select_lots",
    "select_order",
    "select_page",
    "select_rows",
    "select_series",
    "table_of",
]

TableLevel = Literal["patient", "study", "series"]
TABLE_LEVELS: tuple[TableLevel, ...] = get_args(TableLevel)

_WHO = {"source": "dataset.source", "dataset": "dataset.dataset", "PatientID": "patient.PatientID"}
_WHEN = {"study_date": "study.study_date", "age": "study.age"}
_SIZE = {
    "series": "count(taken.series_key)",
    "instances": "coalesce(sum(taken.instances), 0)::BIGINT",
    "bytes": "coalesce(sum(taken.bytes), 0)::BIGINT",
}
_KEYS = ("series_key", "study_key", "patient_key", "dataset_key")
_DATASET = "JOIN dataset ON dataset.dataset_key = patient.dataset_key"
_PATIENT = f"JOIN patient ON patient.patient_key = study.patient_key {_DATASET}"
_STUDY = f"JOIN study ON study.study_key = series.study_key {_PATIENT}"


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one level.

    Attributes
    ----------
    columns
        What tables hold, by name of the column.
    amounts
        What follows from the series that are taken, by name of the column.
    joined
        The other tables, joined to that of the level.
    source
        The cohort's rows, on the scratch tables.
    key
        The order that never ties.
    """

    columns: dict[str, str]
    amounts: dict[str, str]
    joined: str
    source: str
    key: str

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.columns, *self.amounts)

    def of_scratch(self, name: str) -> str:
        return self.columns.get(name) or self.amounts[name]

    def of_page(self, name: str) -> str:
        return self.columns.get(name) or f'page."{name}"'


_ROWS: dict[TableLevel, _Rows] = {
    "patient": _Rows(
        {**_WHO, "sex": "patient.sex"},
        {"age": "min(study.age)", "studies": "count(DISTINCT taken.study_key)", **_SIZE},
        _DATASET,
        f"FROM member JOIN patient ON patient.patient_key = member.patient_key {_DATASET} "
        "LEFT JOIN taken ON taken.patient_key = patient.patient_key "
        "LEFT JOIN study ON study.study_key = taken.study_key "
        "GROUP BY patient.patient_key, dataset.source, dataset.dataset, patient.PatientID, patient.sex",
        "patient.patient_key",
    ),
    "study": _Rows(
        {**_WHO, "StudyInstanceUID": "study.StudyInstanceUID", "sex": "patient.sex", **_WHEN},
        _SIZE,
        _PATIENT,
        f"FROM taken JOIN study ON study.study_key = taken.study_key {_PATIENT} "
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
        {},
        _STUDY,
        f"FROM taken JOIN series ON series.series_key = taken.series_key {_STUDY}",
        "series.series_key",
    ),
}


def columns_of(level: str) -> tuple[str, ...]:
    """Return the names of the columns that rows of the level have."""
    return _rows(level).names


def amounts_of(level: str, columns: Sequence[str] | None = None) -> tuple[Amount, ...]:
    """Return which columns, of those wanted, no table holds: they follow from the series that are taken."""
    rows = _rows(level)
    return tuple(cast(Amount, name) for name in rows.amounts if not columns or name in columns)


def table_of(level: str, column: str) -> Level:
    """Return the table that holds a column of rows of the level that is no amount."""
    return cast(Level, _rows(level).columns[column].split(".")[0])


def check_columns(level: str, columns: Iterable[str]) -> None:
    """Raise an `UnknownNameError` where rows of the level lack a column, or where there is no such level."""
    rows = _rows(level)
    for name in columns:
        _known(name, rows)


def select_rows(
    level: str, *, columns: Sequence[str] | None = None, sort: str | None = None, descending: bool = False
) -> str:
    """Return the SELECT of all of the cohort's rows at a level, on the scratch tables.

    Parameters
    ----------
    level
        ``patient`` (every member), ``study`` or ``series`` (those that the cohort takes).
    columns
        Names of the columns wanted, in order; all by default.
    sort
        Column to sort by, missing values last; ties, and by default everything, in the order of the keys.
    """
    rows = _rows(level)
    picked = _picked(rows, columns or rows.names, rows.of_scratch)
    order = f"{rows.of_scratch(_known(sort, rows))} {_direction(descending)}, " if sort else ""
    return f"SELECT {picked} {rows.source} ORDER BY {order}{rows.key}"


def select_page(
    level: str, columns: Sequence[str] | None, keys: Sequence[int], amounts: Mapping[Amount, list[Value]]
) -> Sql:
    """Return the SELECT of rows given by their keys and amounts, in this order, on the snapshot's own tables."""
    rows = _rows(level)
    given: list[Value] = [list(keys), *amounts.values(), len(keys)]
    page = ", ".join(f'unnest(?::BIGINT[]) AS "{name}"' for name in ("key", *amounts))
    return Sql(
        f"SELECT {_picked(rows, columns or rows.names, rows.of_page)} "
        f"FROM (SELECT {page}, unnest(range(?)) AS place) AS page "
        f"JOIN {level} ON {rows.key} = page.key {rows.joined} ORDER BY page.place",
        tuple(given),
    )


def select_order(table: str, column: str, descending: bool) -> str:
    """Return the SELECT of all keys of a table, sorted by a column, missing values last; ties in their order."""
    key = f"{table}_key"
    return f'SELECT {key}::INTEGER AS key FROM {table} ORDER BY "{column}" {_direction(descending)}, {key}'


def select_lots(level: TableLevel, seed: int) -> str:
    """Return the SELECT of all keys of a table in the order of their lots, the MD5 of a seed and what they are named.

    The lot of a series is that with which samples are drawn.
    """
    key = f"{level}_key"
    named = {
        "patient": "source || ' ' || dataset || ' ' || PatientID",
        "study": "StudyInstanceUID",
        "series": "SeriesInstanceUID",
    }
    table = "patient JOIN dataset USING (dataset_key)" if level == "patient" else level
    return f"SELECT {key}::INTEGER AS key FROM {table} ORDER BY md5('{int(seed)} ' || {named[level]}), {key}"


def select_series(uids: Sequence[str], columns: Sequence[str]) -> Sql:
    """Return the SELECT of those of these series that the cohort takes."""
    rows = _ROWS["series"]
    marks = ", ".join("?" * len(uids))
    where = f"WHERE series.SeriesInstanceUID IN ({marks})"
    picked = _picked(rows, columns, rows.of_scratch)
    return Sql(f"SELECT {picked} {rows.source} {where} ORDER BY {rows.key}", tuple(uids))


def select_keys(keys: Sequence[int], columns: Sequence[str]) -> Sql:
    """Return the SELECT of the series with these keys that the cohort takes: the key, then the columns."""
    rows = _ROWS["series"]
    source = f"{rows.source} WHERE {rows.key} IN (SELECT unnest(?::BIGINT[]))"
    return Sql(f"SELECT {rows.key} AS key, {_picked(rows, columns, rows.of_scratch)} {source}", (list(keys),))


def _picked(rows: _Rows, columns: Sequence[str], told: Callable[[str], str]) -> str:
    return ", ".join(f'{told(_known(name, rows))} AS "{name}"' for name in columns)


def _direction(descending: bool) -> str:
    return f"{'DESC' if descending else 'ASC'} NULLS LAST"


def _rows(level: str) -> _Rows:
    for known, rows in _ROWS.items():
        if known == level:
            return rows
    raise UnknownNameError(f"there is no table of level {level!r}; the levels are {', '.join(TABLE_LEVELS)}")


def _known(name: str, rows: _Rows) -> str:
    if name in rows.names:
        return name
    raise UnknownNameError(f"there is no column {name!r} in this table; its columns: {', '.join(rows.names)}")
