"""What a hand does on the viewer's pictures, and how the viewer fits; without WebGL, on the phantom with a mask."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, FloatRect, Locator, Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.slices_fixtures import without_webgl
from tests.browser.test_axe import AXE, check
from tests.browser.test_viewer import running
from tests.browser.viewer_page import Viewer, opened

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")

SIDE_MM = 96 * 0.8
"""The axial plane of the phantom is as high as it is wide."""


@pytest.fixture
def page(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Page]:
    with without_webgl(browser_type, browser_type_launch_args) as page:
        yield page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(sys.executable, "-m", "tests.browser.slices_app", "PORT") as found:
        yield found


@pytest.fixture
def viewer(address: str, page: Page) -> Viewer:
    page.goto(address)
    return opened(page, "slices")


def place(of: Locator) -> FloatRect:
    box = of.bounding_box()
    assert box
    return box


def drag(viewer: Viewer, by: tuple[float, float], start: tuple[float, float] = (0, 0)) -> None:
    """Drag from so far beside the middle of the stage."""
    mouse, box = viewer.root.page.mouse, place(viewer.stage())
    x, y = box["x"] + box["width"] / 2 + start[0], box["y"] + box["height"] / 2 + start[1]
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by[0] / 2, y + by[1] / 2)
    mouse.move(x + by[0], y + by[1])
    mouse.up()
    viewer.painted()


def test_rulers_are_millimetres_nearer_too(viewer: Viewer) -> None:
    scale = SIDE_MM / min(place(viewer.stage())["width"], place(viewer.stage())["height"])
    viewer.press("m")
    drag(viewer, (120, 50))
    rulers = viewer.stage().locator("svg text")
    expect(rulers).to_have_text([f"{130 * scale:.1f} mm"])
    viewer.press("+")
    expect(rulers).to_have_text([f"{130 * scale:.1f} mm"])  # it lies in the patient, not on the screen
    drag(viewer, (-125, 0), start=(0, 90))
    expect(rulers).to_have_text([f"{130 * scale:.1f} mm", f"{100 * scale:.1f} mm"])
    viewer.press("Delete")
    expect(rulers).to_have_text([f"{130 * scale:.1f} mm"])
    viewer.press("ArrowDown")
    expect(rulers).to_have_count(0)


def test_a_drag_sets_the_window_and_two_clicks_reset_it(viewer: Viewer) -> None:
    words = viewer.stage().locator(".cx-img-tr")
    expect(words).to_contain_text("W 1,500 · L −300")
    drag(viewer, (60, -30))
    expect(words).not_to_contain_text("W 1,500")
    width, centre = (viewer.root.get_by_label(f"Window {name}") for name in ("width", "centre"))
    assert float(width.input_value()) > 1500
    assert float(centre.input_value()) > -300
    viewer.stage().locator("[data-picture]").dblclick()
    expect(words).to_contain_text("W 1,500 · L −300")


def test_it_zooms_at_the_pointer(viewer: Viewer) -> None:
    page, box = viewer.root.page, place(viewer.stage())
    x, y = box["x"] + box["width"] / 2 + 80, box["y"] + box["height"] / 2 - 60
    page.mouse.click(x, y)
    before = viewer.painted().cursor()
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    for _ in range(3):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.mouse.click(x, y)
    assert viewer.painted().cursor() == before
    assert viewer.slice() == ("axial", 20)


def test_nothing_jumps_while_it_loads(address: str, page: Page) -> None:
    page.goto(address)
    stage = page.locator(".cx-img-stage")
    expect(stage).to_be_visible()
    before = place(stage)
    opened(page, "slices")
    assert place(stage) == before


@pytest.mark.skipif(not AXE.is_file(), reason="the tools of the browser code are not installed")
@pytest.mark.parametrize("width", [480, 720, 1280])
def test_it_fits_and_everyone_can_use_it(viewer: Viewer, width: int, screenshot: Callable[[str], Path]) -> None:
    page = viewer.root.page
    page.set_viewport_size({"width": width, "height": 720})
    viewer.root.get_by_role("button", name="Three planes").click()
    expect(viewer.root).to_have_attribute("data-slice", re.compile("axial .*;coronal .*;sagittal "))
    viewer.painted()
    viewer.root.get_by_role("button", name="Mouse and keys").click()
    expect(viewer.root.get_by_role("dialog")).to_be_visible()
    check(page, "html")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(f"viewer-{width}")
