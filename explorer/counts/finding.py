"""Which rows of a cohort an identifier, or a part of one, stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.types import Flags, Numbers

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.tables import TableLevel

__all__ = ["WHOLE_UID", "Found", "find_rows", "held_of"]

WHOLE_UID = 8
"""Parts of a UID that are shorter stand in so many of them that they find nothing; a whole one may be of any length."""


@dataclass(frozen=True, eq=False)
class Found:
    """The rows of a cohort that a text stands for.

    Attributes
    ----------
    text
        What was looked for: a part of a PatientID in any case, or a UID of a study or a series, whole or from 8
        characters of it on.
    among
        Which rows of the level it stands for, by their keys: what is so called, what belongs to that, and what that
        belongs to.
    total
        How many of these the cohort has.
    studies
        Keys of the studies, with a series taken, that are so called or have a series so called.
    elsewhere
        Patients of the snapshot for whom it stands too, but who are not members.
    """

    text: str
    among: Flags
    total: int
    studies: tuple[int, ...]
    elsewhere: int


def find_rows(work: Evaluation, level: TableLevel, text: str) -> Found:
    """Return the rows of a level that a text stands for."""
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        patients = _keys(cursor, "patient", "contains(lower(PatientID), lower(?))", text)
        studies = _keys(cursor, "study", _uid("StudyInstanceUID", text), text)
        series = _keys(cursor, "series", _uid("SeriesInstanceUID", text), text)
    arrays, nesting = work.arrays, work.arrays.nesting
    taken = series[work.taken.holds(series)]
    of_series = np.union1d(studies, arrays.unit_study[arrays.series_unit[series]])
    of_taken = np.union1d(studies[work.taken.studies[studies]], arrays.unit_study[arrays.series_unit[taken]])
    among = np.zeros(nesting.sizes[level], np.bool_)
    match level:
        case "patient":
            found = [patients, arrays.study_patient[of_taken]]
        case "study":
            found = [nesting.within("study", "patient", patients)[0], of_taken]
        case "series":
            inside = [nesting.within("series", "patient", patients)[0], nesting.within("series", "study", studies)[0]]
            found = [*inside, taken]
    for keys in found:
        among[keys] = True
    everybody = np.union1d(patients, arrays.study_patient[of_series])
    elsewhere = int(np.count_nonzero(~work.rules.members[everybody]))
    rows = np.flatnonzero(among)
    total = int(np.count_nonzero(held_of(work, level, rows)))
    return Found(text, among, total, tuple(of_taken.tolist()), elsewhere)


def held_of(work: Evaluation, level: TableLevel, keys: Numbers) -> Flags:
    """Return which of some patients, studies or series, given by their keys, the cohort has rows for."""
    if level == "series":
        return work.taken.holds(keys)
    return (work.rules.members if level == "patient" else work.taken.studies)[keys]


def _uid(column: str, text: str) -> str:
    return f"contains({column}, ?)" if len(text) >= WHOLE_UID else f"{column} = ?"


def _keys(cursor: DuckDBPyConnection, table: str, where: str, text: str) -> Numbers:
    """Return the keys of a table's rows, ascending."""
    key = f"{table}_key"
    found = cursor.execute(f"SELECT {key} AS key FROM {table} WHERE {where} ORDER BY {key}", [text]).fetchnumpy()
    keys: Numbers = found["key"].astype(np.int64)
    return keys
