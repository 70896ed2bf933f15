from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from explorer.images import places
from explorer.snapshot import Snapshot
from tests.cli.conftest import Run
from tests.home import ROOT


def test_the_set_and_its_snapshot(run: Run, demo_folder: Path, tmp_path: Path, home: Path) -> None:
    """Written by another process, with another clock, locale and order of hashing, it is the same."""
    folder = tmp_path / "out" / "set"
    environment = os.environ | {"TZ": "Asia/Kolkata", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-W", "error", "-m", "explorer", "demo", str(folder)]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    *said, number = result.stdout.splitlines()
    assert said[0].startswith("SYNTHETIC study set") and "nobody was imaged" in said[0]
    assert f"written to {folder}" in said[1] and "1,369 DICOM files" in said[1]
    assert said[-1] == f"try: cohort-explorer app --snapshot demo-1 --images {folder}"
    assert "drawing patient SYN-B-06" in result.stderr
    manifest = "MANIFEST.sha256"
    assert (folder / manifest).read_bytes() == (demo_folder / manifest).read_bytes()
    assert Snapshot.open(number).path.is_relative_to(home)
    assert places.folders() == (folder,)
    count = run("snapshot", "show", number, "--json")
    assert count.json["totals"]["patients"] == 12

    again = run("demo", folder)
    assert again.code == 0 and again.out.splitlines()[-1] == number
    assert f"are in {folder} already; nothing was changed" in again.out


def test_without_a_folder_it_goes_beside_the_snapshots(run: Run, demo_folder: Path, home: Path) -> None:
    home.mkdir()
    (home / "demo").symlink_to(demo_folder, target_is_directory=True)
    ran = run("demo")
    assert ran.code == 0 and "already; nothing was changed" in ran.out
    assert Snapshot.open("demo").id == ran.out.splitlines()[-1]


def test_a_folder_with_other_files_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine\n.txt").write_text("mine")
    ran = run("demo", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "holds other files" in ran.err and ran.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine\n.txt"]
