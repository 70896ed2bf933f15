from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from PIL import Image

from explorer.errors import ImageError
from explorer.images import Plane, Volume, png, read_masks, read_series
from explorer.views.picture import Picture
from explorer.views.shown import Overlay, Shown
from tests.browser.viewer_fixtures import write_chest
from tests.browser.viewer_patient import BASELINE, ELSEWHERE, FOLLOW_UP, LESION, drawn, write_patient
from tests.images.mask_phantoms import turned, write_series
from tests.views.picture_told import plane_of, told

PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=10, size=32, leave_out=(4,)))


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_patient(tmp_path_factory.mktemp("patient"))


@pytest.fixture(scope="module")
def baseline(patient: dict[str, list[Path]]) -> Shown:
    volume = read_series(patient["Baseline"])
    return Shown(volume, overlays=[Overlay(read_masks(patient["seg"][0], volume), "Readings", "SEG", "A reader")])


def test_what_the_host_is_told(volume: Volume) -> None:
    picture = Picture([Shown(volume)], page_url="image-viewer/page.html")
    whole, series = json.loads(picture.describe()), told(picture)
    assert series["caption"] == ["PHANTOM-1", "CT, 10 slices", "2.5 × 0.8 × 0.8 mm (z, y, x)"]
    assert series["warnings"][0]["name"] == "missing slices"
    assert series["missing"] == [4]
    assert (series["plane"], series["acquired"], series["oriented"]) == ("axial", "axial", True)
    assert (series["shape"], series["window"], series["coarseness"]) == ([10, 32, 32], [-300, 1500], [1])
    assert (series["unit"], series["measured"], series["volume"], series["dtype"]) == ("HU", True, True, "int16")
    assert series["range"] == [-1050, 900]
    assert series["presets"][0] == {"name": "As recorded", "window": [-300, 1500]}
    assert whole["stages"] == ["viewer", "slices", "still"]
    assert whole["stages_because"] == whole["unlinked_because"] == ""


def test_gaps_are_counted_as_the_turned_volume_counts(volume: Volume) -> None:
    upside_down = replace(volume, direction=volume.direction * [1, 1, -1])
    assert told(Picture([Shown(upside_down)]))["missing"] == [5]


@pytest.mark.parametrize("turn", [turned(), turned(plane="coronal"), turned(plane="sagittal"), [-1.0, 0, 0, 0, -1, 0]])
def test_the_first_voxel_is_where_simpleitk_finds_it(tmp_path: Path, turn: list[float]) -> None:
    files, _ = write_series(tmp_path, orientation=turn)
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames([str(file) for file in files])
    judge = SimpleITK.DICOMOrient(reader.Execute(), "LPS")
    series = told(Picture([Shown(read_series(files))]))
    np.testing.assert_allclose(series["origin"][::-1], judge.GetOrigin(), atol=1e-6)
    np.testing.assert_allclose(series["spacing"][::-1], judge.GetSpacing(), atol=1e-6)
    assert series["shape"][::-1] == list(judge.GetSize())


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("turn", [turned(), turned(plane="sagittal"), [-1.0, 0, 0, 0, -1, 0]])
def test_a_slice_begins_at_the_top_of_the_picture(tmp_path: Path, turn: list[float], plane: Plane) -> None:
    files, _ = write_series(tmp_path, orientation=turn)
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames([str(file) for file in files])
    judge = SimpleITK.GetArrayFromImage(SimpleITK.DICOMOrient(reader.Execute(), "LPS"))
    axis = PLANES.index(plane)
    index = judge.shape[axis] // 2 + 1
    wanted = judge.take(index, axis)
    wanted = wanted[::-1] if axis else wanted
    packed = Picture([Shown(read_series(files))]).answer(
        {"kind": "slice", "id": 1, "series": 0, "plane": plane, "index": index}
    )
    np.testing.assert_array_equal(plane_of(packed, "int16", wanted.shape[0]), wanted)


