"""Without a mouse from the start to an exported notebook; at 200 % zoom and in narrow windows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from explorer import Snapshot
from tests.browser.app_fixtures import ANSWER_MS, BREAST, SENTENCE, agrees, opened, settled, totals, watched

FOCUS = """() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    const label = one?.getAttribute('aria-label') ?? '';
    const box = one?.getBoundingClientRect();
    return [label || (one?.textContent ?? '').trim(), Boolean(box && box.width && box.height)];
}"""
"""What has the focus, looked at through shadow roots, and whether it can be seen."""


def focused(page: Page) -> str:
    """What has the focus; whatever has it can be seen."""
    said, seen = page.evaluate(FOCUS)
    assert seen, f"the focus is on something that cannot be seen: {said!r}"
    return str(said)


def tabbed(page: Page, wanted: str, limit: int = 60) -> None:
    """Press Tab until the focus is on something of this name."""
    passed = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if re.match(wanted, passed[-1]):
            return
    raise AssertionError(f"Tab did not reach {wanted!r} but {passed}")


def picked(page: Page, value: str) -> None:
    """Find a value with the keyboard and choose it."""
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.type(value)
    tabbed(page, f"^{re.escape(value)}\\b", 20)
    page.keyboard.press("Space")
    settled(page)
    page.keyboard.press("Escape")


def test_from_the_start_to_an_export(app: Page, default_snapshot: Snapshot, tmp_path: Path) -> None:
    expect(app.locator(".start .qrow b")).to_have_count(3, timeout=ANSWER_MS)
    app.keyboard.press("Tab")
    assert focused(app) == "Skip to the cohort"
    app.keyboard.press("Enter")
    tabbed(app, "Breast MR of women")
    app.keyboard.press("Enter")
    expect(app.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
    settled(app)
    app.keyboard.press("Control+z")
    expect(app.locator(".sentence")).to_have_text("All patients.", timeout=ANSWER_MS)
    settled(app)
    for _, value in BREAST:
        picked(app, value)
    expect(app.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
    settled(app)
    assert totals(app)["Patients"] == "3,296"
    app.keyboard.press("l")
    settled(app)
    assert totals(app)["Patients"] == "4,079"
    app.keyboard.press("Control+z")
    settled(app)
    for letter, name in (("a", "attrition"), ("p", "rows"), ("i", "images"), ("k", "code"), ("o", "overview")):
        app.keyboard.press("g")
        app.keyboard.press(letter)
        expect(app.locator(f'[data-tab="{name}"][aria-selected="true"]')).to_be_visible(timeout=ANSWER_MS)
    with app.expect_download(timeout=60_000) as download:
        app.keyboard.press("e")
    notebook = tmp_path / download.value.suggested_filename
    download.value.save_as(notebook)
    nbformat.validate(nbformat.read(notebook, as_version=4))
    assert "3296" in notebook.read_text(encoding="utf-8")
    app.keyboard.press("Control+s")
    expect(app.locator(".bar-top")).to_contain_text("saved", timeout=ANSWER_MS)
    agrees(app, default_snapshot)


def test_the_list_of_keys_and_the_switch_for_letters(app: Page, screenshot: Callable[[str], Path]) -> None:
    keys = app.get_by_role("dialog", name="Keyboard shortcuts")
    app.keyboard.press("?")
    expect(keys).to_contain_text("Patients & series")
    screenshot("keys")
    switch = keys.get_by_role("checkbox", name=re.compile("^Single letters are shortcuts"))
    switch.uncheck()
    app.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    for letter in ("f", "/"):
        app.keyboard.press(letter)
        expect(app.locator(".cx")).to_be_visible()
        assert focused(app) != "Find a filter or a value"
    app.keyboard.press("?")
    switch.check()
    app.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    app.keyboard.press("f")
    expect(app.locator(".cx")).to_be_hidden()
    app.reload()
    settled_behind_the_rail(app)
    app.keyboard.press("/")
    expect(app.locator(".cx")).to_be_visible()
    assert focused(app) == "Find a filter or a value"


def settled_behind_the_rail(page: Page) -> None:
    """Wait for the first numbers of a page whose column is folded."""
    expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
    expect(page.locator(".cx")).to_be_hidden()
    expect(page.get_by_role("button", name="Open rule and filters, f")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "scale"), [(720, 450, 2), (900, 700, 1)])
def test_zoomed_and_narrow(
    browser: Browser, address: str, screenshot: Callable[[str], Path], width: int, height: int, scale: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
    try:
        with watched(page):
            page.set_default_timeout(ANSWER_MS)
            page.goto(f"{address}?workspace=narrow-{width}")
            expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
            page.locator(".start .qrow").first.click()
            expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
            expect(page.locator(".cx")).to_be_hidden()
            for letter in ("o", "a", "p", "i", "k"):
                page.keyboard.press("g")
                page.keyboard.press(letter)
                page.wait_for_timeout(500)
                wide = page.evaluate(
                    "[document.documentElement, document.body, document.querySelector('.main')].map(e => e.scrollWidth)"
                )
                assert max(wide) <= width, f"g {letter} scrolls sideways: {wide}"
                page.locator(".tabs").scroll_into_view_if_needed()
            page.get_by_role("button", name="Rule and filters", exact=True).press("Enter")
            expect(page.locator(".cx")).to_be_visible()
            tabbed(page, "Include|Fold", 3)
            page.keyboard.press("Escape")
            expect(page.locator(".cx")).to_be_hidden()
            assert focused(page).startswith("Rule and filters")
            page.locator(".sentence .mark").first.click()
            expect(page.locator(".cx")).to_be_visible()
            page.get_by_role("button", name="Fold rule and filters away, f").click()
            expect(page.locator(".cx")).to_be_hidden()
            for name in ("Export", "Help", "Undo"):
                expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport()
    finally:
        page.close()


def test_a_wide_window_keeps_its_shape(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    with watched(page):
        opened(page, address)
        before = page.locator(".totals").bounding_box()
        page.get_by_role("button", name=re.compile("^Breast MR")).click()
        expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
        settled(page)
        assert page.locator(".totals").bounding_box() == before
