from __future__ import annotations

import math
from pathlib import Path

import highdicom
import numpy as np
import pytest
from pydicom import Dataset, dcmread

from tests.images.demo.reading import objects, values

# By kind of image: what a lesion shows on average, and how far from it every voxel may be.
LESIONS = {"ct": (60, 25), "T1 after contrast": (940, 37), "T2 axial": (260, 37)}


def of_kind(folder: Path, modality: str) -> dict[Path, Dataset]:
    return {path: dcmread(folder / path) for path, each in objects(folder).items() if each.Modality == modality}


@pytest.fixture(scope="module")
def images(demo_folder: Path) -> dict[str, Path]:
    """Files by SOPInstanceUID."""
    return {each.SOPInstanceUID: demo_folder / path for path, each in objects(demo_folder).items()}


def segment_of(mask: Dataset, frame: Dataset) -> int:
    """Number of the segment that a frame belongs to; said once for all frames where there is only one."""
    shared = mask.SharedFunctionalGroupsSequence[0]
    source = frame if "SegmentIdentificationSequence" in frame else shared
    return int(source.SegmentIdentificationSequence[0].ReferencedSegmentNumber)


def test_how_much_is_drawn(demo_folder: Path) -> None:
    assert {kind: len(of_kind(demo_folder, kind)) for kind in ("SEG", "RTSTRUCT", "SR")} == {
        "SEG": 23,
        "RTSTRUCT": 10,
        "SR": 2,
    }


@pytest.mark.parametrize("kind", ["SEG", "RTSTRUCT", "SR"])
def test_every_reference_leads_to_an_object_of_the_same_patient(
    demo_folder: Path, images: dict[str, Path], kind: str
) -> None:
    for path, dataset in of_kind(demo_folder, kind).items():
        found = {
            (element.keyword, element.value)
            for element in dataset.iterall()
            if element.keyword in ("ReferencedSOPInstanceUID", "FrameOfReferenceUID")
        }
        references = {uid for keyword, uid in found if keyword == "ReferencedSOPInstanceUID"}
        references -= {dataset.StudyInstanceUID}
        assert references, path
        sources = [objects(demo_folder)[images[uid].relative_to(demo_folder)] for uid in references]
        assert {source.PatientID for source in sources} == {dataset.PatientID}
        assert {source.StudyInstanceUID for source in sources} == {dataset.StudyInstanceUID}
        spaces = {uid for keyword, uid in found if keyword == "FrameOfReferenceUID"}
        assert spaces <= {source.FrameOfReferenceUID for source in sources if "FrameOfReferenceUID" in source}


def test_segmentations_lie_on_the_lesions(demo_folder: Path, images: dict[str, Path]) -> None:
    for path, dataset in of_kind(demo_folder, "SEG").items():
        stack = dataset.pixel_array
        stack = stack if stack.ndim == 3 else stack[None]
        assert all(frame.any() for frame in stack), f"{path}: no empty frame is written"
        sharp = {s.SegmentNumber for s in dataset.SegmentSequence if s.SegmentAlgorithmName.endswith("one")}
        for frame, group in zip(stack, dataset.PerFrameFunctionalGroupsSequence, strict=True):
            if segment_of(dataset, group) not in sharp:
                continue
            source = group.DerivationImageSequence[0].SourceImageSequence[0]
            image = dcmread(images[source.ReferencedSOPInstanceUID])
            plane = values(image)[int(source.get("ReferencedFrameNumber", 1)) - 1]
            within = plane[frame == 1]
            if image.Modality == "PT":
                assert within.min() > 2 * plane[frame == 0].max(), path
                continue
            name = image.SeriesDescription.removeprefix("SYNTHETIC ")
            mean, reach = LESIONS.get(name, LESIONS["ct"])
            assert abs(within - mean).max() <= reach, path
            around = plane[grown(frame == 1) & (frame == 0)]
            assert abs(around - mean).max() > 4 * reach, path


def grown(mask: np.ndarray) -> np.ndarray:
    """The mask and the pixels that touch it."""
    rows = mask | np.roll(mask, 1, 0) | np.roll(mask, -1, 0)
    return rows | np.roll(rows, 1, 1) | np.roll(rows, -1, 1)


def test_highdicom_reads_the_segmentations_back(demo_folder: Path) -> None:
    path = demo_folder / "synthetic-site-a/SYN-A-01/baseline/ct-seg/0001.dcm"
    mask = highdicom.seg.segread(path)
    assert [mask.get_segment_description(number).segment_label for number in (1, 2, 3, 4)] == [
        "Lesion right upper lobe, annotator one",
        "Lesion left lower lobe, annotator one",
        "Lesion right upper lobe, annotator two",
        "Lesion left lower lobe, annotator two",
    ]
    volume = mask.get_volume(segment_numbers=[1, 3], combine_segments=False)
    one, two = volume.array[..., 0] > 0, volume.array[..., 1] > 0
    centre = np.mean(np.argwhere(one), axis=0)
    assert volume.map_indices_to_reference(centre[None])[0] == pytest.approx([-70, 8, 42], abs=0.5)
    assert not (one & ~two).any() and 1.3 < two.sum() / one.sum() < 1.8


