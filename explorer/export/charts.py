"""What the cohort looks like: age, modality, dataset and year of study of its members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.counts.small_counts import SmallCounts, count_in_words
from explorer.errors import UnknownNameError
from explorer.export.chart import Chart
from explorer.export.draw import Bar
from explorer.facets import FACETS

if TYPE_CHECKING:
    from explorer.counts.scratch import Scratch

__all__ = ["CHARTS", "chart"]

CHARTS = ("age", "Modality", "dataset", "study_date")
"""Facets that a cohort is drawn by, in the order of an exported notebook."""

_YEARS = 5
_GAPS = 200  # years: over a longer time, years without a study are left out

_AGES = f"""
SELECT age // {_YEARS} * {_YEARS} AS low, count(*) FROM (
    SELECT patient_key, min(study.age) AS age
    FROM member LEFT JOIN (SELECT DISTINCT study_key, patient_key FROM taken) AS seen USING (patient_key)
    LEFT JOIN study USING (study_key) GROUP BY patient_key
) GROUP BY low ORDER BY low NULLS FIRST
"""
_MODALITIES = """
SELECT Modality, now, whole FROM (
    SELECT Modality, count(DISTINCT taken.patient_key) AS now FROM taken JOIN series USING (series_key) GROUP BY 1
) JOIN (SELECT Modality, count(DISTINCT patient_key) AS whole FROM series GROUP BY 1)
    USING (Modality) ORDER BY now DESC, Modality
"""
_MODALITIES_MISSING = """
SELECT count(DISTINCT taken.patient_key), (SELECT count(DISTINCT patient_key) FROM series WHERE Modality IS NULL)
FROM taken JOIN series USING (series_key) WHERE Modality IS NULL
"""
_DATASETS = """
SELECT dataset.dataset, count(member.patient_key) AS now, count(*) AS whole
FROM dataset JOIN patient USING (dataset_key) LEFT JOIN member USING (patient_key)
GROUP BY dataset.dataset_key, dataset.dataset HAVING now > 0 ORDER BY now DESC, dataset.dataset_key
"""
_STUDY_YEARS = """
SELECT year(study_date) AS year, count(DISTINCT patient_key)
FROM (SELECT DISTINCT study_key, patient_key FROM taken) JOIN study USING (study_key, patient_key)
GROUP BY year ORDER BY year NULLS FIRST
"""


def chart(scratch: Scratch, name: str, policy: SmallCounts | None = None) -> Chart:
    """Return the cohort drawn by a facet.

    Parameters
    ----------
    scratch
        The cohort.
    name
        One of `CHARTS`.
    policy
        Under which the numbers are told; None tells them all.

    Raises
    ------
    UnknownNameError
        There is no such chart.
    """
    match name:
        case "age":
            return _told(_ages(scratch, policy), policy)
        case "Modality":
            return _told(_modalities(scratch), policy)
        case "dataset":
            bars = tuple(Bar(*row) for row in scratch.rows(_DATASETS))
            return _told(Chart("Dataset", "patients", bars, "bars"), policy)
        case "study_date":
            return _told(_years(scratch, policy), policy)
    raise UnknownNameError(f"there is no chart {name!r}; there are {', '.join(CHARTS)}")


def _ages(scratch: Scratch, policy: SmallCounts | None) -> Chart:
    counted = dict(scratch.rows(_AGES))
    missing = counted.pop(None, 0)
    lows = range(min(counted), max(counted) + 1, _YEARS) if counted else range(0)
    bars = tuple(Bar(f"{low}–{low + _YEARS - 1}", counted.get(low, 0)) for low in lows)
    notes = ("The age at the first study that the cohort takes.", _missing("Age", missing, scratch, policy))
    return Chart("Age in years", "patients", bars, "columns", notes)


def _modalities(scratch: Scratch) -> Chart:
    bars = [Bar(*row) for row in scratch.rows(_MODALITIES)]
    ((now, whole),) = scratch.rows(_MODALITIES_MISSING)
    if now:
        bars.append(Bar("missing", now, whole))
    notes = ("Of the series that the cohort takes. A patient with several modalities counts in each.",)
    return Chart("Modality", "patients", tuple(bars), "bars", notes)


def _years(scratch: Scratch, policy: SmallCounts | None) -> Chart:
    counted = dict(scratch.rows(_STUDY_YEARS))
    missing = counted.pop(None, 0)
    years = sorted(counted)
    if years and years[-1] - years[0] < _GAPS:
        years = list(range(years[0], years[-1] + 1))
    bars = tuple(Bar(str(year), counted.get(year, 0)) for year in years)
    caution = FACETS["study_date"].column.caution
    notes = (
        "A patient with studies in several years counts in each.",
        _missing("The date of a study", missing, scratch, policy),
    )
    return Chart("Year of study, as recorded", "patients", bars, "columns", notes, (caution,) if caution else ())


def _missing(what: str, missing: int, scratch: Scratch, policy: SmallCounts | None) -> str:
    if not missing:
        return f"{what} is never missing."
    ((patients,),) = scratch.rows("SELECT count(*) FROM member")
    if policy:
        told, of = (count_in_words(policy.protect(number), policy) for number in (missing, patients))
        return f"{what} is missing for {told} of {of} patients."
    share = 100 * missing / patients
    return f"{what} is missing for {missing:,} of {patients:,} patients ({share:.1f} %)."


def _told(exact: Chart, policy: SmallCounts | None) -> Chart:
    """Return what the policy lets be told of a chart; bars that lie are in the order of what is told."""
    if policy is None:
        return exact
    bars = [_told_bar(bar, policy) for bar in exact.bars]
    if exact.shape == "bars":
        bars.sort(key=lambda bar: (bar.label == "missing", -bar.number, bar.label))
    return replace(exact, bars=tuple(bars), notes=(*exact.notes, policy.sentence()))


def _told_bar(bar: Bar, policy: SmallCounts) -> Bar:
    now = policy.protect(bar.number)
    whole = None if bar.whole is None else policy.protect(bar.whole)
    said_whole = "" if bar.whole is None else count_in_words(whole, policy)
    return Bar(bar.label, now or 0, None if bar.whole is None else whole or 0, count_in_words(now, policy), said_whole)
