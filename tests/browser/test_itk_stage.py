"""What itk-vtk-viewer draws in its iframe, alone: places, windows, levels, the volume, and what is left behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.stage_fixtures import BASE, VERSION, Stage, can_run, of, serving

pytestmark = pytest.mark.skipif(not can_run(), reason="npm ci or npm run build:viewer was not run")

SHAPE = (130, 300, 330)
SPACING = (2.5, 0.75, 0.8)
ORIGIN = (-120.0, -90.0, -60.0)
"""LPS mm of the middle of the first voxel: x, y, z."""
CUBE = (slice(24, 32), slice(64, 80), slice(224, 240))
"""Inside blocks of the coarsest level, far from the middle on each axis."""
CUBE_AT = tuple(side.start + (side.stop - side.start - 1) / 2 for side in CUBE)
SIZE = (600, 500)
"""The stage's width and height."""

AXES = {"axial": ((2, 1), (1, 1)), "coronal": ((2, 1), (0, -1)), "sagittal": ((1, 1), (0, -1))}
"""A picture's axes, right and down: place in z, y, x and sign, as in wire.ts."""
AXIS = {"axial": 0, "coronal": 1, "sagittal": 2}
WINDOW = [500, 1000]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    array = np.zeros(SHAPE, dtype=np.int16)
    array[CUBE] = 1000
    with serving(of(array, SPACING, ORIGIN), tmp_path_factory.mktemp("stage")) as served:
        yield served


@pytest.fixture
def harness(stage: Stage, page: Page) -> Iterator[Page]:
    """The harness page; what it says of errors fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    stage.finer.set()
    stage.jupyter = False
    stage.served.clear()
    page.goto(f"{stage.address}/harness.html")
    yield page
    stage.finer.set()
    assert not errors


def opened(
    page: Page, view: str, index: int, camera: dict[str, Any], page_url: str = "viewer/page.html", window: Any = None
) -> None:
    script = "([url, ...first]) => window.make(url).then((stage) => stage.open(...first))"
    page.evaluate(script, [page_url, view, index, window or WINDOW, camera])


def levels(page: Page, wanted: int) -> list[int]:
    """What was said of the loaded level, once `wanted` was."""
    page.wait_for_function("(wanted) => stage.levels.includes(wanted)", arg=wanted)
    found: list[int] = page.evaluate("stage.levels")
    return found


def picture(page: Page) -> NDArray[np.float64]:
    """Brightness of the stage's pixels, from 0 to 1."""
    box = page.locator(".box").last
    return np.asarray(Image.open(BytesIO(box.screenshot())).convert("L")) / 255


def drawn(page: Page, true: Callable[[], bool], otherwise: str) -> None:
    """Wait until it is so: without a graphics card a frame of the volume may take a second."""
    for _ in range(20):
        if true():
            return
        page.wait_for_timeout(500)
    raise AssertionError(otherwise)


def brightest(page: Page) -> tuple[float, float]:
    """Where the light is: CSS pixels from the stage's left and top."""
    light = picture(page)
    assert light.max() > 0.9, "nothing bright is drawn"
    y, x = np.indices(light.shape)
    wide = light.shape[1] / SIZE[0]
    # The middle of a pixel lies half a pixel from its edge.
    return ((x + 0.5) * light).sum() / light.sum() / wide, ((y + 0.5) * light).sum() / light.sum() / wide


def expected(plane: str, camera: dict[str, Any]) -> tuple[float, float]:
    """Where the host would draw the cube's middle."""
    origin = ORIGIN[::-1]
    found = []
    for (axis, sign), centre, pixels in zip(AXES[plane], camera["centre"], SIZE, strict=True):
        mm = sign * (origin[axis] + CUBE_AT[axis] * SPACING[axis])
        found.append(pixels / 2 + (mm - centre) / camera["scale"])
    return found[0], found[1]


