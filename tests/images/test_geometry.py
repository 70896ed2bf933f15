from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import highdicom
import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from explorer.images import Volume, read_series, to_lps
from explorer.images.volume import as_acquired
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


OUT_OF_LINE = {
    "one slice": [0, 0, 0, 30, 0, 0, 0],
    "the first": [30, 0, 0, 0, 0, 0, 0],
    "the last": [0, 0, 0, 0, 0, 0, -30],
    "the upper half": [0, 0, 0, 0, 30, 30, 30],
    "by half a millimetre": [0, 0, 0.5, 0, 0, 0, 0],
}


def aside(shifts: Sequence[float], geometry: Geometry = AXIAL) -> Callable[[int], list[float]]:
    """Position of each slice, moved along its rows."""
    row = np.array(geometry.orientation[:3])
    return lambda k: [float(f"{value:.10g}") for value in geometry.at(k, 0, 0) + shifts[k] * row]


@pytest.mark.parametrize("geometry", [AXIAL, GEOMETRIES["coronal"], TILTED], ids=["axial", "coronal", "tilted"])
@pytest.mark.parametrize("shifts", OUT_OF_LINE.values(), ids=OUT_OF_LINE)
def test_slices_out_of_line_are_named_and_their_places_kept(
    tmp_path: Path, shifts: list[float], geometry: Geometry
) -> None:
    volume = read_series(write_stack(tmp_path, phantom(), geometry, ImagePositionPatient=aside(shifts, geometry)))
    assert names(volume) == ["slices out of line"]
    assert (volume.steps_mm, volume.spacing_mm[0]) == (None, pytest.approx(2.5))
    at = [aside(shifts, geometry)(k) for k in range(7)]
    assert volume.places_mm is not None
    up = slice(None, None, 1 if volume.affine[:3, 0] @ (geometry.at(1, 0, 0) - geometry.at(0, 0, 0)) > 0 else -1)
    np.testing.assert_allclose(volume.places_mm, at[up], atol=1e-6)
    if geometry is AXIAL:
        assert f"up to {max(map(abs, shifts)):.3g} mm" in volume.warnings[0].text
        np.testing.assert_allclose(volume.origin_mm, geometry.at(0, 0, 0), atol=1e-6)


def test_a_shift_that_rounding_explains_is_none(tmp_path: Path) -> None:
    shifts = [0, 0.09, -0.05, 0.03, 0.09, -0.09, 0]
    assert names(read_series(write_stack(tmp_path, phantom(), ImagePositionPatient=aside(shifts)))) == []


def test_a_missing_slice_among_slices_out_of_line_lies_between_its_neighbours(tmp_path: Path) -> None:
    files = write_stack(tmp_path, phantom(), ImagePositionPatient=aside([0, 0, 0, 0, 30, 30, 30]))
    files[3].unlink()
    volume = read_series(tmp_path.iterdir())
    assert (names(volume), volume.missing) == (["missing slices", "slices out of line"], (3,))
    assert volume.places_mm is not None
    np.testing.assert_allclose(volume.places_mm[:, 0], [-50, -50, -50, -35, -20, -20, -20])
    np.testing.assert_allclose(volume.places_mm[:, 2], -120 + 2.5 * np.arange(7))


@pytest.mark.parametrize("orientation", [*GEOMETRIES.values(), Geometry((-1, 0, 0, 0, -1, 0))])
def test_turning_moves_the_places_and_can_be_undone(tmp_path: Path, orientation: Geometry) -> None:
    geometry = Geometry(orientation.orientation)
    places = [0, 1, 2, 3.4, 4.4, 5.4, 6.7]
    volume = read_series(write_stack(tmp_path, phantom(), geometry, places=places))
    lps = to_lps(volume)
    assert volume.places_mm is not None and lps.places_mm is not None
    stacked = abs(lps.acquired_axes[0]) - 1
    for value, (k, j, i) in MARKERS.items():
        index = np.argwhere(lps.array == value)[0]
        inside = np.where(np.arange(3) == stacked, 0, index)
        found = lps.places_mm[index[stacked]] + lps.affine[:3, :3] @ inside
        np.testing.assert_allclose(found, geometry.at(places[k], j, i), atol=1e-6)
    for again in (as_acquired(lps), as_acquired(to_lps(lps)), as_acquired(volume)):
        np.testing.assert_array_equal(again.array, volume.array)
        np.testing.assert_allclose(again.affine, volume.affine, atol=1e-9)
        np.testing.assert_allclose(again.places_mm, volume.places_mm, atol=1e-9)  # type: ignore[arg-type]
        assert (again.acquired_axes, again.spacing_mm) == ((1, 2, 3), volume.spacing_mm)


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