def test_lesions_keep_their_name_and_change_their_size(demo_folder: Path) -> None:
    def millilitres(study: str) -> dict[str, float]:
        dataset = dcmread(demo_folder / f"synthetic-site-a/SYN-A-01/{study}/ct-seg/0001.dcm")
        measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        voxel = measures.PixelSpacing[0] ** 2 * measures.SpacingBetweenSlices / 1000
        found = {s.TrackingUID: 0.0 for s in dataset.SegmentSequence if s.SegmentAlgorithmName.endswith("one")}
        names = {s.SegmentNumber: s.TrackingUID for s in dataset.SegmentSequence[: len(found)]}
        for frame, group in zip(dataset.pixel_array, dataset.PerFrameFunctionalGroupsSequence, strict=True):
            number = segment_of(dataset, group)
            if number in names:
                found[names[number]] += float(frame.sum() * voxel)
        return found

    first, second, third = (millilitres(study) for study in ("baseline", "follow-up-1", "follow-up-2"))
    assert first.keys() == second.keys() == third.keys() and len(first) == 2
    assert all(first[name] > 1.3 * second[name] > 1.3 * 1.3 * third[name] for name in first)
    upper = max(first.values())
    assert upper == pytest.approx(4 / 3 * math.pi * 15 * 13 * 14 / 1000, rel=0.05)


def test_outlines_and_segmentations_agree(demo_folder: Path, images: dict[str, Path]) -> None:
    for path, dataset in of_kind(demo_folder, "RTSTRUCT").items():
        mask = dcmread(demo_folder / path.parent.parent / path.parent.name.replace("rtstruct", "seg") / path.name)
        stack = mask.pixel_array
        for item, roi in zip(dataset.ROIContourSequence, dataset.StructureSetROISequence, strict=True):
            drawn = outlined = 0.0
            for frame, group in zip(stack, mask.PerFrameFunctionalGroupsSequence, strict=True):
                if segment_of(mask, group) == roi.ROINumber:
                    drawn += frame.sum() * float(2.8 if "site-b" in path.parts[0] else 2.75) ** 2
            for contour in item.ContourSequence:
                x, y, z = np.array(contour.ContourData, float).reshape(-1, 3).T
                outlined += abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
                reference = contour.ContourImageSequence[0]
                image = dcmread(images[reference.ReferencedSOPInstanceUID], stop_before_pixels=True)
                place = image
                if "ReferencedFrameNumber" in reference:
                    groups = image.PerFrameFunctionalGroupsSequence
                    place = groups[reference.ReferencedFrameNumber - 1].PlanePositionSequence[0]
                assert z == pytest.approx(float(place.ImagePositionPatient[2]), abs=0.01)
                assert len(x) == contour.NumberOfContourPoints
            assert outlined == pytest.approx(drawn, rel=0.12), path


def numbers(item: Dataset) -> list[tuple[str, float]]:
    """Every number of a report with the name of what was measured."""
    found = []
    for child in item.get("ContentSequence", []):
        if child.ValueType == "NUM":
            name = child.ConceptNameCodeSequence[0].CodeMeaning
            found.append((name, float(child.MeasuredValueSequence[0].NumericValue)))
        found += numbers(child)
    return found


def test_a_report_tells_what_the_pictures_show(demo_folder: Path) -> None:
    for path, dataset in of_kind(demo_folder, "SR").items():
        mask = dcmread(demo_folder / path.parent.parent / "pet-seg" / "0001.dcm")
        files = sorted((demo_folder / path.parent.parent / "pet").iterdir())
        headers = [dcmread(file) for file in files]
        tracer = headers[0].RadiopharmaceuticalInformationSequence[0]
        left = tracer.RadionuclideTotalDose * 0.5 ** (3600 / tracer.RadionuclideHalfLife)
        grams = headers[0].PatientWeight * 1000
        highest = max(float(values(each).max()) for each in headers) * grams / left
        voxel = headers[0].PixelSpacing[0] ** 2 * headers[0].SliceThickness / 1000
        assert numbers(dataset) == [
            ("Volume", pytest.approx(mask.pixel_array.sum() * voxel, abs=0.01)),
            ("SUVbw", pytest.approx(highest, rel=0.005)),
        ]
        assert 8 < highest < 9


def test_highdicom_reads_a_report_back(demo_folder: Path) -> None:
    path = demo_folder / "synthetic-site-b/SYN-B-01/follow-up-1/pet-sr/0001.dcm"
    (group,) = highdicom.sr.srread(path).content.get_volumetric_roi_measurement_groups()
    mask = dcmread(path.parent.parent / "pet-seg" / "0001.dcm")
    assert group.tracking_uid == mask.SegmentSequence[0].TrackingUID
    assert [measurement.name.meaning for measurement in group.get_measurements()] == ["Volume", "SUVbw"]