def near(plane: str, zoom: float, aside: tuple[float, float]) -> dict[str, Any]:
    """A camera in which the cube is `aside` CSS pixels from the middle."""
    at = [
        sign * (ORIGIN[2 - axis] + CUBE_AT[axis] * SPACING[axis]) - pixels * zoom
        for (axis, sign), pixels in zip(AXES[plane], aside, strict=True)
    ]
    return {"centre": at, "scale": zoom}


def same_place(page: Page, plane: str, camera: dict[str, Any]) -> None:
    found, right = brightest(page), expected(plane, camera)
    assert np.hypot(found[0] - right[0], found[1] - right[1]) < 1.5, f"{plane}: at {found}, not {right}"


@pytest.mark.parametrize("plane", AXES)
def test_each_plane_lies_where_the_camera_says(stage: Stage, harness: Page, plane: str) -> None:
    index = int(CUBE_AT[AXIS[plane]])
    stage.finer.clear()
    camera = near(plane, 0.5, (130, -90))
    opened(harness, plane, index, camera)
    assert harness.evaluate("stage.levels") == [4]
    same_place(harness, plane, camera)
    stage.finer.set()
    assert levels(harness, 1) == [4, 1]
    nearer, farther = near(plane, 0.18, (-40, 75)), near(plane, 1.3, (11, 7))
    for moved in (camera, nearer, farther):
        script = "([camera, plane, index]) => { stage.camera(camera); return stage.show(plane, index) }"
        harness.evaluate(script, [moved, plane, index])
        same_place(harness, plane, moved)


