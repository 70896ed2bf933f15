from __future__ import annotations

import dataclasses
import math
import random
import time
from collections.abc import Iterable
from typing import Any

import duckdb
import pytest

from explorer.errors import BuildError
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom import geometry
from explorer.sources.dicom.collect import Collector
from explorer.sources.dicom.header import Header, words_of
from tests.sources.dicom.headers import AXIAL, CORONAL, OBLIQUE, SAGITTAL, at, header, load


def series(headers: Iterable[Header]) -> dict[str, Any]:
    (row,) = load(headers)[0]["series"]
    return row


def test_what_a_series_says() -> None:
    said = {
        "BodyPartExamined": "CHEST", "Manufacturer": "Siemens", "ManufacturerModelName": "Definition",
        "PatientSex": "F", "PatientAge": "061Y", "StudyDescription": "Thorax", "SeriesDescription": "ax 1.0",
        "SeriesNumber": "4",
    }  # fmt: skip
    row = series(at(2.5 * i, **said) for i in range(9))
    assert {name: row[name] for name in said} == said
    assert row["dataset"] == "lab" and row["Modality"] == "CT" and row["PatientID"] == "MRN001"
    assert row["sop_class"] == "CT Image Storage" and row["transfer_syntax"] == "Explicit VR Little Endian"
    assert (row["instances"], row["size_mb"], row["bytes"]) == (9, 0.009, 9_000)


@pytest.mark.parametrize(
    ("turned", "plane"),
    [
        (AXIAL, "axial"),
        (CORONAL, "coronal"),
        (SAGITTAL, "sagittal"),
        (OBLIQUE, "oblique"),
        (r"1\0\0\0\0.987688\0.156434", "axial"),  # 9 degrees
        (r"1\0\0\0\0.981627\0.190809", "oblique"),  # 11 degrees
        (r"-1\0\0\0\1\0", "axial"),
    ],
)
def test_plane(turned: str, plane: str) -> None:
    assert series([header(ImagePositionPatient=r"0\0\0", ImageOrientationPatient=turned)])["plane"] == plane


def test_an_even_stack() -> None:
    row = series(at(2.5 * i) for i in random.Random(1).sample(range(9), 9))
    assert (row["plane"], row["slices"], row["slice_spacing_mm"], row["stack"]) == ("axial", 9, 2.5, "uniform")
    assert row["middle_instance"] == at(10.0).values["SOPInstanceUID"]


def test_spacing_along_the_normal_of_an_oblique_stack() -> None:
    # 3 mm along the normal (0, -sin 20°, cos 20°).
    slices = [
        header(i, ImageOrientationPatient=OBLIQUE, ImagePositionPatient=f"0\\{-1.026060 * i}\\{2.819078 * i}")
        for i in range(5)
    ]
    row = series(slices)
    assert row["slice_spacing_mm"] == pytest.approx(3, abs=1e-4) and row["stack"] == "uniform"


@pytest.mark.parametrize(
    ("places", "slices", "spacing", "stack"),
    [
        ([0.0], 1, None, "single slice"),
        ([0, 2, 4, 8, 10], 5, 2.0, "irregular"),  # a gap
        ([0, 1, 2.5, 3.5, 6], 5, 1.25, "irregular"),
        ([0, 1.0, 2.015, 3.0, 4.0], 5, 1.0, "uniform"),  # within 2 %
        ([0, 1.0, 2.04, 3.0, 4.0], 5, 1.0, "irregular"),
    ],
)
def test_stacks(places: list[float], slices: int, spacing: float | None, stack: str) -> None:
    row = series(at(z) for z in places)
    assert (row["slices"], row["stack"]) == (slices, stack)
    assert row["slice_spacing_mm"] == (None if spacing is None else pytest.approx(spacing))


def test_repeats_at_one_place_are_irregular() -> None:
    twice = [at(z, SOPInstanceUID=f"1.9.{z}.{echo}") for z in (0, 1, 2) for echo in (1, 2)]
    row = series(twice)
    assert (row["instances"], row["slices"], row["slice_spacing_mm"], row["stack"]) == (6, 3, 1.0, "irregular")
    assert row["middle_instance"] == "1.9.1.1"


def test_two_orientations_and_a_lost_position() -> None:
    mixed = series([at(0), at(1), at(2), at(5, CORONAL)])
    assert (mixed["plane"], mixed["slices"], mixed["stack"]) == ("axial", 4, "irregular")
    lost = series([at(0), at(1), header(7)])
    assert (lost["slices"], lost["stack"]) == (2, "irregular")


def test_orientations_that_differ_by_rounding_are_one() -> None:
    row = series([at(0), at(1, r"0.999995\0.003\0\-0.003\0.999995\0"), at(2)])
    assert (row["slices"], row["stack"]) == (3, "uniform")


