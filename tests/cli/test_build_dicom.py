from __future__ import annotations

import csv
import json
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.export.rebuild import reopen
from explorer.images.places import folders
from explorer.snapshot import Snapshot
from tests.cli.conftest import Run
from tests.home import ROOT as SOURCES
from tests.sources.dicom.objects import ROOT, slice_of, write


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Two patients, three slices each; a text file; a file whose name is hostile."""
    folder = tmp_path / "trial"
    for patient in (1, 2):
        for i in range(3):
            uid = f"{ROOT}9.{patient}"
            values = {
                "PatientID": f"MRN0000{patient}", "StudyInstanceUID": uid, "SeriesInstanceUID": f"{uid}.1",
                "SOPInstanceUID": f"{uid}.1.{i}", "ImagePositionPatient": ["0", "0", str(3 * i)],
                "SeriesDescription": "Mustermann Thorax" if patient == 1 else "Lunge 1,0",
            }  # fmt: skip
            write(folder / f"p{patient}" / f"{i}.dcm", slice_of(**values))
    (folder / "notes.txt").write_text("no image")
    (folder / "=cmd()\n\x1b[2J.txt").write_text("no image")
    return folder


def test_the_last_line_is_the_id(run: Run, made: Path, home: Path) -> None:
    ran = run("snapshot", "build", "dicom", made)
    assert ran.code == 0
    id_ = ran.out.splitlines()[-1]
    assert re.fullmatch(r"[0-9a-f]{64}", id_) and Snapshot.open(id_, build=False).totals["instances"] == 6
    assert "6 files read, 2 not read" in ran.err and "notes.txt: not a DICOM file" in ran.err
    assert all(line.isprintable() for line in (ran.out + ran.err).splitlines())
    assert "Patient identifiers are keyed hashes" in ran.out and "1 text of series left out" in ran.out
    assert run("snapshot", "build", "dicom", made).out.splitlines()[-1] == id_
    assert folders() == (made,)


def test_json(run: Run, made: Path, tmp_path: Path) -> None:
    found = run("snapshot", "build", "dicom", made, "--json", "-o", tmp_path / "mine.duckdb").json
    assert found["id"] == Snapshot.open(tmp_path / "mine.duckdb").id and found["totals"]["patients"] == 2
    assert found["deidentification"].startswith("Patient identifiers") and Path(found["report"]).is_file()
    assert found["output"] == str(tmp_path / "mine.duckdb")
    assert run("snapshot", "build", "--json", "dicom", made).json["id"] == found["id"]


def test_what_is_written_is_private(run: Run, made: Path, home: Path, tmp_path: Path) -> None:
    run("snapshot", "build", "dicom", made, "-o", tmp_path)
    (copy,) = tmp_path.glob("*.duckdb")
    written = [path for path in home.rglob("*") if path.is_file()]
    assert {path.parent.name for path in written} == {"snapshots", "keys", "scans", "reports", "images"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (copy, *written)} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in written} == {0o700}


def test_what_was_noted_is_forgotten(run: Run, made: Path, home: Path) -> None:
    first = run("snapshot", "build", "dicom", made).out.splitlines()[-1]
    (journal,) = (home / "scans").iterdir()
    journal.with_name(f"{journal.name}.damaged").write_bytes(journal.read_bytes())
    ran = run("snapshot", "build", "dicom", made, "--forget")
    assert ran.code == 0 and ran.out.splitlines()[-1] == first
    assert not list((home / "scans").iterdir())


def test_a_restricted_snapshot_is_not_called_after_the_folder(run: Run, made: Path) -> None:
    assert run("snapshot", "build", "dicom", made, "--json").json["release"] == "trial"
    assert run("snapshot", "build", "dicom", made, "--json", "--restricted").json["release"] == "dicom"
    named = run("snapshot", "build", "dicom", made, "--json", "--restricted", "--dataset", "mine").json
    assert named["release"] == "mine"


def test_the_report(run: Run, made: Path, home: Path, tmp_path: Path) -> None:
    id_ = run("snapshot", "build", "dicom", made).out.splitlines()[-1]
    with (home / "reports" / f"{id_}.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["what"]: line["why"] for line in lines if line["kind"] == "not read"} == {
        "notes.txt": "not a DICOM file",
        "'=cmd()\\n\\u001b[2J.txt": "not a DICOM file",
    }
    other = tmp_path / "report.json"
    assert f"report {other}" in run("snapshot", "build", "dicom", made, "--report", other).out
    assert json.loads(other.read_text())["not_read"] == {"not a DICOM file": 2}


@pytest.mark.parametrize(
    ("words", "ids", "day"),
    [
        ((), "p-", True),
        (("--keep-patient-ids", "--dates", "keep"), "MRN0000", True),
        (("--restricted",), "p-", False),
        (("--dates", "drop"), "p-", False),
    ],
)
def test_choices(run: Run, made: Path, words: tuple[str, ...], ids: str, day: bool) -> None:
    snapshot = Snapshot.open(run("snapshot", "build", "dicom", made, *words).out.splitlines()[-1])
    with snapshot.cursor() as cursor:
        found = cursor.execute("SELECT PatientID, study_date FROM study JOIN patient USING (patient_key)").fetchall()
    assert all(patient.startswith(ids) and (date is not None) == day for patient, date in found)


def test_a_shared_key(run: Run, made: Path, home: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("0123456789abcdef0123456789abcdef")
    ids = [run("snapshot", "build", "dicom", made, "--key", key).out.splitlines()[-1] for _ in range(2)]
    assert ids[0] == ids[1] and not (home / "keys").exists()
    shown = run("snapshot", "show", ids[0]).out
    assert re.search(r"key [0-9a-f]{8};", shown) and "0123456789" not in shown


@pytest.mark.parametrize(
    "words",
    [
        ("--restricted", "--keep-patient-ids"),
        ("--restricted", "--dates", "keep"),
        ("--restricted", "--descriptors", "keep"),
        ("--dates", "later"),
        ("--key", "/nowhere/key"),
        ("--report", "report.txt"),
        ("--report", "/nowhere/report.csv"),
        ("-o", "/nowhere/file.duckdb"),
        ("--dataset", "//"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_read(
    run: Run, made: Path, home: Path, words: tuple[str, ...]
) -> None:
    ran = run("snapshot", "build", "dicom", made, *words)
    assert ran.code == 2 and ran.out == "" and len(ran.err.splitlines()) == 1
    assert not list(home.rglob("*.sqlite")) and not list(home.rglob("*.duckdb"))


def test_no_folder_and_no_dicom(run: Run, tmp_path: Path, home: Path) -> None:
    for folder, said in ((tmp_path / "absent", "there is no folder"), (tmp_path / "a\nb", "there is no folder")):
        ran = run("snapshot", "build", "dicom", folder)
        assert ran.code == 2 and said in ran.err
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("x")
    ran = run("snapshot", "build", "dicom", tmp_path / "texts")
    assert ran.code == 2 and "1 not a DICOM file" in ran.err
    assert run("snapshot", "build", "dicom").code == 2
    assert not list(home.rglob("*.duckdb"))


def test_an_interruption_leaves_no_half_snapshot(made: Path, home: Path) -> None:
    for i in range(3000):
        write(made / "p3" / f"{i}.dcm", slice_of(SOPInstanceUID=f"{ROOT}8.{i}", SeriesInstanceUID=f"{ROOT}8"))
    command = [sys.executable, "-m", "explorer", "snapshot", "build", "dicom", str(made)]
    # As Ctrl-C in a terminal: every process of the group is told.
    process = subprocess.Popen(
        command, cwd=SOURCES, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    while not process.stderr.readline().startswith("2,"):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and out == "" and "Traceback" not in err and "goes on where it stopped" in err
    assert not [path for path in (home / "snapshots").glob("*") if path.suffix in (".duckdb", ".building")]
    assert subprocess.run(command, cwd=SOURCES, capture_output=True, timeout=120).returncode == 0


def test_small_counts_are_protected(run: Run, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10")
    ran = run("snapshot", "build", "dicom", made, "--json").json
    assert ran["totals"]["patients"] is None and "notes" not in ran["recipe"]
    assert "left out." not in run("snapshot", "show", ran["id"]).out


def test_it_counts_exports_and_is_found_again(run: Run, made: Path, tmp_path: Path, home: Path) -> None:
    id_ = run("snapshot", "build", "dicom", made).out.splitlines()[-1]
    file, notebook = tmp_path / "ct.cohort.json", tmp_path / "ct.ipynb"
    where = [{"facet": "Modality", "is_in": ["CT"]}, {"facet": "plane", "is_in": ["axial"]}]
    file.write_text(json.dumps({"version": 1, "include": [{"same": "series", "where": where}]}))
    assert run("count", file, "--snapshot", id_, "--json").json["patients"] == 2
    assert run("export", file, "--snapshot", id_, "-o", notebook).code == 0
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    room: dict[str, object] = {}
    for source in sources[:2]:
        exec(source, room)
    assert getattr(room["snapshot"], "id") == id_  # noqa: B009
    assert "De-identification" in json.dumps(cells)
    made_from = {"id": id_, "recipe": dict(Snapshot.open(id_).recipe)}
    (home / "snapshots" / f"{id_}.duckdb").unlink()
    with pytest.raises(Exception, match="Ask whoever made it"):
        reopen(made_from)


@pytest.mark.parametrize("words", [("build", "nowhere"), ("build", "dicom"), ("build", "idc", "extra")])
def test_wrong_sources(run: Run, words: tuple[str, ...]) -> None:
    assert run("snapshot", *words).code == 2


def test_a_closed_home_is_said(run: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COHORT_EXPLORER_HOME", str(tmp_path / "file"))
    ran = run("snapshot", "build", "dicom", made)
    assert ran.code == 1 and "cannot be made" in ran.err and len(ran.err.splitlines()) == 1