def test_what_is_sent_is_what_the_browser_unpacks(volume: Volume) -> None:
    """blosc.ts reads Blosc 1, shuffled by bytes, with LZ4 or stored."""
    picture = Picture([Shown(volume)])
    packed = picture.answer({"kind": "slice", "series": 0, "plane": "axial", "index": 3}) or b""
    assert packed[0] == 2
    assert packed[2] & 0x02 or packed[2] >> 5 == 1
    assert not packed[2] & 0x04
    assert (packed[3], int.from_bytes(packed[4:8], "little")) == (2, 2 * 32 * 32)


@pytest.mark.parametrize("plane", PLANES)
def test_masks_are_where_they_were_drawn(baseline: Shown, plane: Plane) -> None:
    """Against the shapes themselves; the SEG has no frame where nothing is drawn, not even inside of the lesion."""
    picture, truth, axis = Picture([baseline]), drawn(), PLANES.index(plane)
    series = told(picture)
    assert [segment["name"] for segment in series["segments"]] == ["Lesion", "Surroundings"]
    seen = 0
    for index in range(BASELINE.shape[axis]):
        wanted = truth.take(index, axis)
        wanted = wanted[::-1] if axis else wanted
        packed = picture.answer({"kind": "mask", "series": 0, "plane": plane, "index": index, "part": 0})
        if not wanted.any():
            assert packed is None
            continue
        bits = plane_of(packed, "uint32", wanted.shape[0])
        np.testing.assert_array_equal(bits, wanted[..., 0] + 2 * wanted[..., 1])
        seen += 1
    for bit, segment in enumerate(series["segments"]):
        held = np.flatnonzero(truth[..., bit].any(axis=tuple({0, 1, 2} - {axis})))
        assert segment["slices"][axis] == [held[0], held[-1]]
    assert seen > 5


def test_segments_say_their_size_and_maker(baseline: Shown) -> None:
    series = told(Picture([baseline]))
    assert series["overlays"][0] | {"warnings": []} == {
        "name": "Readings", "kind": "SEG", "made_by": "A reader", "warnings": []
    }  # fmt: skip
    first, second = series["segments"]
    assert first["cm3"] == pytest.approx(drawn()[..., 0].sum() * 2.5 * 0.8 * 0.8 / 1000)
    assert first["colour"] != second["colour"]
    assert first["detail"] == "Neoplasm · Liver · AUTOMATIC · Phantom drawer"


def test_two_readers_have_two_colours(baseline: Shown) -> None:
    twice = replace(baseline, overlays=[*baseline.overlays, *baseline.overlays])
    colours = [segment["colour"] for segment in told(Picture([twice]))["segments"]]
    assert len(set(colours)) == 4


def test_a_mask_of_another_grid_is_refused(patient: dict[str, list[Path]], baseline: Shown) -> None:
    with pytest.raises(ImageError, match="is not on the grid of the images"):
        Picture([Shown(read_series(patient["Follow-up"]), overlays=baseline.overlays)])


def test_two_series_agree_in_millimetres(patient: dict[str, list[Path]]) -> None:
    """The lesion's centre, found in each by its values, has the same LPS place in both."""
    picture = Picture([Shown(read_series(patient[scan.name])) for scan in (BASELINE, FOLLOW_UP)])
    assert json.loads(picture.describe())["unlinked_because"] == ""
    for place, scan in enumerate((BASELINE, FOLLOW_UP)):
        series = told(picture, place)
        index = round((LESION[2] - series["origin"][0]) / series["spacing"][0])
        packed = picture.answer({"kind": "slice", "series": place, "plane": "axial", "index": index})
        bright = np.argwhere(plane_of(packed, "int16", scan.shape[1]) == 900).mean(axis=0)
        y, x = np.array(series["origin"][1:]) + bright * series["spacing"][1:]
        np.testing.assert_allclose((x, y), LESION[:2], atol=0.5)


@pytest.mark.parametrize(
    ("other", "because"), [(ELSEWHERE, "different frames of reference"), (None, "do not say where it lies")]
)
def test_series_that_cannot_be_linked_say_why(patient: dict[str, list[Path]], other: Any, because: str) -> None:
    one = read_series(patient["Baseline"])
    two = read_series(patient[other.name]) if other else replace(one, has_geometry=False)
    assert because in json.loads(Picture([Shown(one), Shown(two)]).describe())["unlinked_because"]


