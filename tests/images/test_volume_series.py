"""What the slices of one series may disagree about: acquisitions, values, windows, files."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from explorer.errors import ImageError
from explorer.images import Volume, read_series, survey_series
from tests.images.phantoms import AXIAL, dataset, phantom, save, write_stack


def notes(volume: Volume) -> dict[str, str]:
    return {note.name: note.text for note in volume.warnings}


def twice(folder: Path, *, interleaved: bool = False, **differing: tuple[object, ...]) -> None:
    """The same seven places once for each value; every voxel of the n-th is n; an attribute may differ by slice."""
    count = len(next(iter(differing.values())))
    for n in range(count):
        write_stack(
            folder / str(n),
            np.full((7, 4, 5), n, "i2"),
            InstanceNumber=(lambda k, n=n: count * k + n) if interleaved else (lambda k, n=n: 7 * n + k),
            ContentTime=lambda k, n=n: f"12{7 * n + k:02d}00",
            AcquisitionTime=lambda k, n=n: f"12{k:02d}{n:02d}",
            **{name: values[n] for name, values in differing.items()},
        )


@pytest.mark.parametrize(
    ("differing", "words"),
    [
        ({"EchoTime": (80, 20)}, "differ by EchoTime. This is number 1 (EchoTime 20)"),
        ({"EchoNumbers": (1, 2), "EchoTime": (20, 80)}, "differ by EchoNumbers"),
        ({"AcquisitionNumber": (1, 2, 10)}, "3 acquisitions"),
        ({"TemporalPositionIdentifier": (1, 2)}, "TemporalPosition 1"),
        ({"DiffusionBValue": (1000.0, 0.0)}, "b-value 0"),
        ({"ImageType": (["ORIGINAL", "PRIMARY", "M"], ["ORIGINAL", "PRIMARY", "P"])}, "ImageType"),
        ({"EchoTime": (20, 80, 20, 80), "ImageType": (["A"], ["A"], ["B"], ["B"])}, "differ by EchoTime, ImageType"),
    ],
)
@pytest.mark.parametrize("interleaved", [False, True])
def test_several_acquisitions_are_named_and_can_be_chosen(
    tmp_path: Path, differing: dict[str, tuple[object, ...]], words: str, interleaved: bool
) -> None:
    twice(tmp_path, interleaved=interleaved, **differing)
    files = list(tmp_path.rglob("*.dcm"))
    count = len(files) // 7
    first = read_series(files)
    assert list(notes(first)) == ["several acquisitions"]
    assert words in notes(first)["several acquisitions"]
    assert (first.array.shape, first.acquisitions) == ((7, 4, 5), count)
    volumes = [read_series(files, acquisition=n + 1) for n in range(count)]
    assert all(len(np.unique(volume.array)) == 1 for volume in volumes)
    assert sorted(int(volume.array[0, 0, 0]) for volume in volumes) == list(range(count))
    with pytest.raises(ImageError, match=f"no acquisition {count + 1}: this series has {count} acquisitions"):
        read_series(files, acquisition=count + 1)


def test_acquisitions_are_in_order_of_their_values(tmp_path: Path) -> None:
    twice(tmp_path, EchoTime=(80, 20, 110))
    files = list(tmp_path.rglob("*.dcm"))
    assert [int(read_series(files, acquisition=n).array[0, 0, 0]) for n in (1, 2, 3)] == [1, 0, 2]


def test_places_that_nothing_tells_apart_are_duplicates(tmp_path: Path) -> None:
    twice(tmp_path, SeriesNumber=(1, 2))
    files = list(tmp_path.rglob("*.dcm"))
    first, second = read_series(files), read_series(files, acquisition=2)
    assert "7 images are at a place" in notes(first)["duplicate positions"]
    assert (int(first.array.max()), int(second.array.min())) == (0, 1)


def part(folder: Path, first: int, last: int, **attributes: object) -> list[Path]:
    """Slices of an axial stack from one place to another; those of part n are full of n."""
    number = int(folder.name)
    return write_stack(
        folder, np.full((last - first + 1, 4, 5), number, "i2"), places=range(first, last + 1), **attributes,
        InstanceNumber=lambda k: 100 * number + k,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "values"),
    [
        ([(0, 3), (3, 6)], [1, 1, 1, 1, 2, 2, 2]),
        ([(3, 6), (0, 3)], [2, 2, 2, 1, 1, 1, 1]),
        ([(0, 5), (4, 9)], [1, 1, 1, 1, 1, 1, 2, 2, 2, 2]),
        ([(0, 3), (3, 6), (6, 9)], [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]),
    ],
)
def test_parts_that_overlap_are_one_volume(tmp_path: Path, ends: list[tuple[int, int]], values: list[int]) -> None:
    files = [file for n, (a, b) in enumerate(ends, 1) for file in part(tmp_path / str(n), a, b, AcquisitionNumber=n)]
    volume = read_series(files)
    assert list(notes(volume)) == ["duplicate positions"]
    assert f"{len(ends)} parts that overlap; they differ by AcquisitionNumber" in notes(volume)["duplicate positions"]
    assert (volume.array[:, 0, 0].tolist(), volume.acquisitions) == (values, 1)


def test_a_broken_off_repetition_is_an_acquisition_of_its_own(tmp_path: Path) -> None:
    """Half of its places or more are the other's."""
    files = part(tmp_path / "1", 0, 6, AcquisitionNumber=1) + part(tmp_path / "2", 5, 8, AcquisitionNumber=2)
    assert read_series(files).acquisitions == 2
    assert read_series(files, acquisition=2).array[:, 0, 0].tolist() == [2, 2, 2, 2]


