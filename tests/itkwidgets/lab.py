"""A JupyterLab in the environment that has genuine itkwidgets, and notebooks in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import nbformat
from playwright.sync_api import Locator, Page

from tests.browser.lab_fixtures import connected, free_port
from tests.home import ROOT

TOKEN = "a-token-of-the-tests"
START_S = 60

PHANTOM = """
import numpy as np
from explorer.images import Mask, Segment, Volume
from explorer.images.masks import paint
from explorer.images.resample import crop

# A body with one bright block at the patient's left and front, in slices 18 to 23 of 40.
array = np.full((40, 96, 96), -1000, np.int16)
z, y, x = np.ogrid[:40, :96, :96]
array[np.broadcast_to(((y - 48) / 40) ** 2 + ((x - 48) / 44) ** 2 < 1, array.shape)] = 0
array[17:24, 20:32, 62:76] = 400
place = (2.5, 0.8, 0.8), (0.0, 0.0, 0.0), np.eye(3)
volume = Volume(array, *place, (40.0, 400.0), modality="CT", description="Phantom")
"""

MASK = """
# One segment at the patient's right and back.
where = np.zeros(array.shape, bool)
where[17:24, 60:72, 20:34] = True
labels = Volume(where.astype(np.uint8), *place, (0.5, 1.0))
mask = paint(labels, [Segment(1, "Lesion")], {1: crop(where)})
"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    """Ends with a slash."""
    folder: Path
    """What its file browser shows."""


@contextmanager
def running(folder: Path, base: str) -> Iterator[Lab]:
    """A JupyterLab below a base URL, with its own settings and home, until the end."""
    files = folder / "files"
    (folder / "config" / "labconfig").mkdir(parents=True)
    files.mkdir()
    silent = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (folder / "config" / "labconfig" / "page_config.json").write_text(json.dumps(silent))
    port = free_port()
    lab = Lab(f"http://127.0.0.1:{port}{base}", files)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.base_url={base}", f"--ServerApp.root_dir={files}"),
        "--ServerApp.jpserver_extensions={'explorer.server': True}",
        *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = folder / "log"
    with log.open("w") as said, subprocess.Popen(command, env=surroundings(folder), stdout=said, stderr=said) as server:
        try:
            late = time.monotonic() + START_S
            while time.monotonic() < late:
                assert server.poll() is None, log.read_text()
                with suppress(OSError):
                    urlopen(f"{lab.address}api", timeout=10).close()
                    break
                time.sleep(0.1)
            yield lab
        finally:
            server.terminate()
            server.wait(20)
            print(log.read_text()[-10_000:])


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of a JupyterLab or kernel that must not find a person's own settings."""
    return os.environ | {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "COHORT_EXPLORER_HOME": str(folder / "home"),
        "PYTHONPATH": str(ROOT),
    }


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook with code cells."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = [nbformat.v4.new_code_cell(code, id=f"cell-{number}") for number, code in enumerate(cells)]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), path)
    return path


def run_all(page: Page, lab: Lab, name: str) -> Locator:
    """Open a notebook, run every cell, and give the cells."""
    page.goto(f"{lab.address}lab/tree/{name}?reset&token={TOKEN}")
    connected(page)
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    return page.locator(".jp-Notebook .jp-CodeCell")
