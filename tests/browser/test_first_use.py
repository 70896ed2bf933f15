"""The first minutes: three questions, the sentence that leads to its filters, the tour, and the way out of nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from explorer import Cohort, Snapshot
from explorer.views.start import QUESTIONS
from tests.browser.app_fixtures import (
    ANSWER_MS,
    BREAST,
    SENTENCE,
    agrees,
    choose,
    row,
    settled,
    totals,
    watched,
    written,
)

INSIDE = """card => {
    const box = card.getBoundingClientRect();
    return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
}"""
"""Whether all of it can be seen."""


def questions(page: Page) -> Locator:
    return page.get_by_role("region", name="What are you looking for?").locator(".qrow")


def started(page: Page, number: int = 0) -> None:
    """Start from a question; its numbers are on screen."""
    questions(page).nth(number).click()
    expect(page.locator(".sentence")).not_to_have_text("All patients.", timeout=ANSWER_MS)
    settled(page)


def test_questions_with_exact_counts(app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]) -> None:
    expect(questions(app)).to_have_count(len(QUESTIONS))
    screenshot("first-screen")
    for number, question in enumerate(QUESTIONS):
        counted = Cohort(question.rule, default_snapshot).totals()
        expect(questions(app).nth(number)).to_have_text(f"{question.title}{counted.patients:,} patientsStart")
        started(app, number)
        assert totals(app) == written(counted)
        expect(app.get_by_label("Name of the cohort")).to_have_value(question.title)
        expect(questions(app)).to_have_count(0)
        app.get_by_role("button", name="Undo", exact=True).click()
        settled(app)
        expect(questions(app)).to_have_count(len(QUESTIONS))
    app.get_by_role("button", name="Hide the questions").click()
    expect(questions(app)).to_have_count(0)
    app.reload()
    settled(app)
    expect(questions(app)).to_have_count(0)
    app.get_by_role("button", name="Help", exact=True).click()
    app.get_by_role("menuitem", name="Questions to start from").click()
    expect(questions(app)).to_have_count(len(QUESTIONS))


def test_words_of_the_sentence_lead_to_their_filters(app: Page, screenshot: Callable[[str], Path]) -> None:
    started(app)
    marks = app.locator(".sentence .mark")
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    expect(marks).to_have_text(["MR", "BREAST", "F"])
    app.get_by_role("button", name="Fold rule and filters away, f").click()
    expect(app.locator(".cx")).to_be_hidden()
    expect(app.get_by_role("button", name="Open rule and filters, f")).to_contain_text("Rule: 3 criteria in 2 groups")
    screenshot("folded")
    marks.nth(2).click()
    expect(app.locator(".cx")).to_be_visible()
    expect(app.locator('[data-facet="sex"]').last).to_be_in_viewport()
    expect(row(app, "sex", "F")).to_be_in_viewport()


def test_what_the_cohort_takes(app: Page, default_snapshot: Snapshot) -> None:
    started(app)
    change = app.get_by_role("button", name="Change what the cohort takes")
    change.click()
    app.get_by_role("radio", name=re.compile("^all original images")).check()
    settled(app)
    app.keyboard.press("Escape")
    expect(app.get_by_text("The cohort takes all original images.")).to_be_visible()
    assert agrees(app, default_snapshot).select == "images"


def test_the_tour_with_keys_only(app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]) -> None:
    app.get_by_role("button", name="Take the two-minute tour").focus()
    app.keyboard.press("Enter")
    card = app.get_by_role("dialog", name=re.compile("^Tour, step"))
    expect(card).to_contain_text("1 of 9")
    card.get_by_role("button", name=re.compile("^Prostate MR")).focus()
    app.keyboard.press("Enter")
    titles = ["The rule", "Filters", "The rule as a sentence", "How many", "Overview", "Attrition", "Patients & series"]
    for step, title in enumerate(titles, 2):
        expect(card).to_have_attribute("aria-label", f"Tour, step {step} of 9")
        expect(card.get_by_role("heading")).to_have_text(title)
        expect(card).to_be_focused()
        inside = card.evaluate(INSIDE)
        assert inside, title
        if title == "Filters":
            screenshot("tour")
            app.keyboard.press("Escape")
            expect(card).to_have_count(0)
            app.get_by_role("button", name="Help", exact=True).click()
            app.get_by_role("menuitem", name="Go on with the tour, step 3").click()
            expect(card).to_be_focused()
        app.keyboard.press("ArrowRight")
    expect(app.locator('[data-tab="overview"][aria-selected="true"]')).to_be_visible(timeout=ANSWER_MS)
    card.get_by_role("button", name="Done").press("Enter")
    expect(card).to_have_count(0)
    settled(app)
    assert agrees(app, default_snapshot).name == "Prostate MR, open licence"


def test_nobody_and_the_smallest_changes(
    app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]
) -> None:
    choose(app, *BREAST)
    row(app, "sex", "F").click(modifiers=["Alt"])
    settled(app)
    empty = app.get_by_role("region", name="Empty cohort")
    expect(empty).to_contain_text("No patient meets all rules. The smallest changes that find some:", timeout=ANSWER_MS)
    screenshot("empty-cohort")
    ways = empty.locator(".way")
    said = ways.locator(".n").all_inner_texts()
    gains = [int(re.sub(r"\D", "", text)) for text in said]
    assert gains == sorted(gains)
    assert 0 not in gains
    ways.first.get_by_role("button", name="Apply").click()
    expect(empty).to_have_count(0, timeout=ANSWER_MS)
    settled(app)
    assert totals(app)["Patients"] == f"{gains[0]:,}"
    agrees(app, default_snapshot)
    app.get_by_role("button", name="Undo", exact=True).click()
    settled(app)
    expect(empty).to_be_visible(timeout=ANSWER_MS)
    empty.get_by_role("button", name=re.compile("^Undo the last change")).click()
    expect(empty).to_have_count(0, timeout=ANSWER_MS)


def test_the_first_screen_speaks_spanish(page: Page, address: str) -> None:
    with watched(page):
        page.goto(f"{address}?workspace=primera&language=es")
        expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
        expect(page.get_by_role("heading", name="¿Qué busca?")).to_be_visible()
        page.locator(".start .qrow").first.click()
        expect(page.get_by_label("Nombre de la cohorte")).to_have_value("RM de mama de mujeres")
        expect(page.locator(".sentence .mark")).to_have_text(["MR", "BREAST", "F"], timeout=ANSWER_MS)
        page.get_by_role("button", name="Ayuda", exact=True).click()
        page.get_by_role("menuitemradio", name="English").click()
        expect(page.get_by_role("button", name="Help", exact=True)).to_be_visible(timeout=3 * ANSWER_MS)
        expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
