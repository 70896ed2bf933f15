"""``overlays="linked"``: where it looks, and what it says where it finds nothing."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from explorer.errors import UserError
from explorer.images import index_folder, read_series
from explorer.snapshot import Snapshot
from explorer.views import known_images as module
from explorer.views.given import shown_from
from explorer.views.known_images import known_images
from explorer.views.shown import Shown
from tests.browser.viewer_patient import BASELINE, write_patient

Patient = dict[str, list[Path]]


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """Nobody has named its folder."""
    return write_patient(tmp_path / "person")


@pytest.fixture
def study(patient: Patient, tmp_path: Path) -> Path:
    """A folder with the baseline in a folder, and the mask in another."""
    for name, files in (("ct", patient["Baseline"]), ("masks", patient["seg"])):
        (tmp_path / "study" / name).mkdir(parents=True)
        for file in files:
            shutil.copy(file, tmp_path / "study" / name)
    return tmp_path / "study"


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders that were looked through, with all below them."""
    found: list[Path] = []
    monkeypatch.setattr(module, "index_folder", lambda folder: found.append(folder) or index_folder(folder))
    return found


def notes(shown: Shown) -> list[str]:
    return [note.text for note in shown.volume.warnings]


def test_right_beside_the_files(patient: Patient) -> None:
    shutil.copy(patient["seg"][0], patient["Baseline"][0].parent)
    shown = shown_from(patient["Baseline"], "linked")
    assert len(shown.overlays) == 1
    assert notes(shown) == []


def test_in_the_folder_that_was_named(study: Path) -> None:
    assert len(shown_from(study, "linked").overlays) == 1


def test_not_in_folders_that_nobody_has_named(study: Path, indexed: list[Path]) -> None:
    """Above the files may be a whole home; so may be what lies beside a single file of it."""
    files = sorted((study / "ct").iterdir())
    shown = shown_from(files, "linked")
    assert shown.overlays == ()
    (note,) = notes(shown)
    assert note == f"No segmentation and no structure set of this series was found in {study / 'ct'}."
    shutil.copy(files[0], study)
    assert shown_from(study / files[0].name, "linked").overlays == ()
    assert indexed == []


def test_in_the_folders_of_images(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(study / "masks"))
    assert len(shown_from(study / "ct", "linked").overlays) == 1


def test_a_volume_is_looked_up_by_its_uid(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    volume = read_series(sorted((study / "ct").iterdir()))
    with pytest.raises(UserError, match=rf"{BASELINE.uid} are not in a known folder .*overlays=\[path, …\]"):
        shown_from(volume, "linked")
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(study / "ct"))
    (note,) = notes(shown_from(volume, "linked"))
    assert str(study / "ct") in note
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(study))
    assert len(shown_from(volume, "linked").overlays) == 1
    with pytest.raises(UserError, match="does not say which series it is"):
        shown_from(replace(volume, series_uid=""), "linked")


def test_masks_that_are_not_here_are_named(demo_folder: Path, demo_snapshot: Snapshot) -> None:
    index = index_folder(demo_folder)
    with demo_snapshot.cursor() as cursor:
        query = "SELECT SeriesInstanceUID FROM series JOIN derivation ON image_key = series_key WHERE Modality = 'CT'"
        ((uid,), *_) = cursor.execute(query).fetchall()
    shown = shown_from(index.files(uid), "linked", snapshot=demo_snapshot)
    assert shown.overlays == ()
    assert "not on this computer: " in notes(shown)[-1]


def test_the_folders_of_images_are_read_once_until_something_changes(
    study: Path, monkeypatch: pytest.MonkeyPatch, indexed: list[Path]
) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", f"{study / 'ct'}{os.pathsep}{study / 'masks'}")
    for _ in range(3):
        shown_from(sorted((study / "ct").iterdir()), "linked")
    assert sorted(indexed) == [study / "ct", study / "masks"]
    (study / "masks" / "seg.dcm").rename(study / "masks" / "other.dcm")
    found = known_images()
    assert sorted(indexed) == [study / "ct", study / "masks", study / "masks"]
    assert found is not None
    assert {file.name for each in found.series.values() for file in each.files} >= {"other.dcm"}
