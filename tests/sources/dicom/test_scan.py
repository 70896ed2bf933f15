from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset
from pydicom.datadict import keyword_for_tag, tag_for_keyword
from pydicom.uid import UID, SegmentationStorage

from explorer.sources.dicom import KEYWORDS, scan_file, scan_with_pydicom
from explorer.sources.dicom.tags import TAGS, Kind
from tests.sources.dicom.judged import scan_alone
from tests.sources.dicom.objects import (
    IMAGE_SERIES,
    NATIVE,
    ROOT,
    SYNTAXES,
    multi_frame,
    report,
    segmentation,
    slice_of,
    structure_set,
    undefined,
    write,
)


def test_the_tags_are_those_of_the_keywords() -> None:
    assert {tag: keyword for tag, (keyword, _) in TAGS.items()} == {tag: keyword_for_tag(tag) for tag in TAGS}
    kept = {keyword for keyword, kind in TAGS.values() if kind is not Kind.NAME}
    assert kept - {"SpecificCharacterSet"} | {"TransferSyntaxUID"} == set(KEYWORDS)
    assert all(tag_for_keyword(keyword) for keyword in KEYWORDS)
    for tag, (keyword, kind) in TAGS.items():
        representation = pydicom.datadict.dictionary_VR(tag)
        expected = {"LO": Kind.TEXT, "SH": Kind.TEXT, "PN": Kind.NAME, "US": Kind.NUMBER}
        assert kind is expected.get(representation, Kind.PLAIN), keyword


def test_what_is_kept(tmp_path: Path) -> None:
    header = scan_file(write(tmp_path / "a", slice_of()))
    assert header.values == {
        "TransferSyntaxUID": "1.2.840.10008.1.2.1",
        "ImageType": r"ORIGINAL\PRIMARY\AXIAL",
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "SOPInstanceUID": ROOT + "1.1.1",
        "StudyDate": "20240229",
        "SeriesDate": "20240301",
        "AcquisitionDate": "20240301",
        "ContentDate": "20240301",
        "Modality": "CT",
        "Manufacturer": "Müller & Söhne",
        "StudyDescription": "Thorax größer",
        "SeriesDescription": "Lunge 1,0",
        "ManufacturerModelName": "Phantom 1",
        "PatientID": "SYN-1",
        "IssuerOfPatientID": "Site A",
        "PatientSex": "F",
        "PatientAge": "063Y",  # one day before the birthday
        "ClinicalTrialProtocolID": "TRIAL-1",
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": r"Basic\Clean descriptors",
        "BodyPartExamined": "CHEST",
        "SliceThickness": "1.5",
        "ProtocolName": "Thorax_Std",
        "EchoNumbers": "1",
        "StudyInstanceUID": ROOT + "1",
        "SeriesInstanceUID": ROOT + "1.1",
        "SeriesNumber": "4",
        "AcquisitionNumber": "2",
        "InstanceNumber": "17",
        "ImagePositionPatient": r"-180\-180.5\33",
        "ImageOrientationPatient": r"1\0\0\0\1\0",
        "Rows": 4,
        "Columns": 6,
        "PixelSpacing": r"0.7\0.8",
        "BurnedInAnnotation": "NO",
    }
    assert header.refers_to == header.positions == ()
    assert header.name_words == {"mustermann", "änne", "wagner", "jürgen"}
    assert "mustermann" not in repr(header)


@pytest.mark.parametrize(
    ("born", "age", "expected"),
    [
        ("19600229", None, "064Y"),
        ("19600301", None, "063Y"),
        ("1960.02.29", None, "064Y"),
        ("19600229", "050Y", "050Y"),
        ("20230830", None, "005M"),
        ("20240301", None, None),
        ("18700101", None, None),
        ("19601399", None, None),
        ("1960", None, None),
        (None, None, None),
        (None, "007Y", "007Y"),
    ],
)
def test_the_age_comes_from_the_date_of_birth_which_goes_no_further(
    tmp_path: Path, born: str | None, age: str | None, expected: str | None
) -> None:
    ds = slice_of(PatientAge=age, PatientBirthDate=None)
    if born is not None:
        ds.add(pydicom.DataElement("PatientBirthDate", "DA", born, validation_mode=pydicom.config.IGNORE))
    values = scan_file(write(tmp_path / "a", ds)).values
    assert values.get("PatientAge") == expected
    assert "PatientBirthDate" not in values


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("lengths", ["defined", "undefined"])
@pytest.mark.parametrize("kind", [slice_of, multi_frame, segmentation, structure_set, report])
def test_our_scan_reads_every_kind_in_every_transfer_syntax_as_pydicom_does(
    tmp_path: Path, kind: Callable[[], Dataset], lengths: str, syntax: UID
) -> None:
    ds = kind() if lengths == "defined" else undefined(kind())
    path = write(tmp_path / "a", ds, syntax)
    ours = scan_alone(path)
    assert ours == scan_with_pydicom(path)
    assert ours.values["TransferSyntaxUID"] == syntax
    assert ours.values["PatientID"] == "SYN-1"
    assert ours.refers_to == (IMAGE_SERIES if kind in (segmentation, structure_set, report) else ())


def test_positions_and_geometry_of_frames(tmp_path: Path) -> None:
    for name, shared in (("shared", True), ("each", False)):
        header = scan_file(write(tmp_path / name, multi_frame(shared=shared)))
        assert header.positions == ((-10.0, 0.0, 7.0), (-10.0, 2.5, 7.0), (-10.0, 5.0, 7.0))
        assert header.values["ImageOrientationPatient"] == r"1\0\0\0\0\-1"
        assert header.values["PixelSpacing"] == r"0.5\0.25"
        assert header.values["SliceThickness"] == "3"
        assert header == scan_with_pydicom(tmp_path / name)
    ds = multi_frame(SegmentationStorage)
    ds.PixelSpacing = ["9", "9"]
    frames = ds.PerFrameFunctionalGroupsSequence
    del frames[0].PlanePositionSequence
    frames[1].PlanePositionSequence[0].ImagePositionPatient = ["1", "2"]
    header = scan_file(write(tmp_path / "odd", ds))
    assert header.positions == ((-10.0, 5.0, 7.0),)
    assert header.values["PixelSpacing"] == r"9\9"
    assert header == scan_with_pydicom(tmp_path / "odd")


def test_thousands_of_frames(tmp_path: Path) -> None:
    for name, ds in (("defined", multi_frame(frames=2000)), ("undefined", undefined(multi_frame(frames=2000)))):
        path = write(tmp_path / name, ds)
        assert len(scan_file(path).positions) == 2000
        assert scan_file(path) == scan_with_pydicom(path)


@pytest.mark.parametrize("length", [7900, 8000, 8050, 8100, 8180, 8192, 8200, 16_300, 60_000, 3_000_000])
@pytest.mark.parametrize("syntax", NATIVE)
def test_long_values_before_the_wanted_ones(tmp_path: Path, syntax: UID, length: int) -> None:
    ds = slice_of()
    block = ds.private_block(0x0009, "LONG", create=True)
    block.add_new(1, "OB", bytes(length))
    block.add_new(2, "SQ", [slice_of() for _ in range(min(length // 1000, 60))])
    path = write(tmp_path / "a", undefined(ds), syntax)
    header = scan_alone(path)
    assert header == scan_with_pydicom(path)
    assert header.values["InstanceNumber"] == "17"
