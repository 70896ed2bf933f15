"""Segmentations, structure sets and reports on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from tests.cli.conftest import HOSTILE, Run
from tests.images.demo.test_own_readers import files_of

ROOT = Path(__file__).parents[2]


def study(demo_folder: Path, name: str) -> Path:
    return demo_folder / f"synthetic-site-{name[4].lower()}" / name


def test_info_lists_what_has_no_pixels(run: Run, demo_folder: Path) -> None:
    ran = run("image", "info", study(demo_folder, "SYN-B-01/baseline"), "--json")
    told = {each["modality"]: each for each in ran.json}
    assert set(told) == {"CT", "PT", "SEG", "RTSTRUCT", "SR"}
    assert len({tuple(each) for each in ran.json}) == 1  # every object has the same keys
    assert told["RTSTRUCT"]["refers_to"] == [told["CT"]["series_uid"]]
    assert told["PT"]["series_uid"] in told["SR"]["refers_to"]
    assert (told["SR"]["shape"], told["SR"]["made_by"]) == (None, ["ANNOTATOR SYNTHETIC"])
    assert (told["CT"]["refers_to"], told["CT"]["made_by"]) == ([], [])
    assert told["SEG"]["made_by"] == ["Synthetic annotator one, ANNOTATOR SYNTHETIC"]
    text = run("image", "info", study(demo_folder, "SYN-B-01/baseline")).out
    assert f"{told['RTSTRUCT']['series_uid']}: RTSTRUCT on {told['CT']['series_uid']}, by Synthetic Imaging Two" in text
    assert re.search(r": SR on .*, by ANNOTATOR SYNTHETIC$", text, re.MULTILINE)


@pytest.mark.parametrize("by_uid", [False, True])
def test_info_of_a_report_alone(run: Run, demo_folder: Path, monkeypatch: pytest.MonkeyPatch, by_uid: bool) -> None:
    [path] = files_of(demo_folder, "SYN-B-01/baseline/pet-sr")
    uid = dcmread(path).SeriesInstanceUID
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(demo_folder))
    ran = run("image", "info", uid if by_uid else path, "--json")
    assert (ran.code, [each["series_uid"] for each in ran.json]) == (0, [uid])
    assert run("image", "info", path).out.startswith(f"{uid}: SR on ")
    # It is no image for the commands that draw one.
    ran = run("image", "volume", path, "-o", "x.nii")
    assert (ran.code, ran.out) == (1, "") and "has no DICOM images" in ran.err


def test_measurements_as_json_are_what_the_page_promises(run: Run, demo_folder: Path) -> None:
    ran = run("image", "measurements", study(demo_folder, "SYN-B-01"), "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [each["measurement"] for each in ran.json] == ["Volume", "SUVbw"] * 2
    assert {each["unit"] for each in ran.json} == {"ml", "{SUVbw}g/ml"}
    assert all(each["segments"] == [1] and each["value"] > 1 for each in ran.json)
    assert len({each["report_uid"] for each in ran.json}) == 2
    assert len({each["tracking_uid"] for each in ran.json}) == 1
    [block] = re.findall(
        r"<!-- image measurements -->\n```json\n(.*?)```", (ROOT / "docs" / "images.md").read_text("utf-8"), re.DOTALL
    )
    assert list(json.loads(block)[0]) == list(ran.json[0])


def test_measurements_for_people(run: Run, demo_folder: Path) -> None:
    ran = run("image", "measurements", study(demo_folder, "SYN-B-01"))
    assert ran.code == 0 and ran.out.count("\nreport 2.25.") == 1 and ran.out.startswith("report 2.25.")
    assert re.search(
        r"SYN-B-01 right upper lobe \(Lesion\) +SUVbw, maximum +8\.\d+ +\{SUVbw\}g/ml +1 +ANNOTATOR", ran.out
    )


def test_measurements_of_what_is_no_report(run: Run, demo_folder: Path, tmp_path: Path) -> None:
    ran = run("image", "measurements", study(demo_folder, "SYN-B-01/baseline/ct"))
    assert (ran.code, ran.out) == (2, "") and "holds no structured report" in ran.err
    [path] = files_of(demo_folder, "SYN-B-01/baseline/pet-sr")
    whole = path.read_bytes()
    (tmp_path / "cut.dcm").write_bytes(whole[:-900])
    ran = run("image", "measurements", tmp_path)
    assert ran.code == 1 and ran.err.splitlines()[-1].startswith("cohort-explorer: ")
    (tmp_path / "good.dcm").write_bytes(whole)
    empty = dcmread(path)
    empty.SeriesInstanceUID, empty.ContentSequence = "1.2.3", []
    empty.save_as(tmp_path / "empty.dcm")
    ran = run("image", "measurements", tmp_path)
    assert (ran.code, "report 1.2.3: no measurement in it" in ran.out) == (0, True)


def test_hostile_reports_do_not_steer_the_terminal(run: Run, demo_folder: Path, tmp_path: Path) -> None:
    [path] = files_of(demo_folder, "SYN-B-01/baseline/pet-sr")
    header = dcmread(path)
    group = header.ContentSequence[-1].ContentSequence[0].ContentSequence
    group[0].TextValue = HOSTILE
    header.save_as(tmp_path / "x.dcm")
    for words in (("image", "measurements", tmp_path), ("image", "measurements", tmp_path, "--json")):
        ran = run(*words)
        assert ran.code == 0 and "\x1b" not in ran.out and "\u202e" not in ran.out


def test_everything_that_is_drawn_on_a_series(run: Run, demo_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    ran = run("image", "png", study(demo_folder, "SYN-A-01/baseline"), "-o", out, "--overlay", "linked")
    assert ran.code == 0
    assert "by Synthetic annotator one" in ran.out and "by Synthetic annotator two" in ran.out
    assert "contours SYNTHETIC outlines on chest" in ran.out
    assert "segment 6, " in ran.out
    with Image.open(out) as picture:
        pixels = np.asarray(picture)
    assert (pixels[..., 0] != pixels[..., 2]).any()


def test_linked_by_the_uid_of_a_series(
    run: Run, demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(demo_folder))
    uid = dcmread(files_of(demo_folder, "SYN-B-01/baseline/ct")[0]).SeriesInstanceUID
    ran = run("image", "png", uid, "-o", tmp_path / "x.png", "--overlay", "linked")
    assert ran.code == 0 and "contours SYNTHETIC" in ran.out
    ran = run(
        "image", "png", study(demo_folder, "SYN-A-01/baseline/ct"), "-o", tmp_path / "y.png", "--overlay", "linked"
    )
    assert (ran.code, (tmp_path / "y.png").exists()) == (2, False)
    assert "no segmentation and no structure set of series" in ran.err
