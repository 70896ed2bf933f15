"""The image viewer in a real browser, in the app."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserType, Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.slices_fixtures import without_webgl
from tests.browser.viewer_fixtures import write_chest
from tests.browser.viewer_page import ACROSS, lesion_mm, lesion_pixels, lesion_wanted, opened, overlap
from tests.browser.viewer_patient import LEFT_OUT, LESION, write_patient
from tests.home import ROOT

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("images")
    write_patient(path)
    write_chest(path / "chest", leave_out=(5, 6))
    with running(sys.executable, "-m", "tests.browser.viewer_fixtures", str(path), "PORT") as address:
        yield address


@contextmanager
def running(*command: str) -> Iterator[str]:
    """The address of a server; ``PORT`` in its command is where it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.replace("PORT", str(port)) for word in command]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}) as server:
        try:
            for _ in range(240):
                assert server.poll() is None, "the server stopped"
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_words_around_the_picture(app: str, page: Page, screenshot: Callable[[str], Path]) -> None:
    page.goto(f"{app}/view")
    viewer = opened(page)
    screenshot("viewer-axial")
    assert viewer.letters() == ["R", "L", "A", "P"]
    expect(viewer.root).to_contain_text("Slices 6–7 are missing. The gap is shown empty; nothing is filled in.")
    for words in ("PHANTOM-1", "CT, 40 slices", "2.5 × 0.8 × 0.8 mm", "Full resolution", "Slice 21 of 40"):
        expect(viewer.stage()).to_contain_text(words)
    viewer.press("3")
    assert viewer.letters() == ["A", "P", "H", "F"]
    expect(viewer.stage()).to_contain_text("Slice 49 of 96")


@pytest.mark.parametrize("plane", ACROSS)
def test_left_is_left_and_the_mask_sits_on_the_lesion(
    app: str, page: Page, plane: str, screenshot: Callable[[str], Path]
) -> None:
    """The SEG leaves frames out before, after and inside of the lesion; those inside are its only difference."""
    page.goto(f"{app}/masks")
    viewer = opened(page).at_lesion(plane)
    viewer.root.get_by_role("checkbox", name="Show Surroundings").uncheck()
    masked = viewer.painted().grey()
    screenshot(f"viewer-mask-{plane}")
    bare = viewer.press("o").grey()
    np.testing.assert_allclose(lesion_mm(bare, plane), lesion_wanted(plane), atol=1.5)
    covered = (masked != bare).any(axis=-1)
    assert overlap(covered, lesion_pixels(bare)) > (0.85 if plane == "axial" else 0.7)
    assert (covered & ~_around(lesion_pixels(bare))).sum() == 0
    assert page.title() != "taken"


def _around(pixels: np.ndarray, by: int = 6) -> np.ndarray:
    """These and those a few pixels beside them."""
    wide = np.pad(pixels, by)
    rows = np.any([np.roll(wide, step, axis=0) for step in range(-by, by + 1)], axis=0)
    whole: np.ndarray = np.any([np.roll(rows, step, axis=1) for step in range(-by, by + 1)], axis=0)
    return whole[by:-by, by:-by]


def test_where_the_seg_has_no_frame_nothing_is_drawn(app: str, page: Page) -> None:
    page.goto(f"{app}/masks")
    viewer = opened(page).at_lesion("axial")
    viewer.root.get_by_role("checkbox", name="Show Surroundings").uncheck()
    while viewer.slice()[1] > LEFT_OUT[-1]:
        viewer.press("ArrowUp")
    masked = viewer.painted().grey()
    np.testing.assert_array_equal(masked, viewer.press("o").grey())
    assert lesion_pixels(masked).sum() > 50


