"""The synthetic study set, written once and kept while the code that writes it stays the same.

``python tests/demo.py`` prints its path.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ROOT / "build" / "test-demo"
KEPT = 3


def demo_folder() -> Path:
    """Give back the folder, which nobody may change; workers that ask at the same time wait for the first one."""
    from explorer.images.demo import write_study_set

    folder = FOLDERS / key() / "demo"
    FOLDERS.mkdir(parents=True, exist_ok=True)
    with (FOLDERS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            sweep()
        write_study_set(folder)
    return folder


def key() -> str:
    """Name what the files depend on: the code that writes them, and the versions of the libraries that it uses."""
    digest = hashlib.sha256()
    for package in ("highdicom", "pydicom", "pyjpegls"):
        digest.update(f"{package}=={version(package)}\n".encode())
    for path in sorted((ROOT / "explorer" / "images" / "demo").glob("*.py")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def sweep() -> None:
    """Remove all but the latest few folders of earlier code."""
    folders = sorted((path for path in FOLDERS.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in folders[: -KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    print(demo_folder())
