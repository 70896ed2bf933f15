from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread

from explorer.errors import ImageError
from explorer.images import Volume, read_series, to_lps
from explorer.images.contours import read_rtstruct
from tests.images.mask_phantoms import ORIENTATIONS, names, turned, write_rtstruct, write_series

Contour = NDArray[np.float64]


def circle(middle: Sequence[float], radius: float, points: int = 360) -> NDArray[np.float64]:
    """``(n, 2)`` mm."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.array(middle) + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def on_slice(volume: Volume, k: float, corners: NDArray[np.float64]) -> Contour:
    """``(n, 3)`` LPS of corners given in mm to the right of and below the volume's middle, in slice ``k``."""
    middle = (np.array(volume.array.shape) - 1) / 2
    places = corners / np.array(volume.spacing_mm[:0:-1]) + middle[:0:-1]
    index = np.column_stack([np.full(len(places), k), places[:, ::-1]])
    contour: Contour = index @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    return contour


def by_point_in_polygon(volume: Volume, contours: Sequence[tuple[int, NDArray[np.float64]]]) -> NDArray[np.bool_]:
    """The obvious answer: from each voxel's centre a ray, against one edge after the other, in millimetres."""
    where = np.zeros(volume.array.shape, dtype=bool)
    rows, columns = volume.array.shape[1:]
    x = (np.arange(columns) - (columns - 1) / 2) * volume.spacing_mm[2]
    y = ((np.arange(rows) - (rows - 1) / 2) * volume.spacing_mm[1])[:, None]
    for k, corners in contours:
        x0, y0 = corners[-1]
        for x1, y1 in corners:
            if y0 != y1:
                where[k] ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
            x0, y0 = x1, y1
    return where


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    return read_series(write_series(tmp_path_factory.mktemp("images"))[0])


SHAPES = {
    "circle": [circle((3, -2), 11)],
    "hole": [circle((3, -2), 11), circle((4, -1), 4.3)],
    "hole, other turn": [circle((3, -2), 11), circle((4, -1), 4.3)[::-1]],
    "islands": [circle((-9, 4), 5), circle((10.5, -6), 6.2)],
    "island in a hole": [circle((3, -2), 11), circle((3, -2), 7), circle((3, -2), 3)],
    "keyhole": [
        np.concatenate([circle((3, -2), 11)[[*range(360), 0]], circle((3, -2), 5)[[0, *range(359, 0, -1), 0]]])
    ],
    "triangle": [np.array([[-10.0, -8], [14.2, 3.3], [-4.1, 12.9]])],
    "star": [circle((0.3, 0.2), 13, 5)[[0, 2, 4, 1, 3]]],
    "beyond the border": [circle((25, 15), 14)],
}  # fmt: skip


@pytest.mark.parametrize("corners", SHAPES.values(), ids=SHAPES)
def test_contours_are_filled_as_point_in_polygon_says(
    tmp_path: Path, volume: Volume, corners: list[NDArray[np.float64]]
) -> None:
    contours = [on_slice(volume, k, each) for k in (4, 5) for each in corners]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": contours}]), volume)
    expected = by_point_in_polygon(volume, [(k, each) for k in (4, 5) for each in corners])
    assert expected.any()
    np.testing.assert_array_equal(mask.segment(1), expected)
    assert names(mask) == []


@pytest.mark.parametrize("orientation", [turned(), turned(20), turned(plane="sagittal"), turned(-15, "coronal")])
def test_volumes_are_those_of_geometry(tmp_path: Path, orientation: list[float]) -> None:
    """A cylinder with an eccentric bore: within 2 % of (R² - r²) pi h, and its middle in its place."""
    files, _ = write_series(tmp_path, (14, 90, 80), (2.0, 0.5, 0.6), orientation)
    volume = read_series(files)
    slices = range(2, 9)
    contours = [on_slice(volume, k, c) for k in slices for c in (circle((5, 4), 12), circle((7, 4), 4))]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": contours}]), volume)
    assert mask.volume_mm3(1) == pytest.approx(np.pi * (12**2 - 4**2) * 2.0 * len(slices), rel=0.02)
    k, j, i = np.argwhere(mask.segment(1)).mean(axis=0)
    assert k == pytest.approx(5)
    moved = 2 * 4**2 / (12**2 - 4**2)  # the bore pushes the centre of gravity away
    assert (i - 39.5) * 0.6 == pytest.approx(5 - moved, abs=0.1)
    assert (j - 44.5) * 0.5 == pytest.approx(4, abs=0.1)
    turned_mask = read_rtstruct(tmp_path / "rt.dcm", to_lps(volume))
    np.testing.assert_array_equal(turned_mask.labels, to_lps(mask.volume).array)


