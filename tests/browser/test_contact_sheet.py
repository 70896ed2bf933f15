"""The contact sheet in a real JupyterLab: pictures, a click, a mark, another sample; and without images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import Snapshot
from tests.browser.notebook_fixtures import Jupyter, jupyter

SHEET = """import explorer
cohort = explorer.Cohort(explorer.CohortDefinition(), explorer.Snapshot.open({path!r}))
sheet = explorer.contact_sheet(cohort, n=12, by="Modality", seed=7, images={images!r})
sheet"""
MARKS = "print([(mark.uid == sheet.chosen, mark.mark) for mark in sheet.marks])"
SEED = "print(sheet.sample.seed, sheet.sample.by, len(sheet.sample.rows))"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, default_home: Path) -> Iterator[Jupyter]:
    with jupyter("lab", tmp_path_factory.mktemp("lab"), default_home / "snapshots") as running:
        yield running


def tiles(output: Locator) -> Locator:
    """The series of a sheet that a cell shows."""
    return output.locator(".cx-sheet-tile")


def test_a_sheet_is_looked_at_and_noted_on(
    page: Page,
    server: Jupyter,
    demo_snapshot: Snapshot,
    demo_folder: Path,
    screenshot: Callable[[str], Path],
) -> None:
    first = SHEET.format(path=str(demo_snapshot.path), images=str(demo_folder))
    book = server.open(page, "sheet.ipynb", first, MARKS, SEED)
    book.run(0)
    cell = book.cell(0)
    expect(tiles(cell)).to_have_count(12)
    expect(cell.locator(".cx-sheet-tile.seen")).to_have_count(12)
    expect(cell.locator("h3")).to_have_text("12 of 44 series")
    expect(cell).to_contain_text("Spread over 5 of 5 modality values, seed 7")
    widths = tiles(cell).locator("img").evaluate_all("images => images.map(each => each.naturalWidth)")
    assert len(widths) == 12
    assert all(0 < width <= 128 for width in widths)
    screenshot("contact-sheet-lab")

    tiles(cell).nth(1).click()
    cell.get_by_role("button", name="Flag", exact=True).click()
    expect(cell.locator(".cx-sheet-tile.flag")).to_have_count(1)
    tiles(cell).nth(4).click()
    cell.get_by_role("button", name="Exclude this series").click()
    expect(cell.locator(".cx-sheet-tile.exclude")).to_have_count(1)
    assert book.says(1) == "[(False, 'flag'), (True, 'exclude')]"
    cell.scroll_into_view_if_needed()
    screenshot("contact-sheet-lab-marked")

    shown = tiles(cell).evaluate_all("all => all.map(each => each.dataset.uid)")
    cell.get_by_role("button", name="New sample").click()
    expect(cell).to_contain_text("seed 8")
    assert tiles(cell).evaluate_all("all => all.map(each => each.dataset.uid)") != shown
    assert book.says(2) == "8 Modality 12"
    expect(cell.locator(".cx-sheet-tile.seen")).to_have_count(12)


def test_without_images_it_says_how_to_get_them(
    page: Page, server: Jupyter, demo_snapshot: Snapshot, tmp_path: Path, screenshot: Callable[[str], Path]
) -> None:
    book = server.open(page, "none.ipynb", SHEET.format(path=str(demo_snapshot.path), images=str(tmp_path)))
    book.run(0)
    expect(tiles(book.cell(0))).to_have_count(12)
    expect(book.cell(0)).to_contain_text("sheet.fetch(limit=5)")
    expect(tiles(book.cell(0)).first).to_contain_text("not on this computer")
    screenshot("contact-sheet-lab-none")


def test_in_the_dark_on_a_small_screen(
    page: Page, server: Jupyter, demo_snapshot: Snapshot, demo_folder: Path, screenshot: Callable[[str], Path]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    book = server.open(page, "dark.ipynb", SHEET.format(path=str(demo_snapshot.path), images=str(demo_folder)))
    book.run(0)
    cell = book.cell(0)
    expect(cell.locator(".cx-sheet-tile.seen")).to_have_count(12)
    ink = "element => getComputedStyle(element).color"
    light = cell.locator("h3").evaluate(ink)
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_text("JupyterLab Dark", exact=True).click()
    expect(page.locator("body[data-jp-theme-light=false]")).to_have_count(1)
    assert cell.locator("h3").evaluate(ink) != light
    tiles(cell).nth(2).click()
    screenshot("contact-sheet-lab-dark")
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_text("JupyterLab Light", exact=True).click()
    expect(page.locator("body[data-jp-theme-light=true]")).to_have_count(1)