def test_two_echoes_of_two_parts_that_overlap(tmp_path: Path) -> None:
    files = []
    for n, (ends, echo) in enumerate([((0, 3), 20), ((0, 3), 80), ((3, 6), 20), ((3, 6), 80)], 1):
        files += part(tmp_path / str(n), *ends, AcquisitionNumber=1 + (n > 2), EchoTime=echo)
    first, second = read_series(files), read_series(files, acquisition=2)
    assert list(notes(first)) == ["several acquisitions", "duplicate positions"]
    assert "7 of 16 images" in notes(first)["several acquisitions"]
    assert first.array[:, 0, 0].tolist() == [1, 1, 1, 1, 3, 3, 3]
    assert second.array[:, 0, 0].tolist() == [2, 2, 2, 2, 4, 4, 4]


def test_one_repeated_slice(tmp_path: Path) -> None:
    files = write_stack(tmp_path, phantom())
    made = dataset(np.zeros((24, 20), "i2"), InstanceNumber=99, PixelSpacing=[0.7, 0.9])
    made.ImagePositionPatient, made.ImageOrientationPatient = AXIAL.at(3, 0, 0).tolist(), [1, 0, 0, 0, 1, 0]
    again = save(made, tmp_path / "again.dcm")
    volume = read_series([again, *files])
    assert "1 image is at a place" in notes(volume)["duplicate positions"]
    np.testing.assert_array_equal(volume.array, phantom())


def test_a_file_that_is_there_twice(tmp_path: Path) -> None:
    files = write_stack(tmp_path, phantom())
    shutil.copy(files[2], tmp_path / "copy.dcm")
    volume = read_series(tmp_path.iterdir())
    assert list(notes(volume)) == ["duplicate instances"]
    np.testing.assert_array_equal(volume.array, phantom())


def test_files_of_two_series(tmp_path: Path) -> None:
    write_stack(tmp_path / "a", phantom())
    write_stack(tmp_path / "b", phantom()[:3] * 0, SeriesInstanceUID="1.2.9")
    volume = read_series(tmp_path.rglob("*.dcm"))
    assert list(notes(volume)) == ["several series"]
    np.testing.assert_array_equal(volume.array, phantom())


