"""``snapshot build dicom --thumbnails``."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import Snapshot
from tests.cli.conftest import Run
from tests.images.phantoms import SERIES, phantom, write_stack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_stack(tmp_path / "trial", phantom())
    return tmp_path / "trial"


def test_a_copy_has_them_beside_it(run: Run, folder: Path, home: Path, tmp_path: Path) -> None:
    ran = run("snapshot", "build", "dicom", folder, "--thumbnails", "-o", tmp_path / "passed-on.duckdb")
    assert ran.code == 0
    assert Snapshot.open(tmp_path / "passed-on.duckdb").thumbnail(SERIES)
    assert "thumbnails 1" in run("snapshot", "show", tmp_path / "passed-on.duckdb").out


def test_thumbnails_are_stored_when_asked_for(run: Run, folder: Path, home: Path) -> None:
    plain = run("snapshot", "build", "dicom", folder).out.splitlines()[-1]
    ran = run("snapshot", "build", "dicom", folder, "--thumbnails")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == plain, "another picture is not another content"
    assert "1 of 1 thumbnails" in ran.err
    assert Snapshot.open(plain).thumbnail(SERIES)
    assert run("snapshot", "verify", plain).code == 0


@pytest.mark.parametrize("hidden", ["--restricted", "--drop-characteristics"])
def test_not_beside_what_they_would_show(run: Run, folder: Path, home: Path, hidden: str) -> None:
    ran = run("snapshot", "build", "dicom", folder, "--thumbnails", hidden)
    assert ran.code != 0
    assert f"leave out --thumbnails, or {hidden}" in ran.err
    assert not list(home.glob("snapshots/*.duckdb"))
