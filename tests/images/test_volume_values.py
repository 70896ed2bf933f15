"""Voxel values: bits, signs, slopes, colours; against SimpleITK where it reads them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_windowing
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from explorer.images import png, read_series
from tests.images.phantoms import dataset, save, write_stack

GEOMETRY = {
    "ImagePositionPatient": [0, 0, 0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [1, 1],
}
SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]


def by_simpleitk(path: Path) -> np.ndarray:
    return np.squeeze(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4"])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_whole_range_of_every_type(tmp_path: Path, kind: str, syntax: str) -> None:
    limits = np.iinfo(kind)
    stored = np.linspace(limits.min, limits.max, 30).astype(kind).reshape(5, 6)
    stored[0, 0], stored[-1, -1] = limits.min, limits.max
    made = dataset(
        stored.astype(stored.dtype.newbyteorder(">")) if syntax == ExplicitVRBigEndian else stored, **GEOMETRY
    )
    volume = read_series([save(made, tmp_path / "x.dcm", syntax)])
    assert volume.array.dtype == stored.dtype
    np.testing.assert_array_equal(volume.array[0], stored)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 12, 15])
def test_fewer_bits_than_a_word_and_something_in_the_others(tmp_path: Path, bits: int, signed: bool) -> None:
    """Old files keep overlays in the bits above BitsStored; the value is what SimpleITK says."""
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else (0, 2**bits)
    values = np.random.default_rng(1).integers(low, high, (6, 5))
    words = (values & (2**bits - 1)).astype("u2")
    words[::2] |= np.uint16(1 << 15)
    made = dataset(words, BitsStored=bits, PixelRepresentation=int(signed), **GEOMETRY)
    path = save(made, tmp_path / "x.dcm")
    array = read_series([path]).array[0]
    np.testing.assert_array_equal(array, values)
    np.testing.assert_array_equal(array, by_simpleitk(path))


@pytest.mark.parametrize(("slope", "intercept"), [(1, -1024), (2.5, -10), (-1, 100), (1, 0.5), (300, 7), (0.001, 0)])
@pytest.mark.parametrize("kind", ["u1", "u2", "i2"])
def test_slope_and_intercept(tmp_path: Path, slope: float, intercept: float, kind: str) -> None:
    stored = np.arange(200).reshape(10, 20).astype(kind)
    path = save(dataset(stored, RescaleSlope=slope, RescaleIntercept=intercept, **GEOMETRY), tmp_path / "x.dcm")
    array = read_series([path]).array[0]
    np.testing.assert_allclose(array, stored.astype(float) * slope + intercept, rtol=1e-6)
    np.testing.assert_allclose(array, by_simpleitk(path), rtol=1e-6)
    assert array.dtype.itemsize <= 4
    assert (array.dtype.kind in "iu") == (float(slope).is_integer() and float(intercept).is_integer())


@pytest.mark.parametrize("own", [False, True])
def test_an_enhanced_file_falls_back_to_the_rescale_at_its_top(tmp_path: Path, own: bool) -> None:
    """Where the functional groups have a transformation, the one at the top does not count."""
    made = dataset(np.full((2, 4, 4), 100, "u2"), NumberOfFrames=2, RescaleSlope=2.5, RescaleIntercept=-10)
    shared, orientation, measures, transform = Dataset(), Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient, measures.PixelSpacing = [1, 0, 0, 0, 1, 0], [1, 1]
    transform.RescaleSlope, transform.RescaleIntercept = 3, 1
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    if own:
        shared.PixelValueTransformationSequence = [transform]
    made.SharedFunctionalGroupsSequence = [shared]
    made.PerFrameFunctionalGroupsSequence = [Dataset(), Dataset()]
    for k, frame in enumerate(made.PerFrameFunctionalGroupsSequence):
        place = Dataset()
        place.ImagePositionPatient = [0, 0, k]
        frame.PlanePositionSequence = [place]
    array = read_series([save(made, tmp_path / "x.dcm")]).array
    assert np.unique(array).tolist() == [301 if own else 240]


@pytest.mark.parametrize("function", [None, "LINEAR", "LINEAR_EXACT"])
@pytest.mark.parametrize("width", [1, 2, 8, 80.5, 400])
def test_a_recorded_window_is_drawn_by_its_own_function(tmp_path: Path, width: float, function: str | None) -> None:
    stored = np.arange(1024, dtype="u2").reshape(32, 32)
    made = dataset(
        stored, RescaleIntercept=-500, WindowCenter=40, WindowWidth=width, VOILUTFunction=function, **GEOMETRY
    )
    path = save(made, tmp_path / "x.dcm")
    judge = apply_windowing(stored.astype(float) - 500, dcmread(path))
    judge = (judge - judge.min()) / (judge.max() - judge.min()) * 255
    for greys in (
        read_series([path], window="recorded").array[0],
        read_series([path], rescale=False, window="recorded").array[0],
        np.asarray(Image.open(BytesIO(png(read_series([path]))))),
    ):
        np.testing.assert_allclose(greys, judge, atol=0.51)


@pytest.mark.parametrize(
    ("function", "window"), [("LINEAR", (39.5, 399)), ("LINEAR_EXACT", (40, 400)), ("SIGMOID", (40, 400))]
)
def test_a_frames_own_window_has_its_own_function(tmp_path: Path, function: str, window: tuple[float, float]) -> None:
    made = dataset(np.zeros((1, 4, 4), "u2"), NumberOfFrames=1, **GEOMETRY)
    shared, voi = Dataset(), Dataset()
    voi.WindowCenter, voi.WindowWidth, voi.VOILUTFunction = 40, 400, function
    shared.FrameVOILUTSequence = [voi]
    made.SharedFunctionalGroupsSequence = [shared]
    assert read_series([save(made, tmp_path / "x.dcm")]).line == window


def test_a_window_that_the_caller_gives_is_exact(tmp_path: Path) -> None:
    stored = np.arange(64, dtype="u2").reshape(8, 8)
    path = save(dataset(stored, WindowCenter=4, WindowWidth=5, **GEOMETRY), tmp_path / "x.dcm")
    greys = read_series([path], window=(40, 8)).array[0]
    np.testing.assert_allclose(greys, ((stored - 36.0) / 8).clip(0, 1) * 255, atol=0.51)


def test_a_width_below_one_is_exact_because_no_other_function_has_it(tmp_path: Path) -> None:
    path = save(dataset(np.zeros((4, 4), "u2"), WindowCenter=0.3, WindowWidth=0.5, **GEOMETRY), tmp_path / "x.dcm")
    assert read_series([path]).window == (0.3, 0.5)


def test_a_ct_of_twelve_bits_stays_in_two_bytes(tmp_path: Path) -> None:
    stored = np.arange(4096).reshape(1, 64, 64).astype("u2")
    [path] = write_stack(tmp_path, stored, BitsStored=12, RescaleIntercept=-1024)
    array = read_series([path]).array
    assert array.dtype == np.int16
    np.testing.assert_array_equal(array, stored.astype(int) - 1024)


def test_monochrome1_keeps_its_values_and_is_drawn_inverted(tmp_path: Path) -> None:
    stored = np.arange(64, dtype="u2").reshape(8, 8)
    one, two = (
        read_series([save(dataset(stored, PhotometricInterpretation=f"MONOCHROME{n}", **GEOMETRY), tmp_path / f"{n}")])
        for n in (1, 2)
    )
    np.testing.assert_array_equal(one.array, two.array)
    assert (one.inverted, two.inverted) == (True, False)
    assert png(one) != png(two)


COLOURS = np.random.default_rng(2).integers(0, 256, (6, 8, 3)).astype("u1")


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("planar", [0, 1])
def test_rgb_by_pixel_and_by_plane(tmp_path: Path, planar: int, syntax: str) -> None:
    made = dataset(COLOURS, PlanarConfiguration=planar, **GEOMETRY)
    made.PixelData = (COLOURS.transpose(2, 0, 1) if planar else COLOURS).tobytes()
    path = save(made, tmp_path / "x.dcm", syntax)
    np.testing.assert_array_equal(read_series([path]).array[0], COLOURS)
    np.testing.assert_array_equal(by_simpleitk(path), COLOURS)


def test_ybr_becomes_rgb(tmp_path: Path) -> None:
    grey = np.repeat(COLOURS[..., :1], 3, axis=2)
    coded = grey.copy()
    coded[..., 1:] = 128  # no chroma
    made = dataset(coded, PhotometricInterpretation="YBR_FULL", **GEOMETRY)
    np.testing.assert_allclose(read_series([save(made, tmp_path / "x.dcm")]).array[0], grey, atol=1)


def test_palette_becomes_rgb(tmp_path: Path) -> None:
    stored = np.arange(48, dtype="u1").reshape(6, 8)
    made = dataset(stored, PhotometricInterpretation="PALETTE COLOR", **GEOMETRY)
    table = np.random.default_rng(3).integers(0, 256, (3, 256)).astype("u2")
    for name, values in zip(("Red", "Green", "Blue"), table, strict=True):
        setattr(made, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(made, f"{name}PaletteColorLookupTableData", (values * 257).astype("<u2").tobytes())
    volume = read_series([save(made, tmp_path / "x.dcm")])
    assert volume.is_rgb
    np.testing.assert_array_equal(volume.array[0], table.T[stored])


def test_a_modality_table_is_applied(tmp_path: Path) -> None:
    stored = np.arange(16, dtype="u2").reshape(4, 4)
    made = dataset(stored, RescaleSlope=None, RescaleIntercept=None, **GEOMETRY)
    item = type(dcmread(save(dataset(stored), tmp_path / "other")))("", {})
    item.LUTDescriptor, item.ModalityLUTType = [16, 0, 16], "OD"
    item.LUTData = (np.arange(16, dtype="<u2") ** 2).tobytes()
    item["LUTData"].VR = "OW"
    made.ModalityLUTSequence = [item]
    np.testing.assert_array_equal(read_series([save(made, tmp_path / "x.dcm")]).array[0], stored**2)


def test_float_pixels(tmp_path: Path) -> None:
    values = np.linspace(-1, 1, 20, dtype="f4").reshape(4, 5)
    made = dataset(np.zeros((4, 5), "u4"), **GEOMETRY)
    del made.PixelData, made.BitsStored, made.HighBit, made.PixelRepresentation
    made.FloatPixelData = values.tobytes()
    array = read_series([save(made, tmp_path / "x.dcm")]).array
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array[0], values)
