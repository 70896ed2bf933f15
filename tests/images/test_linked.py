"""Which segmentations, structure sets and reports belong to a series, and who made them."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread

from explorer import Snapshot
from explorer.errors import ImageError
from explorer.images import (
    ImageFolder,
    drawn_on,
    index_folder,
    linked_objects,
    read_linked,
    read_masks,
    read_series,
)
from explorer.images.linked import tells_names
from explorer.sources import RowsSource
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.source import DicomSource
from tests.browser.viewer_fixtures import SERIES
from tests.images.demo.test_own_readers import files_of
from tests.images.mask_phantoms import lesion, organ, write_rtstruct, write_seg, write_series
from tests.images.report_phantoms import REPORT, person, volumetric, write_report

SEG, RTSTRUCT = "1.2.826.0.1.3680043.8.498.5", "1.2.826.0.1.3680043.8.498.9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A series with a segmentation, a structure set, and a report on a segment."""
    files, points = write_series(tmp_path / "images")
    truth = np.stack([organ(points), lesion(points)], axis=-1).astype(np.uint8)
    seg = write_seg(tmp_path / "seg.dcm", files, truth, ["organ", "lesion"])
    square = np.array([[-5.0, -5, 1.25], [5, -5, 1.25], [5, 5, 1.25], [-5, 5, 1.25]])
    write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": [square]}])
    mask = dcmread(seg)
    group = volumetric(mask, [dcmread(files[0])])
    write_report(tmp_path / "sr.dcm", files, [group], person("Roe^Jane"), masks=[mask])
    return tmp_path


def changed(path: Path, **values: Any) -> Dataset:
    header = dcmread(path)
    for keyword, value in values.items():
        setattr(header, keyword, value)
    header.save_as(path)
    return header


def by_hand(path: Path, person: str, *numbers: int) -> None:
    """Say of some segments that a person drew them, and name that person as the file's creator."""
    header = dcmread(path)
    for item in header.SegmentSequence:
        if item.SegmentNumber in numbers:
            item.SegmentAlgorithmType = "MANUAL"
            del item.SegmentAlgorithmName
            item.pop("SegmentationAlgorithmIdentificationSequence", None)
    header.ContentCreatorName = person
    header.save_as(path)


def snapshot_of(folder: Path, home: Path, kept: DeIdentification) -> Snapshot:
    return Snapshot.build(DicomSource(folder, kept, workers=1), store=home)


def test_without_a_snapshot_headers_say_what_belongs_to_a_series(folder: Path) -> None:
    found = linked_objects(SERIES, index_folder(folder))
    assert [(each.kind, each.series_uid, each.made_by, each.algorithm_type) for each in found] == [
        ("segmentation", SEG, "Phantom drawer", "AUTOMATIC"),
        ("contours", RTSTRUCT, "", "MANUAL"),
        ("report", REPORT, "Jane Roe", ""),
    ]
    assert [each.files for each in found] == [(folder / name,) for name in ("seg.dcm", "rt.dcm", "sr.dcm")]
    assert linked_objects("1.2.3.4", index_folder(folder)) == ()
    assert linked_objects(SERIES, None) == ()


def test_a_report_on_a_segmentation_alone_belongs_to_the_images_too(folder: Path) -> None:
    header = dcmread(folder / "sr.dcm")
    series = header.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    header.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence = [
        each for each in series if each.SeriesInstanceUID == SEG
    ]
    header.save_as(folder / "sr.dcm")
    index = index_folder(folder)
    assert index.annotations[REPORT].refers_to == (SEG,)
    for snapshot in (None, snapshot_of(folder, folder / "home", DeIdentification.none())):
        assert REPORT in [each.series_uid for each in linked_objects(SERIES, index, snapshot)]
        assert [each.series_uid for each in linked_objects(SEG, index, snapshot)] == [REPORT]


