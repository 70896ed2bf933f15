"""The side panel in JupyterLab: in step with the app, over the user's files, and by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, sex
from tests.browser.app_fixtures import BREAST, RULE, SENTENCE
from tests.browser.lab_fixtures import (
    ANSWER_MS,
    Lab,
    app_row,
    choose,
    fresh,
    launched,
    new_notebook,
    patients,
    remove,
    settled,
    source,
    watched,
)
from tests.browser.panel_fixtures import TAB, answered, chosen, panel_of, row, saved, write
from tests.browser.panel_fixtures import choose as choose_here

CT = CohortDefinition().including(Modality.is_in("CT")).including(sex.is_in("F"), same="patient")
BROKEN = '{"version": 1,\n "include": [{"same": "series", "where": [{"facet": "Modality", "is_in": []}]}]}\n'


@pytest.fixture
def cohorts(lab: Lab) -> Iterator[Path]:
    """A folder with two saved cohorts."""
    folder = lab.folder / "cohorts"
    write(folder, "Breast MR of women", RULE)
    write(folder, "CT of women", CT)
    yield folder
    remove(lab.folder)


def counted(rule: CohortDefinition, snapshot: Snapshot) -> str:
    """Patients of a rule, as screens write them."""
    cohort = Cohort(rule, snapshot)
    said = f"{cohort.totals().patients:,}"
    cohort.close()
    return said


def test_no_process_before_the_panel_is_shown(page: Page, lab: Lab) -> None:
    """The first test of this server, whose explorer never ran."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/ask/" in request.url else None)
    fresh(page, lab)
    page.wait_for_timeout(1_000)
    assert asked == []
    assert lab.processes() == []
    page.locator(TAB).click()
    panel = page.locator("#cohort-explorer-panel")
    expect(panel.locator(".pstate, .pcurrent").first).to_be_visible(timeout=1_000)
    panel_of(page)
    assert len(lab.processes()) == 1


