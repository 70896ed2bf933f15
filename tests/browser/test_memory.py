"""What the app remembers: every step, cohorts by name, those left, and links that bring all of it back."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from explorer import CohortDefinition, Snapshot
from tests.browser.app_fixtures import (
    ANSWER_MS,
    BREAST,
    RULE,
    SENTENCE,
    agrees,
    choose,
    row,
    saved,
    settled,
    tab,
    totals,
    watched,
)
from tests.browser.test_axe import check

MARKUP = '<img src=x onerror="alert(1)">'


def steps(page: Page) -> Locator:
    return page.get_by_role("navigation", name="History").get_by_role("listitem")


def named(page: Page, name: str) -> None:
    field = page.get_by_role("textbox", name="Name of the cohort")
    field.fill(name)
    field.press("Enter")
    expect(field).to_have_value(name)


def cohorts(page: Page) -> Locator:
    """The open panel of cohorts."""
    page.get_by_role("button", name="Cohorts and note").click()
    panel = page.get_by_role("dialog", name="Cohorts and note")
    expect(panel).to_be_visible()
    return panel


def test_the_history_goes_back_and_on_in_words(app: Page, screenshot: Callable[[str], Path]) -> None:
    app.get_by_role("button", name="History", exact=True).click()
    choose(app, *BREAST)
    expect(steps(app).locator(".w")).to_have_text(["All patients", "Modality is MR", "Body part is BREAST", "Sex is F"])
    expect(steps(app).locator(".n")).to_have_text(["86,451", "8,348", "3,723", "3,296"], timeout=ANSWER_MS)
    screenshot("app-history")
    check(app, ".bar")
    app.get_by_role("button", name="Modality is MR, 8,348 patients").click()
    expect(app.locator(".sentence")).to_have_text("Patients with MR.")
    settled(app)
    assert totals(app)["Patients"] == "8,348"
    undone = app.get_by_role("button", name="Sex is F, 3,296 patients, undone")
    expect(app.locator('[aria-current="step"]')).to_contain_text("Modality is MR")
    # With the keyboard, from the present.
    app.locator('[aria-current="step"]').focus()
    for key in ("ArrowRight", "ArrowRight"):
        app.keyboard.press(key)
    expect(undone).to_be_focused()
    app.keyboard.press("Enter")
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    expect(app.get_by_role("button", name="Undo", exact=True)).to_have_attribute("title", re.compile(r": Sex is F$"))
    # A reload keeps the strip, its steps and the open tab.
    tab(app, "attrition")
    expect(app).to_have_url(re.compile("tab=attrition"))
    app.reload()
    expect(steps(app).locator(".n")).to_have_text(["86,451", "8,348", "3,723", "3,296"], timeout=3 * ANSWER_MS)
    expect(app.locator('[data-tab="attrition"][aria-selected="true"]')).to_be_visible()
    expect(app.locator(".sentence")).to_have_text(SENTENCE)


def test_cohorts_are_kept_by_name_with_their_note(app: Page, tmp_path: Path, screenshot: Callable[[str], Path]) -> None:
    choose(app, *BREAST)
    named(app, f"Breast MR {MARKUP}")
    note = cohorts(app).get_by_role("textbox", name="Note")
    note.fill(f"for Ana\n{MARKUP}")
    app.keyboard.press("Escape")
    app.get_by_role("button", name="Save", exact=True).click()
    expect(app.locator(".bar-top .note")).to_have_text(f"Saved as “Breast MR {MARKUP}”.")
    expect(app.get_by_role("button", name="Cohorts and note")).to_contain_text("saved")
    app.get_by_role("button", name="Start again").click()
    settled(app)
    choose(app, ("Modality", "CT"))
    # Nobody named it; saving never asks.
    app.keyboard.press("Control+s")
    expect(app.get_by_role("textbox", name="Name of the cohort")).to_have_value("CT")
    toggled = row(app, "Modality", "SM")
    toggled.click()
    expect(app.get_by_role("button", name="Cohorts and note")).to_contain_text("changed")
    settled(app)
    panel = cohorts(app)
    first = panel.get_by_role("button", name=re.compile(r"^Breast MR .*3,296$"))
    expect(first).to_be_visible(timeout=ANSWER_MS)
    screenshot("app-cohorts")
    check(app, ".bar")
    first.click()
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    expect(panel).to_be_hidden()
    expect(app.get_by_role("textbox", name="Name of the cohort")).to_have_value(f"Breast MR {MARKUP}")
    panel = cohorts(app)
    expect(panel.get_by_role("textbox", name="Note")).to_have_value(f"for Ana\n{MARKUP}")
    # What was left for it, not saved as it was, is among the recent ones.
    recent = panel.get_by_role("region", name="Recent cohorts").get_by_role("button")
    expect(recent.first).to_contain_text("CT")
    panel.get_by_role("button", name="Delete CT", exact=True).click()
    panel.get_by_role("button", name="Keep").click()
    expect(panel.get_by_role("button", name=re.compile("^CT"))).not_to_have_count(0)
    panel.get_by_role("button", name="Delete CT", exact=True).click()
    panel.get_by_role("button", name="Delete", exact=True).click()
    expect(panel.get_by_role("button", name="Delete CT", exact=True)).to_have_count(0)
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    path = saved(app, "Download as a file", tmp_path)
    assert CohortDefinition.read(path).annotations["note"] == f"for Ana\n{MARKUP}"
    # A file comes back as it went; one that is none says so and changes nothing.
    panel = cohorts(app)
    panel.get_by_label("Definition to open").set_input_files(
        {"name": "notes.json", "mimeType": "application/json", "buffer": b"{"}
    )
    expect(app.locator(".warnline").first).to_contain_text("notes.json was not opened: the text is not JSON")
    expect(app.locator(".sentence")).to_have_text(SENTENCE)


def test_a_link_restores_the_cohort_and_its_tab(
    app: Page, context: BrowserContext, address: str, default_snapshot: Snapshot, screenshot: Callable[[str], Path]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(app, *BREAST)
    named(app, "Breast MR of women")
    tab(app, "rows")
    app.get_by_role("button", name="Link", exact=True).click()
    panel = app.get_by_role("dialog", name="Link to this cohort")
    links = []
    for choice in ("Short", "With the rule inside"):
        panel.get_by_role("radio", name=choice).check()
        expect(panel.get_by_role("textbox")).to_have_value(re.compile("definition=" if links else "cohort="))
        panel.get_by_role("button", name="Copy").click()
        expect(panel.get_by_role("button", name="Copied")).to_be_visible()
        links.append(str(app.evaluate("navigator.clipboard.readText()")))
    screenshot("app-link")
    check(app, ".bar")
    app.keyboard.press("Escape")
    assert len(links[0]) < 100 < len(links[1]) < 500
    # What is done after the link was made is not in it.
    choose(app, ("sex", "O"))
    for number, link in enumerate(links):
        asked = parse_qs(urlsplit(link).query)
        assert asked["snapshot"] == [default_snapshot.id[:12]] and asked["tab"] == ["rows"]
        page = context.new_page()
        with watched(page):
            page.set_default_timeout(ANSWER_MS)
            page.goto(f"{link}&workspace=linked-{number}")
            expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
            expect(page.locator(".sentence")).to_have_text(SENTENCE)
            expect(page.locator('[data-tab="rows"][aria-selected="true"]')).to_be_visible()
            expect(page.locator(".bar-top .note")).to_contain_text("Opened from a link.")
            # A reload does not follow the link again: what came after it stays.
            expect(page).not_to_have_url(re.compile("cohort=|definition="))
            expect(page).to_have_url(re.compile(rf"workspace=linked-{number}"))
            choose(page, ("sex", "F"))
            page.reload()
            expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
            expect(row(page, "sex", "F")).to_have_attribute("aria-checked", "false")
            page.get_by_role("button", name="Undo", exact=True).click()
            expect(page.locator(".sentence")).to_have_text(SENTENCE)
            assert agrees(page, default_snapshot) == RULE.named("Breast MR of women")
            # And one more undo is what was here before the link.
            page.get_by_role("button", name="Undo", exact=True).click()
            expect(page.locator(".sentence")).to_have_text("All patients.")
        page.close()


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(content)).decode()


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (f"cohort=..%2F..%2Fsnapshots&tab={MARKUP}", "no cohort"),
        (
            "definition="
            + packed(b'{"version":1,"include":[{"same":"series","where":[{"facet":"<b>x","is_in":["y"]}]}]}'),
            "<b>x",
        ),
    ],
)
def test_a_link_that_is_none_is_a_sentence(page: Page, address: str, asked: str, why: str) -> None:
    with watched(page):
        page.set_default_timeout(ANSWER_MS)
        page.goto(f"{address}?workspace=hostile&{asked}")
        expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
        said = page.locator(".warnline").first
        expect(said).to_contain_text("This link could not be opened")
        expect(said).to_contain_text(why)
        expect(page.locator(".sentence")).to_have_text("All patients.")
        settled(page)
        assert totals(page)["Patients"] == "86,451"


def test_a_link_of_another_snapshot_says_so(page: Page, address: str) -> None:
    page.set_default_timeout(ANSWER_MS)
    link = packed(RULE.to_json().encode())
    page.goto(f"{address}?workspace=elsewhere&definition={link}&snapshot=ffffffffffff")
    expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=3 * ANSWER_MS)
    expect(page.locator(".warnline").first).to_contain_text("This link was made on snapshot ffffffffffff.")
