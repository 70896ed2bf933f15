"""What a series is called in a notebook beside a de-identified snapshot: nothing that only a header says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pydicom
import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.images import read_series
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.source import DicomSource
from explorer.views.contact_sheet import contact_sheet
from explorer.views.viewer import view
from explorer.views.viewer_notebook import NotebookImage
from tests.browser.viewer_patient import BASELINE, write_patient

KEY = bytes(range(32))
SAID = ("HOSP-4711", "Roe", "Jane", "2026-01-02", "Doe")


@pytest.fixture
def patient(tmp_path: Path) -> dict[str, list[Path]]:
    """A patient whose headers say who it is: a scan, the follow-up, and a mask in a folder with the scan."""
    files = write_patient(tmp_path / "all")
    for file in [*files["Baseline"], *files["Follow-up"], *files["seg"]]:
        header = pydicom.dcmread(file)
        header.PatientID, header.PatientName = "HOSP-4711", "Roe^Jane"
        header.SeriesDescription = "Thorax Roe Jane"
        if "SegmentSequence" in header:
            header.ContentCreatorName = "Doe^John"
            header.SegmentSequence[0].SegmentLabel = "Lesion of Roe Jane"
        header.save_as(file)
    return files


@pytest.fixture
def snapshot(patient: dict[str, list[Path]], tmp_path: Path) -> Snapshot:
    """Of the scan and its mask, with what is de-identified by default; the follow-up is not in it."""
    (tmp_path / "lab").mkdir()
    for file in [*patient["Baseline"], *patient["seg"]]:
        shutil.copy(file, tmp_path / "lab")
    return Snapshot.build(DicomSource(tmp_path / "lab", DeIdentification(KEY), workers=1), store=tmp_path / "store")


def everything(image: NotebookImage) -> str:
    """All that a page or the saved notebook gets of it in words."""
    bundle, metadata = image._repr_mimebundle_()
    return f"{image._described} {image!r} {bundle['text/html']} {bundle['text/plain']} {metadata}"


def first(image: NotebookImage) -> Any:
    return json.loads(image._described)["series"][0]


@pytest.mark.parametrize("how", ["files", "volume", "beside", "row"])
def test_a_series_is_called_what_the_snapshot_calls_it(
    patient: dict[str, list[Path]], snapshot: Snapshot, how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(tmp_path / "lab"))
    files = patient["Baseline"]
    image = {
        "files": lambda: view(files, snapshot=snapshot),
        "volume": lambda: view(read_series(files), snapshot=snapshot),
        "beside": lambda: view(files, beside=files, snapshot=snapshot),
        "row": lambda: view({"SeriesInstanceUID": BASELINE.uid}, snapshot=snapshot),
    }[how]()
    with snapshot.cursor() as cursor:
        ((name,),) = cursor.execute("SELECT PatientID FROM patient").fetchall()
    assert first(image)["caption"][:2] == [name, "Series 3"]
    assert [word for word in SAID if word in everything(image)] == []
    image.close()


def test_so_it_is_where_a_contact_sheet_opens_it(
    patient: dict[str, list[Path]], snapshot: Snapshot, tmp_path: Path
) -> None:
    sheet = contact_sheet(Cohort(CohortDefinition(), snapshot), images=tmp_path / "lab")
    image = sheet.view(BASELINE.uid, overlays="linked")
    (tile,) = json.loads(sheet.content)["tiles"]
    assert first(image)["caption"][0] == tile["patient"]
    assert len(first(image)["overlays"]) == 1, "the folder of the sheet is looked in"
    assert [word for word in SAID if word in everything(image)] == []
    image.close()


@pytest.mark.parametrize("overlays", ["linked", "path", "folder"])
def test_masks_say_nothing_either(
    patient: dict[str, list[Path]], snapshot: Snapshot, tmp_path: Path, overlays: str
) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    shutil.copy(patient["seg"][0], masks)
    given: Any = {"linked": "linked", "path": masks / patient["seg"][0].name, "folder": masks}[overlays]
    image = view(tmp_path / "lab", overlays=given, snapshot=snapshot)
    assert [segment["name"] for segment in first(image)["segments"]] == ["Segment 1", "Surroundings"]
    assert [word for word in SAID if word in everything(image)] == []
    image.close()


def test_of_what_the_snapshot_does_not_hold_nothing_is_told(patient: dict[str, list[Path]], snapshot: Snapshot) -> None:
    image = view(patient["Follow-up"], snapshot=snapshot)
    assert first(image)["warnings"][-1]["name"] == "not in the snapshot"
    assert [word for word in SAID if word in everything(image)] == []
    image.close()


def test_without_a_snapshot_and_beside_one_that_keeps_names_the_header_is_right(
    patient: dict[str, list[Path]], tmp_path: Path
) -> None:
    kept = Snapshot.build(
        DicomSource(patient["Follow-up"][0].parent, DeIdentification.none(), workers=1), store=tmp_path / "kept"
    )
    for image in (view(patient["Baseline"]), view(patient["Baseline"], snapshot=kept)):
        assert first(image)["caption"][:2] == ["HOSP-4711", "Study of 2026-01-02, series 3"]
        assert "Thorax Roe Jane" in repr(image)
        image.close()
    image = view(patient["Follow-up"], snapshot=kept)
    assert first(image)["caption"][:2] == ["HOSP-4711", "Series 3"]
    assert "Thorax Roe Jane" in repr(image)
    image.close()
