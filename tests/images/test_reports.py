"""What is read from structured reports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from highdicom import sr
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from explorer.errors import ImageError
from explorer.images import read_measurements, table
from explorer.images.report_tree import DEPTH_LIMIT
from tests.browser.viewer_fixtures import SERIES
from tests.images.mask_phantoms import lesion, organ, write_seg, write_series
from tests.images.report_phantoms import (
    LIVER,
    device,
    person,
    planar,
    planar_in_space,
    volumetric,
    whole_image,
    write_report,
)


class Case:
    """A series, its segmentation, and how a report about them is written."""

    def __init__(self, folder: Path) -> None:
        import numpy as np

        self.folder = folder
        self.files, points = write_series(folder / "images")
        truth = np.stack([organ(points), lesion(points)], axis=-1).astype(np.uint8)
        self.mask = dcmread(write_seg(folder / "seg.dcm", self.files, truth, ["organ", "lesion"]))
        self.images = [dcmread(file) for file in self.files]

    def write(self, *groups: Any, name: str = "sr.dcm", **options: Any) -> Path:
        return write_report(self.folder / name, self.files, groups, masks=[self.mask], **options)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("reports"))


def test_a_volume_in_a_segment(case: Case) -> None:
    high = sr.Measurement(
        Code("126401", "DCM", "SUVbw"),
        8.25,
        Code("{SUVbw}g/ml", "UCUM", "SUVbw"),
        derivation=codes.SCT.Maximum,
        algorithm_id=sr.AlgorithmIdentification(name="Finder", version="2.1"),
        finding_sites=[LIVER],
    )
    volume = sr.Measurement(codes.SCT.Volume, 12.5, codes.UCUM.CubicMillimeter)
    group = volumetric(case.mask, case.images, measurements=[volume, high], method=Code("126410", "DCM", "SUV method"))
    one, two = read_measurements(case.write(group))
    assert (one.what.meaning, one.value, one.unit, one.group) == ("Volume", 12.5, "mm3", 1)
    assert (two.what.value, two.value, two.unit, two.derivation) == ("126401", 8.25, "{SUVbw}g/ml", "Maximum")
    assert (two.about.algorithm, one.about.algorithm) == ("Finder 2.1", "")
    assert [site.meaning for site in two.about.sites] == ["Liver", "Left"] and one.about.sites == ()
    for about in (one.about, two.about):
        assert (about.segments, about.segmentation) == ((2,), case.mask.SOPInstanceUID)
        assert about.segmentation_series == case.mask.SeriesInstanceUID
        assert (about.series_uids, about.image_uids) == ((SERIES,), ())
        assert about.finding is not None and about.finding.meaning == "Neoplasm"
        assert (about.tracking_id, about.tracking_uid) == ("lesion 7", "2.25.7")
        assert about.method == "SUV method"
        assert about.observer is not None and (about.observer.name, about.observer.shown) == ("Roe^Jane", "Jane Roe")
    # The language, the procedure and the image library are no measurements.
    assert {one.modifiers, two.modifiers} == {()}


def test_a_region_of_one_image_and_whole_images(case: Case) -> None:
    length = sr.Measurement(codes.SCT.Length, 4.5, codes.UCUM.Millimeter)
    judged = sr.QualitativeEvaluation(Code("C0006826", "UMLS", "Malignancy"), Code("RID39142", "RADLEX", "likely"))
    groups = [
        planar(case.images),
        planar_in_space(),
        whole_image(case.images, measurements=[length], qualitative_evaluations=[judged]),
    ]
    area, space, one, word = read_measurements(case.write(*groups, name="planar.dcm", observer=device("Robot")))
    assert (area.value, area.about.image_uids) == (88, (case.images[3].SOPInstanceUID,))
    assert area.about.series_uids == (SERIES,)
    assert (space.value, space.about.image_uids) == (40.5, ())
    assert one.about.image_uids == tuple(each.SOPInstanceUID for each in case.images[:2])
    assert (word.what.meaning, word.evaluation, word.value) == ("Malignancy", "likely", None)
    assert [each.group for each in (area, space, one, word)] == [1, 2, 3, 3]
    assert word.about.observer is not None
    assert (word.about.observer.is_device, word.about.observer.shown) == (True, "Robot")


def test_a_number_that_could_not_be_measured_says_why(case: Case) -> None:
    why = Code("114007", "DCM", "Measurement not attempted")
    group = volumetric(
        case.mask, case.images, measurements=[sr.Measurement(codes.SCT.Volume, 1, codes.UCUM.CubicMillimeter, why)]
    )
    path = case.write(group, name="none.dcm")
    header = dcmread(path)
    for number in _numbers(header):
        number.MeasuredValueSequence = []
        number.NumericValueQualifierCodeSequence = [_code("114007", "DCM", "Measurement not attempted")]
    header.save_as(path)
    [one] = read_measurements(path)
    assert (one.value, one.unit, one.evaluation) == (None, "", "Measurement not attempted")


def test_whoever_measured_stays_unnamed_where_names_are_not_told(case: Case) -> None:
    comment = sr.QualitativeEvaluation(Code("C1", "99T", "Kind"), Code("C2", "99T", "solid"))
    path = case.write(
        volumetric(case.mask, case.images, qualitative_evaluations=[comment]),
        name="people.dcm",
        observer=person("Roe^J"),
    )
    header = dcmread(path)
    header.save_as(path)
    volume, kind = read_measurements(path, names=False)
    assert "Roe" not in repr((volume, kind)) and "lesion 7" not in repr((volume, kind))
    assert (volume.value, kind.evaluation, volume.about.tracking_uid) == (12.5, "solid", "2.25.7")
    robot = case.write(volumetric(case.mask, case.images), name="robot.dcm", observer=device("Robot"))
    [one] = read_measurements(robot, names=False)
    assert one.about.observer is not None and one.about.observer.name == "Robot"


def test_as_a_table(case: Case, demo_folder: Path) -> None:
    reports = sorted(demo_folder.rglob("pet-sr/*.dcm"))
    assert reports
    for path in reports:
        frame = table(read_measurements(path))
        assert list(frame["measurement"]) == ["Volume", "SUVbw"]
        assert list(frame["unit"]) == ["ml", "{SUVbw}g/ml"] and (frame["value"] > 1).all()
        assert list(frame["segments"]) == ["1", "1"] and set(frame["finding"]) == {"Lesion"}
        assert set(frame["observer"]) == {"ANNOTATOR SYNTHETIC"}
    empty = table([])
    assert len(empty) == 0 and list(empty.columns) == list(frame.columns)
    path = case.write(planar(case.images, finding_sites=[LIVER]), name="site.dcm")
    assert table(read_measurements(path))["finding_site"][0] == "Liver, Left"


def test_numbers_of_any_other_report() -> None:
    path = Path(str(get_testdata_file("test-SR.dcm", download=False)))
    found = read_measurements(path)
    assert [(each.what.meaning, each.value, each.unit) for each in found] == [
        ("Diameter", 3, "cm"),
        ("Diameter", 3, "cm"),
    ]
    assert [each.group for each in found] == [1, 2]


def test_numbers_below_a_coded_finding(case: Case) -> None:
    """As computer-aided detection writes it: the finding holds its numbers as properties."""
    header = dcmread(case.write(planar(case.images), name="cad.dcm"))
    [number] = list(_numbers(header))
    number.RelationshipType = "HAS PROPERTIES"
    finding = Dataset()
    finding.RelationshipType, finding.ValueType = "CONTAINS", "CODE"
    finding.ConceptNameCodeSequence = [_code("111059", "DCM", "Single Image Finding")]
    finding.ConceptCodeSequence = [_code("F-01796", "SRT", "Mammography breast density")]
    finding.ContentSequence = [number]
    header.ContentSequence = [finding]
    header.save_as(case.folder / "cad.dcm")
    [one] = read_measurements(case.folder / "cad.dcm")
    assert one.about.finding is not None and one.about.finding.meaning == "Mammography breast density"
    assert (one.value, one.group) == (88, 1)


def test_what_is_no_report(case: Case, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"seg\.dcm cannot be read: it is no structured report"):
        read_measurements(case.folder / "seg.dcm")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(ImageError, match="The report in text cannot be read"):
        read_measurements(tmp_path / "text")
    with pytest.raises(ImageError, match="cannot be read"):
        read_measurements(tmp_path / "nowhere.dcm")


@pytest.mark.parametrize("depth", [DEPTH_LIMIT + 2, 400, 5_000])
def test_reports_that_are_too_deep_are_refused(case: Case, tmp_path: Path, depth: int) -> None:
    """Written byte by byte, each item with an undefined length, because pydicom cannot write so deep."""
    path = case.write(planar(case.images), name="deep.dcm")
    header = dcmread(path)
    del header.ContentSequence
    header.save_as(tmp_path / "deep.dcm")
    opened, closed = (
        b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff",
        b"\xfe\xff\x0d\xe0\0\0\0\0",
    )
    end = b"\xfe\xff\xdd\xe0\0\0\0\0"
    with (tmp_path / "deep.dcm").open("ab") as file:
        file.write(opened * depth + (closed + end) * depth)
    with pytest.raises(ImageError, match="cannot be read"):
        read_measurements(tmp_path / "deep.dcm")


def test_reports_with_too_many_entries_are_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    path = case.write(planar(case.images), name="many.dcm")
    monkeypatch.setattr("explorer.images.reports.ITEM_LIMIT", 10)
    with pytest.raises(ImageError, match=r"more than .* entries"):
        read_measurements(path)
    monkeypatch.setattr("explorer.images.reports.SIZE_LIMIT", 1000)
    with pytest.raises(ImageError, match="larger than"):
        read_measurements(path)


def test_hostile_text_is_cut(case: Case) -> None:
    path = case.write(planar(case.images), name="hostile.dcm")
    header = dcmread(path)
    for item in header.ContentSequence[-1].ContentSequence[0].ContentSequence:
        if "TextValue" in item:
            item.TextValue = "<img src=x onerror=alert(1)>\n" * 10_000
    header.save_as(path)
    [one] = read_measurements(path)
    assert len(one.about.tracking_id) == 200


def test_mutated_reports_are_read_or_refused(case: Case, tmp_path: Path) -> None:
    """400 files in a process with limits of memory and time: never anything but ImageError."""
    import shutil

    (tmp_path / "images").mkdir()
    for file in case.files:
        shutil.copy(file, tmp_path / "images")
    for path in (
        case.write(volumetric(case.mask, case.images), planar(case.images), name="both.dcm"),
        case.write(planar_in_space(), whole_image(case.images), name="space.dcm", observer=device("Robot")),
    ):
        shutil.copy(path, tmp_path)
    command = [sys.executable, "-m", "tests.images.mutated_masks", str(tmp_path), "1", "400"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=550, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "'refused'" in done.stdout and "'read'" in done.stdout


def _numbers(header: Dataset) -> list[Dataset]:
    found, waiting = [], [header]
    while waiting:
        item = waiting.pop()
        below = list(item.get("ContentSequence") or ())
        found += [each for each in below if each.ValueType == "NUM" and each.RelationshipType == "CONTAINS"]
        waiting += below
    return found


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
