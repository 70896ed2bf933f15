"""What the page says when its server has gone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.app_fixtures import ANSWER_MS, opened, serving


def test_a_page_says_that_its_server_stopped(page: Page, default_home: Path) -> None:
    with serving(default_home) as address:
        opened(page, address)
        expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(page.get_by_role("alertdialog", name="The explorer stopped.")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_role("button", name="Reload")).to_be_visible()
