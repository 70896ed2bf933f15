"""A home that holds the default snapshot, built once and kept while the code that builds it stays the same.

``python tests/home.py`` prints its path, for the notebooks' run.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOMES = ROOT / "build" / "test-home"
BUILDERS = ("schema", "codes", "facets", "sources", "snapshot")
KEPT = 3


def default_home() -> Path:
    """Give back the home; workers that ask at the same time wait for the first one's build."""
    home = HOMES / key()
    HOMES.mkdir(parents=True, exist_ok=True)
    with (HOMES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = home / ".complete"
        if not complete.exists():
            sweep()
            shutil.rmtree(home, ignore_errors=True)
            build(home)
            complete.touch()
    return home


def key() -> str:
    """Name what a build depends on: its code, and the versions of the catalogue and of the store."""
    digest = hashlib.sha256()
    for package in ("idc-index-data", "duckdb"):
        digest.update(f"{package}=={version(package)}\n".encode())
    for stage in BUILDERS:
        for path in sorted((ROOT / "explorer" / stage).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def build(home: Path) -> None:
    """Build the default snapshot in `home` as a user would, on the command line."""
    command = [sys.executable, "-m", "explorer", "snapshot", "build", "idc"]
    environment = os.environ | {"COHORT_EXPLORER_HOME": str(home)}
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} ended with {result.returncode}:\n{result.stderr[-4000:]}")


def sweep() -> None:
    """Remove all but the latest few homes of earlier code."""
    homes = sorted((path for path in HOMES.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in homes[: -KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    print(default_home())
