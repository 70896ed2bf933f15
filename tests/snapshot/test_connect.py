from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from explorer.errors import SnapshotError, UserError
from explorer.snapshot import Snapshot
from explorer.snapshot.connect import memory_limit, open_file, open_for_building, sparingly


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY series TO 'stolen.csv'",
        "ATTACH 'other.duckdb'",
        "EXPORT DATABASE 'stolen'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '900GB'",
        "SET lock_configuration = false",
        "SET enable_progress_bar = true",
        "CREATE SECRET s (TYPE s3)",
        "CREATE TABLE mine (x INTEGER)",
        "DELETE FROM series",
        "UPDATE about SET value = ''",
    ],
)
def test_a_snapshot_reaches_nothing_else(small_snapshot: Snapshot, statement: str) -> None:
    with small_snapshot.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement).fetchall()


def test_variables_of_the_program_are_no_tables(small_snapshot: Snapshot) -> None:
    import pandas as pd

    frame = pd.DataFrame({"secret": [1]})
    with small_snapshot.cursor() as cursor, pytest.raises(duckdb.CatalogException):
        cursor.execute("SELECT * FROM frame").fetchall()
    del frame


def test_temporary_tables_are_private_to_their_cursor(small_snapshot: Snapshot) -> None:
    with small_snapshot.cursor() as one, small_snapshot.cursor() as two:
        one.execute("CREATE TEMP TABLE step AS SELECT 1 AS x")
        two.execute("CREATE TEMP TABLE step AS SELECT 2 AS x")
        assert one.execute("SELECT x FROM step").fetchall() == [(1,)]
        assert two.execute("SELECT x FROM step").fetchall() == [(2,)]
    with small_snapshot.cursor() as three, pytest.raises(duckdb.CatalogException):
        three.execute("SELECT x FROM step")


def test_threads_get_their_own_rows(small_snapshot: Snapshot) -> None:
    wrong: list[object] = []

    def ask(number: int) -> None:
        for _ in range(50):
            with small_snapshot.cursor() as cursor:
                query = "SELECT series_key, ? FROM series, range(50) WHERE series_key % 4 = ? ORDER BY ALL"
                rows = cursor.execute(query, [number, number]).fetchall()
                if len(rows) != 500 or any(key % 4 != number or mark != number for key, mark in rows):
                    wrong.append((number, len(rows)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_query_that_takes_too_long_is_stopped(small_snapshot: Snapshot) -> None:
    with pytest.raises(SnapshotError, match=r"stopped after 0\.2 seconds"), small_snapshot.cursor(0.2) as cursor:
        cursor.execute("SELECT count(*) FROM range(100_000_000_000) WHERE range % 7 = 3").fetchall()
    with small_snapshot.cursor(5) as cursor:
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_one_connection_for_each_file_and_none_when_nobody_needs_it(copied: Path) -> None:
    first = Snapshot(copied)
    assert open_file(copied) is first.file
    connection = first.file._connection
    del first
    gc.collect()
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("SELECT 1")


def test_sorting_may_spill(small_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, copied: Path) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_MEMORY", "100MB")
    monkeypatch.setenv("COHORT_EXPLORER_THREADS", "1")
    with Snapshot(copied).cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE big AS SELECT hash(range) AS h, range::VARCHAR AS t FROM range(6_000_000)")
        assert cursor.execute("SELECT count(*) FROM (SELECT * FROM big ORDER BY h OFFSET 5)").fetchall() == [
            (5_999_995,)
        ]
        spilled = cursor.execute("SELECT sum(size) FROM duckdb_temporary_files()").fetchall()[0][0]
    assert spilled


@pytest.mark.parametrize("amount", ["2GB", "512MiB", "1.5 GB", "900000KB"])
def test_memory_is_set_by_a_variable(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_MEMORY", amount)
    assert memory_limit() == amount


@pytest.mark.parametrize("amount", ["2", "lots", "2GB'; --", "-1GB", "80%", "0GB", "0.00 GB"])
def test_memory_that_is_no_amount(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_MEMORY", amount)
    with pytest.raises(UserError, match="COHORT_EXPLORER_MEMORY"):
        memory_limit()


def test_memory_is_a_share_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COHORT_EXPLORER_MEMORY", raising=False)
    assert 512 <= int(memory_limit().removesuffix("MiB")) <= 8192


@pytest.fixture
def building(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_for_building(tmp_path / "new.duckdb", tmp_path / "spill") as connection:
        yield connection


def limit_of(connection: duckdb.DuckDBPyConnection) -> str:
    return str(connection.execute("SELECT current_setting('memory_limit')").fetchall()[0][0])


def test_a_step_runs_in_little_memory_and_again_in_more(building: duckdb.DuckDBPyConnection) -> None:
    seen: list[str] = []
    whole = limit_of(building)

    def step() -> None:
        seen.append(limit_of(building))
        if len(seen) == 2:
            raise duckdb.OutOfMemoryException("it does not fit")

    sparingly(building, step)
    assert (seen, limit_of(building)) == (["640.0 MiB"], whole)
    sparingly(building, step)
    assert seen == ["640.0 MiB", "640.0 MiB", whole]
    assert limit_of(building) == whole


def test_a_step_that_fails_leaves_the_limit(building: duckdb.DuckDBPyConnection) -> None:
    whole = limit_of(building)
    with pytest.raises(duckdb.CatalogException):
        sparingly(building, lambda: building.execute("FROM nowhere"))
    assert limit_of(building) == whole


def test_who_allows_less_gets_less(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_MEMORY", "512MiB")
    seen: list[str] = []
    with open_for_building(tmp_path / "new.duckdb", tmp_path / "spill") as connection:
        sparingly(connection, lambda: seen.append(limit_of(connection)))
    assert seen == ["512.0 MiB"]


def test_too_little_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    monkeypatch.setenv("COHORT_EXPLORER_MEMORY", "1KB")
    with pytest.raises(SnapshotError, match="more than the 1KB of memory") as refused:
        open_file(path)
    assert "Remove" not in str(refused.value)
