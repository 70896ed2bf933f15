"""`cohort-explorer lab NOTEBOOK`, which `make run` calls: what a newcomer sees."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_fixtures import own_home
from tests.browser.lab_fixtures import OPEN_MS, START_S, restored, shown
from tests.home import ROOT


@pytest.fixture
def address(default_home: Path, tmp_path: Path) -> Iterator[str]:
    """The address that the command prints, token and all."""
    (tmp_path / "welcome.ipynb").write_bytes((ROOT / "notebooks" / "00-welcome.ipynb").read_bytes())
    log = tmp_path / "log"
    with own_home(default_home) as home, log.open("w") as said:
        environment = os.environ | {"COHORT_EXPLORER_HOME": str(home), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
        for name in [name for name in environment if name.startswith("JUPYTER")]:
            del environment[name]
        command = [sys.executable, "-m", "explorer", "lab", "welcome.ipynb", "--no-browser"]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=said, stderr=said) as lab:
            try:
                yield printed(log, lab)
            finally:
                lab.terminate()
                lab.wait(20)
                print(log.read_text()[-5_000:])


def printed(log: Path, lab: subprocess.Popen[bytes]) -> str:
    late = time.monotonic() + START_S
    while time.monotonic() < late:
        assert lab.poll() is None, log.read_text()
        if found := re.search(r"http://127\.0\.0\.1:\S+token=[0-9a-f]+", log.read_text()):
            return found.group()
        time.sleep(0.1)
    raise AssertionError(f"no address was printed:\n{log.read_text()}")


def test_a_newcomer_sees_the_explorer_beside_a_notebook(
    page: Page, address: str, screenshot: Callable[[str], Path]
) -> None:
    page.goto(address)
    restored(page)
    app = shown(page)
    expect(app.locator(".tot").first).to_be_visible()
    notebook = page.locator(".jp-NotebookPanel")
    expect(notebook).to_be_visible(timeout=OPEN_MS)
    explorer = page.locator(".cxf:visible").bounding_box()
    beside = notebook.bounding_box()
    assert explorer and beside
    assert beside["x"] + beside["width"] <= explorer["x"] + 1
    expect(page.get_by_text("Jupyter news")).to_have_count(0)
    screenshot("lab-newcomer")
    # What was closed stays closed over a reload of the same browser tab.
    page.locator('.lm-TabBar-tab:has-text("Cohort Explorer") .lm-TabBar-tabCloseIcon').click()
    expect(page.locator(".cxf")).to_have_count(0)
    page.wait_for_timeout(1_500)
    page.reload()
    restored(page)
    page.wait_for_timeout(2_000)
    expect(page.locator(".cxf")).to_have_count(0)
