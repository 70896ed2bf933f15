"""The Image tab without a snapshot: its list of series, and what it says of those that are not here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.test_viewer import running
from tests.browser.viewer_fixtures import write_chest

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "tab.js").is_file(), reason="npm run build:viewer was not run")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("images")
    write_chest(folder, slices=40, size=96, leave_out=(5, 6))
    with running(sys.executable, "-m", "tests.browser.fetch_fixtures", "PORT", "{}", str(folder)) as served:
        yield served


def test_it_opens_what_is_here_and_explains_the_rest(
    address: str, page: Page, screenshot: Callable[[str], Path]
) -> None:
    page.goto(f"{address}/tab")
    expect(page.get_by_text("1 of 2 series are on this computer.")).to_be_visible()
    expect(page.get_by_text("2 of 44,303 series")).to_be_visible()
    expect(page.get_by_role("button", name="Sample")).to_have_count(0)
    page.get_by_role("option").nth(1).click()
    expect(page.get_by_text("This series is not on this computer yet.")).to_be_visible()
    expect(page.get_by_text("12.5 MB")).to_be_visible()
    expect(page.get_by_role("button", name="Fetch")).to_be_visible()
    page.get_by_role("option").nth(0).click()
    expect(page.locator(".cx-img[data-shown]")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("only 38 of its 40 images are here").first).to_be_visible()
    screenshot("series-list")
    assert page.title() != "taken"


def test_keys_lead_through_the_list(address: str, page: Page) -> None:
    page.goto(f"{address}/tab")
    page.get_by_role("option").nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")


def test_without_a_folder_it_says_how_to_get_images(address: str, page: Page) -> None:
    page.goto(f"{address}/none")
    expect(page.get_by_text("No images on this computer yet.")).to_be_visible()
    expect(page.get_by_text("Counts and tables work without them.")).to_be_visible()
    expect(page.get_by_text("cohort-explorer fetch my.cohort.json")).to_be_visible()
    expect(page.get_by_text("cohort-explorer app --images FOLDER")).to_be_visible()
    assert page.title() != "taken"
