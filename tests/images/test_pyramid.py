from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from numcodecs import Blosc

from explorer.images import Pyramid, Volume, read_series
from explorer.images.pyramid import _mean, drawable
from tests.browser.viewer_fixtures import chest, write_chest


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=11, size=70))


def decoded(store: Pyramid, number: int) -> np.ndarray:
    """One level, read as a zarr 2 reader does."""
    meta = json.loads(store[f"scale{number}/image/.zarray"])
    array = np.empty(meta["shape"], meta["dtype"])
    sides = meta["chunks"]
    for place in product(*(range(-(-n // side)) for n, side in zip(meta["shape"], sides, strict=True))):
        chunk = np.frombuffer(Blosc().decode(store[f"scale{number}/image/{'/'.join(map(str, place))}"]), meta["dtype"])
        target = array[tuple(slice(i * s, (i + 1) * s) for i, s in zip(place, sides, strict=True))]
        target[...] = chunk.reshape(sides)[tuple(slice(0, n) for n in target.shape)]
    return array


def test_chunks_decode_to_the_same_voxels(volume: Volume) -> None:
    np.testing.assert_array_equal(decoded(Pyramid(volume, chunk=32), 0), chest(11, 70))


def test_coarse_levels_are_means_in_the_right_place(volume: Volume) -> None:
    store = Pyramid(volume, smallest=16)
    multiscales = json.loads(store[".zattrs"])["multiscales"][0]
    scales = [level["coordinateTransformations"] for level in multiscales["datasets"]]
    assert multiscales["version"] == "0.4"
    assert store.levels == 3
    assert scales[1][0]["scale"] == pytest.approx([2.5, 1.6, 1.6])
    origin = np.array(scales[0][1]["translation"])
    np.testing.assert_allclose(scales[1][1]["translation"] - origin, [0, 0.4, 0.4])
    fine, coarse = chest(11, 70).astype(float), decoded(store, 1)
    assert coarse.shape == (11, 35, 35)
    np.testing.assert_allclose(coarse, fine.reshape(11, 35, 2, 35, 2).mean((2, 4)), atol=0.5)


def test_labels_are_never_averaged(volume: Volume) -> None:
    labels = replace(volume, array=(volume.array > 0).astype("u1") * 7)
    store = Pyramid(labels, smallest=16, labels=True)
    for number in range(store.levels):
        assert set(np.unique(decoded(store, number))) <= {0, 7}


def test_monochrome1_is_mirrored_with_its_window(volume: Volume) -> None:
    low, high = int(volume.array.min()), int(volume.array.max())
    store = Pyramid(replace(volume, inverted=True))
    np.testing.assert_array_equal(decoded(store, 0), low + high - volume.array)
    assert store.window == (low + high + 300, 1500)


def test_a_single_slice_gets_a_thickness(volume: Volume) -> None:
    assert Pyramid(replace(volume, array=volume.array[:1])).shape(0) == (2, 70, 70)


@pytest.mark.parametrize(
    "key", ["", "scale9/image/0/0/0", "scale0/image/99/0/0", "scale0/image/../0/0", "../x", "scale0/image/-1/0/0"]
)
def test_keys_that_are_not_there(volume: Volume, key: str) -> None:
    with pytest.raises(KeyError):
        Pyramid(volume)[key]


@pytest.mark.parametrize("turn", [(0, 1, 2), (2, 0, 1)])
def test_the_coarsest_level_is_what_simpleitk_makes(turn: tuple[int, int, int]) -> None:
    """From a turned and flipped volume too; where sides are odd, their last voxels are repeated."""
    values = np.random.default_rng(3).integers(-1000, 3000, (24, 48, 40)).astype(np.int16).transpose(turn)[::-1]
    judge = SimpleITK.GetArrayFromImage(
        SimpleITK.BinShrink(SimpleITK.GetImageFromArray(values.astype(np.float32)), [4, 4, 2])
    )
    np.testing.assert_allclose(_mean(values, (2, 4, 4)), judge, atol=0.5)
    odd = values[:-1, :-2, :-3]
    padded = np.pad(odd, [(0, -n % f) for n, f in zip(odd.shape, (2, 4, 4), strict=True)], "edge")
    again = SimpleITK.BinShrink(SimpleITK.GetImageFromArray(padded.astype(np.float32)), [4, 4, 2])
    np.testing.assert_allclose(_mean(odd, (2, 4, 4)), SimpleITK.GetArrayFromImage(again), atol=0.5)


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "uint16", "int32", "float32"])
def test_mirrored_values_fit_their_type(volume: Volume, kind: str) -> None:
    """Also where the sum of the lowest and the highest does not."""
    low, high = (0, 1) if kind == "float32" else (np.iinfo(kind).min, np.iinfo(kind).max)
    values = np.array([low, low, high, high - 1 if kind != "float32" else 0.25], kind).reshape(1, 2, 2)
    found = drawable(replace(volume, array=values, inverted=True, window=(low, 2), line=(low + 1, 1)))
    assert found.array.tolist() == [[[high, high], [low, low + 1 if kind != "float32" else 0.75]]]
    assert found.array.dtype == kind
    assert (found.window, found.line, found.inverted) == ((high, 2), (high - 1, 1), False)