def fan(count: int) -> list[str]:
    """Return orientations that go round in equal steps."""
    turns = (2 * math.pi * i / count for i in range(count))
    return [f"1\\0\\0\\0\\{math.cos(turn):.6f}\\{math.sin(turn):.6f}" for turn in turns]


def anyhow(count: int) -> list[str]:
    """Return orientations that go in all directions."""
    found, angle = [], random.Random(1)
    for _ in range(count):
        (a, b, c), (d, e, f) = ([math.sin(angle.uniform(0, math.tau)) or 1.0 for _ in "xyz"] for _ in range(2))
        along = (a * d + b * e + c * f) / (a * a + b * b + c * c)
        sides = [(a, b, c), (d - along * a, e - along * b, f - along * c)]
        units = [part / math.hypot(*side) for side in sides for part in side]
        found.append("\\".join(f"{part:.6f}" for part in units))
    return found


def test_many_orientations_in_one_series_are_irregular_and_take_no_time() -> None:
    begun = time.process_time()
    row = series(at(i, turned) for i, turned in enumerate(anyhow(20_000)))
    assert row["stack"] == "irregular" and row["instances"] == 20_000
    assert time.process_time() - begun < 30


def test_orientations_are_compared_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [*fan(40), *(turned for turned in fan(40) for _ in range(2))]
    slices = [at(i, turned) for i, turned in enumerate(turns)]
    expected = series(slices)
    monkeypatch.setattr(geometry, "_MOST_TURNS", 5)
    assert series(slices) == expected and expected["stack"] == "irregular"


def test_frames_of_one_instance() -> None:
    frames = [(0.0, 0.0, 4.0 * i) for i in range(5)]
    row = series([header(NumberOfFrames="5", ImageOrientationPatient=AXIAL, frames=frames)])
    assert (row["instances"], row["slices"], row["slice_spacing_mm"], row["stack"]) == (1, 5, 4.0, "uniform")
    assert row["middle_instance"] == header().values["SOPInstanceUID"]


@pytest.mark.parametrize("position", ["", "a\\b\\c", "1\\2", "nan\\0\\0", "inf\\0\\0", "1e400\\0\\0", None])
def test_without_geometry(position: str | None) -> None:
    row = series([header(i, ImagePositionPatient=position, ImageOrientationPatient=AXIAL) for i in range(2)])
    assert [row[name] for name in ("plane", "slices", "slice_spacing_mm", "stack", "middle_instance")] == [None] * 5


@pytest.mark.parametrize("turned", ["", r"0\0\0\0\0\0", r"1\0\0\1\0\0", r"1\0\0\0\1", "x", None])
def test_an_orientation_that_is_none(turned: str | None) -> None:
    assert series([at(0, turned), at(1, turned)])["plane"] is None  # type: ignore[arg-type]


def test_one_picture_is_its_own_middle() -> None:
    assert series([header(Modality="DX")])["middle_instance"] == header().values["SOPInstanceUID"]
    assert series([header(Modality="SR", Rows=None)])["middle_instance"] is None


def test_duplicates_count_once() -> None:
    tables, notes, collector = load([at(0), at(1), at(1), at(2)])
    (row,) = tables["series"]
    assert (row["instances"], row["bytes"], row["stack"]) == (3, 3_000, "uniform")
    assert notes["duplicate instances"] == 1 == collector.report.count("duplicate")


def test_contradictions_are_named_and_settled_the_same_way_in_any_order() -> None:
    headers = [
        at(0, Modality="CT", SeriesDescription="b"),
        at(1, Modality="CT", SeriesDescription="a"),
        at(2, Modality="PT", PatientID="MRN002", SeriesDescription=None),
    ]
    tables, notes, collector = load(headers)
    (row,) = tables["series"]
    assert (row["Modality"], row["PatientID"], row["SeriesDescription"]) == ("CT", "MRN001", "a")
    assert {line.why for line in collector.report.lines} == {
        "2 values of Modality: CT, PT",
        "2 values of PatientID",
        "2 values of SeriesDescription",
    }
    assert notes["contradictions"] == 3
    assert load(reversed(headers))[0] == tables
    assert load([at(0, PatientID="b"), at(1, PatientID="a")])[0]["series"][0]["PatientID"] == "a"


def test_patient_and_study_go_together() -> None:
    a, b = {"PatientID": "a", "StudyInstanceUID": "1.1"}, {"PatientID": "b", "StudyInstanceUID": "1.2"}
    row = series([at(0, **a), at(1, **a), at(2, **b), at(3, **b), at(4, **b)])
    assert (row["PatientID"], row["StudyInstanceUID"]) == ("b", "1.2")


