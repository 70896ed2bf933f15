"""Which series the Image tab offers, and what it calls them."""

from __future__ import annotations

from pathlib import Path

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
from explorer.images import ImageFolder, LocalSeries
from explorer.sources import RowsSource
from explorer.views.local import cohort_series

ROWS = [
    {"PatientID": "p-1", "SeriesInstanceUID": "1.1", "Modality": "CT", "SeriesDescription": "chest"},
    {"PatientID": "p-1", "SeriesInstanceUID": "1.2", "Modality": "CT", "SeriesDescription": "abdomen"},
    {"PatientID": "p-2", "SeriesInstanceUID": "1.3", "Modality": "MR", "SeriesDescription": "head"},
]


def local(uid: str) -> LocalSeries:
    return LocalSeries(uid, "MRN-4711", "CT", "CT Jane Roe", (Path(f"{uid}.dcm"),), 10)


def test_series_are_called_what_the_snapshot_calls_them(tmp_path: Path) -> None:
    snapshot = Snapshot.build(RowsSource(ROWS), store=tmp_path)
    folder = ImageFolder(tmp_path, {uid: local(uid) for uid in ("1.2", "1.3", "9.9")})
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), snapshot)
    rows, total = cohort_series(cohort, folder)
    cohort.close()
    assert total == 2
    told = [(row["SeriesInstanceUID"], row["patient_id"], bool(row.get("stray"))) for row in rows]
    # Those of the cohort first, those here before others; what the snapshot does not hold is not named at all.
    assert told == [("1.2", "p-1", False), ("1.1", "p-1", False), ("1.3", "p-2", True)]
    assert "MRN" not in str(rows) and "Roe" not in str(rows)
