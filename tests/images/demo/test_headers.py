from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pydicom import config, dcmread
from pydicom.uid import UID

from explorer.images.demo.phantom import noise
from tests.images.demo.reading import DRAWN, objects, series


def test_every_object_says_that_nobody_was_imaged(demo_folder: Path) -> None:
    for path, dataset in objects(demo_folder).items():
        assert str(dataset.PatientName).startswith("SYNTHETIC^"), path
        for keyword in ("StudyDescription", "SeriesDescription", "InstitutionName", "ManufacturerModelName"):
            assert dataset[keyword].value.startswith("SYNTHETIC "), (path, keyword)
        assert dataset.Manufacturer in ("Synthetic Imaging One", "Synthetic Imaging Two")
        assert (dataset.PatientIdentityRemoved, dataset.PatientBirthDate) == ("YES", "")
        assert dataset.DeidentificationMethod == "Synthetic: no person was ever imaged"
        assert "nobody was imaged" in dataset.PatientComments
        if dataset.Modality not in DRAWN:
            assert (dataset.ContentQualification, dataset.BurnedInAnnotation) == ("RESEARCH", "NO")
            assert dataset.ImageType[:2] == ["DERIVED", "SECONDARY"]
            assert "SYNTHETIC" in dataset.ImageComments


def test_every_value_is_a_valid_one(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.settings, "reading_validation_mode", config.RAISE)
    for path in objects(demo_folder):
        dataset = dcmread(demo_folder / path)
        assert sum(1 for element in dataset.iterall() if element.value is not None) > 40
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
        assert dataset.file_meta.MediaStorageSOPClassUID == dataset.SOPClassUID


def test_identifiers_are_valid_and_no_two_objects_share_one(demo_folder: Path) -> None:
    found = list(objects(demo_folder).values())
    uids = {uid for each in found for uid in (each.SOPInstanceUID, each.SeriesInstanceUID, each.StudyInstanceUID)}
    assert all(UID(uid).is_valid and uid.startswith("2.25.") for uid in uids)
    assert max(Counter(each.SOPInstanceUID for each in found).values()) == 1
    owners = {(each.StudyInstanceUID, each.PatientID) for each in found}
    assert len(owners) == len({study for study, _ in owners}) == 22
    assert len({each.SeriesInstanceUID for each in found}) == len(series(demo_folder)) == 79


def test_nothing_comes_from_a_clock(demo_folder: Path) -> None:
    for path, dataset in objects(demo_folder).items():
        days = {element.value[:8] for element in dataset.iterall() if element.VR in ("DA", "DT") and element.value}
        assert days == {dataset.StudyDate}, path
        assert dataset.file_meta.ImplementationVersionName == "SYNTHETIC_DEMO_1"


def test_the_noise_is_the_same_everywhere() -> None:
    assert noise((2, 3), 24, "seed").tolist() == [[1, 6, -3], [4, 7, 2]]
    large = noise((100, 100), 24, "another")
    assert abs(large.mean()) < 0.3 and 4 < large.std() < 10 and abs(large).max() <= 24
