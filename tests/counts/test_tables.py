"""The cohort as rows: sorted, paged, written to files whole or not at all."""

from __future__ import annotations

import csv
import errno
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyarrow import parquet

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import TABLE_LEVELS, columns_of
from explorer.errors import SurroundingsError, UnknownNameError
from explorer.facets import Modality

RULE = CohortDefinition().including(Modality.is_in("CT", "MR"))
KEY = {"patient": ["dataset", "PatientID"], "study": ["StudyInstanceUID"], "series": ["SeriesInstanceUID"]}


@pytest.fixture
def cohort(small: Snapshot) -> Cohort:
    return Cohort(RULE, small)


def size(cohort: Cohort, level: str) -> int:
    totals = cohort.totals()
    return {"patient": totals.patients, "study": totals.studies, "series": totals.series}[level]


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_pages_hold_every_row_once(cohort: Cohort, level: Any) -> None:
    whole = cohort.frame(level)
    assert len(whole) == size(cohort, level)
    for sort, descending in [(None, False), ("sex", False), ("instances", True), ("dataset", True)]:
        ordered = cohort.frame(level, sort=sort, descending=descending)
        pages = [
            cohort.frame(level, sort=sort, descending=descending, limit=7, offset=offset)
            for offset in range(0, len(whole) + 7, 7)
        ]
        assert len(pages[-1]) == 0 or len(whole) % 7
        pasted = pd.concat([page for page in pages if len(page)], ignore_index=True)
        keys = [tuple(row) for row in pasted[KEY[level]].to_numpy()]
        assert keys == [tuple(row) for row in ordered[KEY[level]].to_numpy()]
        assert len(set(keys)) == len(whole)


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_every_column_sorts_with_missing_last(cohort: Cohort, level: Any) -> None:
    for column in columns_of(level):
        for descending in (False, True):
            values = list(cohort.frame(level, columns=[column], sort=column, descending=descending)[column])
            recorded = [value for value in values if not pd.isna(value)]
            assert all(pd.isna(value) for value in values[len(recorded) :]), column
            # DuckDB orders texts by their bytes.
            ranked = [value.encode() if isinstance(value, str) else value for value in recorded]
            assert ranked == sorted(ranked, reverse=descending), column


def test_names_that_do_not_exist(cohort: Cohort) -> None:
    with pytest.raises(UnknownNameError, match="no table of level 'image'; the levels are patient, study, series"):
        cohort.frame("image")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match=r"no column 'x\" FROM series --' .* its columns: source"):
        cohort.frame("patient", sort='x" FROM series --')
    with pytest.raises(UnknownNameError, match="no column 'Modality'"):
        cohort.frame("patient", columns=["Modality"])


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_files_hold_all_rows(cohort: Cohort, level: str, tmp_path: Path) -> None:
    frame = cohort.frame(level)  # type: ignore[arg-type]
    path = tmp_path / "rows.CSV"
    assert cohort.write_table(level, path) == len(frame) == size(cohort, level)
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["PatientID"] for row in read] == list(frame["PatientID"])
    assert [row["dataset"] for row in read] == list(frame["dataset"])
    path = tmp_path / "rows.parquet"
    assert cohort.write_table(level, str(path)) == len(frame)
    table = parquet.read_table(path)
    assert table.column_names == list(columns_of(level))
    assert table.column("dataset").to_pylist() == list(frame["dataset"])
    assert sorted(each.name for each in tmp_path.iterdir()) == ["rows.CSV", "rows.parquet"]


def test_an_empty_cohort_is_a_header(small: Snapshot, tmp_path: Path) -> None:
    nobody = Cohort(RULE.excluding(Modality.is_in("CT", "MR")), small)
    assert nobody.write_table("series", tmp_path / "none.csv") == 0
    with (tmp_path / "none.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [list(columns_of("series"))]
    assert nobody.write_table("patient", tmp_path / "none.parquet") == 0
    assert parquet.read_table(tmp_path / "none.parquet").num_rows == 0


@pytest.mark.parametrize("name", ["rows.xlsx", "rows", "rows.csv.gz"])
def test_other_endings_are_refused(cohort: Cohort, name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"written as \.csv or \.parquet"):
        cohort.write_table("patient", tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_failing_disk_leaves_the_old_file(
    cohort: Cohort, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet as arrow_parquet

    path = tmp_path / f"rows.{ending}"
    path.write_text("the old file")
    real = arrow_csv.CSVWriter if ending == "csv" else arrow_parquet.ParquetWriter

    class Full(real):  # type: ignore[valid-type, misc]
        def write_batch(self, *args: Any, **options: Any) -> None:
            super().write_batch(*args, **options)
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(arrow_csv, "CSVWriter", Full)
    monkeypatch.setattr(arrow_parquet, "ParquetWriter", Full)
    with pytest.raises(SurroundingsError, match="No space left on device; nothing was written"):
        cohort.write_table("series", path)
    assert path.read_text() == "the old file"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    monkeypatch.undo()
    assert cohort.write_table("series", path) == cohort.totals().series


def test_a_folder_that_is_not_there(cohort: Cohort, tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="nothing was written"):
        cohort.write_table("patient", tmp_path / "no such" / "rows.csv")