def test_a_study_of_two_patients_and_two_issuers_are_named() -> None:
    _, _, collector = load([at(0, IssuerOfPatientID="A"), at(1, PatientID="MRN002", SeriesInstanceUID="1.5"),
                            at(2, IssuerOfPatientID="B")])  # fmt: skip
    said = " ".join(line.why for line in collector.report.lines)
    assert "2 issuers of one PatientID" in said and "a study of 2 patients" in said


def test_sex_age_and_date_follow_the_rules_of_the_catalogue() -> None:
    tables, _, _ = load([
        at(0, PatientSex="F", PatientAge="061Y", StudyDate="20200103"),
        at(1, SeriesInstanceUID="1.5", PatientSex="M", PatientAge="060Y", StudyDate="20200102"),
        at(2, SeriesInstanceUID="1.6", StudyInstanceUID="1.7", PatientAge="000Y", SeriesDate="20210101"),
    ])  # fmt: skip
    assert [row["sex"] for row in tables["patient"]] == ["conflicting"]
    first, second = tables["study"]
    assert (str(first["study_date"]), first["age"]) == ("2020-01-02", 60)
    assert (str(second["study_date"]), second["age"]) == ("2021-01-01", None)


def test_links_to_series_that_are_there() -> None:
    tables, notes, _ = load([
        at(0),
        header(SeriesInstanceUID="1.5", Modality="SEG", refers_to=["1.2.3.4", "1.2.3.99", "1.5"]),
    ])  # fmt: skip
    assert tables["derivation"] == [{"derived": "1.5", "image": "1.2.3.4"}]
    assert notes["references to series that are not there"] == 1


def test_without_identifiers() -> None:
    tables, _, collector = load([
        at(0, PatientID=None),
        at(1, PatientID=None, StudyInstanceUID="1.7", SeriesInstanceUID="1.8"),
        at(2, SeriesInstanceUID=None),
        at(3, StudyInstanceUID=None),
    ])  # fmt: skip
    assert [row["PatientID"] for row in tables["patient"]] == ["no-id-1.2.3", "no-id-1.7"]
    assert collector.report.count("not read") == 2
    assert any("2 studies without PatientID" in line.why for line in collector.report.lines)


def test_a_series_as_an_archive_describes_it() -> None:
    collector = Collector("lab", DeIdentification.none())
    for _ in range(2):
        collector.add(header(SOPInstanceUID=None, Rows=None), None, instances=40)
    with duckdb.connect() as connection:
        collector.load(connection)
        (row,) = connection.sql("SELECT instances, size_mb, slices FROM source_series").fetchall()
    assert row == (80, None, None)


def test_text_in_the_pixels_is_cautioned() -> None:
    _, notes, collector = load([at(0, BurnedInAnnotation="YES"), header(1, SeriesInstanceUID="1.5", Modality="US")])
    said = [line.why for line in collector.report.lines]
    assert notes["instances with burned-in annotation"] == 1
    assert any(text.startswith("1 images say") for text in said) and any("US ultrasound" in text for text in said)


def test_an_identifier_of_another_patient_is_left_out_of_descriptions() -> None:
    other = {"PatientID": "1001", "StudyInstanceUID": "1.7", "SeriesInstanceUID": "1.8"}
    headers = [
        at(0, SeriesDescription="compare 1001", StudyDescription="b1001", SeriesNumber="1001"),
        at(1, **other, SeriesDescription="with MRN001", ManufacturerModelName="1001"),
    ]
    hidden = dataclasses.replace(DeIdentification.none(), descriptors="clean")
    tables, notes, _ = load(headers, hidden)
    first, second = tables["series"]
    assert {first["PatientID"], second["PatientID"]} == {"MRN001", "1001"}
    (mine,) = (row for row in (first, second) if row["PatientID"] == "MRN001")
    assert (mine["SeriesDescription"], mine["StudyDescription"], mine["SeriesNumber"]) == (None, "b1001", "1001")
    assert notes["withheld"]["SeriesDescription"] == {"other identifier": 2}
    assert "withheld" not in load(headers)[1] or not load(headers)[1]["withheld"]


def test_the_name_of_another_patient_in_ideographs() -> None:
    hidden = dataclasses.replace(DeIdentification.none(), descriptors="clean")
    other = header(PatientID="B", StudyInstanceUID="1.7", SeriesInstanceUID="1.8", names=words_of(["王^小东"]))
    headers = [at(0, SeriesDescription="王小东 胸部"), other]
    assert load(headers, hidden)[1]["withheld"] == {"SeriesDescription": {"other name": 1}}


def test_nothing_collected() -> None:
    with duckdb.connect() as connection, pytest.raises(BuildError, match="no series"):
        Collector("lab", DeIdentification.none()).load(connection)
