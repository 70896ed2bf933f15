from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from explorer.errors import ImageError
from explorer.images import read_series, survey_series
from tests.images.phantoms import AXIAL, dataset, phantom, save, write_stack
from tests.images.test_syntaxes import by_gdcm

PLACE = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [1, 1]}
LIMIT = 3 * 2**30


def compressed(syntax: str, pixels: np.ndarray, **attributes: object) -> FileDataset:
    made = dataset(pixels, **attributes)
    made.compress(syntax)
    return made


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small file of each encoding that the decoders know."""
    folder = tmp_path_factory.mktemp("hostile") / "bases"
    grey = np.add.outer(np.arange(64), 3 * np.arange(64)).astype("u2")
    place = {**PLACE, "BitsStored": 12}
    save(dataset(grey, **place), folder / "explicit")
    save(dataset(grey, **place), folder / "implicit", ImplicitVRLittleEndian)
    save(dataset(grey, **place), folder / "deflated", DeflatedExplicitVRLittleEndian)
    for name, syntax in {"rle": RLELossless, "jpeg-ls": JPEGLSLossless, "jpeg-2000": JPEG2000Lossless}.items():
        save(compressed(syntax, grey, **place), folder / name, syntax)
    for name, syntax in {"jpeg": "JPEGBaselineProcess1", "jpeg-lossless": "JPEGLosslessProcess14_1"}.items():
        by_gdcm(save(dataset((grey // 4).astype("u1"), **PLACE), folder / name), syntax)
    save(dataset(np.stack([grey] * 3, axis=-1).astype("u1"), **PLACE), folder / "rgb")
    save(_enhanced(), folder / "enhanced")
    return folder


def _enhanced() -> FileDataset:
    def item(**values: object) -> Dataset:
        made = Dataset()
        for keyword, value in values.items():
            setattr(made, keyword, value)
        return made

    made = dataset(np.zeros((3, 8, 8), "u1"), NumberOfFrames=3)
    made.SharedFunctionalGroupsSequence = [
        item(
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
            PixelMeasuresSequence=[item(PixelSpacing=[1, 1])],
        )
    ]
    made.PerFrameFunctionalGroupsSequence = [
        item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, k])]) for k in range(3)
    ]
    return made


def mutants(bases: Path, first: int, last: int, seconds: int) -> None:
    command = [sys.executable, "-m", "tests.images.mutants", str(bases), str(first), str(last)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    said = ended.stdout.splitlines() or [""]
    assert ended.returncode == 0, f"mutant {said[-1]}, exit {ended.returncode}: {ended.stderr[-2000:]}"
    assert said[-1].startswith("done:")
    assert "Traceback" not in ended.stderr and "pydicom" not in ended.stderr


def test_300_mutants(bases: Path) -> None:
    mutants(bases, 0, 300, seconds=300)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 11_000, 2500))
def test_10_000_mutants(bases: Path, first: int) -> None:
    mutants(bases, first, first + 2500, seconds=3000)


def read_in_little_memory(path: Path) -> str:
    """Read a small file in a process that may take 3 GB, and give what it says."""
    assert path.stat().st_size < 2**20
    script = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({LIMIT}, {LIMIT}))\n"
        "from explorer.errors import ImageError\n"
        "from explorer.images import read_series\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    read_series([sys.argv[1]])\n"
        "except ImageError as error:\n"
        "    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "    print(grown // 1024, 'MB', error)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.parametrize("name", ["explicit", "deflated", "rle", "jpeg", "jpeg-lossless", "jpeg-ls", "jpeg-2000"])
@pytest.mark.parametrize("size", [65_535, 20_000])
def test_sizes_that_are_only_declared(bases: Path, tmp_path: Path, name: str, size: int) -> None:
    made = dcmread(bases / name)
    made.Rows = made.Columns = size
    made.save_as(tmp_path / "x.dcm")
    said = read_in_little_memory(tmp_path / "x.dcm")
    assert "cannot be shown" in said
    assert int(said.split()[0]) < 100, said


@pytest.mark.parametrize("name", ["jpeg", "jpeg-lossless", "jpeg-ls", "jpeg-2000"])
def test_what_the_codestream_declares_counts_too(bases: Path, tmp_path: Path, name: str) -> None:
    """The file says 64 x 64, its compressed pixels 65,535 x 65,535."""
    made = dcmread(bases / name)
    coded = bytearray(get_frame(made.PixelData, 0, number_of_frames=1))
    if name == "jpeg-2000":
        at = coded.index(b"\xff\x51")
        for place in (6, 10, 22, 26):
            coded[at + place : at + place + 4] = (65_535).to_bytes(4, "big")
    else:
        marker = {"jpeg": b"\xff\xc0", "jpeg-lossless": b"\xff\xc3", "jpeg-ls": b"\xff\xf7"}[name]
        at = coded.index(marker)
        coded[at + 5 : at + 9] = b"\xff" * 4
    made.PixelData = encapsulate([bytes(coded)])
    made["PixelData"].is_undefined_length = True
    made.save_as(tmp_path / "x.dcm")
    said = read_in_little_memory(tmp_path / "x.dcm")
    assert "its compressed pixels 65535 x 65535" in said
    assert int(said.split()[0]) < 100, said


def test_runs_that_go_on_for_ever(tmp_path: Path) -> None:
    """A code much longer than the pixels it stands for."""
    made = compressed(RLELossless, np.zeros((8, 8), "u1"), **PLACE)
    header = (1).to_bytes(4, "little") + (64).to_bytes(4, "little") + bytes(56)
    made.PixelData = encapsulate([header + b"\x81\x00" * 400_000])
    made["PixelData"].is_undefined_length = True
    said = read_in_little_memory(save(made, tmp_path / "x.dcm", RLELossless))
    assert "run-length code is longer than the pixels" in said


@pytest.mark.parametrize("frames", [2**31 - 1, 2**40, -5, 100_001])
@pytest.mark.parametrize("name", ["explicit", "rle", "jpeg"])
def test_frames_that_are_not_there(bases: Path, tmp_path: Path, name: str, frames: int) -> None:
    made = dcmread(bases / name)
    made.NumberOfFrames = frames
    made.save_as(tmp_path / "x.dcm")
    with pytest.raises(ImageError, match="frames"):
        survey_series([tmp_path / "x.dcm"])


def test_many_frames_of_one_pixel(tmp_path: Path) -> None:
    made = dataset(np.zeros((1, 1), "u1"), NumberOfFrames=2**31 - 1, **PLACE)
    with pytest.raises(ImageError, match="2,147,483,647 frames"):
        read_series([save(made, tmp_path / "x.dcm")])


@pytest.mark.parametrize(
    ("keyword", "value", "words"),
    [
        ("Rows", 0, "0 x 64 pixels"),
        ("Columns", None, "holds no image"),
        ("SamplesPerPixel", 0, "0 values"),
        ("SamplesPerPixel", 65_535, "65535 values"),
        ("BitsAllocated", 0, "of 0 bits"),
        ("BitsAllocated", 13, "of 13 bits"),
        ("Rows", [1, 2], "Rows is not one number"),
        ("PixelData", b"", "holds 0"),
    ],
)
def test_values_that_no_image_has(bases: Path, tmp_path: Path, keyword: str, value: object, words: str) -> None:
    made = dcmread(bases / "explicit")
    if value is None:
        delattr(made, keyword)
    else:
        setattr(made, keyword, value)
    made.save_as(tmp_path / "x.dcm")
    with pytest.raises(ImageError, match=words):
        read_series([tmp_path / "x.dcm"])


def raw(folder: Path, keyword: str, values: str) -> list[Path]:
    """A stack of five, in which one slice holds text that pydicom would refuse to write."""
    files = write_stack(folder, np.zeros((5, 4, 4), "i2"))
    made = dcmread(files[2])
    made[keyword]._value = values  # type: ignore[attr-defined]
    made[keyword].VR = "LO"
    made.save_as(files[2])
    content = files[2].read_bytes()
    tag = made[keyword].tag
    head = tag.group.to_bytes(2, "little") + tag.element.to_bytes(2, "little")
    files[2].write_bytes(content.replace(head + b"LO", head + b"DS"))
    return files


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("ImagePositionPatient", "nan\\0\\0"),
        ("ImagePositionPatient", "0\\0\\inf"),
        ("ImagePositionPatient", "0\\0\\1e308"),
        ("ImagePositionPatient", "1\\2"),
        ("ImagePositionPatient", "a\\b\\c"),
        ("ImagePositionPatient", ""),
        ("ImageOrientationPatient", "0\\0\\0\\0\\0\\0"),
        ("ImageOrientationPatient", "1\\0\\0\\1\\0\\0"),
        ("ImageOrientationPatient", "1e308\\0\\0\\0\\1e308\\0"),
        ("ImageOrientationPatient", "nan\\0\\0\\0\\1\\0"),
        ("PixelSpacing", "0\\0"),
        ("PixelSpacing", "-1\\1"),
        ("PixelSpacing", "1e-308\\1"),
        ("PixelSpacing", "1\\1\\1"),
        ("RescaleSlope", "0"),
        ("RescaleSlope", "nan"),
        ("RescaleSlope", "1e308"),
        ("RescaleIntercept", "-inf"),
        ("RescaleSlope", "1\\2"),
    ],
)
def test_numbers_that_are_none(tmp_path: Path, keyword: str, values: str) -> None:
    """One such slice is named, or read without harm; five of them are a series without geometry, or refused."""
    files = raw(tmp_path / "one", keyword, values)
    volume = read_series(files)
    assert np.isfinite(volume.affine).all()
    assert np.isfinite(volume.array).all()
    if not keyword.startswith("Rescale"):
        assert {"unreadable files", "mixed planes"} & {note.name for note in volume.warnings}
        assert (volume.has_geometry, volume.missing) == (True, (2,))
    alone = files[2]
    try:
        volume = read_series([alone])
    except ImageError as error:
        assert "cannot be shown" in str(error)
    else:
        assert np.isfinite(volume.affine).all()


def test_a_file_that_becomes_shorter_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.images import series

    files = write_stack(tmp_path, phantom())
    into = series.decode_into

    def cut(array: np.ndarray, frames: object) -> object:
        files[3].write_bytes(files[3].read_bytes()[:-100])
        return into(array, frames)  # type: ignore[arg-type]

    monkeypatch.setattr(series, "decode_into", cut)
    volume = read_series(files)
    assert "became shorter" in {note.name: note.text for note in volume.warnings}["unreadable files"]
    assert volume.missing == (3,)
    np.testing.assert_allclose(volume.affine[:3, 3], AXIAL.origin)


def test_a_series_larger_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.images.series.TOTAL_LIMIT", 5000)
    with pytest.raises(ImageError, match="Open some of its files"):
        read_series(write_stack(tmp_path, phantom()))


def test_a_decoder_that_breaks_down_takes_nothing_with_it(bases: Path, tmp_path: Path) -> None:
    """One byte too many before the scan, and GDCM aborts its process; the next file is read all the same."""
    made = dcmread(bases / "jpeg-lossless")
    coded = bytearray(get_frame(made.PixelData, 0, number_of_frames=1))
    scan = coded.index(b"\xff\xda")
    coded[scan:scan] = b"\x00"
    made.PixelData = encapsulate([bytes(coded)])
    made["PixelData"].is_undefined_length = True
    made.SOPInstanceUID = "1.2.3.1"
    made.save_as(tmp_path / "1.dcm")
    (tmp_path / "2.dcm").write_bytes((bases / "jpeg-lossless").read_bytes())
    with pytest.raises(ImageError, match="the decoder broke down over them"):
        read_series([tmp_path / "1.dcm"])
    volume = read_series(tmp_path.glob("*.dcm"))
    assert volume.array.max() > 0
    assert "broke down" in {note.name: note.text for note in volume.warnings}["unreadable files"]


def test_a_decoder_that_never_ends_is_ended(bases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process has its own alarm; here it goes off before the first frame."""
    from explorer.images import apart

    program = "import signal; from explorer.images import apart; apart.decoded = lambda *_: iter(signal.pause, 0); "
    monkeypatch.setattr(apart, "_PROGRAM", f"{program} apart._SECONDS = 1; apart.serve()")
    with pytest.raises(ImageError, match="broke down"):
        read_series([bases / "jpeg-lossless"])
    monkeypatch.undo()
    assert read_series([bases / "jpeg-lossless"]).array.max() > 0
