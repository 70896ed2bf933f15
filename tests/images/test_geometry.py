from __future__ import annotations

import random
from pathlib import Path

import highdicom
import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from explorer.images import Volume, read_series, to_lps
from tests.images.phantoms import AXIAL, GEOMETRIES, MARKERS, TILTED, Geometry, aligned, phantom, write_stack


def names(volume: Volume) -> list[str]:
    return [note.name for note in volume.warnings]


def by_simpleitk(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder)))
    image = reader.Execute()
    affine = np.eye(4)
    affine[:3, :3] = (np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing()))[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return SimpleITK.GetArrayFromImage(image), affine


def by_highdicom(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    volume = highdicom.get_volume_from_series([dcmread(path) for path in sorted(folder.iterdir())])
    return volume.array, volume.affine


JUDGES = {"SimpleITK": by_simpleitk, "highdicom": by_highdicom}


def check_markers(volume: Volume, geometry: Geometry) -> None:
    """Each marker lies where it was written, before and after turning to the nearest axes."""
    for each in (volume, to_lps(volume)):
        for value, place in MARKERS.items():
            [index] = np.argwhere(each.array == value)
            np.testing.assert_allclose((each.affine @ [*index, 1])[:3], geometry.at(*place), atol=1e-6)


@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("name", GEOMETRIES)
def test_two_other_readers_agree(tmp_path: Path, name: str, judge: str, descending: bool) -> None:
    geometry = GEOMETRIES[name]
    files = write_stack(tmp_path, phantom(), geometry, descending=descending)
    random.Random(7).shuffle(files)
    volume = read_series(files)
    assert names(volume) == []
    assert volume.spacing_mm == pytest.approx((2.5, 0.7, 0.9))
    check_markers(volume, geometry)
    array, affine = JUDGES[judge](tmp_path)
    np.testing.assert_array_equal(aligned(array, affine, volume.affine), volume.array)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_stack_whose_slices_descend_against_the_normal(tmp_path: Path, judge: str) -> None:
    """Written from head to foot: a positive way from slice to slice would be against row x column."""
    geometry = Geometry(course=(0, 0, -2.5))
    volume = read_series(write_stack(tmp_path, phantom(), geometry))
    check_markers(volume, geometry)
    assert volume.affine[2, 0] == pytest.approx(2.5)
    array, affine = JUDGES[judge](tmp_path)
    np.testing.assert_array_equal(aligned(array, affine, volume.affine), volume.array)


def test_the_affine_maps_slice_row_column_to_lps_as_highdicoms_does(tmp_path: Path) -> None:
    write_stack(tmp_path, phantom())
    volume = read_series(tmp_path.iterdir())
    np.testing.assert_allclose(volume.affine @ [3, 2, 1, 1], [-50 + 0.9, 30 + 2 * 0.7, -120 + 3 * 2.5, 1])
    assert (volume.affine.shape, volume.affine.dtype) == ((4, 4), np.float64)
    judge = highdicom.get_volume_from_series([dcmread(path) for path in tmp_path.iterdir()])
    index = np.argwhere(judge.array == 3000)
    np.testing.assert_allclose(judge.map_indices_to_reference(index)[0], AXIAL.at(*MARKERS[3000]), atol=1e-6)


@pytest.mark.parametrize("name", ["axial", "coronal", "oblique by 20 degrees"])
def test_a_gantry_tilt_is_named_and_the_affine_holds_it(tmp_path: Path, name: str) -> None:
    row, column = np.array(GEOMETRIES[name].orientation[:3]), np.array(GEOMETRIES[name].orientation[3:])
    course = 2.5 * np.cross(row, column) + 0.8 * column
    geometry = Geometry(GEOMETRIES[name].orientation, course=tuple(course))
    volume = read_series(write_stack(tmp_path, phantom(), geometry))
    assert names(volume) == ["gantry tilt"]
    assert "17.7 degrees" in volume.warnings[0].text
    assert volume.spacing_mm[0] == pytest.approx(2.5)
    check_markers(volume, geometry)


@pytest.mark.parametrize("geometry", [*GEOMETRIES.values(), TILTED], ids=[*GEOMETRIES, "tilted"])
def test_missing_slices_keep_every_other_in_its_place(tmp_path: Path, geometry: Geometry) -> None:
    array = phantom((12, 24, 20))
    files = write_stack(tmp_path, array, geometry)
    for gone in (7, 8):
        files[gone].unlink()
    volume = read_series(tmp_path.iterdir())
    assert "missing slices" in names(volume)
    assert volume.array.shape == array.shape
    assert volume.spacing_mm[0] == pytest.approx(2.5)
    assert len(volume.missing) == 2
    check_markers(volume, geometry)


def test_half_of_the_slices_missing(tmp_path: Path) -> None:
    """The median distance is twice the true one."""
    files = write_stack(tmp_path, phantom((12, 24, 20)))
    for gone in (2, 4, 6, 8, 10):
        files[gone].unlink()
    volume = read_series(tmp_path.iterdir())
    assert names(volume) == ["missing slices"]
    assert (volume.missing, volume.spacing_mm[0]) == ((2, 4, 6, 8, 10), pytest.approx(2.5))
    check_markers(volume, AXIAL)


def test_varying_spacing_is_named_with_its_ends(tmp_path: Path) -> None:
    write_stack(tmp_path, phantom(), places=[0, 1, 2, 3.4, 4.4, 5.4, 6.7])
    volume = read_series(tmp_path.iterdir())
    assert names(volume) == ["varying spacing"]
    assert "2.5 to 3.5 mm" in volume.warnings[0].text
    assert volume.array.shape == (7, 24, 20)


def test_headers_rounded_to_a_hundredth_are_uniform(tmp_path: Path) -> None:
    rounded = [0, 1.001, 1.999, 3.002, 3.998, 5.001, 6]
    assert names(read_series(write_stack(tmp_path, phantom(), places=rounded))) == []


def test_orientations_that_differ_in_the_last_digits_are_one_plane(tmp_path: Path) -> None:
    def jittered(k: int) -> list[float]:
        return [0.94495 + (k % 2) * 1e-5, 0.3272, 0, -0.3272, 0.94495, 0]

    volume = read_series(
        write_stack(tmp_path, phantom(), ImageOrientationPatient=jittered, ImagePositionPatient=lambda k: [0, 0, k])
    )
    assert (names(volume), len(volume.array)) == ([], 7)


def test_a_localiser_is_left_out(tmp_path: Path) -> None:
    write_stack(tmp_path / "a", phantom())
    write_stack(tmp_path / "b", phantom()[:2], GEOMETRIES["sagittal"])
    volume = read_series([*(tmp_path / "b").iterdir(), *(tmp_path / "a").iterdir()])
    assert names(volume) == ["mixed planes"]
    check_markers(volume, AXIAL)


def test_one_slice_has_no_distance(tmp_path: Path) -> None:
    volume = read_series(write_stack(tmp_path, phantom()[3:4]))
    assert names(volume) == ["one slice"]
    assert "1 mm stands in its place" in volume.warnings[0].text
    assert (volume.spacing_mm, volume.spacing_known) == ((1, 0.7, 0.9), (False, True, True))
    np.testing.assert_allclose((volume.affine @ [0, 8, 15, 1])[:3], AXIAL.at(0, 8, 15))


@pytest.mark.parametrize("frames", [1, 7])
@pytest.mark.parametrize("descending", [False, True], ids=["z up", "z down"])
def test_enhanced_multi_frame(tmp_path: Path, descending: bool, frames: int) -> None:
    """A legacy converted object, made by highdicom and read by it too."""
    geometry = Geometry(course=(0, 0, -2.5)) if descending else AXIAL
    files = write_stack(tmp_path, phantom()[-frames:], geometry, BitsStored=16)
    made = highdicom.legacy.LegacyConvertedEnhancedCTImage(
        [dcmread(file) for file in files], "1.2.5", 9, "1.2.6", 1
    )  # fmt: skip
    path = tmp_path / "enhanced" / "one.dcm"
    path.parent.mkdir()
    made.save_as(path)
    volume = read_series([path])
    assert volume.array.shape == (frames, 24, 20)
    if frames == 1:
        assert "one slice" in names(volume)
        return
    assert names(volume) == []
    check_markers(volume, geometry)
    judge = highdicom.imread(path).get_volume()
    np.testing.assert_array_equal(aligned(judge.array, judge.affine, volume.affine), volume.array)
