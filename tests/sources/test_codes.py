from __future__ import annotations

import pytest

from explorer import codes


@pytest.mark.parametrize(
    ("recorded", "vendor"),
    [
        ("SIEMENS", "Siemens"),
        ("Siemens HealthCare GmbH", "Siemens"),
        ("SIEMENS / MIMvista", "Siemens"),
        ('"GE Healthcare"', "GE"),
        ("GE MEDICAL S]STEMS", "GE"),
        ("Philips Medical Systems / MIM Software", "Philips"),
        ("TOSHIBA_MEC", "Toshiba"),
        ("QIICR", "QIICR"),
        ("pydicom-seg", "pydicom-seg"),
        ("  Nobody knows me ", "Nobody knows me"),
        ("0000000", "Unknown"),
        ("Unknown manufacturer", "Unknown"),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_vendor(recorded: str | None, vendor: str | None) -> None:
    assert codes.vendor(recorded) == vendor


@pytest.mark.parametrize(
    ("recorded", "region"),
    [
        ("Left Breast", "BREAST"),
        ("Right Breast", "BREAST"),
        ("BREAST", "BREAST"),
        ("Phantom", "PHANTOM"),
        ("THORAX", "CHEST"),
        ("chest", "CHEST"),
        ("LUNG", "LUNG"),
        ("OTHER", "UNKNOWN"),
        ("SEG", "UNKNOWN"),
        ("Elbow ", "ELBOW"),
        ("", None),
        (None, None),
    ],
)
def test_body_part(recorded: str | None, region: str | None) -> None:
    assert codes.body_part(recorded) == region


@pytest.mark.parametrize(
    ("modality", "sop_class", "kind"),
    [
        ("CT", "CT Image Storage", "image"),
        ("SEG", "CT Image Storage", "segmentation"),
        ("RTSTRUCT", None, "contours"),
        ("SR", "Enhanced SR Storage", "report"),
        ("KO", None, "report"),
        ("ANN", None, "annotation"),
        ("M3D", None, "model"),
        ("RTDOSE", None, "radiotherapy"),
        ("RTPLAN", None, "radiotherapy"),
        ("PR", None, "presentation"),
        ("REG", None, "registration"),
        ("RWV", None, "mapping"),
        ("MR", "Raw Data Storage", "raw data"),
        ("OT", "Parametric Map Storage", "parametric map"),  # codespell:ignore
        ("SEG", "Raw Data Storage", "segmentation"),
        (None, None, "image"),
    ],
)
def test_object_kind(modality: str | None, sop_class: str | None, kind: str) -> None:
    assert codes.object_kind(modality, sop_class) == kind


def test_every_quarantine_says_why() -> None:
    assert codes.quarantines()
    assert all(rule.why and rule.dataset and rule.pattern for rule in codes.quarantines())
