"""From the explorer into notebooks: cells, their run, and the notebook that checks itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer import Cohort, Snapshot
from tests.browser.app_fixtures import BREAST, RULE
from tests.browser.lab_fixtures import (
    ANSWER_MS,
    OPEN_MS,
    TOKEN,
    Lab,
    choose,
    fresh,
    launched,
    new_notebook,
    source,
    tab,
    watched,
)

pytestmark = pytest.mark.usefixtures("no_files")


def test_a_cohort_goes_into_a_notebook_and_runs(
    page: Page, lab: Lab, default_snapshot: Snapshot, screenshot: Callable[[str], Path]
) -> None:
    cohort = Cohort(RULE, default_snapshot)
    expected = f"{cohort.totals().patients:,}"
    cohort.close()
    with watched(page):
        fresh(page, lab)
        choose(launched(page), *BREAST)
        notebook = new_notebook(page, lab)
        notebook.get_by_role("button", name="Insert cohort").click()
        cell = notebook.locator(".jp-CodeCell").first
        expect(cell.locator(".cm-content")).to_contain_text("explorer")
        assert '"Modality"' in source(cell)
        cell.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        expect(cell.locator(".jp-OutputArea-output").first).to_contain_text(expected, timeout=OPEN_MS)
        # The active cell, now the one below, is empty and takes the next one; a filled one gets a neighbour.
        notebook.get_by_role("button", name="Insert cohort").click()
        expect(notebook.locator(".jp-CodeCell")).to_have_count(2)
        notebook.get_by_role("button", name="Insert cohort").click()
        expect(notebook.locator(".jp-CodeCell")).to_have_count(3)
        screenshot("lab-insert")


def test_the_page_inserts_into_the_notebook_used_last(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    app.get_by_role("button", name=re.compile("^Insert")).first.click()
    expect(page.locator(".Toastify__toast, .jp-Notification-Toast").first).to_contain_text("Open a notebook first")
    notebook = new_notebook(page, lab)
    tab(page, "Cohort Explorer").click()
    app.get_by_role("button", name=re.compile("^Insert")).first.click()
    expect(notebook).to_be_visible()
    expect(notebook.locator(".cm-content").first).to_contain_text("explorer")


def test_the_export_opens_beside(page: Page, lab: Lab, screenshot: Callable[[str], Path]) -> None:
    fresh(page, lab)
    app = launched(page)
    choose(app, *BREAST)
    app.get_by_role("button", name="Export").click()
    notebook = page.locator(".jp-NotebookPanel:visible")
    expect(notebook).to_be_visible(timeout=OPEN_MS)
    left, right = page.locator(".cxf:visible").bounding_box(), notebook.bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]
    (written,) = lab.folder.glob("*.ipynb")
    expect(tab(page, written.name)).to_be_visible()
    dialog = page.locator(".jp-Dialog")
    if dialog.count():
        dialog.get_by_role("button", name=re.compile("Select")).click()
    screenshot("lab-export")
    # Another one gets a name of its own.
    app.get_by_role("button", name="Export").click()
    expect(page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="-2.ipynb")).to_be_visible(timeout=OPEN_MS)


def test_a_saved_cohort_goes_into_the_notebook_from_its_menu(page: Page, lab: Lab) -> None:
    RULE.save(lab.folder / "saved.cohort.json")
    fresh(page, lab)
    item = page.locator(".jp-DirListing-item", has_text="saved.cohort.json")
    page.get_by_role("button", name="Refresh the file browser.").click()
    item.click(button="right")
    entry = page.locator(".lm-Menu-item", has_text="Insert into Notebook")
    expect(entry).to_have_class(re.compile("lm-mod-disabled"))
    page.keyboard.press("Escape")
    notebook = new_notebook(page, lab)
    item.click(button="right")
    entry.click()
    expect(notebook.locator(".cm-content").first).to_contain_text("BREAST", timeout=ANSWER_MS)


def test_notebook_7_is_not_disturbed(page: Page, lab: Lab) -> None:
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    lab.ask("PUT", "api/contents/seven.ipynb", {"type": "notebook", "format": "json", "content": empty})
    with watched(page):
        entered_seven(page, lab, "tree")
        expect(page.locator(".jp-DirListing-item", has_text="seven.ipynb")).to_be_visible(timeout=3 * ANSWER_MS)
        entered_seven(page, lab, "notebooks/seven.ipynb")
        expect(page.get_by_role("button", name="Insert cohort")).to_be_visible(timeout=3 * ANSWER_MS)


def entered_seven(page: Page, lab: Lab, path: str) -> None:
    page.goto(f"{lab.address}/{path}?token={TOKEN}")
