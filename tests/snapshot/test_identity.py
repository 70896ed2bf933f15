from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.schema import PATIENT, SERIES, STUDY
from explorer.snapshot import Snapshot
from explorer.sources import RowsSource

BUILD = """
import json, sys
from pathlib import Path
from explorer.snapshot import Snapshot
from explorer.sources import RowsSource
print(Snapshot.build(RowsSource(json.load(sys.stdin)), store=Path(sys.argv[1])).id)
"""


def id_of(rows: list[dict[str, object]], folder: Path, **options: str) -> str:
    return Snapshot.build(RowsSource(rows, **options), store=folder).id


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "COHORT_EXPLORER_THREADS": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "C", "COHORT_EXPLORER_THREADS": "4", "COHORT_EXPLORER_MEMORY": "600MB"},
    ],
)
def test_surroundings_do_not_matter(
    rows: list[dict[str, object]], small_snapshot: Snapshot, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", BUILD, str(tmp_path)],
        input=json.dumps(rows),
        env=os.environ | surroundings | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == small_snapshot.id


def test_order_of_rows_release_and_title_do_not_matter(
    rows: list[dict[str, object]], small_snapshot: Snapshot, tmp_path: Path
) -> None:
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        assert id_of(rows, tmp_path / str(seed), release=str(seed), title="Another") == small_snapshot.id


CHANGES: dict[str, object] = {
    "text": "changed",
    "integer": 99,
    "number": 99.5,
    "date": "2001-02-03",
}


@pytest.mark.parametrize(
    "column",
    [
        column
        for table in (PATIENT, STUDY, SERIES)
        for column in table
        if not column.name.endswith("_key") and column.name != "StudyInstanceUID"
    ],
    ids=lambda column: column.name,
)
def test_every_value_matters(
    rows: list[dict[str, object]], small_snapshot: Snapshot, tmp_path: Path, column: object
) -> None:
    changed = CHANGES[column.type]  # type: ignore[attr-defined]
    name = column.name  # type: ignore[attr-defined]
    for row in rows:
        if row["PatientID"] == "p1":
            row[name] = f"{changed} {row['SeriesInstanceUID']}" if name == "SeriesInstanceUID" else changed
    assert id_of(rows, tmp_path) != small_snapshot.id


def test_missing_is_not_empty_and_the_source_counts(rows: list[dict[str, object]], tmp_path: Path) -> None:
    ids = {id_of(rows, tmp_path), id_of(rows, tmp_path, name="other")}
    for row in rows:
        row["SeriesDescription"] = row["SeriesDescription"] or ""
    assert len(ids | {id_of(rows, tmp_path)}) == 3