def test_a_segmentation_that_names_images_of_another_study(folder: Path) -> None:
    header = dcmread(folder / "seg.dcm")
    other = Dataset()
    other.ReferencedSeriesSequence = header.ReferencedSeriesSequence
    header.StudiesContainingOtherReferencedInstancesSequence = [other]
    del header.ReferencedSeriesSequence
    header.save_as(folder / "seg.dcm")
    index = index_folder(folder)
    assert index.series[SEG].refers_to == ()
    assert SEG in [each.series_uid for each in linked_objects(SERIES, index)]


def test_with_a_snapshot_objects_are_called_what_it_calls_them(folder: Path, tmp_path: Path) -> None:
    changed(folder / "seg.dcm", SeriesDescription="Jane Roe's lesions", ManufacturerModelName="Jane's laptop")
    rows = [
        {"PatientID": "p", "SeriesInstanceUID": SERIES, "Modality": "CT"},
        {"PatientID": "p", "SeriesInstanceUID": SEG, "Modality": "SEG", "SeriesDescription": "lesions"},
        {"PatientID": "p", "SeriesInstanceUID": "1.2.9", "Modality": "SEG", "Manufacturer": "Drawers Ltd"},
        {"PatientID": "p", "SeriesInstanceUID": "1.2.8", "Modality": "KO"},
        {"PatientID": "p", "SeriesInstanceUID": RTSTRUCT, "Modality": "RTSTRUCT", "SeriesDescription": "outlines"},
    ]
    pairs = [(uid, SERIES) for uid in (SEG, "1.2.9", "1.2.8")]
    snapshot = Snapshot.build(RowsSource(rows, derivations=pairs), store=tmp_path / "home")
    found = linked_objects(SERIES, index_folder(folder), snapshot)
    # The structure set names the series itself; the report is in no snapshot and is not shown.
    assert [(each.title, each.made_by, len(each.files)) for each in found] == [
        ("", "Drawers Ltd", 0),
        ("lesions", "Phantom drawer", 1),
        ("outlines", "", 1),
    ]
    assert [each.made_by for each in linked_objects(SERIES, None, snapshot)] == [
        "Drawers Ltd",
        "",
    ]
    assert linked_objects("1.2.9", index_folder(folder), snapshot) == ()
    rows = [{**row, "PatientID": "q"} if row["SeriesInstanceUID"] == RTSTRUCT else row for row in rows]
    snapshot = Snapshot.build(RowsSource(rows, derivations=pairs, release="2"), store=tmp_path / "home")
    told = linked_objects(SERIES, index_folder(folder), snapshot)  # what is another patient's is not this one's
    assert [each.series_uid for each in told] == ["1.2.9", SEG]


@pytest.mark.parametrize("kept", [DeIdentification(b"k" * 16), DeIdentification(b"k" * 16, descriptors="keep")])
def test_people_are_readers_where_the_snapshot_is_deidentified(folder: Path, tmp_path: Path, kept: Any) -> None:
    by_hand(folder / "seg.dcm", "ROE^JANE", 1)
    changed(folder / "rt.dcm", OperatorsName="Doe^John", StructureSetLabel="John Doe")
    snapshot = snapshot_of(folder, tmp_path / "home", kept)
    found = linked_objects(SERIES, index_folder(folder), snapshot)
    assert [(each.kind, each.made_by, each.segments) for each in found] == [
        ("segmentation", "Reader 1", (1,)),
        ("segmentation", "Phantom drawer", (2,)),
        ("contours", "Reader 2", ()),
        ("report", "Reader 1", ()),
    ]
    assert "roe" not in repr([(each.title, each.made_by) for each in found]).casefold()
    named = linked_objects(SERIES, index_folder(folder), snapshot_of(folder, tmp_path / "h", DeIdentification.none()))
    assert [each.made_by for each in named] == ["JANE ROE", "Phantom drawer", "John Doe", "Jane Roe"]


def test_an_algorithm_called_after_a_person_is_a_reader_too(folder: Path, tmp_path: Path) -> None:
    header = dcmread(folder / "seg.dcm")
    for item, name in zip(header.SegmentSequence, ("Drawn by Jane Roe", "nnU-Net"), strict=True):
        item.SegmentAlgorithmType, item.SegmentAlgorithmName = "SEMIAUTOMATIC", name
    header.save_as(folder / "seg.dcm")
    snapshot = snapshot_of(folder, tmp_path / "home", DeIdentification(b"k" * 16))
    found = linked_objects(SERIES, index_folder(folder), snapshot)
    assert [each.made_by for each in found if each.kind == "segmentation"] == ["Reader 1", "nnU-Net"]
    found = linked_objects(SERIES, index_folder(folder))
    assert [each.made_by for each in found if each.kind == "segmentation"] == ["Drawn by Jane Roe", "nnU-Net"]


