"""No serious or critical problem of accessibility in the side panel, the app's page and the notebook's widget."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.app_fixtures import BREAST, RULE
from tests.browser.lab_fixtures import ANSWER_MS, Lab, fresh, launched, new_notebook, remove, settled
from tests.browser.notebook_fixtures import Notebook
from tests.browser.panel_fixtures import answered, choose, chosen, panel_of, write
from tests.home import ROOT

AXE = ROOT / "widgets" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
THEMES = ("JupyterLab Light", "JupyterLab Dark")
TABS = ("overview", "attrition", "rows", "images", "code")
BUILDER = "import explorer\nexplorer.CohortBuilder(workspace='axe')"

pytestmark = pytest.mark.skipif(not AXE.is_file(), reason="the tools of the browser code are not installed")


def check(where: Page | Frame, part: str) -> None:
    """Fail on grave problems inside the part of the page that a selector names."""
    where.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = where.evaluate(
        "part => axe.run(part, {resultTypes: ['violations']}).then(done => done.violations)", part
    )
    said = [
        "\n    ".join([f"{problem['impact']} {problem['id']}", node["html"][:300], node["failureSummary"]])
        for problem in found
        if problem["impact"] in GRAVE
        for node in problem["nodes"][:5]
    ]
    assert not said, "\n".join(said)


def theme(page: Page, name: str) -> None:
    """Switch JupyterLab to a theme, and wait until its style sheet is there."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
    page.locator('.lm-Menu-item[data-type="submenu"]', has_text=re.compile("^Theme$")).hover()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{name}$")).click()
    light = str(name.endswith("Light")).lower()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light, timeout=ANSWER_MS)
    page.wait_for_timeout(500)


def frame_of(page: Page) -> Frame:
    """The page of the app inside JupyterLab."""
    frame = page.frame(url=re.compile("/explorer/app/"))
    assert frame
    return frame


@pytest.mark.parametrize("name", THEMES)
def test_side_panel(page: Page, lab: Lab, name: str) -> None:
    write(lab.folder / "cohorts", "Breast MR of women", RULE)
    (lab.folder / "cohorts" / "broken.cohort.json").write_text("{}", encoding="utf-8")
    try:
        fresh(page, lab)
        panel = panel_of(page)
        theme(page, name)
        check(page, "#cohort-explorer-panel")
        choose(panel, *BREAST)
        chosen(panel, "Breast MR of women", "Compare with the current cohort")
        expect(panel.locator(".pcompared dl")).to_be_visible(timeout=ANSWER_MS)
        panel.get_by_role("button", name="Menu of Cohort Explorer").click()
        check(page, "#cohort-explorer-panel")
        page.keyboard.press("Escape")
        panel.get_by_role("button", name=re.compile(r"^All \d+ filters$")).click()
        answered(panel)
        check(page, "#cohort-explorer-panel")
    finally:
        remove(lab.folder)


@pytest.mark.parametrize("name", THEMES)
def test_app(page: Page, lab: Lab, name: str) -> None:
    fresh(page, lab)
    app = launched(page)
    theme(page, name)
    for tab in TABS:
        app.locator(f'[data-tab="{tab}"]').click()
        expect(app.locator(f'[data-tab="{tab}"][aria-selected="true"]')).to_be_visible(timeout=ANSWER_MS)
        settled(app)
        page.wait_for_timeout(2_000)
        check(frame_of(page), "body")


@pytest.mark.parametrize("name", THEMES)
def test_widget_in_a_notebook(page: Page, lab: Lab, name: str) -> None:
    fresh(page, lab)
    notebook = new_notebook(page, lab)
    notebook.locator(".cm-content").first.click()
    page.keyboard.insert_text(BUILDER)
    book = Notebook(page)
    book.start(0)
    expect(book.cell(0).locator(".facet").first).to_be_visible(timeout=3 * ANSWER_MS)
    widget = book.widget(0)
    theme(page, name)
    check(page, ".jp-OutputArea-output .cx")
    widget.get_by_role("button", name=re.compile(r"^All \d+ filters$")).click()
    check(page, ".jp-OutputArea-output .cx")