def test_neighbours_that_share_a_side_share_no_voxel(tmp_path: Path, volume: Volume) -> None:
    """Sides run exactly through voxel centres; each voxel belongs to one of the four squares around the middle."""
    side = np.array([9 * 1.1, 7 * 0.9])
    start = np.array([0.5 * 1.1, 0.5 * 0.9])  # a voxel centre, since the number of voxels is even
    squares = [
        start + side * np.array([[a, b], [a + 1, b], [a + 1, b + 1], [a, b + 1]]) for a in (-1, 0) for b in (-1, 0)
    ]
    regions = [{"name": str(n), "contours": [on_slice(volume, 5, square)]} for n, square in enumerate(squares)]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", regions), volume)
    assert [mask.voxels(number) for number in (1, 2, 3, 4)] == [63] * 4
    assert names(mask) == []


def test_contours_between_slices_and_beyond(tmp_path: Path, volume: Volume) -> None:
    """The nearest slice within half a spacing; two planes at one slice do not cancel each other."""
    places = [3.4, 4.0, 4.3, 6.0, -0.4, -0.7, 11.4, 11.6]
    contours = [on_slice(volume, place, circle((0, 0), 5 + place / 10)) for place in places]
    rt = write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": contours}])
    mask = read_rtstruct(rt, volume)
    expected = by_point_in_polygon(
        volume, [(round(p), circle((0, 0), 5 + p / 10)) for p in (3.4, 4.0, 6.0, -0.4, 11.4)]
    )
    np.testing.assert_array_equal(mask.segment(1), expected)
    texts = {note.name: note.text for note in mask.warnings}
    assert list(texts) == ["contours outside", "contours between slices", "gaps between contours"]
    assert texts["contours outside"].endswith(": 2.")
    assert texts["contours between slices"].endswith(": 4.")
    assert texts["gaps between contours"].endswith(": 7.")


def test_contours_on_slices_that_the_series_misses(tmp_path: Path) -> None:
    files, _ = write_series(tmp_path, leave_out=(4,))
    volume = read_series(files)
    contours = [on_slice(volume, k, circle((0, 0), 5)) for k in (3, 4, 5)]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": contours}]), volume)
    assert mask.segment(1).any(axis=(1, 2)).sum() == 3
    assert names(mask) == ["missing slices"]


def test_what_cannot_be_drawn_is_counted(tmp_path: Path, volume: Volume) -> None:
    good = on_slice(volume, 5, circle((0, 0), 5))
    bent = good.copy()
    bent[7] += 3
    slanted = good @ np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
    regions: list[dict[str, object]] = [
        {"name": "good", "contours": [good]},
        {"name": "bent", "contours": [bent, slanted]},
        {"name": "points", "contours": [good[:1], good[:1]], "type": "POINT"},
        {"name": "line", "contours": [good[:4]], "type": "OPEN_PLANAR"},
        {"name": "tiny", "contours": [on_slice(volume, 5, circle((0.0, 0.0), 0.1))]},
        {"name": "empty"},
    ]
    rt = write_rtstruct(tmp_path / "rt.dcm", regions)
    header = dcmread(rt)
    header.ROIContourSequence[1].ContourSequence.append(header.ROIContourSequence[0].ContourSequence[0])
    damaged = header.ROIContourSequence[0].ContourSequence
    for values in (["1", "2", "3", "4"], ["1", "2"], []):
        item = dcmread(rt).ROIContourSequence[0].ContourSequence[0]
        item.ContourData = values
        damaged.append(item)
    header.ROIContourSequence.append(dcmread(rt).ROIContourSequence[0])
    header.ROIContourSequence[-1].ReferencedROINumber = 99
    header.save_as(rt)
    mask = read_rtstruct(rt, volume)
    assert [(each.number, each.label) for each in mask.segments] == list(
        enumerate(["good", "bent", "points", "line", "tiny", "empty"], 1)
    )
    assert [mask.voxels(number) > 0 for number in range(1, 7)] == [True, True, False, False, False, False]
    counts = {note.name: note.text.rsplit(": ")[-1] for note in mask.warnings}
    assert counts == {
        "contours across slices": "2.",
        "damaged contours": "3.",
        "points and lines": "3.",
        "contours without a region": "1.",
        "empty contours": "1.",
        "overlapping segments": mask.warnings[-1].text,
    }


