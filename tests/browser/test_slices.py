"""The slices that HoloViews draws, in a Chromium without WebGL: where voxels lie, and how grey they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserType, Page

from explorer.images import Plane
from tests.browser.slices_fixtures import (
    AXES,
    ESBUILD,
    MARKER,
    SIZE,
    WINDOW,
    Server,
    opened,
    phantom,
    picture,
    place,
    serving,
    without_webgl,
)

pytestmark = pytest.mark.skipif(not ESBUILD.exists(), reason="npm ci was not run")

CAMERAS = {
    "axial": ((-3.0, 38.0), 0.15),
    "coronal": ((-9.0, -255.0), 0.3),
    "sagittal": ((40.0, -240.0), 0.25),
}


@pytest.fixture
def page(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Page]:
    with without_webgl(browser_type, browser_type_launch_args) as page:
        yield page


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(phantom())) as server:
        yield server


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_every_voxel_is_where_the_camera_sees_it_and_as_grey_as_the_window_says(
    server: Server, page: Page, plane: Plane
) -> None:
    centre, scale = CAMERAS[plane]
    opened(page, server, plane, MARKER[AXES[plane]], centre, scale)
    shot = picture(page)

    right, down = place(server.volume, MARKER, plane, centre, scale)
    found = np.argwhere(shot == 255).mean(axis=0) + 0.5
    assert np.abs(found - (down, right)).max() <= 0.6

    steps = 0
    for voxel in np.ndindex(server.volume.array.shape):
        if voxel[AXES[plane]] != MARKER[AXES[plane]]:
            continue
        right, down = place(server.volume, voxel, plane, centre, scale)
        if 0 <= right < SIZE[0] and 0 <= down < SIZE[1]:
            grey = (server.volume.array[voxel] - (WINDOW[0] - WINDOW[1] / 2)) / WINDOW[1] * 255
            assert abs(int(shot[int(down), int(right)]) - min(grey, 255)) <= 1
            steps += 1
    assert steps > 200
    assert page.evaluate("coarseness") == 1


def test_the_window_and_the_camera_move_without_asking(server: Server, page: Page) -> None:
    opened(page, server, "axial", 14, *CAMERAS["axial"])
    page.wait_for_function("asked.filter(({ kind }) => kind === 'slice').length === 6")
    page.evaluate("stage.window([0, 60])")
    page.evaluate("stage.camera({ centre: [0, 30], scale: 0.4 })")
    page.wait_for_timeout(200)
    shot = picture(page)
    seen = set()
    for voxel in ((14, 1, 1), (14, 8, 3), (14, 5, 12), MARKER):
        right, down = place(server.volume, voxel, "axial", (0, 30), 0.4)
        grey = shot[int(down), int(right)]
        assert abs(int(grey) - np.clip((server.volume.array[voxel] + 30) / 60 * 255, 0, 255)) <= 1
        seen.add(int(grey))
    assert {0, 255} < seen
    assert len(seen) == 4
    assert page.evaluate("asked.filter(({ kind }) => kind === 'slice').length") == 6


def test_a_pane_of_another_size_keeps_the_scale_and_the_middle(server: Server, page: Page) -> None:
    centre, scale = CAMERAS["coronal"]
    opened(page, server, "coronal", MARKER[1], centre, scale)
    page.evaluate("pane.style.cssText += '; width: 433.4px; height: 377.7px'")
    page.wait_for_timeout(300)
    right, down = place(server.volume, MARKER, "coronal", centre, scale) - np.array(SIZE) / 2 + (216.7, 188.85)
    found = np.argwhere(picture(page)[:-2, :-2] == 255).mean(axis=0) + 0.5  # the page's ground shines in at the edge
    assert np.abs(found - (down, right)).max() <= 0.6


def test_the_reader_who_scrolls_fast_sees_the_last_slice_and_skips_others(server: Server, page: Page) -> None:
    centre, scale = CAMERAS["axial"]
    opened(page, server, "axial", 19, centre, scale)
    before = page.evaluate("asked.length")
    page.evaluate("Promise.all([7, 5, 3, 1].map((index) => stage.show('axial', index)))")
    right, down = place(server.volume, (1, 20, 20), "axial", centre, scale)
    grey = (server.volume.array[1, 20, 20] + 160) / 400 * 255
    assert abs(int(picture(page)[int(down), int(right)]) - grey) <= 1
    asked = page.evaluate("(before) => asked.slice(before).map(({ index }) => index)", before)
    assert 7 in asked
    assert 5 not in asked

    page.wait_for_function("asked.some(({ index }) => index === 0)")  # the neighbour, on the way down
    page.wait_for_timeout(200)
    before = page.evaluate("asked.length")
    page.evaluate("stage.show('axial', 0)")
    assert 0 not in page.evaluate("(before) => asked.slice(before).map(({ index }) => index)", before)


def test_planes_change_and_a_volume_is_refused(server: Server, page: Page) -> None:
    opened(page, server, "axial", 14, *CAMERAS["axial"])
    centre, scale = CAMERAS["sagittal"]
    page.evaluate(
        "([centre, scale]) => { stage.camera({ centre, scale }); return stage.show('sagittal', 50); }", [centre, scale]
    )
    page.wait_for_timeout(100)
    right, down = place(server.volume, MARKER, "sagittal", centre, scale)
    assert picture(page)[int(down), int(right)] == 255
    assert page.evaluate("stage.element.children.length") == 1
    assert page.evaluate("stage.show('volume', 0).catch(({ message }) => message)") == (
        "Slices are flat and show no volume."
    )
    assert page.evaluate(
        "stage.open('axial', 99, [0, 1], { centre: [0, 0], scale: 1 }).catch(({ message }) => message)"
    ) == ("A slice is missing.")


def test_another_bokeh_of_the_page_is_left_alone_and_nothing_remains(server: Server, page: Page) -> None:
    page.goto(server.address)
    page.evaluate("window.Bokeh = { version: '2.4.3', __bokeh__: true }; start()")
    for _ in range(2):
        page.evaluate("start().then(() => stage.open('axial', 3, [0, 100], { centre: [0, 0], scale: 1 }))")
        page.evaluate("stage.show('coronal', 3)")
        assert page.evaluate("stage.element.childNodes.length") == 1
    assert page.evaluate("Object.keys(Bokeh)") == ["version", "__bokeh__"]
    assert page.evaluate("asked.filter(({ kind }) => kind === 'asset').length") == 1

    kept = "globalThis[Symbol.for('cohort-explorer.bokeh')].values().next().value"
    counts = f"{kept}.then((bokeh) => [bokeh.documents.length, bokeh.index.roots.length > 0])"
    assert page.evaluate(counts) == [2, True]
    page.evaluate("stage.remove()")
    assert page.evaluate(counts) == [1, True]


def test_the_bokeh_of_the_page_is_used_where_it_is_the_same(server: Server, page: Page) -> None:
    page.goto(server.address)
    page.add_script_tag(url=server.address + "bokeh.min.js")
    page.evaluate("start().then(() => stage.open('axial', 3, [0, 100], { centre: [0, 0], scale: 1 }))")
    assert page.evaluate("[Bokeh.documents.length, Bokeh.index.roots.length > 0]") == [1, True]
    page.evaluate("stage.remove()")
    assert page.evaluate("[Bokeh.documents.length, Bokeh.index.roots.length]") == [0, 0]
    assert page.evaluate("document.body.querySelectorAll('.bk-Notifications, .bk-Figure').length") == 0
    assert not page.evaluate("asked.some(({ kind }) => kind === 'asset')")


def test_a_view_that_is_closed_before_it_has_drawn_leaves_nothing(server: Server, page: Page) -> None:
    page.goto(server.address)
    page.add_script_tag(url=server.address + "bokeh.min.js")
    page.evaluate("start()")
    for wait_ms in (0, 5, 15, 40, 80):
        page.evaluate(
            """async (wait) => {
                await start();
                const opening = stage.open("axial", 3, [0, 100], { centre: [0, 0], scale: 1 }).catch(() => 0);
                await new Promise((resolve) => setTimeout(resolve, wait));
                stage.remove();
                await opening;
            }""",
            wait_ms,
        )
        assert page.evaluate("[Bokeh.documents.length, Bokeh.index.roots.length]") == [0, 0]


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int32", "uint32", "float32", "float64"])
def test_every_type_of_voxel_is_drawn(page: Page, dtype: str) -> None:
    volume = phantom()
    array = np.clip(volume.array, 0 if dtype.startswith("u") else -100, 120).astype(dtype)
    with serving(Server(replace(volume, array=array))) as server:
        opened(page, server, "axial", 10, *CAMERAS["axial"])
        shot = picture(page)
        for voxel in ((10, 3, 3), (10, 20, 20), (10, 30, 40)):
            right, down = place(volume, voxel, "axial", *CAMERAS["axial"])
            if 0 <= right < SIZE[0] and 0 <= down < SIZE[1]:
                assert abs(int(shot[int(down), int(right)]) - (float(array[voxel]) + 160) / 400 * 255) <= 1