def test_panel_and_tab_are_in_step(page: Page, lab: Lab, default_snapshot: Snapshot) -> None:
    fresh(page, lab)
    with watched(page):
        app = launched(page)
        panel = panel_of(page)
        choose_here(panel, *BREAST)
        expect(app.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
        settled(app)
        expect(patients(app)).to_have_text(counted(RULE, default_snapshot))
        expect(panel.locator('[data-total="Patients"] dd')).to_have_text(counted(RULE, default_snapshot))

        choose(app, ("sex", "F"))
        expect(row(panel, "sex", "F")).to_have_attribute("aria-checked", "false", timeout=ANSWER_MS)
        answered(panel)
        panel.get_by_role("button", name="Undo").click()
        expect(app_row(app, "sex", "F")).to_have_attribute("aria-checked", "true", timeout=ANSWER_MS)


def test_the_level_and_all_filters(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    panel = panel_of(page)
    choose_here(panel, *BREAST)
    series = panel.locator('.levels [role=radio][aria-checked="true"]').inner_text().split()
    panel.locator(".levels [role=radio]", has_text="study").click()
    answered(panel)
    assert panel.locator('.levels [role=radio][aria-checked="true"]').inner_text().split() != series
    panel.get_by_role("button", name=re.compile(r"^All \d+ filters$")).click()
    panel.get_by_role("searchbox", name="Find a filter or a value").fill("prostate")
    expect(panel.locator('[data-facet="cancer_type"] .fr').first).to_contain_text("Prostate")
    panel.get_by_role("button", name="Fewer filters").click()
    expect(panel.locator('[data-facet="cancer_type"]')).to_have_count(0)


def test_saved_cohorts(
    page: Page, lab: Lab, cohorts: Path, default_snapshot: Snapshot, screenshot: Callable[[str], Path]
) -> None:
    fresh(page, lab)
    panel = panel_of(page)
    expect(saved(panel, "CT of women").locator(".num")).to_have_text(counted(CT, default_snapshot))
    choose_here(panel, *BREAST)
    expect(saved(panel, "Breast MR of women")).to_have_class(re.compile(r"\bon\b"))
    screenshot("lab-panel")

    chosen(panel, "CT of women", "Compare with the current cohort")
    both = CohortDefinition(include=(*RULE.include, *CT.include))
    compared = panel.locator(".pcompared")
    expect(compared.locator('[data-part="both"] .num')).to_have_text(counted(both, default_snapshot))
    panel.get_by_role("button", name="Close the comparison").click()

    chosen(panel, "CT of women", "Duplicate")
    expect(saved(panel, "CT of women, copy")).to_be_visible()
    saved(panel, "CT of women, copy").locator(".prow").press("F2")
    panel.get_by_role("textbox", name="New name of CT of women, copy").fill("CT again")
    page.keyboard.press("Enter")
    expect(saved(panel, "CT again")).to_be_visible()
    assert CohortDefinition.read(cohorts / "CT again.cohort.json") == CT.named("CT again")
    assert not (cohorts / "CT of women, copy.cohort.json").exists()
    saved(panel, "CT again").locator(".prow").press("Delete")
    page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    expect(saved(panel, "CT again")).to_have_count(0)
    assert sorted(path.name for path in cohorts.iterdir() if path.is_file()) == [
        "Breast MR of women.cohort.json",
        "CT of women.cohort.json",
    ]


def test_a_broken_file_says_what_is_wrong(page: Page, lab: Lab, cohorts: Path) -> None:
    (cohorts / "broken.cohort.json").write_text(BROKEN, encoding="utf-8")
    fresh(page, lab)
    panel = panel_of(page)
    expect(saved(panel, "broken").locator(".pwhat")).to_contain_text(re.compile(r"^Line 2, column \d+: "))


def test_open_a_saved_cohort(page: Page, lab: Lab, cohorts: Path) -> None:
    fresh(page, lab)
    panel = panel_of(page)
    saved(panel, "CT of women").locator(".prow").click()
    expect(panel.locator(".pnamed")).to_have_text("CT of women", timeout=ANSWER_MS)
    expect(panel.locator(".pcurrent .pname .s")).to_have_text("saved")
    expect(saved(panel, "CT of women")).to_have_class(re.compile(r"\bon\b"))


def test_drag_a_saved_cohort_into_a_notebook(page: Page, lab: Lab, cohorts: Path) -> None:
    fresh(page, lab)
    notebook = new_notebook(page, lab)
    panel = panel_of(page)
    held = saved(panel, "CT of women").locator(".prow")
    expect(held.locator(".num")).to_have_text(re.compile(r"\d"))
    held.hover()
    with page.expect_response(re.compile("/ask/cell")):
        page.mouse.down()
    at, cell = held.bounding_box(), notebook.locator(".jp-Notebook-cell").first.bounding_box()
    assert at
    assert cell
    page.mouse.move(at["x"] + at["width"] / 2 + 20, at["y"] + 8, steps=4)
    page.mouse.move(cell["x"] + 200, cell["y"] + 10, steps=10)
    page.mouse.up()
    expect(notebook.locator(".jp-Notebook-cell")).to_have_count(2)
    dropped = source(notebook.locator(".jp-Notebook-cell").first)
    assert "CT of women" in dropped
    assert "explorer" in dropped


def test_by_keys_alone(page: Page, lab: Lab, cohorts: Path) -> None:
    fresh(page, lab)
    panel = panel_of(page)
    expect(page.locator(".jp-LauncherCard").first).to_be_visible()
    page.wait_for_timeout(1_000)  # JupyterLab gives its launcher the focus when everything has come up
    page.locator(TAB).click()
    page.locator(TAB).click()  # closed and opened, and now it has the focus
    expect(panel).to_be_visible()

    focused = lambda selector: page.evaluate("s => document.activeElement.matches(s)", selector)  # noqa: E731
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused("#cohort-explorer-panel .fr"):
            break
    assert focused("#cohort-explorer-panel .fr")
    first = page.evaluate("document.activeElement.dataset.key")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") != first
    page.keyboard.press("Space")
    answered(panel)
    expect(panel.locator('.fr[aria-checked="true"]')).to_have_count(1, timeout=ANSWER_MS)
    page.keyboard.press("Control+z")
    expect(panel.locator('.fr[aria-checked="true"]')).to_have_count(0, timeout=ANSWER_MS)
    answered(panel)
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(".pitem[data-path] .prow"):
            break
    page.keyboard.press("ArrowDown")
    expect(saved(panel, "CT of women").locator(".prow")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("Escape")
    expect(saved(panel, "CT of women").locator(".pmore")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(panel.locator(".pnamed")).to_have_text("CT of women", timeout=ANSWER_MS)


def test_workspaces_hold_different_cohorts(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    panel = panel_of(page)
    choose_here(panel, ("sex", "F"))
    panel.get_by_role("button", name="Menu of Cohort Explorer").click()
    panel.get_by_role("menuitem", name="New workspace").click()
    page.locator(".jp-Dialog input").fill("for the paper")
    page.locator(".jp-Dialog").get_by_role("button", name="Create").click()
    expect(panel.get_by_text("Workspace for-the-paper")).to_be_visible()
    answered(panel)
    expect(row(panel, "sex", "F")).to_have_attribute("aria-checked", "false")
    choose_here(panel, ("Modality", "CT"))
    panel.get_by_role("button", name="Menu of Cohort Explorer").click()
    panel.get_by_role("menuitemradio", name="default").click()
    expect(row(panel, "sex", "F")).to_have_attribute("aria-checked", "true", timeout=ANSWER_MS)
    assert lab.workspace("for-the-paper")["sentence"] == "Patients with CT."


def test_snapshots_are_listed_with_age_and_source(page: Page, lab: Lab, default_snapshot: Snapshot) -> None:
    fresh(page, lab)
    panel = panel_of(page)
    current = panel.locator(f'[data-snapshot="{default_snapshot.id}"]')
    expect(current.locator('[aria-current="true"]')).to_be_visible()
    expect(current).to_contain_text(re.compile(r"today|day|month|year"))
    expect(current).to_contain_text("86,451 patients")
