from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from explorer.errors import ImageError
from explorer.images import Volume, read_series, to_lps
from tests.browser.viewer_fixtures import chest, write_chest, write_slice


def names(volume: Volume) -> list[str]:
    return [note.name for note in volume.warnings]


def stack(folder: Path, places: list[float], **attributes: object) -> list[Path]:
    """One 4 x 6 image at each place along z; all voxels of image i are i."""
    return [
        write_slice(
            folder / f"{i}.dcm",
            np.full((4, 6), i, "i2"),
            **{"InstanceNumber": i, "ImagePositionPatient": [1, 2, place], **attributes},
        )
        for i, place in enumerate(places)
    ]


def test_an_axial_series_whatever_the_names_and_the_order(tmp_path: Path) -> None:
    files = write_chest(tmp_path, slices=8, size=32)
    random.Random(5).shuffle(files)
    volume = read_series(files)
    np.testing.assert_array_equal(volume.array, chest(8, 32))
    assert volume.spacing_mm == (2.5, 0.8, 0.8)
    assert volume.origin_mm == pytest.approx((-12.8, -12.8, 0))
    np.testing.assert_allclose(volume.direction, np.eye(3))
    assert (volume.window, volume.modality, volume.patient_id) == ((-300, 1500), "CT", "PHANTOM-1")
    assert (names(volume), volume.missing, volume.acquired_plane) == ([], (), "axial")


@pytest.mark.parametrize(
    ("orientation", "plane"),
    [
        ([1, 0, 0, 0, 1, 0], "axial"),
        ([-1, 0, 0, 0, -1, 0], "axial"),
        ([1, 0, 0, 0, 0, -1], "coronal"),
        ([0, 1, 0, 0, 0, -1], "sagittal"),
        ([0, -1, 0, 0, 0, 1], "sagittal"),
    ],
)
def test_every_voxel_keeps_its_place_in_the_patient(tmp_path: Path, orientation: list[float], plane: str) -> None:
    """A marker stored at (slice, row, column) lies where PS3.3 equation C.7.6.2.1-1 says, before and after turning."""
    row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
    normal = np.cross(row, column)
    for i in range(5):
        pixels = np.zeros((4, 6), "i2")
        pixels[1, 4] = 1000 * (i == 3)
        position = (np.array([10.0, 20, 30]) + 3 * i * normal).tolist()
        write_slice(
            tmp_path / f"{i}.dcm",
            pixels,
            ImagePositionPatient=position,
            ImageOrientationPatient=orientation,
            PixelSpacing=[0.5, 2],
        )
    truth = np.array([10.0, 20, 30]) + 9 * normal + 4 * 2 * row + 1 * 0.5 * column
    volume = read_series(tmp_path.glob("*.dcm"))
    assert (volume.acquired_plane, names(volume)) == (plane, [])
    for turned in (volume, to_lps(volume)):
        index = np.argwhere(turned.array == 1000)
        assert len(index) == 1
        steps = index[0][::-1] * np.array(turned.spacing_mm[::-1])
        np.testing.assert_allclose(turned.origin_mm + turned.direction @ steps, truth, atol=1e-9)
    np.testing.assert_allclose(to_lps(volume).direction, np.eye(3), atol=1e-9)


def test_an_oblique_series_says_by_how_much(tmp_path: Path) -> None:
    tilt = np.radians(20)
    column = np.array([0, np.cos(tilt), np.sin(tilt)])
    normal = np.cross([1, 0, 0], column)
    for i in range(4):
        write_slice(
            tmp_path / f"{i}.dcm",
            np.zeros((4, 4), "i2"),
            ImagePositionPatient=(2.0 * i * normal).tolist(),
            ImageOrientationPatient=[1, 0, 0, *column.tolist()],
        )
    volume = read_series(tmp_path.glob("*.dcm"))
    assert volume.oblique_degrees == pytest.approx(20, abs=0.01)
    assert to_lps(volume).oblique_degrees == pytest.approx(20, abs=0.01)
    assert (volume.acquired_plane, volume.spacing_mm[0]) == ("axial", pytest.approx(2))


