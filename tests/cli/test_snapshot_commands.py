from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from explorer.snapshot import Snapshot
from tests.cli.conftest import Run


@pytest.fixture
def stored(small: Snapshot, home: Path) -> Snapshot:
    """The small snapshot in the user's own store."""
    (home / "snapshots").mkdir(parents=True)
    return Snapshot(Path(shutil.copy(small.path, home / "snapshots")))


def test_list(run: Run, stored: Snapshot) -> None:
    ran = run("snapshot", "list")
    assert ran.code == 0 and stored.alias in ran.out and stored.id[:12] in ran.out
    assert all(line.isprintable() for line in ran.out.splitlines())
    (entry,) = run("snapshot", "list", "--json").json["snapshots"]
    assert entry["id"] == stored.id and entry["totals"]["patients"] == 3


def test_an_empty_list_says_what_to_do(run: Run) -> None:
    assert "cohort-explorer snapshot build" in run("snapshot", "list").out
    assert run("snapshot", "list", "--json").json == {"snapshots": []}


@pytest.mark.parametrize("option", [(), ("--snapshot",)])
def test_show(run: Run, stored: Snapshot, option: tuple[str, ...]) -> None:
    ran = run("snapshot", "show", *option, stored.id[:8])
    assert f"id {stored.id}" in ran.out and ["patients", "3"] in [line.split() for line in ran.out.splitlines()]
    assert run("snapshot", "show", *option, stored.alias, "--json").json["id"] == stored.id


def test_verify(run: Run, stored: Snapshot) -> None:
    assert run("snapshot", "verify", stored.path).code == 0
    assert run("snapshot", "verify", stored.alias, "--json").json == {"snapshot": stored.id, "verified": True}


def test_two_names_are_one_too_many(run: Run, stored: Snapshot) -> None:
    assert run("snapshot", "show", stored.alias, "--snapshot", "other").code == 2


def test_a_damaged_snapshot(run: Run, stored: Snapshot, tmp_path: Path) -> None:
    cut = tmp_path / "cut.duckdb"
    cut.write_bytes(stored.path.read_bytes()[:300_000])
    ran = run("snapshot", "verify", cut)
    assert ran.code == 1 and "cut.duckdb" in ran.err


def test_remove(run: Run, stored: Snapshot) -> None:
    assert "removed" in run("snapshot", "remove", stored.alias).out
    assert not stored.path.exists()
    ran = run("snapshot", "remove", stored.alias)
    assert ran.code == 1 and stored.alias in ran.err


def test_show_and_verify_build_nothing(run: Run, home: Path) -> None:
    for command in ("show", "verify"):
        ran = run("snapshot", command)
        assert ran.code == 1 and "cohort-explorer snapshot build" in ran.err
    assert not home.exists() or not list(home.rglob("*.duckdb"))


def test_an_unknown_source(run: Run) -> None:
    ran = run("snapshot", "build", "nowhere")
    assert ran.code == 2 and "idc" in ran.err
