"""``*.cohort.json`` as a file type of JupyterLab: opened, edited, saved, broken."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import CohortDefinition
from tests.browser.app_fixtures import BREAST, RULE, SENTENCE
from tests.browser.lab_fixtures import (
    ANSWER_MS,
    Lab,
    app_row,
    choose,
    command,
    fresh,
    launched,
    remembered,
    restored,
    shown,
    tab,
    watched,
)

NOTED = {"version": 1, "name": "Breast", "annotations": {"notes": {"include:0": "ask Ana"}}}
DIRTY = re.compile("jp-mod-dirty")


pytestmark = pytest.mark.usefixtures("no_files")


def file(page: Page, name: str) -> Locator:
    """A file in the file browser."""
    return page.locator(".jp-DirListing-item", has=page.locator(".jp-DirListing-itemText", has_text=name))


def double_click(page: Page, name: str) -> None:
    page.get_by_role("button", name="Refresh the file browser.").click()
    file(page, name).dblclick()


def test_a_file_opens_is_edited_and_saved(page: Page, lab: Lab, screenshot: Callable[[str], Path]) -> None:
    path = lab.folder / "open.cohort.json"
    RULE.save(path)
    before = path.read_text()
    with watched(page):
        fresh(page, lab)
        double_click(page, path.name)
        app = shown(page)
        expect(app.locator(".sentence")).to_have_text(SENTENCE)
        expect(tab(page, path.name)).not_to_have_class(DIRTY)
        app_row(app, "sex", "F").click()
        expect(tab(page, path.name)).to_have_class(DIRTY)
        screenshot("lab-file")
        # Undone, it is as it was on disk, to the letter.
        app.get_by_role("button", name="Undo").click()
        expect(tab(page, path.name)).not_to_have_class(DIRTY)
        expect(app_row(app, "sex", "F")).to_have_attribute("aria-checked", "true")
        choose(app, ("sex", "F"))
        expect(tab(page, path.name)).to_have_class(DIRTY)
        assert path.read_text() == before
        page.keyboard.press("Control+s")
        expect(tab(page, path.name)).not_to_have_class(DIRTY)
    saved = CohortDefinition.read(path)
    assert len(saved.include) < len(RULE.include) or saved.id != RULE.id
    assert lab.workspace()["definition"]["include"] == []


def test_what_was_not_saved_is_there_after_a_reload(page: Page, lab: Lab) -> None:
    RULE.save(lab.folder / "reload.cohort.json")
    fresh(page, lab)
    double_click(page, "reload.cohort.json")
    app = shown(page)
    app_row(app, "sex", "F").click()
    expect(tab(page, "reload.cohort.json")).to_have_class(DIRTY)
    remembered(lab, "reload.cohort.json")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    restored(page)
    app = shown(page)
    expect(app_row(app, "sex", "F")).to_have_attribute("aria-checked", "false")
    expect(tab(page, "reload.cohort.json")).to_have_class(DIRTY)


def test_notes_survive_a_save(page: Page, lab: Lab) -> None:
    path = lab.folder / "noted.cohort.json"
    path.write_text(json.dumps(NOTED))
    fresh(page, lab)
    double_click(page, path.name)
    choose(shown(page), BREAST[0])
    expect(tab(page, path.name)).to_have_class(DIRTY)
    tab(page, path.name).click()
    page.keyboard.press("Control+s")
    expect(tab(page, path.name)).not_to_have_class(DIRTY)
    after = json.loads(path.read_text())
    assert after["annotations"] == NOTED["annotations"]
    assert after["include"]


def test_a_broken_file_says_what_and_where(page: Page, lab: Lab, screenshot: Callable[[str], Path]) -> None:
    path = lab.folder / "broken.cohort.json"
    path.write_text(
        '{\n "version": 1,\n "include": [{"same": "series", "where": [\n  {"facet": "Modality", "is_in": []}\n ]}]\n}\n'
    )
    fresh(page, lab)
    double_click(page, path.name)
    broken = page.locator(".cxf-broken")
    expect(broken.get_by_role("heading")).to_contain_text("broken.cohort.json is not a cohort")
    expect(broken).to_contain_text("line 4")
    expect(broken.locator(".cxf-wrong code")).to_have_text('  {"facet": "Modality", "is_in": []}')
    screenshot("lab-broken")
    with page.expect_response(lambda answer: f"/api/contents/{path.name}" in answer.url):
        broken.get_by_role("button", name="Check again").click()
    expect(broken).to_be_visible()
    RULE.save(path)
    broken.get_by_role("button", name="Check again").click()
    expect(broken).to_have_count(0)
    expect(shown(page).locator(".sentence")).to_have_text(SENTENCE)


def test_a_file_that_is_no_json_opens_as_text(page: Page, lab: Lab) -> None:
    (lab.folder / "text.cohort.json").write_text('{"version": 1,\n}')
    fresh(page, lab)
    double_click(page, "text.cohort.json")
    expect(page.locator(".cxf-broken")).to_contain_text("line 2, column 1")
    page.get_by_role("button", name="Open as text").click()
    expect(page.locator(".jp-FileEditor:visible")).to_contain_text('"version"')
    # What is typed there is what the explorer shows.
    page.locator(".jp-FileEditor:visible .cm-content").fill('{"version": 1, "name": "Typed"}')
    tab(page, "text.cohort.json").first.click()
    expect(page.locator(".cxf-broken")).to_have_count(0, timeout=ANSWER_MS)
    shown(page)


def test_the_default_cohort_is_saved_under_a_name(page: Page, lab: Lab) -> None:
    fresh(page, lab)
    app = launched(page)
    choose(app, *BREAST)
    app.get_by_role("button", name="Save").click()
    dialog = page.locator(".jp-Dialog")
    dialog.locator("input").fill("Breast MR of women")
    dialog.get_by_role("button", name="Save").click()
    path = lab.folder / "cohorts" / "Breast MR of women.cohort.json"
    expect(tab(page, "Breast MR of women")).to_be_visible()
    saved = CohortDefinition.read(path)
    assert saved.id == RULE.id
    assert saved.name == "Breast MR of women"
    # A second time it asks before it writes over the first.
    app.get_by_role("button", name="Save").click()
    expect(dialog.locator("input")).to_have_value("Breast MR of women")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("already there")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)


def test_a_renamed_file_keeps_its_explorer(page: Page, lab: Lab) -> None:
    RULE.save(lab.folder / "one.cohort.json")
    fresh(page, lab)
    double_click(page, "one.cohort.json")
    app = shown(page)
    choose(app, ("sex", "F"), ("sex", "F"))
    lab_rename(page, "one.cohort.json", "two.cohort.json")
    expect(tab(page, "two.cohort.json")).to_be_visible()
    workspace = f"file-{hashlib.sha256(b'two.cohort.json').hexdigest()[:16]}"
    expect(page.locator(".cxf iframe")).to_have_attribute("src", re.compile(workspace))
    app = shown(page)
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    choose(app, ("sex", "F"))
    expect(tab(page, "two.cohort.json")).to_have_class(DIRTY)
    # It is still the current cohort, and what was done before can be taken back.
    expect(page.locator(".cxf-status-item")).to_have_text(re.compile(r"^Cohort: [\d,]{5} patients$"))
    app.get_by_role("button", name="Undo").click()
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    app.get_by_role("button", name="Undo").click()
    expect(app.locator(".sentence")).to_have_text("Patients with MR of the BREAST in the same series.")


def lab_rename(page: Page, old: str, new: str) -> None:
    file(page, old).click()
    page.keyboard.press("F2")
    page.locator(".jp-DirListing-editor").fill(new)
    page.keyboard.press("Enter")


def test_the_file_browser_shows_the_icon(page: Page, lab: Lab) -> None:
    RULE.save(lab.folder / "icon.cohort.json")
    fresh(page, lab)
    page.get_by_role("button", name="Refresh the file browser.").click()
    expect(file(page, "icon.cohort.json").locator('svg[data-icon="cohort-explorer:icon"]')).to_be_visible()


def test_the_palette_opens_a_saved_cohort(page: Page, lab: Lab) -> None:
    RULE.save(lab.folder / "chosen.cohort.json")
    (lab.folder / "other.txt").write_text("")
    fresh(page, lab)
    command(page, "Open a Saved Cohort")
    dialog = page.locator(".jp-Dialog")
    expect(dialog.locator(".jp-DirListing-item", has_text="other.txt")).to_have_count(0)
    dialog.locator(".jp-DirListing-item", has_text="chosen.cohort.json").click()
    dialog.get_by_role("button", name="Select").click()
    expect(shown(page).locator(".sentence")).to_have_text(SENTENCE)
