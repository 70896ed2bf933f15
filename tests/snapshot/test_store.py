from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest

from explorer.errors import SnapshotError, UnknownNameError, UserError
from explorer.snapshot import Snapshot, Store, home
from explorer.sources import RowsSource


def make(store: Store, name: str = "rows", release: str = "1") -> Snapshot:
    rows = [{"PatientID": f"{name} {release}"}]
    return Snapshot.build(RowsSource(rows, name=name, release=release), store=store)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "own", shared=[])


def test_where_snapshots_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_HOME", str(tmp_path))
    monkeypatch.setenv("COHORT_EXPLORER_PATH", os.pathsep.join([str(tmp_path / "a"), "", str(tmp_path / "b")]))
    (tmp_path / "b" / "snapshots").mkdir(parents=True)
    assert Store().folder == tmp_path / "snapshots"
    assert Store().shared == (tmp_path / "a", tmp_path / "b" / "snapshots")
    monkeypatch.delenv("COHORT_EXPLORER_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home().name == "cohort-explorer"


def test_finding_by_every_name(store: Store) -> None:
    old, new, other = make(store, release="9.2"), make(store, release="10.0"), make(store, name="other")
    for name in (new.id, new.id[:6], new.id[:8].upper(), "rows-10.0", "rows"):
        assert store.find(name).path == new.path
    assert store.find("rows-9.2").path == old.path
    assert [entry.alias for entry in store.entries()] == ["other-1", "rows-10.0", "rows-9.2"]
    assert Snapshot.open("other", store=store) == other
    assert Snapshot.open(str(other.path)) == other
    assert Snapshot.open(other.path).alias == "other-1"


def test_a_name_that_is_not_there(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="none is built yet"):
        store.find("rows")
    snapshot = make(store)
    for name in ("rows-2", snapshot.id[:5], "", "../rows", "idc-1.0.0"):
        with pytest.raises(UnknownNameError, match=rf"rows-1 \({snapshot.id[:12]}\)"):
            store.find(name)
    with pytest.raises(UnknownNameError, match="rows-1"):
        Snapshot.open("idc", build=False, store=store)
    with pytest.raises(UnknownNameError, match="rows-1"):
        Snapshot.open(None, build=False, store=store)


def test_of_one_alias_the_latest_built_is_found(store: Store) -> None:
    for number in range(4):
        latest = Snapshot.build(RowsSource([{"PatientID": str(number)}]), store=store)
        os.utime(latest.path, (number + 1, number + 1))
        assert store.find("rows-1").about.id == latest.id


def test_removing(store: Store) -> None:
    snapshot = make(store)
    assert store.remove("rows").about.id == snapshot.id
    assert store.entries() == ()
    assert json.loads((store.folder / "index.json").read_text())["snapshots"] == {}
    with pytest.raises(UnknownNameError):
        store.remove("rows")


def test_the_index_saves_opening_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make(store)
    known = store.entries()

    def refuse(path: Path) -> None:
        raise AssertionError(f"{path} was opened")

    monkeypatch.setattr("explorer.snapshot.store.open_file", refuse)
    assert store.entries() == known


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{",
        '{"snapshots": {"x": {}}}',
        '{"snapshots": {"x": {"stamp": [], "about": {"id": 1}}}}',
        '{"snapshots": null}',
        "\0\0",
    ],
)
def test_a_damaged_index_is_written_anew(store: Store, damage: str) -> None:
    make(store)
    known = store.entries()
    (store.folder / "index.json").write_text(damage)
    assert store.entries() == known
    assert known[0].about.id in (store.folder / "index.json").read_text()


def test_a_stale_index_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    make(store)
    elsewhere = make(Store(tmp_path / "elsewhere", shared=[]), name="moved")
    elsewhere.path.rename(store.folder / elsewhere.path.name)
    assert [entry.alias for entry in store.entries()] == ["moved-1", "rows-1"]
    (store.folder / elsewhere.path.name).unlink()
    assert [entry.alias for entry in store.entries()] == ["rows-1"]


def test_files_that_are_no_snapshots_are_passed_over(store: Store) -> None:
    snapshot = make(store)
    (store.folder / "broken.duckdb").write_bytes(b"DUCK" * 100)
    (store.folder / "cut.duckdb").write_bytes(snapshot.path.read_bytes()[:300_000])
    assert [entry.alias for entry in store.entries()] == ["rows-1"]
    with pytest.raises(SnapshotError):
        Snapshot.open(store.folder / "cut.duckdb")


def of_schema(path: Path, schema: int) -> Path:
    """Make of a snapshot's file one of another schema version, as another version of this program left it."""
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE about SET value = ? WHERE key = 'schema_version'", [str(schema)])
    return path.rename(path.with_name(f"{'1' * 64}.duckdb"))


def leave_index(folder: Path, file: Path, about: object) -> None:
    """Write the index of another version, which says `about` of the file."""
    stamp = [file.stat().st_size, file.stat().st_mtime_ns]
    (folder / "index.json").write_text(json.dumps({"snapshots": {file.name: {"stamp": stamp, "about": about}}}))


def test_a_snapshot_of_an_older_version_does_not_block(store: Store) -> None:
    make(store)
    (entry,) = store.entries()
    file = of_schema(entry.path, 1)
    leave_index(store.folder, file, asdict(entry.about))
    assert store.entries() == ()
    for reason in store.unreadable():
        assert "older Cohort Explorer (schema 1" in reason and str(file) in reason
    assert len(store.unreadable()) == 1
    with pytest.raises(UnknownNameError, match=r"none is built yet in .* older Cohort Explorer \(schema 1"):
        Snapshot.open("rows", store=store)
    with pytest.raises(SnapshotError, match="older Cohort Explorer"):
        Snapshot.open(file)
    new = make(store)
    assert Snapshot.open("rows", store=store) == new
    assert [entry.path for entry in store.entries()] == [new.path]
    assert file.exists()


def test_what_another_version_could_not_read_is_read_again(store: Store) -> None:
    snapshot = make(store)
    leave_index(store.folder, snapshot.path, None)
    assert [entry.about.id for entry in store.entries()] == [snapshot.id]
    assert store.unreadable() == ()


@pytest.mark.slow
def test_the_default_snapshot_is_built_beside_one_of_an_older_version(default_home: Path, tmp_path: Path) -> None:
    store = Store(tmp_path, shared=())
    (entry,) = Store(default_home / "snapshots", shared=()).entries()
    copied = tmp_path / entry.path.name
    copied.write_bytes(entry.path.read_bytes())
    file = of_schema(copied, 1)
    leave_index(tmp_path, file, asdict(entry.about))
    assert Snapshot.open(store=store).id == entry.about.id
    assert sorted(path.name for path in tmp_path.glob("*.duckdb")) == sorted([file.name, entry.path.name])


def test_shared_folders_are_only_read(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    there = make(Store(shared, shared=[]), name="course")
    (shared / "index.json").unlink()
    shared.chmod(0o500)
    try:
        store = Store(tmp_path / "own", shared=[shared, tmp_path / "nowhere"])
        assert Snapshot.open("course", store=store) == there
        mine = make(store)
        assert [entry.alias for entry in store.entries()] == ["course-1", "rows-1"]
        assert mine.path.parent == tmp_path / "own"
        with pytest.raises(UserError, match="shared"):
            store.remove("course")
        assert not (shared / "index.json").exists()
    finally:
        shared.chmod(0o700)
