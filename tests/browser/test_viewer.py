"""The image viewer in a real browser: in the app, without WebGL, in JupyterLab, and with no browser at all."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserType, Locator, Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.viewer_fixtures import write_chest
from tests.home import ROOT

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("images")
    write_chest(path, slices=40, size=96, leave_out=(5, 6))
    return path


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[str]:
    with running(sys.executable, "-m", "tests.browser.viewer_fixtures", str(folder), "PORT") as address:
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


def shown(page: Page, how: str, within_s: float = 40) -> Locator:
    """The viewer, once it shows itself that way."""
    viewer = page.locator(f".cx-img[data-shown={how}]")
    expect(viewer).to_be_visible(timeout=within_s * 1000)
    return viewer


def marker(page: Page) -> tuple[float, float]:
    """Where the bright marker is on the stage, from 0 to 1, down and right of its middle part."""
    picture = np.asarray(Image.open(BytesIO(page.locator(".cx-img-stage").screenshot())).convert("L"))
    rows, columns = picture.shape
    middle = picture[rows // 6 : -rows // 6, columns // 4 : -columns // 4]
    bright = np.argwhere(middle > 245)
    assert 30 < len(bright) < middle.size / 10
    y, x = bright.mean(axis=0) / middle.shape
    return float(y), float(x)


def test_the_app_draws_the_series_the_right_way_round(app: str, page: Page, screenshot: Callable[[str], Path]) -> None:
    page.goto(f"{app}/view")
    viewer = shown(page, "viewer")
    page.wait_for_timeout(1500)
    screenshot("viewer-axial")
    y, x = marker(page)  # the patient's left and front
    assert x > 0.55
    assert y < 0.48
    assert viewer.locator(".cx-img-letter").all_inner_texts() == ["R", "L", "A", "P"]
    expect(viewer).to_contain_text("Slices 6–7 are missing. The gap is shown empty; nothing is filled in.")
    expect(viewer).to_contain_text("CT, 40 slices")
    expect(viewer).to_contain_text("2.5 × 0.8 × 0.8 mm")
    expect(viewer).to_contain_text("Full resolution")

    viewer.get_by_role("button", name="Sagittal").click()
    viewer.get_by_role("slider").fill("67")
    page.wait_for_timeout(1500)
    screenshot("viewer-sagittal")
    y, x = marker(page)  # the front is at the left, the head at the top
    assert x < 0.5
    assert y < 0.5
    assert viewer.locator(".cx-img-letter").all_inner_texts() == ["A", "P", "H", "F"]
    expect(viewer).to_contain_text("Slice 68 of 96")


def test_the_wheel_scrolls_slices(app: str, page: Page) -> None:
    page.goto(f"{app}/view")
    viewer = shown(page, "viewer")
    viewer.locator(".cx-img-stage").hover()
    page.mouse.wheel(0, 100)
    expect(viewer).to_contain_text("Slice 22 of 40")


def test_without_webgl_a_still_picture_and_one_sentence(
    app: str, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> None:
    off = ["--disable-gpu", "--disable-webgl", "--disable-3d-apis"]
    options = browser_type_launch_args | {"args": [*browser_type_launch_args["args"], *off]}
    browser = browser_type.launch(**options)
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{app}/view")
        viewer = shown(page, "still")
        expect(viewer).to_contain_text("This browser has no WebGL, so this is a still picture of each slice.")
        expect(viewer.locator("img")).to_have_attribute("alt", "CT Chest phantom, axial plane, slice 21 of 40")
        page.wait_for_timeout(500)
        y, x = marker(page)
        assert x > 0.55
        assert y < 0.48
        before = viewer.locator("img").get_attribute("src")
        viewer.get_by_role("slider").fill("3")
        expect(viewer.locator("img")).not_to_have_attribute("src", before or "")
    finally:
        browser.close()


def test_the_tab_opens_what_is_here_and_explains_the_rest(
    app: str, page: Page, screenshot: Callable[[str], Path]
) -> None:
    page.goto(f"{app}/tab")
    expect(page.get_by_text("1 of 2 series are on this computer.")).to_be_visible()
    expect(page.get_by_text("2 of 44,303 series")).to_be_visible()
    page.get_by_role("option").nth(1).click()
    expect(page.get_by_text("This series is not on this computer yet.")).to_be_visible()
    expect(page.get_by_text("12.5 MB")).to_be_visible()
    expect(page.get_by_role("button", name="Fetch")).to_be_visible()
    page.get_by_role("option").nth(0).click()
    shown(page, "viewer")
    expect(page.get_by_text("only 38 of its 40 images are here")).to_be_visible()
    screenshot("viewer-tab")
    assert page.title() != "taken"


def test_without_a_folder_the_tab_says_how_to_get_images(app: str, page: Page) -> None:
    page.goto(f"{app}/none")
    expect(page.get_by_text("No images on this computer yet.")).to_be_visible()
    expect(page.get_by_text("Counts and tables work without them.")).to_be_visible()
    expect(page.get_by_text("cohort-explorer fetch my.cohort.json")).to_be_visible()
    expect(page.get_by_text("cohort-explorer app --images FOLDER")).to_be_visible()
    assert page.title() != "taken"


def notebook(path: Path, folder: Path) -> Path:
    """A notebook that looks at a folder."""
    code = f"from pathlib import Path\nimport explorer\nexplorer.view(Path({str(folder)!r}).glob('*.dcm'))"
    cells = [nbformat.v4.new_code_cell(code, id="look"), nbformat.v4.new_code_cell("print('next')", id="next")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def test_a_notebook_runs_without_a_browser_and_keeps_the_picture(folder: Path, tmp_path: Path) -> None:
    path = notebook(tmp_path / "look.ipynb", folder)
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", "--timeout=120", str(path)]
    subprocess.run(command, check=True, timeout=180, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    first, second = json.loads(path.read_text())["cells"]
    output = first["outputs"][-1]
    picture = base64.b64decode(output["data"]["image/png"])
    assert np.asarray(Image.open(BytesIO(picture))).shape == (96, 96)
    words = "CT Chest phantom, axial plane, slice 21 of 40"
    assert output["metadata"]["image/png"]["alt"] == words
    assert output["data"]["text/plain"] == [f"<{words}>"]
    assert "".join(second["outputs"][0]["text"]) == "next\n"
    assert path.stat().st_size < 100_000


@pytest.mark.slow
def test_jupyterlab_draws_the_series(
    folder: Path, tmp_path: Path, page: Page, screenshot: Callable[[str], Path]
) -> None:
    notebook(tmp_path / "look.ipynb", folder)
    lab = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--IdentityProvider.token="]
    with running(*lab, f"--ServerApp.root_dir={tmp_path}", "--ServerApp.port=PORT") as address:
        page.goto(f"{address}/lab/tree/look.ipynb?reset")
        cell = page.locator(".jp-Notebook .jp-Cell").first
        cell.click(timeout=60_000)
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
        page.keyboard.press("Shift+Enter")
        viewer = shown(page, "viewer", within_s=100)
        page.wait_for_timeout(1500)
        screenshot("viewer-lab")
        y, x = marker(page)
        assert x > 0.55
        assert y < 0.48
        expect(viewer).to_contain_text("Full resolution")
