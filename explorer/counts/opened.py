"""One patient's studies in the order of time, and one study's series: what a row of the table opens into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.counts.engine.amounts import amount

if TYPE_CHECKING:
    from datetime import date

    from duckdb import DuckDBPyConnection

    from explorer.counts.engine.evaluation import Evaluation

__all__ = ["Moment", "SeriesRow", "StudyRow", "StudySeries", "moments_of", "series_of", "studies_of"]

_MOMENTS = """
SELECT study_key, patient_key,
    row_number() OVER (
        PARTITION BY patient_key ORDER BY study_day NULLS LAST, study_date NULLS LAST, study_key
    ) AS number,
    study_day - min(study_day) OVER (PARTITION BY patient_key) AS day
FROM study WHERE patient_key IN (SELECT unnest(?::BIGINT[])) ORDER BY patient_key, number
"""

_STUDIES = """
SELECT study_key, StudyInstanceUID, study_date, age, (
    SELECT arg_min(StudyDescription, series_key) FROM series WHERE series.study_key = study.study_key
) AS description
FROM study WHERE study_key IN (SELECT unnest(?::BIGINT[]))
"""

_SERIES = """
SELECT series_key, SeriesInstanceUID, SeriesNumber, SeriesDescription, Modality, ManufacturerModelName, object_kind,
    instances, bytes
FROM series WHERE study_key = ? ORDER BY try_cast(SeriesNumber AS BIGINT) NULLS LAST, SeriesNumber, series_key
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """A study on the time line of its patient.

    Attributes
    ----------
    study
        Its key in the snapshot.
    number
        Which it is of all the patient's studies, from 1 in the order of time.
    day
        Days since the first of them; None where none is recorded.
    taken
        Whether the cohort takes a series of it.
    """

    study: int
    number: int
    day: int | None
    taken: bool


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study of which the cohort takes series; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    moment
        When it was.
    uid, date, age, description
        As the snapshot has them; the description is that of its first series that has one.
    series, instances, bytes
        How much of it is taken.
    """

    moment: Moment
    uid: str
    date: date | None
    age: int | None
    description: str | None
    series: int
    instances: int
    bytes: int


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series that the cohort takes; text is as recorded, so hostile until escaped."""

    key: int
    uid: str
    number: str | None
    description: str | None
    modality: str | None
    model: str | None
    kind: str
    instances: int
    bytes: int | None


@dataclass(frozen=True, slots=True)
class StudySeries:
    """The series of a study.

    Attributes
    ----------
    rows
        Of those that the cohort takes the first, in the order of their numbers.
    taken
        How many it takes.
    left
        How many it does not take of each modality, None where that is missing; most first.
    linked
        Whether some of these were derived from images that are taken, so that they can be asked for.
    """

    rows: tuple[SeriesRow, ...]
    taken: int
    left: tuple[tuple[str | None, int], ...]
    linked: bool


def moments_of(work: Evaluation, patients: Sequence[int]) -> Mapping[int, tuple[Moment, ...]]:
    """Return all studies of each of these patients, in the order of time."""
    found: dict[int, list[Moment]] = {patient: [] for patient in patients}
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        rows = cursor.execute(_MOMENTS, [list(patients)]).fetchall()
    for study, patient, number, day in rows:
        found[patient].append(Moment(study, number, day, bool(work.taken.studies[study])))
    return {patient: tuple(moments) for patient, moments in found.items()}


def studies_of(work: Evaluation, patients: Sequence[int]) -> Mapping[int, tuple[StudyRow, ...]]:
    """Return the studies of each of these members of which series are taken, in the order of time."""
    moments = {
        patient: [moment for moment in of_patient if moment.taken]
        for patient, of_patient in moments_of(work, patients).items()
    }
    keys = np.array([moment.study for each in moments.values() for moment in each], np.int64)
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        told = {row["study_key"]: row for row in _rows(cursor, _STUDIES, [keys.tolist()])}
    sizes = zip(*(amount(work, "study", name, keys).tolist() for name in ("series", "instances", "bytes")), strict=True)
    size = dict(zip(keys.tolist(), sizes, strict=True))

    def row(moment: Moment) -> StudyRow:
        known = told[moment.study]
        about = (known["StudyInstanceUID"], known["study_date"], known["age"], known["description"])
        return StudyRow(moment, *about, *size[moment.study])

    return {patient: tuple(map(row, each)) for patient, each in moments.items()}


def series_of(work: Evaluation, study: int, limit: int) -> StudySeries:
    """Return the series of a study, `limit` at the most of those that are taken."""
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        rows = cursor.execute(_SERIES, [study]).fetchall()
    keys = np.array([row[0] for row in rows], np.int64)
    held = work.taken.holds(keys)
    taken = [SeriesRow(*row) for row, mine in zip(rows, held, strict=True) if mine]
    left = Counter(row[4] for row, mine in zip(rows, held, strict=True) if not mine)
    derived, image = work.arrays.links
    linked = bool(work.taken.holds(image[np.isin(derived, keys[~held])]).any())
    most_first = tuple(sorted(left.items(), key=lambda each: (-each[1], each[0] or "")))
    return StudySeries(tuple(taken[:limit]), len(taken), most_first, linked)


def _rows(cursor: DuckDBPyConnection, query: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor.execute(query, values)
    names = [name for name, *_ in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
