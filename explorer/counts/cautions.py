"""Where a facet lies, with the snapshot's own numbers: what a reader would take for more than it says.

A caution is a kind with its numbers; the screen says it in the reader's language (``widgets/src/left/cautions.ts``).
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypedDict

from explorer.codes import people_in_ids
from explorer.counts.small_counts import Count, SmallCounts
from explorer.snapshot.connect import SnapshotFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.snapshot import Snapshot

__all__ = ["Caution", "cautions"]

FIRST_YEAR = {"CT": 1971, "PT": 1974, "MR": 1977}
"""Years in which people were first imaged like this."""

_MANY = 10
"""A dataset of fewer patients may well have one day only."""

_SHARE = 0.05
"""A day that so large a part of the patients shares is a placeholder."""


class Early(TypedDict):
    """Patients with a study of a modality dated before the first such study ever."""

    kind: Literal["early"]
    modality: str
    year: int
    patients: Count


class OneDay(TypedDict):
    """Datasets whose dated studies are all of one day; `day`, `dataset` and `patients` are those of the largest."""

    kind: Literal["one-day"]
    datasets: int
    dataset: str
    day: str
    patients: Count


class FewDays(TypedDict):
    """Patients with a study on one of a few days that very many share."""

    kind: Literal["few-days"]
    days: list[str]
    patients: Count
    whole: Count


class SeveralNames(TypedDict):
    """Patients in datasets with several values, who count under each; the last four are of the largest dataset."""

    kind: Literal["several-names"]
    patients: Count
    dataset: str
    names: list[str]
    number: int
    within: Count


class SharedIds(TypedDict):
    """Identifiers that occur in several datasets, each time as another patient."""

    kind: Literal["shared-ids"]
    identifiers: Count
    patients: Count


class ManyIds(TypedDict):
    """A dataset that gives one person several identifiers."""

    kind: Literal["many-ids"]
    dataset: str
    patients: Count
    people: Count


class MixedLicences(TypedDict):
    """Datasets whose series have different licences."""

    kind: Literal["mixed-licences"]
    datasets: int


class Programs(TypedDict):
    """Patients of whom a derived object names a manufacturer; the most frequent one there is often a program."""

    kind: Literal["programs"]
    name: str
    patients: Count


Caution = Early | OneDay | FewDays | SeveralNames | SharedIds | ManyIds | MixedLicences | Programs

_PEOPLE = ("patients", "whole", "within", "identifiers", "people")


def cautions(snapshot: Snapshot, policy: SmallCounts | None = None) -> dict[str, list[Caution]]:
    """Return the cautions of each facet that has any, under a policy if there is one."""
    with _opening:
        found = _open.get(snapshot.file)
        if found is None:
            with snapshot.cursor() as cursor:
                found = _open[snapshot.file] = tuple(_found(cursor, snapshot.source))
    told: dict[str, list[Caution]] = {}
    for facet, caution in found:
        each = _under(policy, caution) if policy else caution
        if each is not None and facet in snapshot.recorded_facets:
            told.setdefault(facet, []).append(each)
    return told


def _under(policy: SmallCounts, caution: Caution) -> Caution | None:
    """Return what is told of a caution; None where it is about too few people to be told."""
    plain: Mapping[str, object] = caution
    people = {name: policy.protect(n) for name, n in plain.items() if name in _PEOPLE and isinstance(n, int)}
    told: Caution = {**caution, **people}  # type: ignore[assignment]
    return None if None in people.values() else told


def _found(cursor: DuckDBPyConnection, source: str) -> Iterator[tuple[str, Caution]]:
    found: tuple[tuple[str, Iterator[Caution]], ...] = (
        ("study_date", _early(cursor)),
        ("study_date", _one_day(cursor)),
        ("study_date", _few_days(cursor)),
        ("cancer_type", _several_names(cursor, "cancer_type")),
        ("tumor_location", _several_names(cursor, "tumor_location")),
        ("dataset", _many_ids(cursor, source)),
        ("dataset", _shared_ids(cursor)),
        ("license", _mixed_licences(cursor)),
        ("Manufacturer", _programs(cursor, "Manufacturer")),
        ("vendor", _programs(cursor, "vendor")),
    )
    for facet, each in found:
        for caution in each:
            yield facet, caution


def _early(cursor: DuckDBPyConnection) -> Iterator[Early]:
    modalities, years = list(FIRST_YEAR), list(FIRST_YEAR.values())
    select = """
        WITH first AS (SELECT unnest(?::VARCHAR[]) AS name, unnest(?::INTEGER[]) AS since)
        SELECT name, since, count(DISTINCT study.patient_key) AS patients
        FROM series JOIN first ON series.Modality = first.name JOIN study USING (study_key)
        WHERE year(study_date) < since GROUP BY name, since ORDER BY patients DESC, name"""
    for modality, year, patients in cursor.execute(select, [modalities, years]).fetchall():
        yield {"kind": "early", "modality": modality, "year": year, "patients": patients}


def _one_day(cursor: DuckDBPyConnection) -> Iterator[OneDay]:
    select = """
        SELECT dataset, min(study_date)::VARCHAR, count(DISTINCT patient_key) AS patients
        FROM study JOIN patient USING (patient_key) JOIN dataset USING (dataset_key) WHERE study_date IS NOT NULL
        GROUP BY dataset_key, dataset HAVING count(DISTINCT study_date) = 1 AND patients >= ?
        ORDER BY patients DESC, dataset"""
    found = cursor.execute(select, [_MANY]).fetchall()
    if found:
        dataset, day, patients = found[0]
        yield {"kind": "one-day", "datasets": len(found), "dataset": dataset, "day": day, "patients": patients}


def _few_days(cursor: DuckDBPyConnection) -> Iterator[FewDays]:
    select = """
        WITH dated AS (SELECT DISTINCT study_date AS day, patient_key FROM study WHERE study_date IS NOT NULL),
        whole AS (SELECT count(DISTINCT patient_key) AS n FROM dated),
        shared AS (SELECT day FROM dated GROUP BY day HAVING count(*) >= greatest(?, ? * (SELECT n FROM whole)))
        SELECT (SELECT list(day::VARCHAR ORDER BY day) FROM shared), count(DISTINCT patient_key),
            (SELECT n FROM whole) FROM dated WHERE day IN (SELECT day FROM shared)"""
    ((days, patients, whole),) = cursor.execute(select, [_MANY * _MANY, _SHARE]).fetchall()
    if days:
        yield {"kind": "few-days", "days": days, "patients": patients, "whole": whole}


def _several_names(cursor: DuckDBPyConnection, facet: str) -> Iterator[SeveralNames]:
    select = f"""
        SELECT dataset, {facet}, len({facet}), count(*) AS patients
        FROM patient JOIN dataset USING (dataset_key) WHERE len({facet}) > 1
        GROUP BY ALL ORDER BY patients DESC, dataset"""
    found = cursor.execute(select).fetchall()
    if found:
        dataset, names, number, within = found[0]
        patients = sum(each for *_, each in found)
        yield {
            "kind": "several-names",
            "patients": patients,
            "dataset": dataset,
            "names": names[:2],
            "number": number,
            "within": within,
        }


def _many_ids(cursor: DuckDBPyConnection, source: str) -> Iterator[ManyIds]:
    for known in people_in_ids():
        if known.source != source:
            continue
        select = """
            SELECT count(*), count(DISTINCT coalesce(nullif(regexp_extract(PatientID, ?), ''), PatientID))
            FROM patient JOIN dataset USING (dataset_key) WHERE source = ? AND dataset = ?"""
        values = [known.pattern, known.source, known.dataset]
        ((patients, people),) = cursor.execute(select, values).fetchall()
        if people < patients:
            yield {"kind": "many-ids", "dataset": known.dataset, "patients": patients, "people": people}


def _shared_ids(cursor: DuckDBPyConnection) -> Iterator[SharedIds]:
    select = """
        SELECT count(*), coalesce(sum(n), 0)::BIGINT
        FROM (SELECT count(*) AS n FROM patient GROUP BY PatientID HAVING count(DISTINCT dataset_key) > 1)"""
    ((identifiers, patients),) = cursor.execute(select).fetchall()
    if identifiers:
        yield {"kind": "shared-ids", "identifiers": identifiers, "patients": patients}


def _mixed_licences(cursor: DuckDBPyConnection) -> Iterator[MixedLicences]:
    select = "SELECT count(*) FROM (SELECT 1 FROM series GROUP BY dataset_key HAVING count(DISTINCT license) > 1)"
    ((datasets,),) = cursor.execute(select).fetchall()
    if datasets:
        yield {"kind": "mixed-licences", "datasets": datasets}


def _programs(cursor: DuckDBPyConnection, facet: str) -> Iterator[Programs]:
    select = f"""
        SELECT {facet}, count(DISTINCT patient_key) AS patients
        FROM series WHERE object_kind <> 'image' AND {facet} IS NOT NULL
        GROUP BY {facet} ORDER BY patients DESC, {facet} LIMIT 1"""
    for name, patients in cursor.execute(select).fetchall():
        yield {"kind": "programs", "name": name, "patients": patients}


_opening = threading.Lock()
_open: weakref.WeakKeyDictionary[SnapshotFile, tuple[tuple[str, Caution], ...]] = weakref.WeakKeyDictionary()
