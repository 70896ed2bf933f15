"""The app in a tab of JupyterLab: launched, used, brought back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer import Cohort, Snapshot
from tests.browser.app_fixtures import BREAST, RULE, SENTENCE
from tests.browser.lab_fixtures import (
    ANSWER_MS,
    OPEN_MS,
    TOKEN,
    Lab,
    app_row,
    choose,
    command,
    entered,
    fresh,
    launched,
    patients,
    remembered,
    restored,
    running,
    settled,
    shown,
    tab,
    watched,
)


@pytest.fixture
def breast(default_snapshot: Snapshot) -> str:
    """The patients of the rule, as screens write them."""
    cohort = Cohort(RULE, default_snapshot)
    said = f"{cohort.totals().patients:,}"
    cohort.close()
    return said


def test_from_the_launcher_to_a_cohort(page: Page, lab: Lab, breast: str, screenshot: Callable[[str], Path]) -> None:
    with watched(page):
        fresh(page, lab)
        page.locator(".jp-LauncherCard", has_text="Cohort Explorer").click()
        # At once the app's shape and what is being done, before any page of the app is there.
        expect(page.locator(".cxf-status, .cxf[data-phase=open]").first).to_be_visible(timeout=1_000)
        app = shown(page)
        choose(app, *BREAST)
        expect(app.locator(".sentence")).to_have_text(SENTENCE)
        expect(patients(app)).to_have_text(breast)
        expect(page.locator(".jp-StatusBar-Widget, #jp-main-statusbar")).to_contain_text(f"Cohort: {breast} patients")
        screenshot("lab-app")
    source = page.locator(".cxf iframe").get_attribute("src") or ""
    assert TOKEN not in source
    assert "token" not in source


def test_a_reload_keeps_tab_and_cohort(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    choose(launched(page), *BREAST)
    remembered(lab, "cohort-explorer:default")
    page.reload()
    restored(page)
    app = shown(page)
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    expect(page.locator(".cxf")).to_have_count(1)


def test_the_tab_bears_the_name_of_the_cohort(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    app.get_by_role("textbox", name="Name of the cohort").fill("Breast MR")
    app.get_by_role("textbox", name="Name of the cohort").press("Enter")
    expect(tab(page, "Breast MR")).to_be_visible()
    expect(page.locator(".cxf iframe")).to_have_attribute("title", "Cohort Explorer: Breast MR")


def test_dark_and_light_follow_jupyterlab(page: Page, lab: Lab, screenshot: Callable[[str], Path]) -> None:
    fresh(page, lab)
    app = launched(page)
    choose(app, *BREAST)
    page_of_app = app.locator("html")
    expect(page_of_app).to_have_attribute("data-theme", "light")
    theme(page, "JupyterLab Dark")
    expect(page_of_app).to_have_attribute("data-theme", "dark")
    screenshot("lab-app-dark")
    theme(page, "JupyterLab Light")
    expect(page_of_app).to_have_attribute("data-theme", "light")


def theme(page: Page, name: str) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
    page.locator('.lm-Menu-item[data-type="submenu"]', has_text=re.compile("^Theme$")).hover()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{name}$")).click()


def test_a_process_that_is_killed_comes_back_with_the_cohort(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    choose(app, *BREAST)
    lab.kill()
    expect(page.locator(".cxf-veil h2")).to_have_text("The explorer stopped; starting it again", timeout=ANSWER_MS)
    app = shown(page)
    expect(page.locator(".cxf-veil")).to_have_count(0)
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    # It is alive, not a picture.
    app_row(app, "sex", "F").click()
    settled(app)
    expect(app.locator(".sentence")).not_to_have_text(SENTENCE)
    assert len(lab.processes()) == 1


def test_a_change_elsewhere_shows_in_the_tab(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    lab.ask("PUT", "explorer/api/workspaces/default", {"definition": RULE.to_dict()})
    expect(app.locator(".sentence")).to_have_text(SENTENCE)


def test_undo_from_the_palette(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    choose(app, *BREAST)
    page.locator("#jp-top-panel").click(position={"x": 700, "y": 10})
    command(page, "Undo in the Cohort")
    expect(app_row(app, "sex", "F")).to_have_attribute("aria-checked", "false")


def test_the_keys_of_jupyterlab_work_inside_the_page(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    app.get_by_role("textbox", name="Name of the cohort").focus()
    page.keyboard.press("Control+Shift+c")
    expect(page.locator(".lm-CommandPalette-input:visible")).to_be_focused()
    page.keyboard.press("Escape")
    app.get_by_role("textbox", name="Name of the cohort").focus()
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-Dialog")).to_contain_text("Save the cohort")
    page.keyboard.press("Escape")


def test_the_address_opens_it_beside_a_notebook(page: Page, lab: Lab) -> None:
    lab.start_again()
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    lab.ask("PUT", "api/contents/welcome.ipynb", {"type": "notebook", "format": "json", "content": empty})
    entered(page, lab, "lab/tree/welcome.ipynb?reset&cohort-explorer=right")
    shown(page)
    notebook, explorer = page.locator(".jp-NotebookPanel"), page.locator(".cxf")
    expect(notebook).to_be_visible()
    left, right = notebook.bounding_box(), explorer.bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]
    expect(page).not_to_have_url(re.compile("cohort-explorer"))


def test_a_second_window_shows_the_same(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    one = launched(page)
    other = page.context.new_page()
    other.goto(f"{lab.address}/lab/workspaces/other?reset")
    restored(other)
    two = launched(other)
    choose(one, *BREAST)
    expect(two.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
    other.close()


def test_what_cannot_start_says_why(page: Page, lab: Lab, tmp_path: Path, default_home: Path) -> None:
    with running(tmp_path / "broken", default_home) as broken:
        (broken.home / "snapshots").unlink()
        (broken.home / "snapshots").write_text("no folder")
        fresh(page, broken)
        page.locator(".jp-LauncherCard", has_text="Cohort Explorer").click()
        expect(page.locator(".cxf-veil h2")).to_have_text("The explorer cannot start", timeout=OPEN_MS)
        expect(page.locator(".cxf-problem")).to_contain_text("snapshots")
        (broken.home / "snapshots").unlink()
        (broken.home / "snapshots").symlink_to(default_home / "snapshots")
        page.get_by_role("button", name="Start it again").click()
        shown(page)
