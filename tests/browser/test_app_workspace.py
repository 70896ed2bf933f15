"""What a page keeps over a reload, and shares with the pages beside it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from explorer import Snapshot
from tests.browser.app_fixtures import (
    ANSWER_MS,
    BREAST,
    RULE,
    SENTENCE,
    agrees,
    choose,
    opened,
    row,
    settled,
    totals,
)


def test_a_reload_keeps_the_cohort_and_its_history(page: Page, address: str, default_snapshot: Snapshot) -> None:
    choose(opened(page, address), *BREAST)
    page.reload()
    expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=3 * ANSWER_MS)
    settled(page)
    assert agrees(page, default_snapshot) == RULE
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(row(page, "sex", "F")).to_have_attribute("aria-checked", "false", timeout=ANSWER_MS)
    settled(page)
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)


def test_two_tabs_are_in_step_and_do_not_fight(
    context: BrowserContext, address: str, default_snapshot: Snapshot
) -> None:
    one, two = (opened(context.new_page(), address, "shared") for _ in range(2))
    choose(one, BREAST[0])
    expect(row(two, *BREAST[0])).to_have_attribute("aria-checked", "true", timeout=ANSWER_MS)
    # One after the other, each before the first answer of the other is drawn.
    row(two, *BREAST[1]).click()
    row(one, *BREAST[2]).click()
    for page in (one, two):
        expect(page.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
        settled(page)
    assert totals(one) == totals(two)
    assert agrees(one, default_snapshot) == RULE
    # The history is one: what was done in one tab can be undone in the other.
    two.get_by_role("button", name="Start again").click()
    expect(one.locator(".sentence")).not_to_have_text(SENTENCE, timeout=ANSWER_MS)
    one.get_by_role("button", name="Undo", exact=True).click()
    expect(two.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)


def test_tabs_on_other_workspaces_stay_apart(context: BrowserContext, address: str) -> None:
    one, two = (opened(context.new_page(), address) for _ in range(2))
    choose(one, BREAST[0])
    two.wait_for_timeout(1_000)
    expect(row(two, *BREAST[0])).to_have_attribute("aria-checked", "false")


def test_a_name_that_is_none_is_said(page: Page, address: str) -> None:
    page.goto(f"{address}?workspace=..%2Fup<b>")
    expect(page.get_by_role("alert")).to_contain_text("cannot name a workspace", timeout=ANSWER_MS)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert page.locator(".told b").count() == 0
