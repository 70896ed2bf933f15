from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, get_frame

from explorer.errors import ImageError
from explorer.images.apart import Apart
from tests.images.phantoms import dataset, save
from tests.images.test_syntaxes import by_gdcm


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """JPEG lossless, which only the decoder in the other process reads."""
    grey = np.add.outer(np.arange(64), 3 * np.arange(64)).astype("u1")
    path = save(dataset(grey), tmp_path / "whole.dcm")
    by_gdcm(path, "JPEGLosslessProcess14_1")
    return path


def test_a_damaged_file_that_the_decoder_only_refuses_does_not_end_it(whole: Path, tmp_path: Path) -> None:
    made = dcmread(whole)
    made.PixelData = encapsulate([get_frame(made.PixelData, 0, number_of_frames=1)[:40]])
    made["PixelData"].is_undefined_length = True
    made.save_as(tmp_path / "cut.dcm")
    with Apart() as apart:
        for _ in range(3):
            before = list(apart.decoded(whole, [0], (1, 64, 64)))
            process = apart._process
            assert process is not None
            with pytest.raises(ImageError) as refused:
                list(apart.decoded(tmp_path / "cut.dcm", [0], (1, 64, 64)))
            assert "broke down" not in str(refused.value)
            [after] = apart.decoded(whole, [0], (1, 64, 64))
            np.testing.assert_array_equal(after, before[0])
            assert apart._process is process and process.poll() is None


def test_frames_that_nobody_takes_end_the_decoder(whole: Path) -> None:
    with Apart() as apart:
        answers = apart.decoded(whole, [0, 0], (1, 64, 64))
        first = next(answers)
        answers.close()  # type: ignore[attr-defined]
        assert apart._process is None
        np.testing.assert_array_equal(next(apart.decoded(whole, [0], (1, 64, 64))), first)
