from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from explorer.images.demo.caption import letters
from tests.images.demo.reading import DRAWN, Point, objects, planes, series, value_at, values

# In LPS mm: a rod at the left, a rod at the front, a ball at the right front near the head; and where a flip puts them.
MARKERS: dict[str, tuple[tuple[Point, ...], tuple[Point, ...]]] = {
    "chest": (
        ((158, 0, 0), (0, -122, 0), (-96, -96, 56)),
        ((-158, 0, 0), (0, 122, 0), (96, -96, 56), (-96, 96, 56), (-96, -96, -56)),
    ),
    "breast": (
        ((158, 66, 0), (0, -20, 0), (-140, -30, 34)),
        ((-158, 66, 0), (140, -30, 34), (-140, -30, -34)),
    ),
    "prostate": (
        ((93, 0, 0), (0, -80, 0), (-66, -64, 30)),
        ((-93, 0, 0), (0, 80, 0), (66, -64, 30), (-66, -64, -30)),
    ),
}
BRIGHT = {"CT": 600, "MR": 400, "PT": 2000}
DARK = {"CT": -900, "MR": 100, "PT": 600}


PICTURES = 1334 + 35  # one file has 36 frames


def body(study: str) -> str:
    return next((name for name in ("breast", "prostate") if name in study), "chest")


def test_the_word_stands_in_every_picture(demo_folder: Path) -> None:
    word = letters("SYNTHETIC")
    seen = 0
    for path, header in objects(demo_folder).items():
        if header.Modality in DRAWN:
            continue
        column = 1 if header.Modality == "PT" else 2
        for plane in values(dcmread(demo_folder / path)):
            row = len(plane) - word.shape[0] - column
            cut = plane[row : row + word.shape[0], column : column + word.shape[1]]
            if header.PhotometricInterpretation == "MONOCHROME1":
                cut = -cut
            assert np.ptp(cut[word]) == 0, path
            assert cut[word].min() > cut[~word].max() + 200, path
            seen += 1
    assert seen == PICTURES, "every frame of every picture"


def test_left_front_and_head_are_where_they_belong(demo_folder: Path) -> None:
    checked = 0
    for name, files in series(demo_folder).items():
        header = dcmread(files[0], stop_before_pixels=True)
        if header.Modality not in BRIGHT:
            continue
        marks, flipped = MARKERS[body(header.StudyDescription)]
        read = planes(files)
        shown = [value for point in marks if (value := value_at(read, point)) is not None]
        dark = [value for point in flipped if (value := value_at(read, point)) is not None]
        # A sagittal series of the prostate ends before the sides.
        assert len(shown) == (1 if "sagittal" in name else 3), name
        assert min(shown) > BRIGHT[header.Modality], name
        assert dark and max(dark) < DARK[header.Modality], name
        checked += 1
    assert checked == 42


@pytest.mark.parametrize(
    "name",
    [
        "synthetic-site-a/SYN-A-01/baseline/ct",
        "synthetic-site-a/SYN-A-06/follow-up-1/ct-coronal",
        "synthetic-site-b/SYN-B-05/baseline/ct-oblique",
        "synthetic-site-b/SYN-B-01/baseline/pet",
        "synthetic-site-a/SYN-A-03/baseline/t1",
    ],
)
def test_simpleitk_sees_the_same(demo_folder: Path, name: str) -> None:
    files = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(demo_folder / name))
    image = SimpleITK.ReadImage(files)
    header = dcmread(files[0], stop_before_pixels=True)
    marks, flipped = MARKERS[body(header.StudyDescription)]
    assert min(image.GetPixel(image.TransformPhysicalPointToIndex(mark)) for mark in marks) > BRIGHT[header.Modality]
    inside = [image.TransformPhysicalPointToIndex(point) for point in flipped]
    within = [index for index in inside if all(0 <= i < n for i, n in zip(index, image.GetSize(), strict=True))]
    assert within and max(image.GetPixel(index) for index in within) < DARK[header.Modality]


def test_a_radiograph_shows_the_heart_at_the_patients_left(demo_folder: Path) -> None:
    dataset = dcmread(demo_folder / "synthetic-site-a/SYN-A-06/baseline/radiograph/0001.dcm")
    picture = dataset.pixel_array.astype(int)
    assert dataset.PatientOrientation == ["L", "F"]
    lungs = picture[80:95, 35:70], picture[80:95, 90:125]
    assert lungs[1].mean() > lungs[0].mean() + 100


def test_a_mammogram_draws_low_values_white(demo_folder: Path) -> None:
    dataset = dcmread(demo_folder / "synthetic-site-b/SYN-B-03/baseline/mammogram/0001.dcm")
    assert (dataset.PhotometricInterpretation, dataset.PresentationLUTShape) == ("MONOCHROME1", "INVERSE")
    picture = dataset.pixel_array.astype(int)
    assert picture[60:85, 40:65].mean() < 1200 < 3500 < picture[100:, 130:].mean()


def distances(files: list[Path], axis: int = 2) -> list[float]:
    """Steps between the different positions along an axis."""
    places = sorted({round(float(position[axis]), 3) for position, *_ in planes(files)})
    return [round(b - a, 3) for a, b in pairwise(places)]


def test_the_promised_irregularities(demo_folder: Path) -> None:
    found = {name.partition("/")[2]: files for name, files in series(demo_folder).items()}
    assert sorted(distances(found["SYN-A-02/baseline/ct-missing-slice"])) == [6.0] * 29 + [12.0]
    assert distances(found["SYN-B-05/baseline/ct-varying-spacing"]) == [4.0] * 19 + [7.0] * 12
    for name, keyword, wanted in (
        ("SYN-A-05/baseline/two-echoes", "EchoTime", {90.0, 180.0}),
        ("SYN-A-03/baseline/dwi", "DiffusionBValue", {0.0, 800.0}),
    ):
        headers = [dcmread(file, stop_before_pixels=True) for file in found[name]]
        assert {float(header[keyword].value) for header in headers} == wanted
        assert len({tuple(header.ImagePositionPatient) for header in headers}) * 2 == len(headers) == 48
    (multi,) = found["SYN-B-04/baseline/ct-enhanced"]
    assert dcmread(multi).pixel_array.shape == (36, 128, 128)
    slopes = {float(dcmread(file, stop_before_pixels=True).RescaleSlope) for file in found["SYN-B-01/baseline/pet"]}
    assert len(slopes) > 30


@pytest.mark.parametrize(
    ("name", "between"),
    [
        ("synthetic-site-b/SYN-B-04/baseline/ct-tilted", 15.0),
        ("synthetic-site-b/SYN-B-05/baseline/ct-oblique", 0.0),
        ("synthetic-site-a/SYN-A-01/baseline/ct", 0.0),
    ],
)
def test_how_far_the_course_of_slices_is_from_their_normal(demo_folder: Path, name: str, between: float) -> None:
    found = sorted(planes(series(demo_folder)[name]), key=lambda plane: plane[0][2])
    course = found[-1][0] - found[0][0]
    normal = np.cross(*found[0][1])
    angle = np.degrees(np.arccos(min(1.0, abs(course @ normal) / np.linalg.norm(course) / np.linalg.norm(normal))))
    assert angle == pytest.approx(between, abs=0.05)
    turned = np.degrees(np.arccos(abs(normal[2])))
    assert turned == pytest.approx({"ct-tilted": 15, "ct-oblique": 20, "ct": 0}[name.rpartition("/")[2]], abs=0.01)
