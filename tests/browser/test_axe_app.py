"""No grave problem of accessibility on any screen of the app, in both themes: tabs, menus, dialogs, tour."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.app_fixtures import ANSWER_MS, BREAST, choose, row, settled, tab
from tests.browser.test_axe import AXE, GRAVE

pytestmark = pytest.mark.skipif(not AXE.is_file(), reason="the tools of the browser code are not installed")

TABS = ("overview", "attrition", "rows", "images", "code")
RUN = """async part => {
    const light = await axe.run(part, {resultTypes: ['violations']});
    const page = document.documentElement.dataset;
    page.theme = 'dark';
    const dark = await axe.run(part, {resultTypes: ['violations'], runOnly: ['color-contrast']});
    page.theme = 'light';
    return [...light.violations, ...dark.violations];
}"""
"""All rules in the light theme, and in the dark one what differs there: the contrast."""

KINDS = """all => all.map((one, at) => {
    const words = (one.getAttribute('aria-label') ?? one.title).split(' ').slice(0, 2).join(' ');
    return [at, `${one.closest('.cx') ? 'filters' : 'app'} ${one.className} ${words}`];
})"""
"""What opens something, by its place and the beginning of its name."""


def check(part: Locator, where: str) -> None:
    """Fail on grave problems in this part of the page, also where it stands in a shadow root."""
    found: list[dict[str, Any]] = part.evaluate(RUN)
    said = [
        "\n    ".join([f"{where}: {problem['impact']} {problem['id']}", node["html"][:300], node["failureSummary"]])
        for problem in found
        if problem["impact"] in GRAVE
        for node in problem["nodes"][:5]
    ]
    assert not said, "\n".join(said)


def openers(page: Page, seen: set[str]) -> list[Locator]:
    """A button for each kind of menu or dialog that can be seen and has not been opened."""
    buttons = page.locator("[aria-haspopup]:visible")
    found = []
    for at, kind in buttons.evaluate_all(KINDS):
        if kind not in seen:
            seen.add(kind)
            found.append(buttons.nth(at))
    return found


@pytest.fixture
def whole(app: Page) -> Locator:
    expect(app.locator("html[data-theme=light]")).to_be_attached()
    app.evaluate(AXE.read_text(encoding="utf-8"))
    return app.locator("body")


def test_every_screen(app: Page, whole: Locator) -> None:
    check(whole, "first screen")
    choose(app, *BREAST)
    seen: set[str] = set()
    for name in TABS:
        tab(app, name)
        settled(app)
        app.wait_for_timeout(500)
        check(whole, name)
        for opener in openers(app, seen):
            label = opener.get_attribute("aria-label") or opener.get_attribute("title")
            opener.evaluate("one => one.click()")
            panel = app.locator(".popup:popover-open")
            expect(panel, f"{label} opens").to_have_count(1, timeout=ANSWER_MS)
            check(panel, f"{name}, {label}")
            app.keyboard.press("Escape")
            expect(panel).to_have_count(0)
    assert len(seen) > 5


def test_dialogs_and_a_narrow_window(app: Page, whole: Locator) -> None:
    app.locator("body").press("?")
    check(app.get_by_role("dialog", name=re.compile("shortcuts")), "shortcuts")
    app.keyboard.press("Escape")
    app.get_by_role("button", name="Take the two-minute tour").click()
    card = app.get_by_role("dialog", name=re.compile("[Tt]our"))
    expect(card).to_be_visible()
    check(whole, "tour")
    app.keyboard.press("Escape")
    expect(card).to_be_hidden()
    choose(app, *BREAST)
    row(app, "sex", "F").click(modifiers=["Alt"])
    expect(app.get_by_text("No patient meets all rules.").first).to_be_visible(timeout=ANSWER_MS)
    check(whole, "empty cohort")
    app.set_viewport_size({"width": 720, "height": 450})
    app.wait_for_timeout(300)
    check(whole, "200 % zoom")