def test_labels_that_name_somebody_stay_out_of_sight(folder: Path, tmp_path: Path) -> None:
    header = dcmread(folder / "seg.dcm")
    header.SegmentSequence[0].SegmentLabel = "lesion, drawn by Dr Roe"
    header.SegmentSequence[1].SegmentDescription = "of PHANTOM-1"
    header.save_as(folder / "seg.dcm")
    volume = read_series((folder / "images").iterdir())
    kept, told = DeIdentification(b"k" * 16), []
    for snapshot in (None, snapshot_of(folder, tmp_path / "home", kept)):
        mask = read_linked(linked_objects(SERIES, index_folder(folder), snapshot)[0], volume)
        assert mask.labels.any()
        told.append([(each.label, each.description, each.algorithm_name) for each in mask.segments])
    drawn = "Phantom drawer"
    assert told[0] == [("lesion, drawn by Dr Roe", "", drawn), ("lesion", "of PHANTOM-1", drawn)]
    assert told[1] == [("", "", drawn), ("lesion", "", drawn)]


def test_whether_names_may_be_told() -> None:
    def saying(source: str, **options: Any) -> Any:
        return type("Said", (), {"source": source, "recipe": {"options": options}})()

    kept = DeIdentification.none().options
    assert tells_names(None) and tells_names(saying("idc")) and tells_names(saying("dicom", deidentification=kept))
    assert not tells_names(saying("dicom"))
    assert not tells_names(saying("dicom", deidentification={**kept, "patient_ids": "hash"}))
    assert not tells_names(saying("dicom", deidentification={**kept, "descriptors": "clean"}))
    assert not tells_names(saying("dicom", deidentification="none"))


def test_each_annotator_of_one_series_is_an_overlay(demo_folder: Path, demo_snapshot: Snapshot) -> None:
    images = files_of(demo_folder, "SYN-A-01/baseline/ct")
    volume = read_series(images)
    index = index_folder(demo_folder)
    for snapshot in (demo_snapshot, None):
        one, two, outlines = linked_objects(volume.series_uid, index, snapshot)
        assert [one.segments, two.segments, outlines.segments] == [(1, 2), (3, 4), ()]
        assert one.made_by.startswith("Synthetic annotator one") and two.made_by.startswith("Synthetic annotator two")
        assert one.files == two.files and (one.kind, outlines.kind) == ("segmentation", "contours")
    both = read_masks(one.files[0], volume)
    first, second = read_linked(one, volume), read_linked(two, volume)
    assert [each.number for each in second.segments] == [3, 4]
    for number in (1, 2):
        np.testing.assert_array_equal(first.segment(number), both.segment(number))
        np.testing.assert_array_equal(second.segment(number + 2), both.segment(number + 2))
    # The second one draws a little outside the border, and is seen where both of them drew.
    assert (second.labels > 0).sum() > (first.labels > 0).sum() > 0
    assert set(np.unique(second.labels)) == {0, 3, 4}
    assert not [note for note in first.warnings if note.name == "overlapping segments"]


def test_files_of_one_series_by_two_people(folder: Path) -> None:
    """Each has a file of their own in one series, with the same numbers."""
    by_hand(folder / "seg.dcm", "Roe^Jane", 1, 2)
    second = folder / "two.dcm"
    second.write_bytes((folder / "seg.dcm").read_bytes())
    changed(second, ContentCreatorName="Doe^John", SOPInstanceUID="1.2.77")
    one, two = [each for each in linked_objects(SERIES, index_folder(folder)) if each.kind == "segmentation"]
    assert {one.made_by: one.files, two.made_by: two.files} == {
        "Jane Roe": (folder / "seg.dcm",),
        "John Doe": (second,),
    }
    changed(second, ContentCreatorName="ROE^Jane", InstanceNumber=2)
    index = index_folder(folder)
    [*_, both] = [each for each in linked_objects(SERIES, index) if each.made_by == "Jane ROE"]
    assert both.files == (second,)  # as recorded, names that differ in case are told apart