def test_two_series_agree_in_millimetres(app: str, page: Page, screenshot: Callable[[str], Path]) -> None:
    page.goto(f"{app}/two")
    viewer = opened(page).at_lesion("axial")
    viewer.press("o")
    one, other = viewer.cursor(0), viewer.cursor(1)
    np.testing.assert_allclose(one, other, atol=0.01)
    assert viewer.slice(1) == ("axial", round((one[2] - 8) / 3))
    for series in (0, 1):
        np.testing.assert_allclose(lesion_mm(viewer.grey(series), "axial"), LESION[:2], atol=1.5)
    viewer.press("2").press("ArrowDown").press("ArrowDown").press("ArrowDown")
    screenshot("viewer-two")
    assert viewer.slice(0)[0] == viewer.slice(1)[0] == "coronal"
    y = viewer.cursor(0)[1]
    assert viewer.slice(1)[1] == round(y + 33)
    assert page.title() != "taken"


def test_series_of_other_frames_of_reference_are_not_linked(app: str, page: Page) -> None:
    page.goto(f"{app}/apart")
    viewer = opened(page)
    expect(viewer.root).to_contain_text("The two series have different frames of reference")
    before = viewer.slice(1)
    viewer.press("ArrowDown").press("ArrowDown")
    assert viewer.slice(0) == ("axial", 22)
    assert viewer.slice(1) == before


def test_keys_and_the_wheel(app: str, page: Page) -> None:
    page.goto(f"{app}/view")
    viewer = opened(page)
    viewer.stage().hover()
    page.mouse.wheel(0, 100)
    expect(viewer.root).to_have_attribute("data-slice", "axial 21")
    assert viewer.painted().press("ArrowUp").slice() == ("axial", 20)
    assert viewer.press("End").slice() == ("axial", 39)
    assert viewer.press("Home").slice() == ("axial", 0)
    assert viewer.press("2").slice() == ("coronal", 48)
    expect(viewer.stage()).to_contain_text("W 1,500 · L −300 HU")
    viewer.press("w")
    expect(viewer.stage()).to_contain_text("W 400 · L 50 HU")
    viewer.press("0")
    expect(viewer.stage()).to_contain_text("W 1,500 · L −300 HU")


def test_dark(app: str, page: Page, screenshot: Callable[[str], Path]) -> None:
    """With the app's colours: words outside of the pictures are light on dark."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{app}/masks")
    page.add_style_tag(path=ROOT / "explorer" / "views" / "page.css")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    viewer = opened(page).at_lesion("coronal")
    screenshot("viewer-dark-1280")
    for words in viewer.root.locator(".cx-img-title, .cx-img-made b, .cx-img-tools button").all():
        colour = words.evaluate("element => getComputedStyle(element).color")
        assert min(int(part) for part in re.findall(r"\d+", colour)[:3]) > 90


@pytest.mark.parametrize("plane", ACROSS)
def test_without_webgl_slices_are_drawn(
    app: str, plane: str, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> None:
    with without_webgl(browser_type, browser_type_launch_args) as page:
        page.goto(f"{app}/masks")
        viewer = opened(page, "slices").at_lesion(plane)
        expect(viewer.root).to_contain_text("This browser has no WebGL.")
        bare = viewer.press("o").grey()
        np.testing.assert_allclose(lesion_mm(bare, plane), lesion_wanted(plane), atol=1.5)


def test_where_the_viewers_page_is_not_served_slices_are_drawn(app: str, page: Page) -> None:
    """Within the time limit of one stage, and a picture is there meanwhile."""
    page.goto(f"{app}/blocked")
    stage = page.locator(".cx-img-stage")
    expect(stage.locator("img")).to_be_visible(timeout=15_000)
    viewer = opened(page, "slices", within_s=35).at_lesion("axial")
    bare = viewer.press("o").grey()
    np.testing.assert_allclose(lesion_mm(bare, "axial"), lesion_wanted("axial"), atol=1.5)


def test_where_the_viewers_page_never_comes_slices_are_drawn(app: str, page: Page) -> None:
    page.route("**/page.html*", lambda route: None)
    page.goto(f"{app}/masks")
    opened(page, "slices", within_s=45)
    page.unroute_all(behavior="ignoreErrors")
