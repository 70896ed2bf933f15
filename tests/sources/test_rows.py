from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import BuildError, UnknownNameError
from explorer.snapshot import Snapshot
from explorer.sources import RowsSource, source_named


def rows_of(snapshot: Snapshot, query: str) -> list[tuple[Any, ...]]:
    with snapshot.cursor() as cursor:
        return cursor.execute(query).fetchall()


def test_what_a_row_leaves_out(tmp_path: Path) -> None:
    snapshot = Snapshot.build(RowsSource([{"PatientID": "p"}]), store=tmp_path)
    assert rows_of(snapshot, "SELECT dataset, source FROM dataset") == [("rows", "rows")]
    assert rows_of(snapshot, "SELECT instances, size_mb, bytes, object_kind, Modality, vendor FROM series") == [
        (1, 1.0, 1_000_000, "image", None, None)
    ]


def test_derived_values_are_filled_in_where_none_is_given(tmp_path: Path) -> None:
    snapshot = Snapshot.build(
        RowsSource(
            [
                {"PatientID": "1", "Manufacturer": "GEMS", "BodyPartExamined": "THORAX", "study_date": "1970-01-11"},
                {"PatientID": "2", "Manufacturer": "GEMS", "vendor": "Mine", "Modality": "SEG", "study_day": 3},
                {"PatientID": "3", "Modality": "SEG", "object_kind": "image", "size_mb": 2.5e-6, "age": 3.0},
                {"PatientID": "4", "size_mb": None, "study_date": dt.date(1969, 12, 31), "study_day": 3},
                {"PatientID": "5", "size_mb": float("nan")},
            ]
        ),
        store=tmp_path,
    )
    assert rows_of(
        snapshot,
        "SELECT vendor, body_part, object_kind, study_day, bytes, age FROM series JOIN study USING (study_key)",
    ) == [
        ("GE", "CHEST", "image", 10, 1_000_000, None),
        ("Mine", None, "segmentation", 3, 1_000_000, None),
        (None, None, "image", None, 2, 3),
        (None, None, "image", 3, None, None),
        (None, None, "image", None, None, None),
    ]


def test_values_of_higher_levels_may_stand_in_any_row(tmp_path: Path) -> None:
    snapshot = Snapshot.build(
        RowsSource(
            [
                {"dataset": "d", "PatientID": "p", "StudyInstanceUID": "1"},
                {"dataset": "d", "PatientID": "p", "StudyInstanceUID": "1", "age": 50, "sex": "F"},
                {"dataset": "d", "PatientID": "p", "StudyInstanceUID": "2", "cancer_type": ["b", "a", "a"]},
                {"dataset": "e", "PatientID": "p", "StudyInstanceUID": "1", "sex": "M", "species": []},
            ],
            datasets=[{"dataset": "d", "title": "D", "tier": "2"}, {"dataset": "c"}],
        ),
        store=tmp_path,
    )
    assert rows_of(snapshot, "SELECT dataset_key, dataset, title, cancer_type, species FROM dataset") == [
        (0, "c", None, None, None),
        (1, "d", "D", ["a", "b"], None),
        (2, "e", None, None, None),
    ]
    assert rows_of(snapshot, "SELECT patient_key, dataset_key, PatientID, sex FROM patient") == [
        (0, 1, "p", "F"),
        (1, 2, "p", "M"),
    ]
    assert rows_of(snapshot, "SELECT study_key, patient_key, age FROM study") == [
        (0, 0, 50),
        (1, 0, None),
        (2, 1, None),
    ]
    assert snapshot.totals["datasets"] == 2


def test_derivations_and_citations(tmp_path: Path) -> None:
    source = RowsSource(
        [{"PatientID": "p", "SeriesInstanceUID": uid} for uid in ("b", "a", "c")],
        derivations=[("c", "a"), ("b", "a"), ("c", "a")],
        citations=[{"source_doi": "10.1/x", "title": "X"}],
    )
    snapshot = Snapshot.build(source, store=tmp_path)
    assert rows_of(snapshot, "SELECT derived_key, image_key FROM derivation") == [(1, 0), (2, 0)]
    assert rows_of(snapshot, "SELECT source_doi, title FROM citation") == [("10.1/x", "X")]


HOSTILE = [
    "",
    " ",
    "a\0b",
    "é",
    "<img src=x onerror=alert(1)>",
    "'; DROP TABLE series; --",
    "\u202egnp.exe",
    "\U0001d54a",
    "=1+1",
    "NULL",
    "\n",
    "\ud7ff",
]


def test_hostile_text_stays_as_it_is(tmp_path: Path) -> None:
    source = RowsSource([{"PatientID": text or "empty", "SeriesDescription": text} for text in HOSTILE])
    snapshot = Snapshot.build(source, store=tmp_path)
    assert set(snapshot.values("SeriesDescription")) == set(HOSTILE)
    for text in HOSTILE:
        assert snapshot.holds("SeriesDescription", text)
        assert snapshot.holds_text("SeriesDescription", text)
    snapshot.verify()


def test_text_is_kept_in_nfc(tmp_path: Path) -> None:
    snapshot = Snapshot.build(
        RowsSource([{"PatientID": "e\u0301", "SeriesDescription": "a\0e\u0301", "cancer_type": ["e\u0301"]}]),
        store=tmp_path,
    )
    assert rows_of(snapshot, "SELECT PatientID FROM patient") == [("é",)]
    assert snapshot.values("SeriesDescription") == ("a\0é",)
    assert snapshot.values("cancer_type") == ("é",)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"Modality": "CT"}], "series row 1 has no PatientID"),
        ([{"PatientID": "p", "modality": "CT"}], "no column 'modality'.*Modality"),
        ([{"PatientID": "p", "patient_key": 1}], "no column 'patient_key'"),
        ([{"PatientID": 7}], "PatientID must be text, not 7"),
        ([{"PatientID": "p", "age": True}], "age must be a whole number"),
        ([{"PatientID": "p", "age": 1.5}], "age must be a whole number"),
        ([{"PatientID": "p", "study_date": "1999"}], "study_date must be a date"),
        ([{"PatientID": "p", "cancer_type": "Glioma"}], "cancer_type must be a list of text"),
        ([{"PatientID": "p", "Modality": "\ud800"}], "Modality must be text"),
        ([{"PatientID": "p", "sex": "F"}, {"PatientID": "p", "sex": "M"}], "sex of 'p' is 'M', but 'F'"),
        ([{"PatientID": "p", "instances": None}], "instances is missing in 1 rows"),
        ([{"PatientID": "p", "SeriesInstanceUID": "1"}] * 2, "series '1' stands in an earlier row"),
    ],
)
def test_what_is_refused(tmp_path: Path, rows: list[dict[str, object]], says: str) -> None:
    with pytest.raises(BuildError, match=says):
        Snapshot.build(RowsSource(rows), store=tmp_path)
    assert not list(tmp_path.glob("*.duckdb")) and not list(tmp_path.glob("*.building"))


def test_a_derivation_of_unknown_series_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="names the series 'nowhere'"):
        Snapshot.build(RowsSource([{"PatientID": "p"}], derivations=[("1.p.1", "nowhere")]), store=tmp_path)


def test_an_unknown_source_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownNameError, match=r"no source 'pacs'.*idc"):
        source_named("pacs")
