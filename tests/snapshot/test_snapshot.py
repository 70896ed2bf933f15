from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from explorer.errors import SnapshotError, UnknownFacetError
from explorer.facets import FACETS
from explorer.snapshot import Snapshot


def test_what_it_says_of_itself(small_snapshot: Snapshot) -> None:
    card = small_snapshot.card()
    assert card["title"] == small_snapshot.title == "Forty series"
    assert card["alias"] == small_snapshot.alias == "rows-1"
    assert small_snapshot.date == "2026-01-31"
    assert small_snapshot.path.name == f"{small_snapshot.id}.duckdb"
    assert small_snapshot.totals == {
        "datasets": 1,
        "patients": 5,
        "studies": 35,
        "series": 40,
        "instances": 40,
        "bytes": 390_000_000,
    }
    assert repr(small_snapshot) == f"<Snapshot rows-1 {small_snapshot.id[:12]}: 5 patients>"


def test_facets(small_snapshot: Snapshot) -> None:
    assert dict(small_snapshot.facets) == FACETS
    assert {"Modality", "sex", "age", "cancer_type", "object_kind", "dataset"} <= small_snapshot.recorded_facets
    assert not {"tier", "vendor", "species"} & small_snapshot.recorded_facets


def test_values(small_snapshot: Snapshot) -> None:
    assert small_snapshot.values("Modality") == ("CT", "MR", "SEG")
    assert small_snapshot.values("age") == (41, 42, 43, 44)
    assert small_snapshot.values("study_date")[0] == "2020-03-01"
    assert small_snapshot.values("cancer_type") == ("Breast Cancer", "Glioma")
    assert small_snapshot.values("vendor") == ()
    assert small_snapshot.values("age") is small_snapshot.values("age")
    with pytest.raises(UnknownFacetError, match=r"'modality'.*Modality"):
        small_snapshot.values("modality")


@pytest.mark.parametrize(
    ("facet", "value", "held"),
    [
        ("Modality", "CT", True),
        ("Modality", "ct", False),
        ("Modality", "'; DROP TABLE series; --", False),
        ("Modality", 3, False),
        ("Modality", None, False),
        ("age", 41, True),
        ("age", 41.0, True),
        ("age", 41.5, False),
        ("age", "41", False),
        ("age", True, False),
        ("age", None, True),
        ("size_mb", 0.5, True),
        ("study_date", "2020-03-02", True),
        ("study_date", "2020-02-31", False),
        ("study_date", "not a date", False),
        ("cancer_type", "Glioma", True),
        ("cancer_type", "glioma", False),
        ("species", None, True),
        ("SeriesDescription", "T1 axiäl", True),
    ],
)
def test_holds(small_snapshot: Snapshot, facet: str, value: str | float | None, held: bool) -> None:
    assert small_snapshot.holds(facet, value) is held


def test_holds_text(small_snapshot: Snapshot) -> None:
    assert small_snapshot.holds_text("SeriesDescription", "AXIA\u0308L")
    assert small_snapshot.holds_text("StudyDescription", "thor")
    assert not small_snapshot.holds_text("StudyDescription", "axiäl")
    assert not small_snapshot.holds_text("StudyDescription", "t_orax")
    assert not small_snapshot.holds_text("Modality", "C")


def test_series_stand_by_patient_and_study(small_snapshot: Snapshot) -> None:
    with small_snapshot.cursor() as cursor:
        rows = cursor.execute("SELECT series_key, patient_key, study_key, SeriesInstanceUID FROM series").fetchall()
    assert [key for key, *_ in rows] == list(range(40))
    assert rows == sorted(rows, key=lambda row: row[1:])


def test_verify_sees_one_changed_value(small_snapshot: Snapshot, copied: Path) -> None:
    Snapshot(copied).verify()
    for statement, says in (
        ("UPDATE patient SET sex = 'O' WHERE patient_key = 1", "not what its id says"),
        ("DELETE FROM series WHERE series_key = 7", "not what its id says"),
    ):
        copied.write_bytes(small_snapshot.path.read_bytes())
        other = copied.with_name(f"{says[:3]}{len(statement)}.duckdb")
        copied.rename(other)
        with duckdb.connect(other) as connection:
            connection.execute(statement)
        with pytest.raises(SnapshotError, match=says):
            Snapshot(other).verify()


def test_verify_sees_a_wrong_search_text(copied: Path) -> None:
    with duckdb.connect(copied) as connection:
        connection.execute("UPDATE text_value SET folded = 'x' WHERE text = 'Thorax'")
    with pytest.raises(SnapshotError, match="do not fit together"):
        Snapshot(copied).verify()


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.02, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off(copied: Path, share: float) -> None:
    content = copied.read_bytes()
    copied.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SnapshotError, match=str(copied)):
        Snapshot(copied).verify()


def test_a_file_with_flipped_bytes(copied: Path) -> None:
    content = bytearray(copied.read_bytes())
    for place in range(20_000, len(content), 5000):
        content[place] ^= 0xFF
    copied.write_bytes(content)
    with pytest.raises(SnapshotError):
        Snapshot(copied).verify()


def test_files_of_others(tmp_path: Path) -> None:
    text = tmp_path / "text.duckdb"
    text.write_text("this is no database, although it is named like one")
    with pytest.raises(SnapshotError, match="not a DuckDB file"):
        Snapshot.open(text)
    foreign = tmp_path / "foreign.duckdb"
    with duckdb.connect(foreign) as connection:
        connection.execute("CREATE TABLE about AS SELECT 1 AS x")
    with pytest.raises(SnapshotError, match="no snapshot: it has no table about"):
        Snapshot.open(foreign)
    with pytest.raises(SnapshotError, match="cannot be opened: No such file"):
        Snapshot.open(tmp_path / "nowhere.duckdb")
    with pytest.raises(SnapshotError):
        Snapshot.open(tmp_path)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE about SET value = '99' WHERE key = 'schema_version'", "newer Cohort Explorer"),
        ("UPDATE about SET value = '0' WHERE key = 'schema_version'", "older Cohort Explorer"),
        ("DELETE FROM about WHERE key = 'schema_version'", "does not say its schema version"),
        ("DELETE FROM about WHERE key = 'title'", "damaged"),
        ("UPDATE about SET value = '{' WHERE key = 'recipe'", "damaged"),
        ("UPDATE about SET value = '[]' WHERE key = 'totals'", "damaged"),
        ("ALTER TABLE series DROP COLUMN vendor", "table series has no column vendor"),
        ("DROP TABLE text_value", "table text_value has no column text, folded"),
    ],
)
def test_files_of_other_versions(copied: Path, statement: str, says: str) -> None:
    with duckdb.connect(copied) as connection:
        connection.execute(statement)
    with pytest.raises(SnapshotError, match=says):
        Snapshot.open(copied)
