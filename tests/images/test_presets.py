from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.images import Volume, read_series
from explorer.images.presets import value_range, window_presets
from tests.browser.viewer_fixtures import write_chest, write_slice


@pytest.fixture
def chest(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=20, size=48))


def names(volume: Volume) -> list[str]:
    return [preset.name for preset in window_presets(volume)]


def windows(volume: Volume) -> dict[str, tuple[float, float]]:
    return {preset.name: preset.window for preset in window_presets(volume)}


def test_ct_has_the_usual_windows(chest: Volume) -> None:
    found = windows(chest)
    assert list(found) == ["As recorded", "Soft tissue", "Lung", "Bone", "Brain", "Liver", "Auto"]
    assert found["As recorded"] == (-300, 1500)
    assert found["Lung"] == (-600, 1500)
    assert found["Soft tissue"] == (50, 400)


def test_a_window_that_would_show_nothing_is_left_out(chest: Volume) -> None:
    air = replace(chest, array=np.full((4, 8, 8), -1000, np.int16))
    assert "Lung" in names(air)
    assert not {"Bone", "Brain", "Soft tissue"}.intersection(names(air))


def test_mr_goes_by_its_own_values(chest: Volume) -> None:
    values = np.random.default_rng(5).gamma(2, 300, (40, 64, 64)).astype(np.float32)
    found = windows(replace(chest, modality="MR", array=values, window=(1, 2)))
    low, high = np.percentile(values, (1, 99))
    centre, width = found["Auto"]
    assert (centre - width / 2, centre + width / 2) == pytest.approx((low, high), rel=0.03)
    assert found["Wide"] == (centre, 2 * width)
    assert found["Narrow"] == (centre, width / 2)


def test_pet_begins_at_nothing(chest: Volume) -> None:
    values = np.random.default_rng(5).gamma(0.3, 2000, (40, 64, 64)).astype(np.float32)
    found = windows(replace(chest, modality="PT", array=values))
    for centre, width in (found[name] for name in ("Auto", "Wide", "Narrow")):
        assert centre - width / 2 == 0
    assert found["Auto"][1] == pytest.approx(np.percentile(values, 99.9), rel=0.1)


def test_a_window_made_up_for_files_without_one_is_not_recorded(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 900, (12, 40, 40)).astype(np.int16)
    files = [
        write_slice(tmp_path / f"{k}.dcm", plane, Modality="MR", InstanceNumber=k, ImagePositionPatient=[0, 0, k])
        for k, plane in enumerate(pixels)
    ]
    assert names(read_series(files)) == ["Auto", "Wide", "Narrow"]


@pytest.mark.parametrize("value", [0, 7, -3])
def test_an_even_picture_has_windows_of_some_width(chest: Volume, value: int) -> None:
    for modality in ("CT", "MR", "PT"):
        even = replace(chest, modality=modality, array=np.full((1, 4, 4), value, np.int16))
        assert all(width > 0 for _, width in windows(even).values())


def test_values_that_are_no_numbers(chest: Volume) -> None:
    for modality in ("CT", "MR", "PT"):
        none = replace(chest, modality=modality, array=np.full((2, 4, 4), np.nan, np.float32))
        assert np.isfinite([preset.window for preset in window_presets(none)[1:]]).all()
    assert value_range(replace(chest, array=np.array([[[np.nan, 2, -np.inf, 5]]]))) == (2, 5)


def test_colours_have_none(chest: Volume) -> None:
    assert window_presets(replace(chest, array=np.zeros((1, 4, 4, 3), np.uint8))) == ()
