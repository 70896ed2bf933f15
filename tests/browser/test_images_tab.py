"""The Images tab over the synthetic study set: the sample, the viewer beside it, and what is noted of a series."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import Snapshot
from explorer.views.viewer import VIEWER_DIR
from tests.browser.app_fixtures import ANSWER_MS, choose, definition, opened, saved, serving, tab, totals, watched
from tests.browser.test_axe import AXE, check

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "tab.js").is_file(), reason="npm run build:viewer was not run")


@pytest.fixture(scope="module")
def demo(demo_folder: Path, demo_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with serving(home, "--snapshot", str(demo_snapshot.path), "--images", str(demo_folder)) as address:
        yield address


@pytest.fixture
def images(page: Page, demo: str) -> Iterator[Page]:
    with watched(page):
        opened(page, demo)
        tab(page, "images")
        expect(tiles(page)).to_have_count(24, timeout=ANSWER_MS)
        yield page


def tiles(page: Page) -> Locator:
    return page.locator(".cx-sheet-tile")


def uids(page: Page) -> list[str]:
    found: list[str] = tiles(page).evaluate_all("all => all.map(one => one.dataset.uid)")
    return found


def viewer(page: Page) -> Locator:
    """The viewer, once it shows something."""
    shown = page.locator(".cx-img[data-shown]")
    expect(shown).to_be_visible(timeout=ANSWER_MS)
    return shown


def from_list(page: Page, *words: str) -> None:
    """Open the first series of the list whose line has all these words."""
    page.get_by_role("button", name="All series").click()
    line = page.get_by_role("option")
    for each in words:
        line = line.filter(has_text=each)
    line.first.click()
    expect(viewer(page)).to_contain_text(words[0])


def test_a_sample_has_pictures_and_opens_with_the_keyboard(images: Page, screenshot: Callable[[str], Path]) -> None:
    expect(images.get_by_text("24 of 44 series", exact=True)).to_be_visible()
    expect(images.get_by_text("Spread over 2 of 2 vendor values.")).to_be_visible()
    picture = tiles(images).first.locator("img")
    expect(tiles(images).first).to_have_class(re.compile("seen"), timeout=ANSWER_MS)
    assert picture.evaluate("one => Math.max(one.naturalWidth, one.naturalHeight)") == 128
    tiles(images).first.focus()
    images.keyboard.press("ArrowRight")
    images.keyboard.press("ArrowDown")
    expect(tiles(images).nth(5)).to_be_focused()
    images.keyboard.press("Enter")
    expect(tiles(images).nth(5)).to_have_attribute("aria-selected", "true")
    viewer(images)
    screenshot("images-tab")


def test_the_seed_says_which_sample_it_is(images: Page) -> None:
    seventh = uids(images)
    images.get_by_role("button", name="New sample").click()
    expect(images.get_by_label("Seed")).to_have_value("8")
    expect(tiles(images).first).not_to_have_attribute("data-uid", seventh[0])
    images.get_by_label("Seed").fill("7")
    images.get_by_label("Seed").press("Enter")
    expect(tiles(images).first).to_have_attribute("data-uid", seventh[0])
    assert uids(images) == seventh
    images.get_by_label("Spread over").select_option("Modality")
    expect(images.get_by_text("Spread over 5 of 5 modality values.")).to_be_visible(timeout=ANSWER_MS)
    assert definition(images).annotations["sample"] == {"n": 24, "by": "Modality", "seed": 7, "here": True}


def test_a_mark_stands_in_the_notes_and_changes_no_count(images: Page) -> None:
    before = totals(images)
    uid = uids(images)[3]
    tiles(images).nth(3).click()
    viewer(images)
    images.get_by_role("button", name="Exclude this series").click()
    expect(images.get_by_text("Excluded in the cohort's notes. The counts do not change.")).to_be_visible()
    expect(tiles(images).nth(3).locator(".cx-sheet-mark")).to_have_text("Excluded")
    note = images.get_by_label("Note on this series")
    note.fill("moved: twice")
    note.press("Enter")
    assert definition(images).annotations["series"] == {uid: {"mark": "exclude", "note": "moved: twice"}}
    assert totals(images) == before
    tab(images, "images")
    viewer(images)
    images.get_by_role("button", name="Excluded").click()
    expect(tiles(images).nth(3).locator(".cx-sheet-mark")).to_have_count(0)
    tab(images, "code")
    expect(images.locator('[data-block="JSON"]')).not_to_contain_text("moved: twice")
    assert "series" not in definition(images).annotations


def test_what_was_drawn_and_measured_comes_along(images: Page, tmp_path: Path) -> None:
    from_list(images, "SYNTHETIC FDG PET", "Study 1 of 2, day 0", "PT · ")
    expect(viewer(images)).to_contain_text("SYNTHETIC lesions on FDG PET")
    table = images.get_by_role("region", name="2 measurements")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Volume")
    assert saved(images, "PNG", tmp_path).read_bytes().startswith(b"\x89PNG")


def test_a_segmentation_opens_over_its_images_and_is_what_one_marks(images: Page, demo_snapshot: Snapshot) -> None:
    hint = images.get_by_text("Choose a series to look at it.")
    expect(hint).to_be_visible()
    images.get_by_role("button", name="All series").click()
    line = images.get_by_role("option").filter(has_text="SEG · SYNTHETIC lesions on FDG PET").first
    line.click()
    expect(viewer(images)).to_contain_text("PT · SYNTHETIC FDG PET")
    expect(viewer(images)).to_contain_text("SYNTHETIC lesions on FDG PET")
    expect(line).to_have_attribute("aria-selected", "true")
    expect(hint).to_have_count(0)
    expect(images.locator(".cx-about")).to_have_text(re.compile(r"^SEG .*, shown on PT series \d+$"))
    images.get_by_role("button", name="Flag").focus()
    images.keyboard.press("Enter")
    expect(images.get_by_role("button", name="Flagged")).to_be_focused()
    (uid,) = definition(images).annotations["series"]
    with demo_snapshot.cursor() as cursor:
        assert cursor.execute("SELECT Modality FROM series WHERE SeriesInstanceUID = ?", [uid]).fetchall() == [("SEG",)]


def test_two_studies_of_a_patient_stand_side_by_side(images: Page, screenshot: Callable[[str], Path]) -> None:
    from_list(images, "SYNTHETIC chest", "Study 1 of 3, day 0", "32 images")
    line = images.locator("[role=option][aria-selected=true]")
    place = line.evaluate("one => { const box = one.closest('ul'); box.scrollTop = 90; return box.scrollTop }")
    assert place > 0
    images.get_by_role("button", name="Compare with study 2").focus()
    images.keyboard.press("Enter")
    expect(images.get_by_role("button", name="Stop comparing")).to_be_visible(timeout=ANSWER_MS)
    expect(viewer(images)).to_contain_text("Study 2 of 3, day 91")
    expect(images.get_by_role("button", name="Stop comparing")).to_be_focused()
    expect(line).to_be_hidden()
    screenshot("images-tab-compared")
    images.keyboard.press("Enter")
    expect(images.get_by_role("button", name="Compare with study 2")).to_be_focused(timeout=ANSWER_MS)
    expect(line).to_be_visible()
    assert line.evaluate("one => one.closest('ul').scrollTop") == place
    expect(viewer(images)).not_to_contain_text("Study 2 of 3, day 91")


def test_an_open_series_that_leaves_the_cohort_says_so(images: Page) -> None:
    from_list(images, "SYNTHETIC chest", "Study 1 of 3, day 0", "32 images")
    left = images.get_by_text("This series is no longer in the cohort.")
    expect(left).to_have_count(0)
    choose(images, ("Modality", "MR"))
    expect(left).to_be_visible(timeout=ANSWER_MS)
    expect(viewer(images)).to_contain_text("SYNTHETIC chest")
    images.get_by_role("button", name="Sample", exact=True).click()
    assert not any("CT" in (one or "") for one in tiles(images).evaluate_all("all => all.map(one => one.title)"))


@pytest.mark.skipif(not AXE.is_file(), reason="the tools of the browser code are not installed")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_grave_for_those_who_use_other_means(page: Page, demo: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    opened(page, demo)
    tab(page, "images")
    tiles(page).nth(2).click()
    viewer(page)
    page.get_by_role("button", name="Flag").click()
    expect(tiles(page).nth(2).locator(".cx-sheet-mark")).to_have_text("Flagged")
    check(page, ".body")
    page.get_by_role("button", name="All series").click()
    check(page, ".body")


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_without_images_the_sample_is_offered(
    app: Page, size: tuple[int, int], screenshot: Callable[[str], Path]
) -> None:
    app.set_viewport_size({"width": size[0], "height": size[1]})
    tab(app, "images")
    expect(tiles(app)).to_have_count(24, timeout=ANSWER_MS)
    expect(app.get_by_text("No images on this computer yet.")).to_be_visible()
    expect(app.get_by_text("24 of this sample")).to_be_visible(timeout=ANSWER_MS)
    expect(app.get_by_text("The whole cohort is 77.6 TB in 546,596 series.")).to_be_visible()
    assert app.locator(".body").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert app.locator(".totals").evaluate("one => one.clientHeight") < 30  # one line
    screenshot(f"images-tab-nothing-here-{size[0]}")