def test_what_a_region_is(tmp_path: Path, volume: Volume) -> None:
    contours = [on_slice(volume, 5, circle((0, 0), 5))]
    regions: list[dict[str, object]] = [
        {"name": "GTV\n1", "contours": contours, "number": 3},
        {"name": "x", "number": 7},
    ]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", regions, "1.2.3.4.5"), volume)
    first, second = mask.segments
    assert (first.number, first.label, first.colour) == (3, "GTV\n1", (255, 128, 0))
    assert (first.algorithm_type, first.algorithm_name) == ("MANUAL", "by hand")
    assert first.kind is not None and first.kind.meaning == "GTV"
    assert (second.number, second.colour, mask.voxels(7)) == (7, None, 0)
    assert (mask.refers_to, names(mask)) == (("1.2.3.4.5",), ["other series"])


def test_another_frame_of_reference_is_said(tmp_path: Path, volume: Volume) -> None:
    regions: list[dict[str, object]] = [{"name": "a"}, {"name": "b", "frame": "1.2.3"}]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", regions), volume)
    assert names(mask) == ["other frame of reference"]


@pytest.mark.parametrize("numbers", [(1, 1), (0, 1), (-4, 2), (70_000, 3)])
def test_numbers_that_repeat_or_do_not_fit(tmp_path: Path, volume: Volume, numbers: tuple[int, int]) -> None:
    contours = [on_slice(volume, 5, circle((0, 0), 5))]
    regions = [{"name": "a", "contours": contours, "number": numbers[0]}, {"name": "b", "number": numbers[1]}]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", regions), volume)
    assert [(each.number, each.label) for each in mask.segments] == [(1, "a"), (2, "b")]
    assert (mask.voxels(1) > 0, mask.voxels(2)) == (True, 0)
    assert names(mask) == ["renumbered segments"]


def test_half_a_million_points_are_read_and_ten_million_refused(tmp_path: Path, volume: Volume) -> None:
    many = on_slice(volume, 5, circle((0, 0), 10, 1000))
    rt = write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": [many]}])
    header = dcmread(rt)
    text = "\\".join(str(value) for value in header.ROIContourSequence[0].ContourSequence[0].ContourData)

    def repeated(times: int) -> Path:
        item = header.ROIContourSequence[0].ContourSequence[0]
        item.add_new("ContourData", "UT", "\\".join([text] * times))
        header.save_as(rt)
        return rt

    mask = read_rtstruct(repeated(501), volume)
    expected = by_point_in_polygon(volume, [(5, circle((0, 0), 10, 1000))])
    np.testing.assert_array_equal(mask.segment(1), expected)
    with pytest.raises(ImageError, match="more than 5,000,000 points"):
        read_rtstruct(repeated(10_000), volume)