def test_the_slopes_of_a_pet_series_are_applied_slice_by_slice(tmp_path: Path) -> None:
    array = phantom()
    write_stack(tmp_path, array, RescaleSlope=lambda k: 0.5 + 0.25 * k, Modality="PT")
    volume = read_series(tmp_path.iterdir())
    assert list(notes(volume)) == ["mixed rescale"]
    assert "0.5 to 2" in notes(volume)["mixed rescale"]
    assert volume.array.dtype == np.float32
    np.testing.assert_allclose(volume.array, array * (0.5 + 0.25 * np.arange(7))[:, None, None])


def test_windows_that_differ(tmp_path: Path) -> None:
    write_stack(tmp_path, phantom(), WindowCenter=lambda k: 40 + k, WindowWidth=400)
    volume = read_series(tmp_path.iterdir())
    assert (list(notes(volume)), volume.window) == (["mixed windows"], (43, 400))


def test_two_frames_of_reference(tmp_path: Path) -> None:
    write_stack(tmp_path, phantom(), FrameOfReferenceUID=lambda k: "1.2.4" if k < 4 else "1.2.5")
    volume = read_series(tmp_path.iterdir())
    assert list(notes(volume)) == ["several frames of reference"]
    assert volume.frame_of_reference == "1.2.4"


@pytest.mark.parametrize(("white", "inverted"), [([0, 3], False), ([1, 2, 3, 4, 5], True)])
def test_monochrome_1_and_2_in_one_series(tmp_path: Path, white: list[int], inverted: bool) -> None:
    """PS3.3 C.7.6.3.1.2: the values mean the same; what differs is how they are drawn."""
    write_stack(tmp_path, phantom(), PhotometricInterpretation=lambda k: f"MONOCHROME{1 if k in white else 2}")
    volume = read_series(tmp_path.iterdir())
    assert list(notes(volume)) == ["mixed photometric interpretation"]
    text = notes(volume)["mixed photometric interpretation"]
    assert f"{len(white)} of 7" in text and f"low values {'white' if inverted else 'black'}" in text
    assert volume.inverted == inverted
    np.testing.assert_array_equal(volume.array, phantom())


@pytest.mark.parametrize(
    ("attributes", "warned"),
    [
        ({}, False),
        ({"BurnedInAnnotation": "YES"}, True),
        ({"Modality": "US"}, True),
        ({"Modality": "US", "BurnedInAnnotation": "NO"}, False),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, True),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, True),
    ],
)
def test_text_in_the_pixels(tmp_path: Path, attributes: dict[str, object], warned: bool) -> None:
    write_stack(tmp_path, phantom(), **attributes)
    assert list(notes(read_series(tmp_path.iterdir()))) == ["burned-in annotation possible"] * warned


def test_damaged_files_leave_a_gap_with_a_name(tmp_path: Path) -> None:
    files = write_stack(tmp_path, phantom((9, 24, 20)))
    files[4].write_bytes(files[4].read_bytes()[:-10])
    volume = read_series(files)
    assert list(notes(volume)) == ["missing slices", "unreadable files"]
    assert "1 of 9 files" in notes(volume)["unreadable files"]
    assert "declares 960 bytes of pixels and holds 950" in notes(volume)["unreadable files"]


def test_stored_values_and_windows_where_asked(tmp_path: Path) -> None:
    write_stack(tmp_path, phantom(kind="u2"), RescaleSlope=2, RescaleIntercept=-100, WindowCenter=0, WindowWidth=200)
    files = list(tmp_path.iterdir())
    stored = read_series(files, rescale=False)
    np.testing.assert_array_equal(stored.array, phantom(kind="u2"))
    assert (stored.array.dtype, stored.window) == (np.uint16, (50, 100))
    grey = read_series(files, window="recorded")
    assert (grey.array.dtype, grey.window) == (np.uint8, (127.5, 255))
    np.testing.assert_array_equal(grey.array, read_series(files, window=(-0.5, 199)).array)
    values = 2 * phantom().astype(float) - 100
    np.testing.assert_allclose(grey.array, ((values + 100) / 199).clip(0, 1) * 255, atol=0.51)


