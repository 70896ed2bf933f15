from __future__ import annotations

from pathlib import Path

import pytest

from explorer.snapshot import Snapshot
from explorer.sources import RowsSource

ROWS: list[dict[str, object]] = [
    {
        "dataset": "breast",
        "PatientID": f"p{number % 5}",
        "StudyInstanceUID": f"1.{number % 7}.{number % 5}",
        "SeriesInstanceUID": f"1.2.{number}",
        "Modality": ("MR", "CT", "SEG")[number % 3],
        "SeriesDescription": None if number % 4 == 0 else f"T{number % 6} axiäl",
        "StudyDescription": "Thorax",
        "age": None if number % 5 == 0 else 40 + number % 5,
        "sex": ("F", "M", None)[number % 5 % 3],
        "study_date": f"2020-03-{number % 5 + 1:02}",
        "size_mb": 0.5 * number,
        "cancer_type": ["Breast Cancer", "Glioma"],
    }
    for number in range(40)
]


@pytest.fixture
def rows() -> list[dict[str, object]]:
    return [dict(row) for row in ROWS]


@pytest.fixture(scope="session")
def small_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Forty series of five patients."""
    return Snapshot.build(RowsSource(ROWS, title="Forty series", date="2026-01-31"), store=tmp_path_factory.mktemp("s"))


@pytest.fixture
def copied(small_snapshot: Snapshot, tmp_path: Path) -> Path:
    """A copy of the small snapshot's file, to be damaged."""
    path = tmp_path / "copied.duckdb"
    path.write_bytes(small_snapshot.path.read_bytes())
    return path