@pytest.mark.parametrize(
    ("places", "warning", "words", "slices", "spacing"),
    [
        ([0, 2, 4, 8, 10, 12], "missing slices", "Slice 4 is missing", 7, 2),
        ([0, 2, 4, 6, 8, 14, 16, 18], "missing slices", "Slices 6–7 are missing", 10, 2),
        ([0, 2, 4, 4, 6], "duplicate positions", "1 image is at a place", 4, 2),
        ([0, 2, 4.7, 6, 8], "varying spacing", "1.3 to 2.7 mm", 5, 2),
        ([0, 2, 4, 90], "varying spacing", "2 to 86 mm", 4, 2),
    ],
)
def test_irregular_positions_are_named(
    tmp_path: Path, places: list[float], warning: str, words: str, slices: int, spacing: float
) -> None:
    volume = read_series(stack(tmp_path, places))
    assert names(volume) == [warning]
    assert words in volume.warnings[0].text
    assert volume.array.shape == (slices, 4, 6)
    assert volume.spacing_mm[0] == pytest.approx(spacing, abs=0.2)


def test_missing_slices_are_left_empty_in_their_place(tmp_path: Path) -> None:
    volume = read_series(stack(tmp_path, [0, 2, 4, 8, 10]))
    assert volume.missing == (3,)
    assert volume.array[:, 0, 0].tolist() == [0, 1, 2, 0, 3, 4]


def test_the_first_instance_at_a_place_is_shown(tmp_path: Path) -> None:
    volume = read_series(stack(tmp_path, [0, 2, 2, 4]))
    assert volume.array[:, 0, 0].tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("slope", "intercept", "stored", "kind", "value"),
    [
        (2.5, -10, np.full((4, 4), 8, "i2"), np.float32, 10),
        (1, -1024, np.full((4, 4), 24, "u2"), np.int16, -1000),
        (3, 0, np.full((4, 4), 30000, "u2"), np.int32, 90000),
        (1, 0, np.full((4, 4), -5, "i2"), np.int16, -5),
        (1, 0, np.full((4, 4), 200, "u1"), np.uint8, 200),
    ],
)
def test_rescale(tmp_path: Path, slope: float, intercept: int, stored: np.ndarray, kind: type, value: float) -> None:
    if slope == 3:
        stored[0, 0] = 0
        stored[0, 1] = 60000
    path = write_slice(tmp_path / "x.dcm", stored, RescaleSlope=slope, RescaleIntercept=intercept)
    volume = read_series([path])
    assert volume.array.dtype == kind or slope == 3
    assert float(volume.array[0, 3, 3]) == value


def test_slices_with_slopes_of_their_own(tmp_path: Path) -> None:
    """PET series rescale every slice by another slope."""
    for i, slope in enumerate((0.5, 1.5)):
        write_slice(
            tmp_path / f"{i}.dcm", np.full((4, 4), 10, "i2"), RescaleSlope=slope, ImagePositionPatient=[0, 0, 4 * i]
        )
    assert read_series(tmp_path.glob("*")).array[:, 0, 0].tolist() == [5, 15]


def test_one_image_without_geometry(tmp_path: Path) -> None:
    path = write_slice(
        tmp_path / "x.dcm", np.eye(5, dtype="u2"), ImageOrientationPatient=None, PixelSpacing=None,
        ImagerPixelSpacing=[0.1, 0.2], PhotometricInterpretation="MONOCHROME1",
    )  # fmt: skip
    volume = read_series([path])
    assert names(volume) == ["no geometry"]
    assert (volume.inverted, volume.at_detector, volume.spacing_mm) == (True, True, (1, 0.1, 0.2))
    assert (volume.has_geometry, volume.acquired_plane) == (False, "axial")
    assert to_lps(volume) is volume


