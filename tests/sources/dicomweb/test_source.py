"""Snapshots from a real Orthanc."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from explorer.errors import BuildError, UserError
from explorer.snapshot import Snapshot
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.source import DicomSource
from explorer.sources.dicomweb.source import DicomWebSource
from tests.sources.dicomweb.orthanc import Orthanc
from tests.sources.dicomweb.studies import as_file, image, uid

OPEN = DeIdentification.none()
CLEANED = DeIdentification(b"a key of this test alone", patient_ids="keep", dates="keep")


def objects() -> Iterator[Dataset]:
    """Five patients with three studies of four series of two images each: 60 series."""
    for patient in range(1, 6):
        for study in range(1, 4):
            for series in range(1, 5):
                for number in (1, 2):
                    yield image(patient, study, series, number)


@pytest.fixture
def filled(orthanc: Orthanc) -> Orthanc:
    orthanc.clear()
    for each in objects():
        orthanc.upload(as_file(each))
    return orthanc


def built(source: DicomWebSource | DicomSource, store: Path) -> Snapshot:
    return Snapshot.build(source, store=store)


def table(snapshot: Snapshot, query: str) -> list[tuple[Any, ...]]:
    with snapshot.cursor() as cursor:
        return cursor.execute(query).fetchall()


def test_an_archive_says_what_its_files_say(filled: Orthanc, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number, each in enumerate(objects()):
        (folder / f"{number}.dcm").write_bytes(as_file(each))
    archive = DicomWebSource(filled.root, OPEN, dataset="d")
    query = """SELECT PatientID, sex, StudyInstanceUID, study_date, age, SeriesInstanceUID, Modality, BodyPartExamined,
        Manufacturer, ManufacturerModelName, PatientSex, PatientAge, StudyDescription, SeriesDescription, SeriesNumber,
        instances, object_kind, vendor, body_part
        FROM series JOIN study USING (study_key) JOIN patient ON patient.patient_key = study.patient_key ORDER BY ALL"""
    found = built(archive, tmp_path / "a")
    assert table(found, query) == table(built(DicomSource(folder, OPEN, dataset="d", workers=1), tmp_path / "b"), query)
    assert found.totals == {"datasets": 1, "patients": 5, "studies": 15, "series": 60, "instances": 120, "bytes": 0}
    assert table(found, "SELECT DISTINCT size_mb, plane, slices, stack, middle_instance, location FROM series") == [
        (None, None, None, None, None, None)
    ]
    assert (found.alias, archive.report.lines) == ("dicomweb-d", [])


def test_small_pages_give_the_same(filled: Orthanc, tmp_path: Path) -> None:
    whole = built(DicomWebSource(filled.root, OPEN), tmp_path / "whole")
    for size in (2, 7, 15, 16):
        assert built(DicomWebSource(filled.root, OPEN, page=size), tmp_path / f"{size}").id == whole.id


def test_one_instance_of_each_series_says_more(orthanc: Orthanc, tmp_path: Path) -> None:
    orthanc.clear()
    orthanc.upload(as_file(image(1, 1, 1)))
    referenced = Dataset()
    referenced.SeriesInstanceUID = uid(1, 1, 1)
    orthanc.upload(as_file(image(1, 1, 2, Modality="SEG", ReferencedSeriesSequence=[referenced])))
    lists = built(DicomWebSource(orthanc.root, OPEN), tmp_path / "lists")
    whole = built(DicomWebSource(orthanc.root, OPEN, complete=True), tmp_path / "whole")
    query = "SELECT sop_class FROM series ORDER BY series_key"
    assert table(lists, query) == [(None,), (None,)]
    assert table(whole, query) == [("MR Image Storage",), ("CT Image Storage",)]
    assert table(lists, "FROM derivation") == []
    assert table(whole, "FROM derivation") == [(1, 0)]
    assert table(whole, "SELECT DISTINCT slices, stack, middle_instance FROM series") == [(None, None, None)]


def change(orthanc: Orthanc) -> None:
    """A study goes, one comes, one gets an image, one a series, one another description."""
    orthanc.delete_study(uid(1, 1))
    orthanc.upload(as_file(image(9, 1, 1)))
    orthanc.upload(as_file(image(2, 1, 1, 3)))
    orthanc.upload(as_file(image(2, 2, 9, 1)))
    orthanc.delete_study(uid(3, 3))
    orthanc.upload(as_file(image(3, 3, 1, StudyDescription="Abdomen")))


def test_a_refresh_is_a_rebuild(filled: Orthanc, tmp_path: Path) -> None:
    journal = tmp_path / "journals" / "j.sqlite"

    def refreshed(name: str) -> tuple[Snapshot, int]:
        source = DicomWebSource(filled.root, OPEN, journal=journal)
        return built(source, tmp_path / name), source.report.unchanged

    first, unchanged = refreshed("1")
    assert unchanged == 0
    again, unchanged = refreshed("2")
    assert (again.id, unchanged) == (first.id, 15)
    change(filled)
    after, unchanged = refreshed("3")
    assert unchanged == 11
    assert after.id == built(DicomWebSource(filled.root, OPEN), tmp_path / "4").id != first.id
    assert after.totals["studies"] == 15
    assert journal.stat().st_mode & 0o777 == 0o600
    more = DicomWebSource(filled.root, OPEN, journal=journal, complete=True)
    assert built(more, tmp_path / "5").id == built(DicomWebSource(filled.root, OPEN, complete=True), tmp_path / "6").id
    assert more.report.unchanged == 0


def test_a_journal_of_another_archive_or_none_is_begun_anew(filled: Orthanc, tmp_path: Path) -> None:
    journal = tmp_path / "j.sqlite"
    whole = built(DicomWebSource(filled.root, OPEN), tmp_path / "whole")
    for damage in (b"no journal at all" * 100, b"", None):
        if damage is None:
            with sqlite3.connect(journal) as rows:
                rows.execute("UPDATE about SET scope = 'https://pacs.example'")
                rows.execute("UPDATE study SET read = '{}'")
            rows.close()
        else:
            journal.write_bytes(damage)
        source = DicomWebSource(filled.root, OPEN, journal=journal)
        assert built(source, tmp_path / "again").id == whole.id
        assert source.report.unchanged == 0


def test_a_journal_that_another_build_writes_is_left_alone(filled: Orthanc, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "j.sqlite") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BuildError, match="belongs to a build that is running"):
            built(DicomWebSource(filled.root, OPEN, journal=tmp_path / "j.sqlite"), tmp_path)
    other.close()
    with pytest.raises(BuildError, match=r"journal .* cannot be kept"):
        built(DicomWebSource(filled.root, OPEN, journal=tmp_path), tmp_path)


def test_people_are_cleaned_and_the_journal_names_nobody(orthanc: Orthanc, tmp_path: Path) -> None:
    orthanc.clear()
    orthanc.upload(as_file(image(1, 1, 1, OperatorsName="Quxelbaum^Anna", SeriesDescription="t2 tse")))
    orthanc.upload(as_file(image(2, 1, 1, SeriesDescription="t1 quxelbaum")))
    orthanc.upload(as_file(image(3, 1, 1, PatientName="Zwirbelig^Jo", StudyDescription="Knie Zwirbelig")))
    journal = tmp_path / "j.sqlite"
    found = []
    for name in ("first", "refreshed"):
        source = DicomWebSource(orthanc.root, CLEANED, journal=journal)
        snapshot = built(source, tmp_path / name)
        found.append(snapshot.id)
        assert table(snapshot, "SELECT StudyDescription, SeriesDescription FROM series ORDER BY series_key") == [
            ("Thorax Größe", "t2 tse"),
            ("Thorax Größe", None),
            (None, "series 1"),
        ]
    assert source.report.unchanged == 3
    assert found[0] == found[1]
    kept = journal.read_bytes()
    assert b"t2 tse" in kept
    for word in (b"Anna", b"anna", b"Grete", b"grete", b"19500102", b"ACC1"):
        assert word not in kept
    assert b"quxelbaum" in kept  # in the description, where it was found


def test_a_refresh_knows_names_whose_series_is_gone(orthanc: Orthanc, tmp_path: Path) -> None:
    orthanc.clear()
    for patient in range(1, 8):
        orthanc.upload(as_file(image(patient, 1, 1, OperatorsName="Quxelbaum^Anna", SeriesDescription="t1 quxelbaum")))
    journal = tmp_path / "j.sqlite"
    built(DicomWebSource(orthanc.root, CLEANED, journal=journal), tmp_path / "first")
    for patient in range(1, 4):  # those that the journal would ask
        orthanc.delete_study(uid(patient, 1))
    snapshot = built(DicomWebSource(orthanc.root, CLEANED, journal=journal), tmp_path / "refreshed")
    assert snapshot.id == built(DicomWebSource(orthanc.root, CLEANED), tmp_path / "whole").id
    assert table(snapshot, "SELECT count(*), count(SeriesDescription) FROM series") == [(4, 0)]


def test_studies_since_a_day(filled: Orthanc, tmp_path: Path) -> None:
    source = DicomWebSource(filled.root, OPEN, since=dt.date(2021, 5, 2))
    snapshot = built(source, tmp_path)
    dates = [date for (date,) in table(snapshot, "SELECT study_date FROM study ORDER BY ALL")]
    assert dates == [dt.date(2021, 5, 2), dt.date(2021, 5, 3), *(dt.date(2021, 6, day) for day in (1, 2, 3))]
    assert source.recipe.options["since"] == "2021-05-02"
    with pytest.raises(BuildError, match="no series on or after 2030-01-01"):
        built(DicomWebSource(filled.root, OPEN, since=dt.date(2030, 1, 1)), tmp_path)


def test_two_patients_share_a_study(orthanc: Orthanc, tmp_path: Path) -> None:
    orthanc.clear()
    for patient in (1, 2):
        orthanc.upload(as_file(image(patient, 1, 1, StudyInstanceUID="1.2.3")))
    snapshot = built(DicomWebSource(orthanc.root, OPEN), tmp_path)
    query = "SELECT PatientID, SeriesInstanceUID, instances FROM series JOIN patient USING (patient_key) ORDER BY ALL"
    assert table(snapshot, query) == [("P001", uid(1, 1, 1), 1), ("P002", uid(2, 1, 1), 1)]


def test_an_empty_archive_and_a_wrong_address(orthanc: Orthanc, tmp_path: Path) -> None:
    orthanc.clear()
    with pytest.raises(BuildError, match="lists no series that can be read"):
        built(DicomWebSource(orthanc.root, OPEN), tmp_path)
    orthanc.upload(as_file(image(1, 1, 1)))
    with pytest.raises(BuildError, match="often ends in /dicom-web"):
        built(DicomWebSource(orthanc.root.removesuffix("/dicom-web"), OPEN), tmp_path)
    with pytest.raises(BuildError, match="404"):
        built(DicomWebSource(f"{orthanc.root}/nothing", OPEN), tmp_path)
    with pytest.raises(UserError, match="needs a letter"):
        built(DicomWebSource(orthanc.root, OPEN, dataset="//"), tmp_path)


def test_a_snapshot_says_nothing_of_the_address(filled: Orthanc, tmp_path: Path) -> None:
    snapshot = built(DicomWebSource(filled.root, CLEANED), tmp_path)
    assert b"127.0.0.1" not in snapshot.path.read_bytes()
