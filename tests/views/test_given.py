from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from explorer.errors import ImageError, UserError
from explorer.images import read_masks, read_series
from explorer.views.given import shown_from
from explorer.views.shown import Overlay
from tests.browser.viewer_patient import BASELINE, FOLLOW_UP, write_patient
from tests.images.mask_phantoms import write_rtstruct

Patient = dict[str, list[Path]]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Patient:
    return write_patient(tmp_path_factory.mktemp("patient"))


@pytest.fixture
def folder(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The patient's folder, where series are looked for."""
    root = patient["seg"][0].parent
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(root))
    return root


def ways(patient: Patient) -> dict[str, Any]:
    files, row = patient["Baseline"], {"SeriesInstanceUID": BASELINE.uid, "Modality": "CT"}
    return {
        "volume": read_series(files),
        "paths": files,
        "iterator": iter(files),
        "texts": [str(file) for file in files],
        "folder": files[0].parent,
        "folder as text": str(files[0].parent),
        "uid": BASELINE.uid,
        "mapping": row,
        "pandas row": pd.DataFrame([row]).iloc[0],
        "named tuple": next(pd.DataFrame([row]).itertuples()),
    }


@pytest.mark.parametrize("way", ["volume", "paths", "iterator", "texts", "folder", "folder as text", "uid", "mapping",
                                 "pandas row", "named tuple"])  # fmt: skip
def test_a_series_in_every_way(patient: Patient, folder: Path, way: str) -> None:
    shown = shown_from(ways(patient)[way])
    assert (shown.volume.series_uid, shown.volume.array.shape) == (BASELINE.uid, BASELINE.shape)
    assert shown.about == ("" if way == "volume" else "Study of 2026-01-02, series 3")


def test_one_file_is_a_series_of_one_image(patient: Patient) -> None:
    assert shown_from(patient["Baseline"][0]).volume.array.shape == (1, *BASELINE.shape[1:])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3.5, "A float is not a series. Give a Volume, the DICOM files"),
        (None, "A NoneType is not a series"),
        (pd.DataFrame({"SeriesInstanceUID": ["1.2", "1.3"]}), "Take one row of a table"),
        ({"PatientID": "1"}, "The row has no single SeriesInstanceUID"),
        ([], "No files were given"),
        ("1.2.3.4", "Series 1.2.3.4 is not on this computer. It was looked for in"),
        ("nowhere/at/all", "there is no such file or folder"),
    ],
)
def test_what_is_no_series(folder: Path, given: Any, message: str) -> None:
    with pytest.raises((ImageError, UserError), match=message):
        shown_from(given)


def test_a_folder_with_several_series_names_them(folder: Path) -> None:
    with pytest.raises(ImageError, match="holds 3 series: ") as caught:
        shown_from(folder)
    assert f"{BASELINE.uid} (CT Baseline)" in str(caught.value)
    assert f"{FOLLOW_UP.uid} (CT Follow-up)" in str(caught.value)


def test_a_folder_with_a_series_and_its_mask_is_that_series(patient: Patient, tmp_path: Path) -> None:
    for file in [*patient["Baseline"], *patient["seg"]]:
        shutil.copy(file, tmp_path)
    assert shown_from(tmp_path).volume.series_uid == BASELINE.uid


def test_a_mask_is_no_series(patient: Patient, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=rf"seg.dcm is a mask, not images. It was drawn on series {BASELINE.uid}\."):
        shown_from(patient["seg"])
    plan = write_rtstruct(tmp_path / "plan.dcm", [{"name": "GTV"}], FOLLOW_UP.uid)
    with pytest.raises(ImageError, match=rf"drawn on series {FOLLOW_UP.uid}\. .*overlays="):
        shown_from(plan)


def overlays(given: Any, onto: Any) -> list[tuple[str, str, str, int]]:
    shown = shown_from(onto, given)
    return [(each.name, each.kind, each.made_by, len(each.mask.segments)) for each in shown.overlays]


def test_masks_in_every_way(patient: Patient, tmp_path: Path) -> None:
    volume, seg = read_series(patient["Baseline"]), patient["seg"][0]
    mask = read_masks(seg, volume)
    corner = np.array([[0, -20, 50], [12, -20, 50], [12, -4, 50], [0, -4, 50]])
    contours = write_rtstruct(tmp_path / "plan.dcm", [{"name": "GTV", "contours": [corner]}], BASELINE.uid)
    read = ("CT_SEG", "SEG", "Phantom drawer", 2)
    drawn = ("plan.dcm", "RTSTRUCT", "by hand", 1)
    assert overlays(None, volume) == []
    assert overlays(mask, volume) == [("Mask", "", "", 2)]
    assert overlays(Overlay(mask, "Mine", "SEG", "me"), volume) == [("Mine", "SEG", "me", 2)]
    assert overlays(str(seg), volume) == [read]
    assert overlays([seg, contours], volume) == [read, drawn]
    with pytest.raises(ImageError, match=r'Overlays cannot come from a int.* or "linked"'):
        overlays(7, volume)
    with pytest.raises(ImageError, match="is no SEG and no RTSTRUCT"):
        overlays(patient["Baseline"][0], volume)


@pytest.mark.parametrize("how", ["uid", "paths", "volume"])
def test_linked_masks_are_found(patient: Patient, folder: Path, how: str) -> None:
    ((_, kind, made_by, segments),) = overlays("linked", ways(patient)[how])
    assert (kind, made_by, segments) == ("SEG", "Phantom drawer", 2)


@pytest.mark.parametrize("name", ["a" * 300, "~nosuchuser/x", "a\0b"], ids=["too long", "nobody's home", "NUL"])
def test_names_that_no_file_can_have(patient: Patient, name: str) -> None:
    for given in (name, [name], Path(name)):
        with pytest.raises(UserError, match="there is no such file or folder"):
            shown_from(given)
        with pytest.raises(UserError, match="there is no such file or folder"):
            shown_from(patient["Baseline"], given)
