from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from tests.cli.conftest import HOSTILE, Run
from tests.images.phantoms import GEOMETRIES, SERIES, dataset, phantom, save, write_stack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seven slices, 20 degrees oblique, one of eight places empty."""
    write_stack(tmp_path / "ct", phantom(), GEOMETRIES["oblique by 20 degrees"], places=[0, 1, 2, 3, 5, 6, 7])
    return tmp_path / "ct"


def test_info_as_json_is_what_is_promised(run: Run, folder: Path) -> None:
    ran = run("image", "info", folder, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == [
        {
            "series_uid": SERIES,
            "modality": "CT",
            "shape": [8, 24, 20],
            "spacing_mm": [2.5, 0.7, 0.9],
            "uniform": False,
            "obliquity_deg": 20.0,
            "transfer_syntax": "1.2.840.10008.1.2.1",
            "transfer_syntax_name": "Explicit VR Little Endian",
            "warnings": ["missing slices"],
            "refers_to": [],
            "made_by": [],
        }
    ]


def test_info_for_people(run: Run, folder: Path) -> None:
    ran = run("image", "info", folder)
    assert "8 × 24 × 20" in ran.out and "2.5 × 0.7 × 0.9 (not uniform)" in ran.out and "20.0°" in ran.out
    assert "missing slices: Slice 5 is missing" in ran.out


def test_info_of_one_file_says_what_is_not_known(run: Run, folder: Path) -> None:
    told = run("image", "info", next(folder.iterdir()), "--json").json[0]
    assert (told["shape"], told["spacing_mm"]) == ([1, 24, 20], [None, 0.7, 0.9])
    assert (told["uniform"], told["warnings"]) == (True, ["one slice"])


def test_info_without_geometry(run: Run, tmp_path: Path) -> None:
    save(dataset(np.zeros((4, 6), "u1"), Modality="DX"), tmp_path / "x.dcm")
    told = run("image", "info", tmp_path / "x.dcm", "--json").json[0]
    assert (told["shape"], told["spacing_mm"], told["obliquity_deg"]) == ([1, 4, 6], [None, None, None], None)


def test_several_series_are_listed_and_one_must_be_chosen(run: Run, folder: Path, tmp_path: Path) -> None:
    write_stack(tmp_path / "other", phantom(), SeriesInstanceUID="1.2.9", Modality="MR")
    (tmp_path / "notes.txt").write_text("hello")
    ran = run("image", "info", tmp_path, "--json")
    assert [told["series_uid"] for told in ran.json] == ["1.2.826.0.1.3680043.8.498.77", "1.2.9"]
    assert "notes.txt was not read: not a DICOM file" in ran.err
    for command in (("png", "x.png"), ("volume", "x.nii")):
        ran = run("image", command[0], tmp_path, "-o", tmp_path / command[1])
        assert (ran.code, ran.out) == (2, "")
        assert "holds 2 image series" in ran.err and "1.2.9 (MR, 7 files)" in ran.err


def test_info_of_a_series_that_is_not_readable_goes_on_with_the_others(run: Run, folder: Path, tmp_path: Path) -> None:
    made = dataset(np.zeros((4, 4), "i2"), SeriesInstanceUID="1.2.9")
    path = save(made, tmp_path / "bad.dcm")
    path.write_bytes(path.read_bytes()[:-8])
    ran = run("image", "info", tmp_path, "--json")
    assert (ran.code, len(ran.json)) == (0, 1)
    assert "series 1.2.9 is left out: bad.dcm cannot be shown" in ran.err
    ran = run("image", "info", path, "--json")
    assert (ran.code, ran.out) == (1, "")


@pytest.mark.parametrize("place", ["setting", "remembered", "cache"])
def test_a_series_is_found_by_its_uid(
    run: Run, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from explorer.images.places import remember

    folder = home / "images" / "cache" / SERIES if place == "cache" else tmp_path / "mine"
    write_stack(folder, phantom())
    if place == "setting":
        monkeypatch.setenv("COHORT_EXPLORER_IMAGES", f"{tmp_path / 'gone'}:{folder}")
    elif place == "remembered":
        remember(folder)
    assert run("image", "info", SERIES, "--json").json[0]["series_uid"] == SERIES


def test_an_unknown_series_says_where_it_was_looked_for(
    run: Run, folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(folder))
    ran = run("image", "info", "1.2.3.4", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert str(folder) in ran.err and f"{home / 'images' / 'cache'} (not there)" in ran.err
    assert "COHORT_EXPLORER_IMAGES" in ran.err


@pytest.mark.parametrize("what", ["nowhere", "", "a" * 5000, "1.2.3\n4", "\0"])
def test_what_is_neither_a_path_nor_a_uid(run: Run, what: str) -> None:
    ran = run("image", "info", what, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


def test_a_folder_without_images(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    ran = run("image", "info", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "no DICOM images" in ran.err and "not a DICOM file" in ran.err


@pytest.mark.parametrize("window", [("--window=-600,1500",), ("--window", "-600,1500"), ("--window", "40,400.5")])
def test_png(run: Run, folder: Path, tmp_path: Path, window: tuple[str, ...]) -> None:
    out = tmp_path / "x.png"
    ran = run("image", "png", folder, "-o", out, *window, "--plane", "coronal", "--index", "3")
    assert (ran.code, ran.out) == (0, f"coronal slice 3 of 0 to 23 written to {out}\n")
    assert "missing slices" in ran.err
    with Image.open(out) as picture:
        assert (picture.mode, picture.format) == ("L", "PNG")
        size = picture.size
    assert size == (round(20 * 0.9 / 0.9), round(8 * 2.5 / 0.9))


def test_png_shows_the_acquired_plane_where_none_is_named(run: Run, tmp_path: Path) -> None:
    write_stack(tmp_path / "in", phantom(), GEOMETRIES["sagittal"])
    assert "sagittal slice 3 of 0 to 6" in run("image", "png", tmp_path / "in", "-o", tmp_path / "x.png").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--window", "40"), "CENTER,WIDTH"),
        (("--window", "40,0"), "CENTER,WIDTH"),
        (("--window", "-1e9,nan"), "CENTER,WIDTH"),
        (("--index", "24", "--plane", "coronal"), "slices run from 0 to 23"),
        (("--index", "-1"), "slices run from 0"),
        (("--plane", "oblique"), "axial"),
        (("-o", "x.jpg"), "ends with .png"),
    ],
)
def test_wrong_use_of_png(run: Run, folder: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    ran = run("image", "png", folder, "-o", tmp_path / "x.png", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err and not (tmp_path / "x.png").exists()


def test_volume(run: Run, folder: Path, tmp_path: Path) -> None:
    import nibabel

    ran = run("image", "volume", folder, "-o", tmp_path / "x.nii.gz")
    assert (ran.code, ran.out) == (0, f"8 × 24 × 20 voxels (z × y × x) written to {tmp_path / 'x.nii.gz'}\n")
    image = nibabel.load(tmp_path / "x.nii.gz")
    assert image.shape == (20, 24, 8)
    assert b"PHANTOM" not in gzip.decompress((tmp_path / "x.nii.gz").read_bytes())
    ran = run("image", "volume", folder, "-o", tmp_path / "x.mha")
    assert ran.code == 2 and ".nii.gz" in ran.err
    ran = run("image", "volume", folder, "-o", tmp_path / "no" / "x.nii")
    assert ran.code == 1 and "nothing was written" in ran.err


def test_one_of_several_acquisitions_is_chosen_by_number(run: Run, tmp_path: Path) -> None:
    import nibabel

    for number in (1, 2):
        write_stack(tmp_path / "in" / str(number), phantom() + np.int16(number), EchoTime=10 * number)
    out = tmp_path / "x.nii"
    for words, more in (((), 1), (("--acquisition", "1"), 1), (("--acquisition", "2"), 2)):
        assert run("image", "volume", tmp_path / "in", "-o", out, *words).code == 0
        assert np.asarray(nibabel.load(out).dataobj).min() == phantom().min() + more
    ran = run("image", "png", tmp_path / "in", "-o", tmp_path / "x.png", "--acquisition", "2")
    assert ran.code == 0 and "This is number 2 (EchoTime 20)" in ran.err


@pytest.mark.parametrize("number", ["2", "99999", "0", "-1", "two", "1.0"])
@pytest.mark.parametrize("kind", ["png", "volume"])
def test_an_acquisition_that_is_not_there(run: Run, folder: Path, tmp_path: Path, kind: str, number: str) -> None:
    out = tmp_path / f"x.{'png' if kind == 'png' else 'nii'}"
    ran = run("image", kind, folder, "-o", out, f"--acquisition={number}")
    assert (ran.code, ran.out, out.exists()) == (2, "", False)
    at_all = number.isdecimal() and number != "0"
    assert ("this series has one acquisition" if at_all else "an acquisition is a number from 1") in ran.err


def test_hostile_text_does_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    for path in write_stack(tmp_path, phantom(), SpecificCharacterSet="ISO_IR 192", SeriesDescription=HOSTILE):
        made = dcmread(path)
        made["Modality"]._value = "C\x1b[2J"  # type: ignore[attr-defined]
        made.save_as(path)
    (tmp_path / "a\nb\x1b[2J.txt").write_text("hello")
    for words in ((), ("--json",)):
        ran = run("image", "info", tmp_path, *words)
        assert ran.code == 0
        assert "\x1b" not in ran.out + ran.err and "\\u001b" in ran.out.lower()
    assert ran.err.count("\n") == 1


def test_headers_are_enough_for_info(run: Run, tmp_path: Path) -> None:
    """The pixels are no JPEG at all, which only those who decode them find out."""
    from pydicom.encaps import encapsulate

    for path in write_stack(tmp_path, phantom()):
        made = dcmread(path)
        made.PixelData = encapsulate([b"\xff\xd8 no picture \xff\xd9"])
        made["PixelData"].is_undefined_length = True
        save(made, path, "1.2.840.10008.1.2.4.70")
    ran = run("image", "info", tmp_path, "--json")
    assert (ran.code, ran.json[0]["shape"], ran.json[0]["warnings"]) == (0, [7, 24, 20], [])
    assert ran.json[0]["transfer_syntax"] == "1.2.840.10008.1.2.4.70"
    ran = run("image", "volume", tmp_path, "-o", tmp_path / "x.nii")
    assert ran.code == 1 and "cannot be shown" in ran.err


def test_nothing_but_json_on_standard_output(folder: Path) -> None:
    command = [sys.executable, "-m", "explorer", "image", "info", str(folder), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout)[0]["series_uid"] == SERIES
    assert ended.stderr == ""


def test_the_json_on_the_page_has_the_keys_in_force(run: Run, folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "images.md").read_text("utf-8")
    [block] = re.findall(r"<!-- image info -->\n```json\n(.*?)```", page, re.DOTALL)
    assert list(json.loads(block)[0]) == list(run("image", "info", folder, "--json").json[0])


def test_every_warning_is_on_the_page() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "images.md").read_text("utf-8")
    text = "".join((root / "explorer" / "images" / name).read_text("utf-8") for name in WARNING)
    named = set(re.findall(r'Irregularity\(\s*"([a-z -]+)"', text))
    assert len(named) >= 14
    assert [name for name in named if f"\n| `{name}` |" not in page] == []


WARNING = ("stack.py", "acquisitions.py", "series.py", "noticing.py")