def test_a_sharp_screen_and_a_new_size_change_no_place(stage: Stage, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": 700}, device_scale_factor=2)
    try:
        page.goto(f"{stage.address}/harness.html")
        camera = near("coronal", 0.4, (90, 60))
        opened(page, "coronal", int(CUBE_AT[1]), camera)
        same_place(page, "coronal", camera)
        page.evaluate("box.style.width = '400px'; box.style.height = '640px'")
        page.evaluate("box.style.width = '600px'; box.style.height = '500px'")
        page.wait_for_timeout(500)
        same_place(page, "coronal", camera)
    finally:
        page.close()


def test_only_the_slice_asked_for_is_drawn(harness: Page) -> None:
    camera = near("axial", 0.5, (0, 0))
    opened(harness, "axial", 31, camera)
    levels(harness, 1)
    for index, drawn in ((23, False), (24, True), (31, True), (32, False), (0, False), (129, False)):
        harness.evaluate("(index) => stage.show('axial', index)", index)
        assert bool(picture(harness).max() > 0.9) is drawn, index


def test_the_window_changes_at_once(harness: Page) -> None:
    camera = near("sagittal", 0.5, (0, 0))
    opened(harness, "sagittal", 230, camera, window=[1000, 1000])
    levels(harness, 1)
    middle = (SIZE[1] // 2, SIZE[0] // 2)
    assert picture(harness)[middle] == pytest.approx(0.5, abs=0.02)
    harness.evaluate("stage.window([2000, 8000]); stage.show('sagittal', 230)")
    light = picture(harness)
    assert light[middle] == pytest.approx(0.375, abs=0.02)
    assert light[middle[0] - 50, middle[1] + 100] == pytest.approx(0.25, abs=0.02)


def test_little_is_fetched_before_the_first_picture(stage: Stage, harness: Page) -> None:
    stage.finer.clear()
    opened(harness, "axial", 28, near("axial", 0.5, (0, 0)))
    asked = harness.evaluate("asked.slice()")
    chunks = {key for key in asked if key.startswith("scale2/image/") and not key.endswith(".zarray")}
    finer = {key for key in asked if key.startswith(("scale0/image/", "scale1/image/")) and not key.endswith("array")}
    assert len(chunks) == 8
    assert len(finer) <= 8  # those that follow at once
    assert len(asked) == len(set(asked))


def test_the_volume_is_drawn_and_left_again(stage: Stage, harness: Page, screenshot: Callable[[str], Path]) -> None:
    camera = near("coronal", 0.5, (40, 30))
    opened(harness, "coronal", int(CUBE_AT[1]), camera)
    levels(harness, 1)
    before = picture(harness)
    harness.evaluate("stage.show('volume', 0)")
    drawn(harness, lambda: picture(harness).max() > 0.3, "nothing bright is drawn")
    screenshot("stage-volume")
    first = picture(harness)
    box = harness.locator(".box").bounding_box() or {}

    def turned() -> bool:
        harness.mouse.move(box["x"] + 300, box["y"] + 250)
        harness.mouse.down()
        harness.mouse.move(box["x"] + 420, box["y"] + 220, steps=6)
        harness.mouse.up()
        harness.wait_for_timeout(500)
        return bool(np.abs(picture(harness) - first).max() > 0.3)

    drawn(harness, turned, "the volume did not turn")
    harness.keyboard.press("w")
    harness.wait_for_function("keys.length")
    assert harness.evaluate("keys") == ["w"]
    harness.evaluate("(index) => stage.show('coronal', index)", int(CUBE_AT[1]))
    drawn(harness, lambda: bool(np.abs(picture(harness) - before).max() < 0.02), "the slice is not back")
    same_place(harness, "coronal", camera)


def test_full_resolution_is_said_when_it_is_drawn(stage: Stage, harness: Page) -> None:
    stage.series["dtype"] = "float64"  # as if it were too large to be loaded without being asked
    try:
        stage.finer.clear()
        opened(harness, "axial", 28, near("axial", 0.5, (0, 0)))
        harness.evaluate("void stage.full().then(() => (window.done = true))")
        harness.wait_for_timeout(300)
        assert harness.evaluate("window.done") is None
        stage.finer.set()
        harness.wait_for_function("window.done")
        assert harness.evaluate("stage.levels").pop() == 1
    finally:
        stage.series["dtype"] = "int16"


def settled(page: Page, session: CDPSession, enough: int) -> int:
    """Bytes that scripts hold, once a removed frame was let go, which takes the browser a moment."""
    least = sys.maxsize
    for _ in range(20):
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")
        least = min(least, int(heap["usedSize"] + heap.get("backingStorageSize", 0)))
        if least < enough:
            break
        page.wait_for_timeout(250)
    return least


def test_ten_in_a_row_leave_nothing_behind(stage: Stage, browser: Browser) -> None:
    page = browser.new_page()
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    try:
        page.goto(f"{stage.address}/harness.html")
        session = page.context.new_cdp_session(page)
        first = 0
        for turn in range(10):
            opened(page, "axial", 28, near("axial", 0.5, (0, 0)))
            levels(page, 1)
            page.evaluate("stage.remove(); box.remove(); window.stage = window.box = undefined")
            if turn == 1:
                first = settled(page, session, 0)
        assert settled(page, session, first + 8 * 2**20) < first + 8 * 2**20
        assert session.send("Memory.getDOMCounters")["documents"] < 20
        assert not [text for text in warnings if "Too many active WebGL contexts" in text]
    finally:
        page.close()


def test_in_a_notebook_the_jupyter_server_has_the_page(stage: Stage, harness: Page) -> None:
    stage.jupyter = True
    harness.goto(f"{stage.address}/hub.html")
    opened(harness, "axial", 28, near("axial", 0.5, (0, 0)), page_url="")
    assert f"{BASE}explorer/viewer/{VERSION.read_text()}/itkVtkViewer.js" in stage.served
    assert "itkVtkViewer.js" not in harness.evaluate("asked")


def test_where_no_server_has_the_page_it_comes_through_messages(stage: Stage, harness: Page) -> None:
    camera = near("axial", 0.5, (60, 30))
    opened(harness, "axial", 28, camera, page_url="")
    assert {"page.html", "page.js", "itkVtkViewer.js"} <= set(harness.evaluate("asked"))
    same_place(harness, "axial", camera)


def test_without_webgl_it_says_so(stage: Stage, harness: Page) -> None:
    harness.evaluate("HTMLCanvasElement.prototype.getContext = () => null")
    script = """() => window.make("viewer/page.html").then((stage) =>
        stage.open("axial", 0, [0, 1], { centre: [0, 0], scale: 1 })).catch((error) => error.message)"""
    assert harness.evaluate(script) == "This browser has no WebGL."
