"""The app where small counts are protected, on the full default snapshot: none stands anywhere on the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_fixtures import ANSWER_MS, BREAST, choose, row, serving, settled, tab, totals

TABS = ("overview", "attrition", "rows", "images", "code")

READ = """() => {
    const said = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (["STYLE", "SCRIPT"].includes(element.tagName)) continue;
            for (const name of ["title", "aria-label", "aria-valuetext"]) said.push(element.getAttribute(name) ?? "");
            const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
            if (own) said.push(element.textContent);
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    walk(document);
    return said.filter((text) => text.trim());
}"""
"""Every text of the page, in every shadow root, with what is said in tooltips and to screen readers."""

FIGURES = (
    "[data-total=Patients] .v, .fr .c1, .fr .c2, .ends .c1, .group .seg em, .flow td.n, .costs td.n, "
    ".lost-values td.n, .pcompared .num"
)
"""Where numbers of patients stand alone."""

SMALL = re.compile(r"(?<![\w.,\-–−])[1-9](?: of (?:≈ )?[\d,]+)? (?:more )?patients?\b|(?<![\d.,])[−+][1-9](?![\d.,])")


@pytest.fixture(scope="module")
def address(default_home: Path) -> Iterator[str]:
    with serving(default_home, environment={"COHORT_EXPLORER_SMALL_COUNTS": "10,10"}) as served:
        yield served


def check(page: Page) -> list[str]:
    """Fail on a small count, and on a number that is neither rounded nor 0; gives all that the page says."""
    texts: list[str] = page.evaluate(READ)
    assert [text for text in texts if SMALL.search(text)] == []
    for figure in page.locator(FIGURES).all_text_contents():
        told = figure.strip()
        # A level keeps nobody by itself: its place says "–".
        assert re.fullmatch(r"|–|0|under 10|not shown|≈ [−+]?[\d,]*0|≈ [\d.,]+ (?:[kMGTP]B|bytes)", told), told
    return texts


def in_words(page: Page, facet: str, value: str) -> None:
    """Check that the row says few, is no zero, and has a bar of no length."""
    few = row(page, facet, value)
    expect(few.locator(".c1")).to_have_text("under 10", timeout=ANSWER_MS)
    expect(few).not_to_have_class(re.compile(r"\bzero\b"))
    expect(few.locator(".bar .nw.few")).to_be_visible()


def test_no_small_count_on_any_tab(app: Page, screenshot: Callable[[str], Path]) -> None:
    assert re.fullmatch(r"≈ [\d,]+0", totals(app)["Patients"])
    check(app)
    choose(app, *BREAST)
    # Three men, and one woman with CR.
    in_words(app, "sex", "M")
    screenshot("small-counts-filters")
    for more in app.locator(".fmore[aria-expanded=false]").all()[:6]:
        more.click()
    expect(row(app, "Modality", "CR").locator(".c1")).to_have_text("under 10")
    for name in TABS:
        tab(app, name)
        app.wait_for_timeout(500)
        texts = check(app)
        assert any("under 10" in text for text in texts), name
        if name != "code":
            assert [text for text in texts if re.search(r"\b(?:null|NaN|undefined)\b", text)] == []
        screenshot(f"small-counts-{name}")
    tab(app, "overview")
    app.get_by_role("button", name="Light or dark").click()
    app.wait_for_timeout(500)
    screenshot("small-counts-dark")
    app.get_by_role("radiogroup", name="Numbers show").get_by_role("radio", name="Series").click()
    settled(app)
    check(app)
    screenshot("small-counts-series")


def test_a_cohort_of_few(app: Page, screenshot: Callable[[str], Path]) -> None:
    choose(app, *BREAST[:2], ("sex", "M"))
    shown = totals(app)
    assert shown.pop("Patients") == "under 10"
    assert set(shown.values()) == {"not shown"}
    tab(app, "attrition")
    expect(app.locator(".attrition h3").first).to_have_text(re.compile(r"^From ≈ 86,450 patients to under 10$"))
    expect(app.locator(".flow .dbl .few").first).to_be_visible()
    for text in check(app):
        assert "%" not in text or "under 10" not in text
    screenshot("small-counts-few")
