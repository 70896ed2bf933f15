"""Builds the browser code and its translations into the folders `BUILT` before the package is built.

A source distribution carries the built files and no ``widgets/``, so there is nothing to do there. In a
repository the files are built when they are absent or older than their sources; that needs Node and npm.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WATCHED = "explorer/labextension/build_log.json"
"""What a build leaves that follows changes (`npm run dev`): it is larger and not for others."""

BUILT = ("explorer/static", "explorer/labextension", "explorer/locale")
NOT_SOURCE = {"node_modules", "lib", "coverage", "test", "tests"}


class BrowserCode(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` in ``widgets/`` when the built files are out of date."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the browser code; `version` and `build_data` are hatchling's and stay as they are."""
        build_widgets(Path(self.root))


def build_widgets(root: Path) -> None:
    """Build the browser code of the repository at `root` if it is absent or older than its sources."""
    widgets = root / "widgets"
    if not (widgets / "package.json").is_file() or is_current(root):
        return
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise SystemExit(
            "The browser part of Cohort Explorer is not built yet, and building it needs Node 20 or newer with npm, "
            "which were not found. Install Node, or install the released wheel, which carries the built files."
        )
    installed = widgets / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < (widgets / "package-lock.json").stat().st_mtime:
        run(npm, "ci", "--no-audit", "--no-fund", folder=widgets)
    run(npm, "run", "build", folder=widgets)
    if not is_current(root):
        raise SystemExit(f"`npm run build` in {widgets} ended well without renewing {' and '.join(BUILT)}.")


def is_current(root: Path) -> bool:
    """Whether built files exist and each is younger than every source; a build writes all of them."""
    if (root / WATCHED).exists():
        return False
    newest = max(times(source_files(root / "widgets")))
    built = [times((root / folder).rglob("*")) for folder in BUILT]
    return all(folder and min(folder) >= newest for folder in built)


def source_files(widgets: Path) -> Iterator[Path]:
    """Every file that the build reads, as far as its age matters."""
    for path in widgets.iterdir():
        if path.name in NOT_SOURCE or path.name.startswith("."):
            continue
        yield from path.rglob("*") if path.is_dir() else (path,)


def times(paths: Iterator[Path]) -> list[float]:
    """When each file of `paths` was last changed."""
    return [path.stat().st_mtime for path in paths if path.is_file()]


def run(*command: str, folder: Path) -> None:
    """Run `command` in `folder`; end the build with one sentence where it fails."""
    result = subprocess.run(command, cwd=folder)
    if result.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed in {folder} with exit code {result.returncode}; see above.")
