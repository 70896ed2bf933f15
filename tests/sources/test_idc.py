from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from explorer.errors import BuildError
from explorer.snapshot import Snapshot
from explorer.sources import IdcSource

FOLDER = IdcSource()._folder


@pytest.fixture(scope="module")
def small() -> pa.Table:
    """The few series of two datasets, one of which carries planted names."""
    names = pa.array(["pseudo_phi_dicom_data", "qiba_ct_1c"])
    return parquet.read_table(FOLDER / "idc_index.parquet", filters=pc.is_in(pc.field("collection_id"), names))


def write(folder: Path, index: pa.Table, *also: str) -> Path:
    folder.mkdir()
    parquet.write_table(index, folder / "idc_index.parquet")
    for name in also:
        parquet.write_table(parquet.read_table(FOLDER / f"{name}.parquet"), folder / f"{name}.parquet")
    return folder


def rows_of(snapshot: Snapshot, query: str) -> list[tuple[Any, ...]]:
    with snapshot.cursor() as cursor:
        return cursor.execute(query).fetchall()


def test_the_recipe_says_what_is_installed() -> None:
    recipe = IdcSource().recipe
    assert (recipe.source, recipe.release, recipe.date) == ("idc", "25.0.5", "2026-09-26")
    assert recipe.title == "Imaging Data Commons 25.0.5"
    assert recipe.alias == "idc-25.0.5"


def test_planted_names_are_withheld_and_no_row_is_dropped(tmp_path: Path, small: pa.Table) -> None:
    folder = write(tmp_path / "24.0.1", small, "collections_index", "version_metadata_index")
    snapshot = Snapshot.build(IdcSource(folder), store=tmp_path)
    assert snapshot.totals["series"] == len(small)
    assert snapshot.recipe["notes"]["withheld"] == 7
    texts = snapshot.values("StudyDescription")
    assert not [text for text in texts if " for " in str(text)]
    assert {"PET-CT STUDY", "FORFILE CT ABD AND/OR PEL - CD", "XR CHEST AP PORTABLE"} <= set(texts)  # codespell:ignore
    assert (snapshot.release, snapshot.date) == ("24.0.1", "2026-04-16")
    assert "not 25.0.5" in snapshot.title
    snapshot.verify()


def test_an_older_release_lacks_columns_and_tables(tmp_path: Path, small: pa.Table) -> None:
    lacking = ["analysis_result_id", "aws_bucket", "crdc_series_uuid", "sop_class_name", "SOPClassUID"]
    folder = write(tmp_path / "it's [17.0.2]", small.drop_columns(lacking))
    snapshot = Snapshot.build(IdcSource(folder, release="17.0.2"), store=tmp_path)
    assert snapshot.alias == "idc-17.0.2"
    assert snapshot.date is None
    assert snapshot.recipe["notes"]["columns that the release lacks"] == ["analysis_result_id", "sop_class_name"]
    assert rows_of(snapshot, "SELECT count(analysis_result), count(location), count(title) FROM series, dataset") == [
        (0, 2 * len(small), 0)
    ]


def test_where_files_are_is_made_from_bucket_and_id(tmp_path: Path, small: pa.Table) -> None:
    whole = Snapshot.build(IdcSource(write(tmp_path / "a", small)), store=tmp_path)
    parts = Snapshot.build(IdcSource(write(tmp_path / "b", small.drop_columns(["series_aws_url"]))), store=tmp_path)
    assert whole.id == parts.id


@pytest.mark.parametrize("column", ["collection_id", "PatientID", "Modality", "instanceCount", "series_size_MB"])
def test_what_cannot_be_done_without_is_named(tmp_path: Path, small: pa.Table, column: str) -> None:
    folder = write(tmp_path / "9.0.0", small.drop_columns([column]))
    with pytest.raises(BuildError, match=rf"Release 9\.0\.0 .* has no column {column}.*pip install"):
        Snapshot.build(IdcSource(folder), store=tmp_path / "store")
    assert not list((tmp_path / "store").glob("*.duckdb"))


def test_a_folder_without_a_catalogue(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no idc_index\.parquet"):
        Snapshot.build(IdcSource(tmp_path), store=tmp_path)


def test_a_damaged_catalogue(tmp_path: Path) -> None:
    (tmp_path / "idc_index.parquet").write_bytes(b"PAR1 not really PAR1")
    with pytest.raises(BuildError, match="could not be built"):
        Snapshot.build(IdcSource(tmp_path), store=tmp_path / "store")


def test_a_damaged_list_of_releases(tmp_path: Path, small: pa.Table) -> None:
    folder = write(tmp_path / "24.0.1", small)
    (folder / "version_metadata_index.parquet").write_bytes(b"PAR1 not really PAR1")
    with pytest.raises(BuildError, match="cannot be read"):
        Snapshot.build(IdcSource(folder), store=tmp_path / "store")


def test_no_network_and_no_import_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", None)
    assert IdcSource().recipe
    code = "import explorer.sources, sys; assert not {'idc_index_data', 'idc_index'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
