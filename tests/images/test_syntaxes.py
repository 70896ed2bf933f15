"""Every transfer syntax that something here can write; JPEG by GDCM, the others by pydicom and its plugins.

No encoder of High-Throughput JPEG 2000 is installed: its only test is an empty codestream, put together by hand.
"""

from __future__ import annotations

from pathlib import Path

import gdcm
import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom import dcmread
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import (
    JPEG2000,
    JPEG2000Lossless,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from explorer.errors import ImageError
from explorer.images import read_series, survey_series
from tests.images.phantoms import dataset, phantom, save, write_stack

PLAIN = {
    "implicit": "1.2.840.10008.1.2",
    "explicit": "1.2.840.10008.1.2.1",
    "deflated": "1.2.840.10008.1.2.1.99",
    "big endian": "1.2.840.10008.1.2.2",
}
BY_PYDICOM = {"RLE": RLELossless, "JPEG-LS": JPEGLSLossless, "JPEG 2000": JPEG2000Lossless}
BY_GDCM = {
    "JPEG lossless": "JPEGLosslessProcess14",
    "JPEG lossless SV1": "JPEGLosslessProcess14_1",
    "JPEG-LS by GDCM": "JPEGLSLossless",
    "JPEG 2000 by GDCM": "JPEG2000Lossless",
    "RLE by GDCM": "RLELossless",
}
KINDS = ["u1", "u2", "i2"]


def smooth(kind: str) -> np.ndarray:
    """A stack without noise, so that lossy coding loses little; of 12 bits where there are 16."""
    z, y, x = np.mgrid[:3, :40, :32]
    array = 100 + 20 * np.sin(y / 6 + z) + 30 * np.cos(x / 8)
    scale = 1 if kind == "u1" else 8
    return (array * scale).astype(kind) - (1000 if kind == "i2" else 0)


def bits(kind: str) -> dict[str, object]:
    return {} if kind == "u1" else {"BitsStored": 12}


def by_gdcm(path: Path, syntax: str) -> None:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, syntax)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PLAIN)
def test_uncompressed(tmp_path: Path, name: str, kind: str) -> None:
    array = smooth(kind)
    for path in write_stack(tmp_path, array, **bits(kind)):
        made = dcmread(path)
        if name == "big endian":
            made.PixelData = made.pixel_array.astype(made.pixel_array.dtype.newbyteorder(">")).tobytes()
            made["PixelData"].VR = "OW" if kind != "u1" else "OB"
        save(made, path, PLAIN[name])
    files = list(tmp_path.iterdir())
    np.testing.assert_array_equal(read_series(files).array, array)
    assert survey_series(files).first.syntax == PLAIN[name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BY_PYDICOM)
def test_lossless_by_pydicom(tmp_path: Path, name: str, kind: str) -> None:
    array = smooth(kind)
    for path in write_stack(tmp_path, array, **bits(kind)):
        made = dcmread(path)
        made.compress(BY_PYDICOM[name])
        save(made, path, BY_PYDICOM[name])
    volume = read_series(tmp_path.iterdir())
    assert volume.array.dtype == kind
    np.testing.assert_array_equal(volume.array, array)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BY_GDCM)
def test_lossless_by_gdcm(tmp_path: Path, name: str, kind: str) -> None:
    array = smooth(kind)
    for path in write_stack(tmp_path, array, **bits(kind)):
        by_gdcm(path, BY_GDCM[name])
        assert dcmread(path).file_meta.TransferSyntaxUID.is_compressed
    np.testing.assert_array_equal(read_series(tmp_path.iterdir()).array, array)


@pytest.mark.parametrize("syntax", [JPEGLSNearLossless, JPEG2000])
@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_lossy_by_pydicom(tmp_path: Path, syntax: str, kind: str) -> None:
    array = smooth(kind)
    options = {"jls_error": 2} if syntax == JPEGLSNearLossless else {"j2k_cr": [4]}
    for path in write_stack(tmp_path, array, **bits(kind)):
        made = dcmread(path)
        made.compress(syntax, **options)
        save(made, path, syntax)
        judge = np.squeeze(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))
        np.testing.assert_array_equal(read_series([path]).array[0], judge)
    np.testing.assert_allclose(read_series(tmp_path.iterdir()).array, array.astype(float), atol=3)


def test_jpeg_baseline(tmp_path: Path) -> None:
    array = smooth("u1")
    for path in write_stack(tmp_path, array):
        by_gdcm(path, "JPEGBaselineProcess1")
        judge = np.squeeze(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))
        np.testing.assert_array_equal(read_series([path]).array[0], judge)
    np.testing.assert_allclose(read_series(tmp_path.iterdir()).array, array.astype(float), atol=6)


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_colours(tmp_path: Path, syntax: str) -> None:
    colours = np.random.default_rng(5).integers(0, 256, (64, 72, 3)).astype("u1")
    made = dataset(colours)
    made.compress(syntax)
    np.testing.assert_array_equal(read_series([save(made, tmp_path / "x.dcm", syntax)]).array[0], colours)


def test_frames_of_one_compressed_file(tmp_path: Path) -> None:
    made = dataset(phantom(), NumberOfFrames=7)
    made.compress(RLELossless)
    np.testing.assert_array_equal(read_series([save(made, tmp_path / "x.dcm", RLELossless)]).array, phantom())


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"])
def test_high_throughput_jpeg_2000_finds_its_decoder(tmp_path: Path, syntax: str) -> None:
    """An all-zero image has no coded blocks, so that JPEG 2000 becomes high-throughput by its markers alone."""
    made = dataset(np.zeros((32, 32), "i2"))
    made.compress(JPEG2000Lossless)
    coded = get_frame(made.PixelData, 0, number_of_frames=1)
    sizes = 4 + int.from_bytes(coded[4:6], "big")  # the end of SIZ, where CAP goes (ISO 15444-15 A.2)
    head = coded[:6] + (0x4000).to_bytes(2, "big") + coded[8:sizes]
    coded = head + bytes.fromhex("ff50 0008 00020000 0000") + coded[sizes:]
    style = coded.index(b"\xff\x52") + 12
    coded = coded[:style] + bytes([coded[style] | 0x40]) + coded[style + 1 :]
    made.PixelData = encapsulate([coded])
    made["PixelData"].is_undefined_length = True
    volume = read_series([save(made, tmp_path / "x.dcm", syntax)])
    assert (volume.array.shape, int(np.abs(volume.array).max())) == ((1, 32, 32), 0)


SAMPLES = sorted((Path(pydicom.__file__).parent / "data").rglob("*.dcm"))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_pydicoms_own_samples_hold_what_pydicom_reads() -> None:
    """Stored values, byte for byte; colours of 16 bits and palettes become 8-bit RGB here, so they are left out."""
    compared = 0
    for path in SAMPLES:
        try:
            volume, header = read_series([path], rescale=False), dcmread(path)
        except ImageError:
            continue
        if volume.is_rgb and (header.BitsAllocated > 8 or header.PhotometricInterpretation == "PALETTE COLOR"):
            continue
        np.testing.assert_array_equal(volume.array.ravel(), header.pixel_array.ravel(), err_msg=path.name)
        compared += 1
    assert compared >= 50
