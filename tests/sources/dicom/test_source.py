from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort
from explorer.errors import UserError
from explorer.snapshot import Snapshot
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom import folder as scanning
from explorer.sources.dicom.source import DicomSource
from tests.sources.dicom.objects import ROOT, slice_of, write

KEY = b"0123456789abcdef"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients with a CT series of six slices each, a repeated file, and files that are no DICOM."""
    folder = tmp_path_factory.mktemp("made") / "Lab study"
    for patient in (1, 2):
        for i in range(6):
            uid = f"{ROOT}9.{patient}"
            values = {
                "PatientID": f"MRN0000{patient}", "PatientSex": "F" if patient == 1 else "M", "StudyInstanceUID": uid,
                "SeriesInstanceUID": f"{uid}.1", "SOPInstanceUID": f"{uid}.1.{i}", "SeriesDescription": "Lunge 1,0",
                "ImagePositionPatient": ["0", "0", str(3 * i)], "StudyDescription": "CT for Shelly Wallace",
            }  # fmt: skip
            write(folder / f"p{patient}" / f"{i}.dcm", slice_of(**values))
    shutil.copy(folder / "p1" / "0.dcm", folder / "p1" / "copy of 0.dcm")
    (folder / "notes.txt").write_text("no image")
    (folder / "empty.dcm").touch()
    return folder


def build(folder: Path, store: Path, **options: object) -> tuple[Snapshot, DicomSource]:
    source = DicomSource(folder, DeIdentification(KEY), **options)  # type: ignore[arg-type]
    return Snapshot.build(source, store=store), source


def test_a_folder_becomes_a_snapshot(made: Path, tmp_path: Path) -> None:
    snapshot, source = build(made, tmp_path)
    assert snapshot.totals["patients"] == 2 and snapshot.totals["instances"] == 12
    assert snapshot.alias == "dicom-Lab_study" and snapshot.title == "DICOM files, Lab_study"
    assert snapshot.recipe["options"]["deidentification"]["patient_ids"] == "hash"
    assert snapshot.recipe["notes"]["withheld"] == {"StudyDescription": {"for": 2}}
    assert snapshot.recipe["notes"]["duplicate instances"] == 1
    assert {line.what for line in source.report.lines if line.kind == "not read"} == {"notes.txt", "empty.dcm"}
    snapshot.verify()


def test_nothing_of_people_or_places_is_in_the_file(made: Path, tmp_path: Path) -> None:
    snapshot, _ = build(made, tmp_path)
    with snapshot.cursor() as cursor:
        tables = [name for (name,) in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = "\n".join(str(cursor.execute(f"FROM {name}").fetchall()) for name in tables)
    assert "Lunge 1,0" in rows
    for secret in ("MRN0000", "Mustermann", "Wagner", "Wallace", "19600301", "20240229", "Site A", str(made.parent)):
        assert secret not in rows and secret.encode() not in snapshot.path.read_bytes()


def test_it_filters_and_counts(made: Path, tmp_path: Path) -> None:
    snapshot, _ = build(made, tmp_path)
    assert {"Modality", "sex", "plane", "slice_spacing_mm", "study_date"} <= snapshot.recorded_facets
    women = {"same": "patient", "where": [{"facet": "sex", "is_in": ["F"]}]}
    thick = {"same": "series", "where": [{"facet": "slice_spacing_mm", "between": [2.9, 3.1]}]}
    cohort = Cohort(CohortDefinition.from_dict({"version": 1, "include": [women, thick]}), snapshot)
    totals = cohort.totals()
    assert (totals.patients, totals.series, totals.instances) == (1, 1, 6)
    assert {value.value: value.patients for value in cohort.facet("sex").values} == {"F": 1, "M": 1}


def test_the_same_files_give_the_same_id(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = build(made, tmp_path / "a")
    moved = Path(shutil.copytree(made, tmp_path / "elsewhere" / "Lab study"))
    for path in moved.rglob("*"):
        os.utime(path, (1, 1))
    assert build(moved, tmp_path / "b")[0].id == first.id
    # Other names, so another order; and other processes.
    for path in sorted((moved / "p1").iterdir()):
        path.rename(moved / f"{os.urandom(4).hex()}.dcm")
    monkeypatch.setattr(scanning, "WORTH_STARTING", 3)
    monkeypatch.setattr(scanning, "BATCH", 4)
    assert build(moved, tmp_path / "c", workers=2)[0].id == first.id


def test_a_journal_changes_nothing(made: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    first, _ = build(made, tmp_path / "a", journal=journal)
    again, source = build(made, tmp_path / "b", journal=journal)
    assert again.id == first.id and source.report.files == 13


def test_two_ways_to_write_an_accent_are_one_patient(tmp_path: Path) -> None:
    for i, patient in enumerate(("Jos\u00e9 7", "Jose\u0301 7")):
        values = {"PatientID": patient, "SOPInstanceUID": f"{ROOT}7.{i}", "SpecificCharacterSet": "ISO_IR 192"}
        write(tmp_path / "lab" / f"{i}.dcm", slice_of(**values))
    snapshot = Snapshot.build(DicomSource(tmp_path / "lab", DeIdentification.none()), store=tmp_path / "store")
    assert snapshot.totals["patients"] == 1 and snapshot.totals["instances"] == 2


def test_another_key_gives_another_snapshot(made: Path, tmp_path: Path) -> None:
    first, _ = build(made, tmp_path)
    other = Snapshot.build(DicomSource(made, DeIdentification(KEY[::-1])), store=tmp_path)
    assert other.id != first.id


@pytest.mark.parametrize(
    ("name", "dataset"),
    [
        ("Lab study", "Lab_study"),
        ("<b>x</b>", "b_x__b"),
        ("Kowalska Anna", None),
        ("Dr. Nakamura", None),
        ("RX4711", None),
        ("scan rx-4711", None),
        ("Case 4711", None),
        ("Novak_2019", None),
        ("novak2019", None),
        ("Novákova", None),
        ("Long", None),
        ("Wu_2019", None),
        ("WuLi", None),
        ("dataRoe", None),
        ("2024-02-29", None),
    ],
)
@pytest.mark.parametrize("hidden", [DeIdentification(KEY), DeIdentification.none()])
def test_the_name_of_the_dataset(tmp_path: Path, name: str, dataset: str | None, hidden: DeIdentification) -> None:
    folder = tmp_path / name.replace("/", "_")
    write(
        folder / "a.dcm", slice_of(PatientID="RX4711", PatientName="Novak^Jana", OperatorsName=["Long", "Wu^Li", "Roe"])
    )
    source = DicomSource(folder, hidden)
    snapshot = Snapshot.build(source, store=tmp_path / "store")
    assert source.recipe.release == snapshot.release == (dataset or "dicom")
    assert snapshot.title == f"DICOM files, {dataset or 'dicom'}"
    with snapshot.cursor() as cursor:
        assert cursor.execute("SELECT dataset FROM dataset").fetchall() == [(dataset or "dicom",)]
    assert any("folder's name" in line.why for line in source.report.lines) == (dataset is None)
    assert not any(name in line.why for line in source.report.lines)


def test_the_name_of_the_dataset_without_a_letter_or_with_hashed_uids(tmp_path: Path) -> None:
    for name, hidden in (("…", DeIdentification.none()), ("Lab study", DeIdentification.restricted(KEY))):
        write(tmp_path / name / "a.dcm", slice_of())
        source = DicomSource(tmp_path / name, hidden)
        assert source.recipe.release == "dicom" and not source.report.lines


def test_a_part_of_the_identifiers_of_many_is_a_name(tmp_path: Path) -> None:
    for i in range(2):
        write(tmp_path / "LUNG2020" / f"{i}", slice_of(PatientID=f"LUNG2020-{i:03d}", SOPInstanceUID=f"{ROOT}7.{i}"))
    assert DicomSource(tmp_path / "LUNG2020", DeIdentification(KEY)).recipe.release == "LUNG2020"


def test_a_given_name_of_the_dataset(tmp_path: Path) -> None:
    recipe = DicomSource(tmp_path, DeIdentification.none(), dataset="Lung trial 7", title="Our trial").recipe
    assert (recipe.release, recipe.title) == ("Lung_trial_7", "Our trial")
    with pytest.raises(UserError, match="letter"):
        _ = DicomSource(tmp_path, DeIdentification.none(), dataset="///").recipe


def test_no_folder_and_no_dicom(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no folder"):
        build(tmp_path / "absent", tmp_path / "store")
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(UserError, match="is a file"):
        build(file, tmp_path / "store")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UserError, match="no file at all"):
        build(empty, tmp_path / "store")
    (empty / "notes.txt").write_text("x")
    with pytest.raises(UserError, match="1 not a DICOM file"):
        build(empty, tmp_path / "store")
    assert not list((tmp_path / "store").glob("*.duckdb"))
