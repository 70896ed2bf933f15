"""Builders in step: with each other, with the cell that runs, and with the app in its tab."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import lab_fixtures as lab
from tests.browser.notebook_fixtures import ANSWER_MS, ASSIGN, MR, SAY, WOMEN, Jupyter, jupyter, opening
from tests.home import ROOT

WITHIN_MS = 5_000
"""Measured: half a second; with another worker on the same two cores it takes longer."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, default_home: Path) -> Iterator[Jupyter]:
    """JupyterLab with the extension as it was built last."""
    extensions = tmp_path_factory.mktemp("extensions")
    (extensions / "@cohort-explorer").mkdir()
    (extensions / "@cohort-explorer" / "widgets").symlink_to(ROOT / "explorer" / "labextension")
    options = [
        "--ServerApp.jpserver_extensions={'explorer.server': True}",
        f"--LabApp.extra_labextensions_path=['{extensions}']",
    ]
    with jupyter("lab", tmp_path_factory.mktemp("lab"), default_home / "snapshots", *options) as running:
        yield running


def test_app_and_builder_are_in_step(page: Page, server: Jupyter, screenshot: Callable[[str], Path]) -> None:
    page.set_viewport_size({"width": 2600, "height": 1000})  # under 1000 pixels the app keeps its filters in a drawer
    book = server.open(page, "app.ipynb", opening("default"), SAY, query="?cohort-explorer=right")
    book.run(0)
    app = lab.shown(page)
    lab.choose(app, ("Modality", "MR"))
    book.reads(0, MR, WITHIN_MS)
    assert book.says(1) == MR
    book.choose(0, "Modality", "MR")
    expect(app.locator(".sentence")).to_have_text("All patients.", timeout=WITHIN_MS)
    book.choose(0, "sex", "F")
    began = time.monotonic()
    expect(app.locator(".sentence")).to_have_text(WOMEN, timeout=WITHIN_MS)
    print(f"from the widget to the app: {time.monotonic() - began:.2f} s")
    lab.settled(app)
    book.reads(0, WOMEN)
    screenshot("builder-and-app")


def test_two_notebooks_hold_two_cohorts(page: Page, server: Jupyter) -> None:
    one = server.open(page, "one.ipynb", opening("one"), SAY)
    one.run(0)
    other = server.open(page.context.new_page(), "other.ipynb", opening("other"), SAY)
    other.run(0)
    one.choose(0, "Modality", "MR")
    one.reads(0, MR)
    other.choose(0, "sex", "F")
    other.reads(0, WOMEN)
    assert (one.says(1), other.says(1)) == (MR, WOMEN)
    expect(one.cell(0).locator(".sentence")).to_have_text(MR)


def test_two_notebooks_share_one_cohort(page: Page, server: Jupyter) -> None:
    one = server.open(page, "here.ipynb", opening("shared"), SAY)
    one.run(0)
    other = server.open(page.context.new_page(), "there.ipynb", opening("shared"), SAY, ASSIGN, "builder.undo()")
    other.run(0)
    one.choose(0, "Modality", "MR")
    other.reads(0, MR)
    other.run(2)
    one.reads(0, WOMEN)
    other.run(3)
    one.reads(0, MR)
    assert one.says(1) == MR


def test_a_long_cell_loses_nothing(page: Page, server: Jupyter) -> None:
    book = server.open(page, "long.ipynb", opening("long"), "import time; time.sleep(8)", SAY)
    book.run(0)
    book.widget(0)
    book.start(1)
    book.choose(0, "Modality", "MR")
    book.reads(0, MR)
    running = book.cell(1).locator(".jp-InputPrompt")
    expect(running).to_have_text("[*]:")
    expect(running).not_to_have_text("[*]:", timeout=ANSWER_MS)
    assert book.says(2) == MR
    book.reads(0, MR)


def test_the_same_cell_again_and_again(page: Page, server: Jupyter) -> None:
    count = "import threading; print(threading.active_count())"
    book = server.open(page, "again.ipynb", opening("again"), count)
    book.run(0)
    book.widget(0)
    before = int(book.says(1))
    for _ in range(10):
        book.run(0)
    book.choose(0, "Modality", "MR")
    book.reads(0, MR)
    expect(book.cell(0).locator(".cx")).to_have_count(1)
    assert int(book.says(1)) <= before + 2