def test_a_survey_says_the_same_without_pixels(tmp_path: Path) -> None:
    files = write_stack(tmp_path, phantom(), places=[0, 1, 2, 4, 5, 6, 7])
    volume, survey = read_series(files), survey_series(files)
    assert survey.shape == volume.array.shape
    assert survey.spacing_mm == volume.spacing_mm
    assert survey.warnings == volume.warnings
    assert not survey.stack.uniform


def enhanced(folder: Path, frames: list[dict[str, object]]) -> Path:
    """An enhanced object of 4 x 5 frames; frame i is full of i, at its "z", with the functional groups of "groups"."""

    def items(groups: dict[str, dict[str, object]]) -> Dataset:
        made = Dataset()
        for name, values in groups.items():
            item = Dataset()
            for keyword, value in values.items():
                setattr(item, keyword, value)
            setattr(made, name, [item])
        return made

    pixels = np.arange(len(frames), dtype="u1")[:, None, None] * np.ones((1, 4, 5), "u1")
    made = dataset(pixels, NumberOfFrames=len(frames), Modality="MR")
    plane = {"PlaneOrientationSequence": {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}}
    made.SharedFunctionalGroupsSequence = [items({**plane, "PixelMeasuresSequence": {"PixelSpacing": [1, 1]}})]
    made.PerFrameFunctionalGroupsSequence = [
        items({"PlanePositionSequence": {"ImagePositionPatient": [0, 0, frame["z"]]}, **frame["groups"]})  # type: ignore[dict-item]
        for frame in frames
    ]
    return save(made, folder / "enhanced.dcm")


@pytest.mark.parametrize(
    ("sequence", "keyword", "name"),
    [
        ("FrameContentSequence", "TemporalPositionIndex", "TemporalPosition"),
        ("FrameContentSequence", "FrameAcquisitionNumber", "AcquisitionNumber"),
        ("MREchoSequence", "EffectiveEchoTime", "EchoTime"),
        ("MRDiffusionSequence", "DiffusionBValue", "b-value"),
        ("SegmentIdentificationSequence", "ReferencedSegmentNumber", "Segment"),
    ],
)
def test_acquisitions_in_one_enhanced_object(tmp_path: Path, sequence: str, keyword: str, name: str) -> None:
    frames = [{"z": 2.0 * k, "groups": {sequence: {keyword: n + 1}}} for k in range(4) for n in range(2)]
    path = enhanced(tmp_path, frames)
    first, second = read_series([path]), read_series([path], acquisition=2)
    assert f"differ by {name}. This is number 1 ({name} 1), 4 of 8" in notes(first)["several acquisitions"]
    assert first.array[:, 0, 0].tolist() == [0, 2, 4, 6]
    assert second.array[:, 0, 0].tolist() == [1, 3, 5, 7]
    assert first.spacing_mm == (2, 1, 1)


def test_a_dose_grid_has_planes_at_its_offsets(tmp_path: Path) -> None:
    made = dataset(
        phantom(kind="u2"), NumberOfFrames=7, Modality="RTDOSE", DoseGridScaling=0.5, RescaleSlope=None,
        RescaleIntercept=None, GridFrameOffsetVector=[3.0 * k for k in range(7)], ImagePositionPatient=[1, 2, 3],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0], PixelSpacing=[2, 2],
    )  # fmt: skip
    volume = read_series([save(made, tmp_path / "dose.dcm")])
    assert volume.spacing_mm == (3, 2, 2)
    np.testing.assert_allclose((volume.affine @ [6, 0, 0, 1])[:3], [1, 2, 21])
    np.testing.assert_allclose(volume.array, phantom() * 0.5)
