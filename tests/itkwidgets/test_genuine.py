"""Genuine itkwidgets in JupyterLab and Chromium, from files of this server only, and where it must not be called."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.itkwidgets.lab import MASK, PHANTOM, Lab, notebook, run_all, running, surroundings

SHOW = "import explorer\nshown = explorer.view(volume, backend='itkwidgets')\nshown"
WITH_MASK = "import explorer\nshown = explorer.view(volume, overlays=mask, backend='itkwidgets')\nshown"
NEXT = "print('the next', 'cell', 'runs')"
DRAWN = "Shown by itkwidgets 1.0a55."
OWN = "Shown by Cohort Explorer's own viewer."
PATIENCE_MS = 60_000


@pytest.fixture(scope="module", params=["/", "/user/alice/"], ids=["plain", "below a hub's prefix"])
def either_lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(tmp_path_factory.mktemp("lab"), request.param) as lab:
        yield lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(tmp_path_factory.mktemp("lab"), "/user/alice/") as lab:
        yield lab


def pixels(cell: Locator) -> NDArray[np.uint8]:
    """The viewer's window as it stands on the screen, RGB."""
    frame = cell.locator("iframe")
    frame.scroll_into_view_if_needed()
    return np.asarray(Image.open(BytesIO(frame.screenshot())).convert("RGB"))


def centre(where: NDArray[np.bool_]) -> tuple[float, float]:
    """Of the pixels, y and x from 0 to 1."""
    assert where.sum() > 100
    y, x = np.argwhere(where).mean(axis=0) / where.shape
    return float(y), float(x)


def settled(cell: Locator) -> NDArray[np.uint8]:
    """The window once the body is drawn, mid-grey in the middle."""
    late = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < late:
        picture = pixels(cell)
        height, width = picture.shape[:2]
        middle = picture[int(0.45 * height) : int(0.55 * height), int(0.45 * width) : int(0.55 * width)].reshape(-1, 3)
        if (np.ptp(middle, axis=1) < 12).all() and 60 < np.median(middle) < 200:
            return picture
        time.sleep(0.3)
    raise AssertionError("the body is not drawn in grey")


def bright(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where the block is, without the words in the corners."""
    height, width = picture.shape[:2]
    found = (picture > 215).all(axis=2)
    found[:, : width // 4] = found[:, -width // 4 :] = False
    found[: height // 6] = found[-height // 6 :] = False
    return found


def test_it_draws_left_at_the_left_from_this_server_only(
    either_lab: Lab, page: Page, screenshot: Callable[[str], Path]
) -> None:
    notebook(either_lab.folder / "look.ipynb", PHANTOM + SHOW, NEXT)
    cells = run_all(page, either_lab, "look.ipynb")
    began = time.monotonic()
    expect(cells.nth(1)).to_contain_text("the next cell runs", timeout=PATIENCE_MS)
    expect(cells.nth(0)).to_contain_text(DRAWN, timeout=PATIENCE_MS)
    print(f"from running the cells to the first view: {time.monotonic() - began:.1f} s")
    picture = settled(cells.nth(0))
    screenshot("itkwidgets" if either_lab.address.count("/") == 3 else "itkwidgets-prefix")
    y, x = centre(bright(picture))  # the patient's left is at the right, the front is above
    assert 0.53 < x < 0.75
    assert 0.2 < y < 0.45


def test_a_mask_lies_where_it_was_drawn(lab: Lab, page: Page, screenshot: Callable[[str], Path]) -> None:
    notebook(lab.folder / "mask.ipynb", PHANTOM + MASK + WITH_MASK, NEXT)
    cells = run_all(page, lab, "mask.ipynb")
    expect(cells.nth(0)).to_contain_text(DRAWN, timeout=PATIENCE_MS)
    picture = settled(cells.nth(0))
    screenshot("itkwidgets-mask")
    y, x = centre(bright(picture))
    assert 0.53 < x < 0.75
    assert 0.2 < y < 0.45
    coloured = np.ptp(picture.astype(int), axis=2) > 40
    coloured[: coloured.shape[0] // 2] = coloured[:, : coloured.shape[1] // 4] = False
    coloured[-coloured.shape[0] // 4 :] = False
    y, x = centre(coloured)
    assert 0.3 < x < 0.5
    assert 0.5 < y < 0.75


def test_without_the_viewer_page_the_own_viewer_is_shown(lab: Lab, page: Page) -> None:
    page.route("**/explorer/itkwidgets/page.html", lambda route: route.abort())
    notebook(lab.folder / "blocked.ipynb", PHANTOM + SHOW, NEXT)
    cells = run_all(page, lab, "blocked.ipynb")
    expect(cells.nth(1)).to_contain_text("the next cell runs", timeout=PATIENCE_MS)
    expect(cells.nth(0)).to_contain_text(OWN, timeout=PATIENCE_MS)
    expect(cells.nth(0)).to_contain_text("Slice 21 of 40", timeout=PATIENCE_MS)


def test_a_viewer_that_never_comes_up_holds_back_no_cell(lab: Lab, page: Page) -> None:
    """The page answers the question of the probe, and is gone when itkwidgets opens it."""

    def refuse(route: Route) -> None:
        if route.request.is_navigation_request():
            route.abort()
        else:
            route.continue_()

    page.route("**/explorer/itkwidgets/page.html", refuse)
    shorter = "import explorer.views.genuine as genuine\ngenuine.DRAW_S = 6.0\n"
    notebook(lab.folder / "gone.ipynb", PHANTOM + shorter + SHOW, NEXT, "shown.state.upper()")
    cells = run_all(page, lab, "gone.ipynb")
    expect(cells.nth(1)).to_contain_text("the next cell runs", timeout=PATIENCE_MS)
    expect(cells.nth(0)).to_contain_text("did not draw within 6 seconds", timeout=PATIENCE_MS)
    expect(cells.nth(0)).to_contain_text("Slice 21 of 40", timeout=PATIENCE_MS)
    cells.nth(2).click()
    page.keyboard.press("Control+Enter")
    expect(cells.nth(2)).to_contain_text("OWN", timeout=PATIENCE_MS)


UNATTENDED = (
    PHANTOM + SHOW,
    "import sys\nassert 'itkwidgets' not in sys.modules\nprint('not called')",
)


def test_jupyter_execute_runs_through_without_calling_it(tmp_path: Path) -> None:
    path = notebook(tmp_path / "look.ipynb", *UNATTENDED)
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", "--timeout=120", str(path)]
    subprocess.run(command, check=True, timeout=180, env=surroundings(tmp_path))
    first, second = json.loads(path.read_text())["cells"]
    words = "".join(first["outputs"][0]["text"])
    assert words == f"No browser shows this notebook, so itkwidgets was not called. {OWN}\n"
    assert "image/png" in first["outputs"][1]["data"]
    assert "".join(second["outputs"][0]["text"]) == "not called\n"


def test_nbval_runs_through_without_calling_it(tmp_path: Path) -> None:
    path = notebook(tmp_path / "look.ipynb", *UNATTENDED)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", str(path)]
    done = subprocess.run(
        command, cwd=tmp_path, timeout=180, env=surroundings(tmp_path), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
