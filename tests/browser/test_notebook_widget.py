"""The builder in a real JupyterLab and a real Jupyter Notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebook_fixtures import ASSIGN, MR, PLACES, SAY, WOMEN, Jupyter, jupyter, opening


@pytest.fixture(scope="module", params=PLACES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, default_home: Path
) -> Iterator[Jupyter]:
    with jupyter(request.param, tmp_path_factory.mktemp(request.param), default_home / "snapshots") as running:
        yield running


def test_clicks_and_assignments(page: Page, server: Jupyter, screenshot: Callable[[str], Path]) -> None:
    book = server.open(page, "clicks.ipynb", opening("clicks"), SAY, ASSIGN, "builder.undo()", "print(builder.code())")
    book.run(0)
    book.reads(0, "All patients.")
    screenshot(f"builder-{server.front_end}-first")
    book.choose(0, "Modality", "MR")
    book.reads(0, MR)
    assert book.says(1) == MR
    book.run(2)
    book.reads(0, WOMEN)
    expect(book.cell(0).locator('[data-total="Patients"]')).to_contain_text("24,789")
    assert book.says(1) == WOMEN
    book.run(3)
    book.reads(0, MR)
    assert "MR" in book.says(4)
    screenshot(f"builder-{server.front_end}")


def test_opened_again_its_words_stand_there_until_the_cell_runs(
    page: Page, server: Jupyter, screenshot: Callable[[str], Path]
) -> None:
    book = server.open(page, "again.ipynb", opening("again"), "import ipywidgets\nipywidgets.IntSlider(41)")
    for number in (0, 1):
        book.run(number)
    book.choose(0, "Modality", "MR")
    book.run(0)
    book.reads(0, MR)
    book.save(server.folder / "again.ipynb", MR)
    book.leave()

    book = server.reopen(page, "again.ipynb")
    words = book.cell(0).locator(".jp-OutputArea-output strong")
    expect(words).to_have_text(MR)
    # The widget manager has said so of the one that keeps nothing.
    expect(book.cell(1)).to_contain_text("model not found")
    expect(words).to_have_text(MR)
    expect(book.cell(0)).not_to_contain_text("not found")
    screenshot(f"builder-{server.front_end}-opened-again")
    book.run(0)
    book.reads(0, MR)
    expect(words).to_have_count(0)


def test_keys_of_the_notebook_do_nothing_to_the_cell(page: Page, server: Jupyter) -> None:
    book = server.open(page, "keys.ipynb", opening("keys"), SAY)
    book.run(0)
    book.choose(0, "Modality", "MR")
    book.cell(0).locator("button:visible").first.focus()
    for key in ("d", "d", "x", "b"):
        page.keyboard.press(key)
    book.reads(0, MR)
    expect(page.locator(".jp-NotebookPanel:visible .jp-Notebook-cell")).to_have_count(2)


def test_stands_beside_other_widgets(page: Page, server: Jupyter, screenshot: Callable[[str], Path]) -> None:
    book = server.open(
        page,
        "beside.ipynb",
        "import explorer, ipywidgets\nbuilder = explorer.CohortBuilder(workspace=None)\n"
        "builder.layout.width = '70%'\nipywidgets.HBox([builder, ipywidgets.IntSlider(41)])",
        "@ipywidgets.interact(rule=builder, days=(0, 90))\ndef ask(rule, days):\n    print(rule.describe(), days)",
        SAY,
    )
    book.run(0)
    expect(book.cell(0).locator(".widget-slider")).to_contain_text("41")
    book.run(1)
    said = book.cell(1).locator(".jp-OutputArea-output pre").last
    expect(said).to_have_text(re.compile(r"All patients\. \d+"))
    book.choose(0, "Modality", "MR")
    expect(said).to_have_text(re.compile(r"Patients with MR\. \d+"))
    book.reads(1, MR)
    assert book.says(2) == MR
    book.cell(0).scroll_into_view_if_needed()
    screenshot(f"builder-{server.front_end}-beside")


def test_in_the_dark(page: Page, server: Jupyter, screenshot: Callable[[str], Path]) -> None:
    book = server.open(page, "dark.ipynb", opening("dark"))
    book.run(0)
    book.choose(0, "Modality", "MR")
    book.reads(0, MR)
    ground = "e => getComputedStyle(e).color"
    light = book.cell(0).locator(".sentence").evaluate(ground)
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_text("JupyterLab Dark", exact=True).click()
    expect(page.locator("body[data-jp-theme-light=false]")).to_have_count(1)
    assert book.cell(0).locator(".sentence").evaluate(ground) != light
    screenshot(f"builder-{server.front_end}-dark")
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_text("JupyterLab Light", exact=True).click()
    expect(page.locator("body[data-jp-theme-light=true]")).to_have_count(1)