def test_a_contour_too_crooked_to_draw_is_refused(
    tmp_path: Path, volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    zigzag = np.column_stack([np.linspace(-20.01, 20.03, 60), np.tile([-15.1, 15.1], 30)])
    rt = write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": [on_slice(volume, 5, zigzag)]}])
    np.testing.assert_array_equal(read_rtstruct(rt, volume).segment(1), by_point_in_polygon(volume, [(5, zigzag)]))
    monkeypatch.setattr("explorer.images.contours.CROSSING_LIMIT", 500)
    with pytest.raises(ImageError, match="too long and too crooked"):
        read_rtstruct(rt, volume)


def test_images_without_position_take_no_contour(tmp_path: Path) -> None:
    from tests.browser.viewer_fixtures import write_slice

    rt = write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV"}])
    flat = write_slice(tmp_path / "flat.dcm", np.zeros((4, 5), "i2"), ImageOrientationPatient=None)
    with pytest.raises(ImageError, match="no position in the patient"):
        read_rtstruct(rt, read_series([flat]))
    with pytest.raises(ImageError, match="no RTSTRUCT"):
        read_rtstruct(flat, read_series(write_series(tmp_path / "images")[0]))


def test_contours_follow_a_gantry_tilt_and_slices_at_varying_distances(tmp_path: Path) -> None:
    corners = circle((3, -2), 11)
    files, _ = write_series(tmp_path / "tilted", shear=(0, 0.6, 0))
    tilted = read_series(files)
    rt = write_rtstruct(
        tmp_path / "rt.dcm", [{"name": "GTV", "contours": [on_slice(tilted, k, corners) for k in (2, 8)]}]
    )
    expected = by_point_in_polygon(tilted, [(2, corners), (8, corners)])
    np.testing.assert_array_equal(read_rtstruct(rt, tilted).segment(1), expected)
    files, points = write_series(tmp_path / "varying")
    places = points[:, 0, 0, 2] + np.array([0, 0, 0.4, 0.9, 0, -0.8, 0, 0.6, 0, 0.7, 0.2, 0])
    for file in files:
        header = dcmread(file)
        x, y, _ = header.ImagePositionPatient
        header.ImagePositionPatient = [x, y, round(float(places[int(header.InstanceNumber) - 1]), 6)]
        header.save_as(file)
    volume = read_series(files)
    assert "varying spacing" in [note.name for note in volume.warnings]
    contours = [np.column_stack([corners, np.full(len(corners), places[k])]) for k in range(12)]
    mask = read_rtstruct(write_rtstruct(tmp_path / "all.dcm", [{"name": "GTV", "contours": contours}]), volume)
    np.testing.assert_array_equal(mask.segment(1), by_point_in_polygon(volume, [(k, corners) for k in range(12)]))
    assert names(mask) == []


@pytest.mark.parametrize("name", ORIENTATIONS)
@pytest.mark.parametrize("odd", ["varying spacing", "slices out of line"])
def test_on_a_turned_volume_contours_follow_the_slices(tmp_path: Path, name: str, odd: str) -> None:
    files, points = write_series(tmp_path / "images", orientation=ORIENTATIONS[name])
    row, column = np.array(ORIENTATIONS[name][:3]), np.array(ORIENTATIONS[name][3:])
    shifts = np.array([0, 0, 0.4, 0.9, 0, -0.8, 0, 0.6, 0, 0.7, 0.2, 0])
    way = np.outer(shifts, np.cross(row, column) if odd == "varying spacing" else 5 * row - 7 * column)
    for file in files:
        header = dcmread(file)
        k = int(header.InstanceNumber) - 1
        header.ImagePositionPatient = [round(float(value), 6) for value in points[k, 0, 0] + way[k]]
        header.save_as(file)
    volume = read_series(files)
    assert odd in [note.name for note in volume.warnings]
    corners = circle((3, -2), 11)
    starts = volume.places_mm
    assert starts is not None
    middle = starts + 19.5 * 0.9 * column + 23.5 * 1.1 * row
    contours = [middle[k] + corners @ np.stack([row, column]) for k in range(2, 10)]
    rt = write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": contours}])
    mask = read_rtstruct(rt, volume)
    np.testing.assert_array_equal(mask.segment(1), by_point_in_polygon(volume, [(k, corners) for k in range(2, 10)]))
    shown = read_rtstruct(rt, to_lps(volume))
    np.testing.assert_array_equal(shown.labels, to_lps(mask.volume).array)
    assert (shown.voxels(1), names(shown)) == (mask.voxels(1), [])


@pytest.mark.parametrize("shear", [0.0, 0.6])
def test_contours_across_slices_at_varying_distances(
    tmp_path: Path, shear: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coronal outlines of a body with straight sides, on axial slices: each slice counts at its true height."""
    files, points = write_series(tmp_path / "images", shear=(0, shear, 0))
    shift = np.array([0, 0, 0, 1.1, 2.2, 3.1, 3.9, 3.9, 2.6, 1.9, 0.9, 0])
    for file in files:
        header = dcmread(file)
        x, y, z = (float(value) for value in points[int(header.InstanceNumber) - 1, 0, 0])
        moved = shift[int(header.InstanceNumber) - 1]
        header.ImagePositionPatient = [x, round(y + shear * moved / 2.5, 6), round(z + moved, 6)]
        header.save_as(file)
    volume = read_series(files)
    assert "varying spacing" in [note.name for note in volume.warnings]
    heights = points[:, 0, 0, 2] + shift
    low, high = float(heights[2] + heights[3]) / 2, float(heights[8] + heights[9]) / 2 + 0.3
    corners = [(-9.3, low), (9.3, low), (4.1, high), (-9.3, high)]
    # Each row of the array lies in one coronal plane where the stack is straight; after a tilt, in a slanted one.
    contours = [
        np.array([[x, points[0, j, 0, 1] + shear * (z - heights[0]) / 2.5, z] for x, z in corners])
        for j in range(10, 14)
    ]
    mask = read_rtstruct(write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": contours}]), volume)
    x = points[0, 0, :, 0]
    border = 9.3 + (4.1 - 9.3) * (heights - low) / (high - low)
    inside = (x > -9.3) & (x < border[:, None]) & ((heights > low) & (heights < high))[:, None]
    expected = np.zeros(volume.array.shape, dtype=bool)
    expected[:, 10:14] = inside[:, None, :]
    np.testing.assert_array_equal(mask.segment(1), expected)
    assert names(mask) == []
    monkeypatch.setattr("explorer.images.contours.CUT_LIMIT", 100)
    with pytest.raises(ImageError, match="more slices than can be drawn"):
        read_rtstruct(tmp_path / "rt.dcm", volume)