def test_colours_stay_colours(tmp_path: Path) -> None:
    pixels = np.zeros((3, 4, 3), "u1")
    pixels[0, 0] = (255, 10, 20)
    path = write_slice(tmp_path / "x.dcm", pixels, ImageOrientationPatient=None, Modality="US")
    volume = read_series([path])
    assert volume.is_rgb
    assert volume.array.shape == (1, 3, 4, 3)
    assert volume.array[0, 0, 0].tolist() == [255, 10, 20]


def test_frames_without_positions_keep_their_order(tmp_path: Path) -> None:
    frames = np.arange(3, dtype="u1")[:, None, None] * np.ones((1, 4, 5), "u1")
    path = write_slice(tmp_path / "x.dcm", frames, NumberOfFrames=3, ImagePositionPatient=[0, 0, 0], Modality="XA")
    volume = read_series([path])
    assert volume.array[:, 0, 0].tolist() == [0, 1, 2]
    assert names(volume) == ["no geometry"]


def test_an_enhanced_file_is_sorted_by_the_position_of_its_frames(tmp_path: Path) -> None:
    frames = np.arange(4, dtype="i2")[:, None, None] * np.ones((1, 4, 5), "i2")
    path = write_slice(
        tmp_path / "x.dcm", frames, NumberOfFrames=4, PixelSpacing=None, ImageOrientationPatient=None,
        RescaleSlope=None, RescaleIntercept=None,
    )  # fmt: skip
    dataset = dcmread(path)
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([_item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])])
    shared.PixelMeasuresSequence = Sequence([_item(PixelSpacing=[0.7, 0.6], SliceThickness=1)])
    shared.PixelValueTransformationSequence = Sequence([_item(RescaleSlope=10, RescaleIntercept=5)])
    shared.FrameVOILUTSequence = Sequence([_item(WindowCenter=20, WindowWidth=40)])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [_item(PlanePositionSequence=Sequence([_item(ImagePositionPatient=[0, 0, -3 * i])])) for i in range(4)]
    )
    dataset.save_as(path)
    volume = read_series([path])
    assert volume.array[:, 0, 0].tolist() == [35, 25, 15, 5]
    assert volume.spacing_mm == pytest.approx((3, 0.7, 0.6))
    assert (volume.window, volume.origin_mm, names(volume)) == ((20, 40), (0, 0, -9), [])


def test_planes_of_another_kind_are_left_out(tmp_path: Path) -> None:
    files = stack(tmp_path, [0, 2, 4])
    files.append(write_slice(tmp_path / "scout.dcm", np.zeros((9, 9), "i2"), ImagePositionPatient=[0, 0, 0]))
    volume = read_series(files)
    assert names(volume) == ["mixed planes"]
    assert volume.array.shape == (3, 4, 6)


def test_a_damaged_file_is_a_warning_and_all_damaged_an_error(tmp_path: Path) -> None:
    files = stack(tmp_path, [0, 2, 4])
    files[1].write_bytes(files[1].read_bytes()[:-10])
    volume = read_series(files)
    assert "unreadable files" in names(volume)
    with pytest.raises(ImageError, match=r"1\.dcm cannot be shown"):
        read_series([files[1]])
    with pytest.raises(ImageError, match="No files"):
        read_series([])


SAMPLES = ["CT_small", "MR_small", "MR_small_RLE", "examples_palette", "SC_rgb_rle", "JPEG2000", "examples_ybr_color"]


@pytest.mark.parametrize("name", SAMPLES)
def test_pydicoms_own_samples(name: str) -> None:
    volume = read_series([str(get_testdata_file(f"{name}.dcm", download=False))])
    assert volume.array.shape[0] >= 1
    assert volume.window[1] > 0


def test_pixels_that_would_not_fit_are_refused_before_they_are_made(tmp_path: Path) -> None:
    path = write_slice(tmp_path / "x.dcm", np.zeros((2, 2), "i2"))
    dataset = dcmread(path)
    dataset.Rows = dataset.Columns = 65535
    dataset.save_as(path)
    with pytest.raises(ImageError, match=r"8\.6 GB"):
        read_series([path])


def _item(**attributes: object) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item
