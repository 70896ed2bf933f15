from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from explorer.errors import ImageError
from explorer.images import index_folder, read_series
from tests.browser.viewer_fixtures import SERIES, write_chest, write_slice


def test_the_files_of_a_series_come_in_instance_order(tmp_path: Path) -> None:
    files = write_chest(tmp_path / "a", slices=6, size=16)
    write_slice(tmp_path / "other.dcm", np.zeros((4, 4), "i2"), SeriesInstanceUID="1.2.9", InstanceNumber=1)
    folder = index_folder(tmp_path)
    assert list(folder.series) == ["1.2.826.0.1.3680043.8.498.1", "1.2.9"]
    assert folder.files(SERIES) == tuple(reversed(files))
    assert folder.series[SERIES].patient_id == "PHANTOM-1"
    assert folder.series[SERIES].bytes == sum(file.stat().st_size for file in files)
    assert "1.2.9" in folder
    assert "1.2.10" not in folder


def test_a_missing_series_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"1\.2\.10 is not in .*0 image series.*Fetch"):
        index_folder(tmp_path).files("1.2.10")
    with pytest.raises(ImageError, match="--images FOLDER"):
        index_folder(tmp_path / "nowhere")


def test_hostile_files_are_recorded_and_do_not_stop_the_index(tmp_path: Path) -> None:
    write_chest(tmp_path, slices=2, size=16)
    whole = next(tmp_path.glob("*.dcm")).read_bytes()
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "noise").write_bytes(np.random.default_rng(3).bytes(5000))
    for length in range(130, 700, 37):
        (tmp_path / f"cut-{length}").write_bytes(whole[:length])
    for seed in range(60):
        broken = bytearray(whole)
        for place in np.random.default_rng(seed).integers(132, 900, 12):
            broken[place] = (broken[place] * 7 + seed) % 256
        (tmp_path / f"mutant-{seed}").write_bytes(broken)
    folder = index_folder(tmp_path)
    assert len(folder.files(SERIES)) >= 2
    reasons = {entry.path.name: entry.reason for entry in folder.unreadable}
    assert reasons["notes.txt"] == reasons["noise"] == "not a DICOM file"
    assert "empty" in reasons


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    write_chest(inside, slices=2, size=16)
    write_slice(outside_file := _made(outside) / "x.dcm", np.zeros((4, 4), "i2"), SeriesInstanceUID="1.2.9")
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    (inside / "door").symlink_to(outside, target_is_directory=True)
    (inside / "key.dcm").symlink_to(outside_file)
    (inside / "gone.dcm").symlink_to(inside / "nothing")
    os.mkfifo(inside / "pipe")
    folder = index_folder(inside)
    assert list(folder.series) == [SERIES]
    assert len(folder.files(SERIES)) == 2


def test_pydicoms_own_samples(tmp_path: Path) -> None:
    for name in ("CT_small.dcm", "rtplan.dcm", "image_dfl.dcm", "MR_truncated.dcm", "reportsi.dcm"):
        source = Path(str(get_testdata_file(name, download=False)))
        (tmp_path / name).write_bytes(source.read_bytes())
    folder = index_folder(tmp_path)
    modalities = sorted(series.modality for series in folder.series.values())
    assert "CT" in modalities
    assert folder.other >= 1


def test_a_deflated_bomb_is_refused(tmp_path: Path) -> None:
    source = Path(str(get_testdata_file("image_dfl.dcm", download=False))).read_bytes()
    start = 144 + int.from_bytes(source[140:144], "little")
    header = zlib.decompress(source[start:], -zlib.MAX_WBITS)
    packer = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    grown = packer.compress(header) + b"".join(packer.compress(bytes(2**24)) for _ in range(33)) + packer.flush()
    (tmp_path / "bomb.dcm").write_bytes(source[:start] + grown)
    assert (tmp_path / "bomb.dcm").stat().st_size < 4 * 2**20
    [bomb] = index_folder(tmp_path).unreadable
    assert "512 MB" in bomb.reason
    with pytest.raises(ImageError, match="inflates to more than 512 MB"):
        read_series([tmp_path / "bomb.dcm"])


def test_what_a_deflated_file_grows_to_is_measured() -> None:
    from explorer.images.inflating import inflates_within

    source = Path(str(get_testdata_file("image_dfl.dcm", download=False)))
    assert inflates_within(source)
    assert not inflates_within(source, limit=1000)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
