"""Whose names are looked for in descriptions: everybody's whom a file names beside the pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.sources.dicom.scan import scan_file, scan_with_pydicom
from explorer.sources.dicom.tags import TAGS, Kind
from tests.sources.dicom.objects import slice_of, write

NAMES = sorted(keyword for keyword, kind in TAGS.values() if kind is Kind.NAME)


@pytest.mark.parametrize("keyword", NAMES)
def test_a_name_is_found_wherever_it_stands(tmp_path: Path, keyword: str) -> None:
    header = scan_file(write(tmp_path / "a.dcm", slice_of(**{keyword: "Zwickel^Anna"})))
    assert {"zwickel", "anna"} <= header.name_words
    assert header == scan_with_pydicom(tmp_path / "a.dcm")
    assert "wickel" not in str(header.values)


def test_the_names_are_those_of_patients_and_of_who_treated_them() -> None:
    assert {"PatientName", "OtherPatientNames", "PatientBirthName", "PhysiciansOfRecord", "OperatorsName"} <= set(NAMES)