def test_many_makers_in_one_file_are_one_entry(folder: Path) -> None:
    square = np.array([[-5.0, -5, 1.25], [5, -5, 1.25], [5, 5, 1.25], [-5, 5, 1.25]])
    write_rtstruct(folder / "rt.dcm", [{"name": str(n), "contours": [square + n]} for n in range(9)])
    header = dcmread(folder / "rt.dcm")
    for place, item in enumerate(header.RTROIObservationsSequence):
        item.ROIInterpreter = f"Reader^{place % 2}"
    header.save_as(folder / "rt.dcm")
    found = [each for each in linked_objects(SERIES, index_folder(folder)) if each.kind == "contours"]
    assert [(each.made_by, each.segments) for each in found] == [
        ("0 Reader", (1, 3, 5, 7, 9)),
        ("1 Reader", (2, 4, 6, 8)),
    ]
    for place, item in enumerate(header.RTROIObservationsSequence):
        item.ROIInterpreter = f"Reader^{place}"
    header.save_as(folder / "rt.dcm")
    [one] = [each for each in linked_objects(SERIES, index_folder(folder)) if each.kind == "contours"]
    assert one.segments == ()


def test_what_is_not_here_or_no_mask_is_said(folder: Path, tmp_path: Path) -> None:
    rows = [
        {"PatientID": "p", "SeriesInstanceUID": uid, "Modality": kind} for uid, kind in ((SERIES, "CT"), (SEG, "SEG"))
    ]
    snapshot = Snapshot.build(RowsSource(rows, derivations=[(SEG, SERIES)]), store=tmp_path / "home")
    volume = read_series((folder / "images").iterdir())
    [absent] = linked_objects(SERIES, None, snapshot)
    with pytest.raises(ImageError, match="is not on this computer"):
        read_linked(absent, volume)
    [*_, report] = linked_objects(SERIES, index_folder(folder))
    with pytest.raises(ImageError, match="read_measurements"):
        read_linked(report, volume)


def test_a_damaged_file_is_listed_and_says_so_when_it_is_read(folder: Path) -> None:
    index = index_folder(folder)
    (folder / "seg.dcm").write_bytes(b"\0" * 400)
    found = linked_objects(SERIES, index)[0]
    assert (found.kind, found.made_by, found.files) == ("segmentation", "", (folder / "seg.dcm",))
    with pytest.raises(ImageError, match=r"seg\.dcm"):
        read_linked(found, read_series((folder / "images").iterdir()))


def test_what_a_mask_was_drawn_on(folder: Path) -> None:
    assert drawn_on(folder / "seg.dcm") == drawn_on([folder / "rt.dcm", folder / "seg.dcm"]) == (SERIES,)
    assert drawn_on(folder / "images") is None
    assert drawn_on(folder / "sr.dcm") is None


def test_annotations_are_indexed_apart_and_merged(folder: Path) -> None:
    index = index_folder(folder)
    assert (set(index.series), set(index.annotations)) == ({SERIES, SEG}, {RTSTRUCT, REPORT})
    assert (index.other, RTSTRUCT in index) == (2, False)
    assert index.series[SEG].refers_to == index.annotations[RTSTRUCT].refers_to == (SERIES,)
    images, rest = index_folder(folder / "images"), index_folder(folder)
    grown = images.with_(rest)
    assert (grown.root, grown.series, grown.annotations) == (images.root, rest.series, rest.annotations)
    other = ImageFolder(folder, MappingProxyType({}), annotations={REPORT: index.annotations[RTSTRUCT]})
    assert grown.with_(other).annotations[REPORT].series_uid == RTSTRUCT
    changed(folder / "sr.dcm", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.59", Modality="KO")
    assert set(index_folder(folder).annotations) == {RTSTRUCT}
