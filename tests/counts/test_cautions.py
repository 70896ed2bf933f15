"""Where facets lie: every caution against rows of which the answer is plain, and against the default snapshot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer import Snapshot
from explorer.counts import SmallCounts
from explorer.counts.cautions import cautions
from explorer.sources import RowsSource

Rows = list[dict[str, Any]]
Found = dict[str, list[dict[str, Any]]]


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., Found]:
    def told(rows: Rows, policy: SmallCounts | None = None) -> Found:
        return {k: [dict(each) for each in v] for k, v in cautions(built(rows, tmp_path), policy).items()}

    return told


def built(rows: Rows, folder: Path) -> Snapshot:
    return Snapshot.build(RowsSource(rows), store=folder)


def people(number: int, first: int = 0, **row: Any) -> Rows:
    studies = {"StudyInstanceUID": str(row["study_date"])} if "study_date" in row else {}
    return [{"PatientID": f"p{n}", **studies, **row} for n in range(first, first + number)]


def test_nothing_to_say(found: Callable[..., Found]) -> None:
    rows = people(40, Modality="CT", Manufacturer="GE", license="CC BY 4.0", cancer_type=["Glioma"])
    dated = [{**row, "study_date": f"20{n:02}-01-02"} for n, row in enumerate(rows)]
    assert found(dated) == {}


def test_dates_before_the_first_scanner(found: Callable[..., Found]) -> None:
    rows = [
        {"PatientID": "a", "Modality": "MR", "study_date": "1976-12-31"},
        {"PatientID": "a", "Modality": "MR", "study_date": "1959-01-01", "StudyInstanceUID": "2"},
        {"PatientID": "b", "Modality": "MR", "study_date": "1977-01-01"},
        {"PatientID": "c", "Modality": "CT", "study_date": "1976-12-31"},
        {"PatientID": "d", "Modality": "MR", "study_date": None},
    ]
    assert found(rows) == {"study_date": [{"kind": "early", "modality": "MR", "year": 1977, "patients": 1}]}


def test_one_day_for_a_whole_dataset(found: Callable[..., Found]) -> None:
    rows = people(12, dataset="one", study_date="2000-01-01") + people(9, dataset="few", study_date="2001-01-01")
    rows += people(11, dataset="two", study_date="2002-02-03") + people(3, dataset="two", study_date=None)
    rows += people(20, dataset="many", study_date="2003-01-01") + people(1, dataset="many", study_date="2004-01-01")
    assert found(rows)["study_date"] == [
        {"kind": "one-day", "datasets": 2, "dataset": "one", "day": "2000-01-01", "patients": 12}
    ]


def test_days_that_very_many_share(found: Callable[..., Found]) -> None:
    rows = people(130, study_date="2000-01-02") + people(100, 100, study_date="1999-01-02")
    rows += [{"PatientID": f"q{n}", "study_date": f"20{n:02}-05-05"} for n in range(50)]
    assert found(rows)["study_date"] == [
        {"kind": "few-days", "days": ["1999-01-02", "2000-01-02"], "patients": 200, "whole": 250}
    ]


def test_people_who_count_twice(found: Callable[..., Found]) -> None:
    rows = people(12, dataset="one") + people(11, 8, dataset="two")
    assert found(rows) == {"dataset": [{"kind": "shared-ids", "identifiers": 4, "patients": 8}]}


def test_datasets_about_several_things(found: Callable[..., Found]) -> None:
    rows = people(12, dataset="one", cancer_type=["Lung", "None", "Other"]) + people(
        20, dataset="two", cancer_type=["a"]
    )
    rows += people(5, 50, dataset="three", cancer_type=["a", "b"], license="x")
    rows += people(1, 50, dataset="three", cancer_type=["a", "b"], license="y")
    said = found(rows)
    names = {"names": ["Lung", "None"], "number": 3, "within": 12}
    assert said["cancer_type"] == [{"kind": "several-names", "patients": 17, "dataset": "one", **names}]
    assert said["license"] == [{"kind": "mixed-licences", "datasets": 1}]


def test_programs_that_stand_where_manufacturers_do(found: Callable[..., Found]) -> None:
    rows = people(12, Modality="CT", Manufacturer="GE") + people(3, Modality="SEG", Manufacturer="QIICR")
    program = {"kind": "programs", "name": "QIICR", "patients": 3}
    assert found(rows) == {"Manufacturer": [program], "vendor": [program]}


def test_small_counts(found: Callable[..., Found]) -> None:
    rows = people(12, dataset="one", cancer_type=["a", "b"]) + people(12, 8, dataset="two")
    rows += [{"PatientID": "x", "dataset": "two", "Modality": "MR", "study_date": "1959-01-01"}]
    exact, told = found(rows), found(rows, SmallCounts(10, 10))
    assert {name: len(each) for name, each in exact.items()} == {"study_date": 1, "cancer_type": 1, "dataset": 1}
    # Four identifiers and one person are too few to be told of.
    assert [each["patients"] for each in told.pop("cancer_type")] == [10]
    assert told == {}


def test_the_default_snapshot(default_snapshot: Snapshot) -> None:
    told = {name: {each["kind"]: each for each in of} for name, of in cautions(default_snapshot).items()}
    one = told["dataset"]["many-ids"]
    assert one == {"kind": "many-ids", "dataset": "cbis_ddsm", "patients": 6671, "people": 1566}
    assert told["dataset"]["shared-ids"] == {"kind": "shared-ids", "identifiers": 89, "patients": 178}
    assert told["license"]["mixed-licences"] == {"kind": "mixed-licences", "datasets": 39}
    nlst = told["cancer_type"]["several-names"]
    assert (nlst["kind"], nlst.get("dataset"), nlst.get("within")) == ("several-names", "nlst", 26410)
    with default_snapshot.cursor() as cursor:
        select = """
            SELECT count(DISTINCT patient_key) FROM study JOIN series USING (study_key, patient_key)
            WHERE Modality = 'PT' AND study_date < DATE '1974-01-01'"""
        ((early,),) = cursor.execute(select).fetchall()
    assert told["study_date"]["early"] == {"kind": "early", "modality": "PT", "year": 1974, "patients": early}
    assert set(told["study_date"]) == {"early", "one-day", "few-days"}