def test_a_plane_can_be_asked_for(volume: Volume) -> None:
    assert told(Picture([Shown(volume)], mode="coronal"))["plane"] == "coronal"
    still = json.loads(Picture([Shown(volume)], mode="still").describe())
    assert (still["stages"], still["stages_because"]) == (["still"], "Shown as still pictures, as asked.")
    with pytest.raises(ImageError, match="Modes: auto, axial"):
        Picture([Shown(volume)], mode="oblique")  # type: ignore[arg-type]
    with pytest.raises(ImageError, match="Backends: auto, viewer"):
        Picture([Shown(volume)], backend="vtk")  # type: ignore[arg-type]
    with pytest.raises(ImageError, match="3 series were given"):
        Picture([Shown(volume)] * 3)


def test_colours_are_still_pictures(volume: Volume) -> None:
    colours = replace(volume, array=np.zeros((1, 4, 4, 3), "u1"), has_geometry=False)
    picture = Picture([Shown(colours)])
    whole = json.loads(picture.describe())
    assert (whole["stages"], whole["stages_because"]) == (["still"], "Colour images are shown as still pictures.")
    assert picture.still().startswith(b"\x89PNG")
    for kind in ("slice", "plot"):
        assert picture.answer({"kind": kind, "series": 0, "plane": "axial", "index": 0}) is None
    assert picture.answer({"kind": "get", "series": 0, "key": ".zattrs"}) is None


def test_monochrome1_is_drawn_right_everywhere(volume: Volume) -> None:
    """Slice, chunk and PNG alike, at the windows that the host is told."""
    inverted = replace(volume, inverted=True, modality="DX")
    picture = Picture([Shown(inverted)])
    series = told(picture)
    ask = {"series": 0, "plane": "axial", "index": 7, "window": series["window"]}
    values = plane_of(picture.answer(ask | {"kind": "slice"}), series["dtype"], 32).astype(float)
    centre, width = series["window"]
    greys = ((values - centre + width / 2) / width).clip(0, 1) * 255
    wanted = np.asarray(Image.open(BytesIO(png(inverted, "axial", 7, volume.window)))).astype(float)
    drawn_now = np.asarray(Image.open(BytesIO(picture.answer(ask | {"kind": "png"}) or b""))).astype(float)
    assert np.ptp(wanted) > 200
    np.testing.assert_allclose(greys, wanted, atol=1)
    np.testing.assert_allclose(drawn_now, wanted, atol=1)


def test_values_that_are_no_numbers_are_no_trouble(volume: Volume) -> None:
    array = volume.array.astype(np.float32)
    array[0, 0, 0], array[1, 1, 1] = np.nan, np.inf
    assert told(Picture([Shown(replace(volume, array=array))]))["range"] == [-1050, 900]


def test_the_still_has_masks_and_both_series(patient: dict[str, list[Path]], baseline: Shown) -> None:
    alone = Picture([baseline])
    assert alone.alt == "CT Baseline, axial plane, slice 25 of 40, with Lesion and Surroundings drawn over it"
    pictures = (alone.still(), png(baseline.volume, "axial", 24))
    one, none = (np.asarray(Image.open(BytesIO(each)).convert("RGB")).astype(int) for each in pictures)
    changed = np.argwhere((one != none).any(axis=-1)).mean(axis=0)
    y, x = (np.array(LESION[1::-1]) - (-38.4, -38.4)) / 0.8
    np.testing.assert_allclose(changed, (y, x), atol=1)

    both = Picture([baseline, Shown(read_series(patient["Follow-up"]))])
    beside = np.asarray(Image.open(BytesIO(both.still())).convert("RGB"))
    np.testing.assert_array_equal(beside[:96, :96], one)
    assert beside.shape == (96, 96 + 8 + 80, 3)
    assert (
        both.alt == f"{alone.alt}; beside it CT Follow-up, axial plane, slice 18 of 30"
    )  # where slice 25 of the other is


def test_a_gap_is_not_the_first_slice_to_see(tmp_path: Path) -> None:
    volume = read_series(write_chest(tmp_path, slices=10, size=32, leave_out=(5,)))
    assert Picture([Shown(volume)]).alt.endswith("slice 5 of 10")
