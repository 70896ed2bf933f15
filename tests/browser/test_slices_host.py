"""The slices within the viewer, without WebGL: in the app, in JupyterLab and in Notebook 7."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserType, Locator, Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.notebook_fixtures import jupyter
from tests.browser.slices_fixtures import without_webgl
from tests.browser.test_viewer import running
from tests.browser.viewer_fixtures import chest, write_chest

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")

SLICES, SIDE = 40, 96
STEPS = np.array((2.5, 0.8, 0.8))
"""mm along z, y, x."""
LIMIT_MS = 40_000
MARKED = {"axial": 20, "coronal": 40, "sagittal": 67}
"""Slices through the middle of the marker."""


@pytest.fixture
def page(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Page]:
    with without_webgl(browser_type, browser_type_launch_args) as page:
        yield page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(sys.executable, "-m", "tests.browser.slices_app", "PORT") as found:
        yield found


def viewer(where: Page | Locator) -> Locator:
    """The viewer, once it draws slices."""
    shown = where.locator(".cx-img[data-shown=slices]")
    expect(shown).to_be_visible(timeout=LIMIT_MS)
    return shown


def shot(stage: Locator) -> NDArray[np.uint8]:
    """``(rows, columns, 3)`` RGB of a stage."""
    return np.asarray(Image.open(BytesIO(stage.screenshot())).convert("RGB"))


def seen_at(stage: Locator, plane: str, index: int) -> NDArray[np.float64]:
    """Where the bright marker of a slice is to be seen, CSS pixels right and down, where all of the plane is."""
    marked = np.argwhere(chest(SLICES, SIDE) > 800)
    marked = marked[marked[:, list(MARKED).index(plane)] == index]
    where = (marked.min(axis=0) + marked.max(axis=0)) / 2 * STEPS
    z, y, x = np.array((SLICES, SIDE, SIDE)) * STEPS / 2 - STEPS / 2 - where  # from the middle of the volume
    right, down, wide, high = {
        "axial": (-x, -y, SIDE * 0.8, SIDE * 0.8),
        "coronal": (-x, z, SIDE * 0.8, SLICES * 2.5),
        "sagittal": (-y, z, SIDE * 0.8, SLICES * 2.5),
    }[plane]
    box = stage.bounding_box() or {}
    scale = max(wide / box["width"], high / box["height"])
    return np.array((right / scale + box["width"] / 2, down / scale + box["height"] / 2))


def orange(stage: Locator) -> NDArray[np.bool_]:
    """Pixels of the mask."""
    picture = shot(stage).astype(int)
    return np.asarray(picture[..., 0] - picture[..., 2] > 60)


def white(stage: Locator) -> NDArray[np.bool_]:
    """Pixels of the marker, without those at the edge, which may be half the page's."""
    return np.asarray(shot(stage).min(axis=2)[:-2, :-2] == 255)


def lies_right(stage: Locator, plane: str, pixels: Callable[[Locator], NDArray[np.bool_]]) -> None:
    """Wait until the marker is where it belongs, to within two pixels."""
    wanted = seen_at(stage, plane, MARKED[plane])
    found: Any = None
    for _ in range(40):
        rows, columns = np.nonzero(pixels(stage))
        if rows.size:
            found = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
            if np.abs(wanted - found).max() <= 2:
                return
        stage.page.wait_for_timeout(100)
    raise AssertionError(f"{plane}: the marker is at {found}, not {wanted}")


def test_the_app_scrolls_windows_and_shows_masks(address: str, page: Page) -> None:
    page.goto(address)
    shown = viewer(page)
    expect(shown).to_contain_text("This browser has no WebGL.")
    stage = shown.locator(".cx-img-stage")
    lies_right(stage, "axial", orange)

    stage.hover()
    page.mouse.wheel(0, 100)
    expect(shown).to_have_attribute("data-painted", "axial 21")
    for _ in range(9):
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(40)
    expect(shown).to_have_attribute("data-painted", "axial 12")  # below the marker
    assert not orange(stage).any()

    rows, columns, _ = shot(stage).shape
    before = shot(stage)[round(rows * 0.53), columns // 2, 0]
    box = stage.bounding_box() or {}
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 260, steps=5)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert shot(stage)[round(rows * 0.53), columns // 2, 0] > before + 10


def test_three_planes_meet_in_the_point_that_is_clicked(
    address: str, page: Page, screenshot: Callable[[str], Path]
) -> None:
    page.goto(address)
    shown = viewer(page)
    shown.get_by_role("button", name="Three planes").click()
    stages = shown.locator(".cx-img-stage")
    expect(stages).to_have_count(3)
    expect(shown).to_have_attribute("data-painted", "axial 20;coronal 48;sagittal 48")
    right, down = seen_at(stages.first, "axial", 20)
    stages.first.click(position={"x": float(right), "y": float(down)})
    expect(shown).to_have_attribute("data-painted", "axial 20;coronal 40;sagittal 67")
    for place, plane in enumerate(MARKED):
        lies_right(stages.nth(place), plane, orange)
    screenshot("slices-three-planes")


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_a_notebook_draws_slices_with_the_bokeh_of_its_kernel(
    front_end: str, tmp_path: Path, page: Page, screenshot: Callable[[str], Path]
) -> None:
    write_chest(tmp_path / "images", SLICES, SIDE)
    with jupyter(front_end, tmp_path, tmp_path / "none") as server:
        cell = f"import explorer\nexplorer.view({str(tmp_path / 'images')!r})"
        book = server.open(page, "look.ipynb", cell)
        book.run(0)
        shown = viewer(book.cell(0))
        screenshot(f"slices-{front_end}")
        # Words over the picture are white too.
        page.add_style_tag(content=".cx-img-stage > :not(.cx-img-under-all) { visibility: hidden }")
        for plane, index in MARKED.items():
            shown.get_by_role("button", name=plane.capitalize()).click()
            expect(shown).to_have_attribute("data-painted", re.compile(f"{plane} "))
            shown.get_by_role("slider").first.fill(str(index))
            expect(shown).to_have_attribute("data-painted", f"{plane} {index}")
            lies_right(shown.locator(".cx-img-stage"), plane, white)
        assert page.evaluate("globalThis.Bokeh === undefined")
