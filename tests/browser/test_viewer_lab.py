"""The image viewer in a JupyterLab without a prefix: as it is, without its page, and where its kernel is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.notebook_fixtures import Jupyter, jupyter
from tests.browser.viewer_page import Viewer, lesion_mm, lesion_wanted, opened
from tests.browser.viewer_patient import write_patient

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")

WITHOUT_PAGE = "import explorer.views.picture\nexplorer.views.picture._ASSETS = ()"
NEXT = "print('the next', 'cell', 'runs')"
WORDS = "CT Baseline, axial plane, slice 25 of 40, with Lesion and Surroundings drawn over it"


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The cell that shows a series with its masks."""
    folder = tmp_path_factory.mktemp("patient")
    write_patient(folder)
    return f"import explorer\nexplorer.view({str(folder / 'Baseline')!r}, overlays={str(folder / 'seg.dcm')!r})"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    folder = tmp_path_factory.mktemp("lab")
    with jupyter("lab", folder, folder / "none", base="/") as running:
        yield running


def lies_right(viewer: Viewer, *planes: str) -> None:
    """The lesion is where the patient has it."""
    for plane in planes:
        bare = viewer.at_lesion(plane).press("o").grey()
        np.testing.assert_allclose(lesion_mm(bare, plane), lesion_wanted(plane), atol=1.5)
        viewer.press("o")


def test_the_series_is_drawn(server: Jupyter, look: str, page: Page) -> None:
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url) if answer.ok else None)
    book = server.open(page, "look.ipynb", look)
    book.run(0)
    lies_right(opened(page, where=book.cell(0)), "axial")
    assert any(url.startswith(f"{server.address}/explorer/viewer/") for url in asked)


def test_without_its_page_slices_are_drawn_and_the_next_cell_runs(server: Jupyter, look: str, page: Page) -> None:
    """Neither the server nor the kernel has it."""
    page.route("**/page.html", lambda route: route.abort())
    book = server.open(page, "blocked.ipynb", WITHOUT_PAGE, look, NEXT)
    for number in (0, 1):
        book.run(number)
    assert book.says(2) == "the next cell runs"
    lies_right(opened(page, "slices", where=book.cell(1)), "axial")


def test_opened_again_the_picture_stands_there_until_the_cell_runs(
    server: Jupyter, look: str, page: Page, screenshot: Callable[[str], Path]
) -> None:
    book = server.open(page, "again.ipynb", look, "import ipywidgets\nipywidgets.IntSlider(41)")
    for number in (0, 1):
        book.run(number)
    opened(page, where=book.cell(0))
    book.save(server.folder / "again.ipynb", "widget-view+json")
    book.leave()

    book = server.reopen(page, "again.ipynb")
    shown = book.cell(0).get_by_role("img", name=WORDS)
    expect(shown).to_be_visible()
    # The widget manager has said so of the one that keeps nothing.
    expect(book.cell(1)).to_contain_text("model not found")
    expect(shown).to_be_visible()
    expect(book.cell(0)).not_to_contain_text("not found")
    assert shown.evaluate("image => image.naturalWidth") == 96
    screenshot("viewer-lab-opened-again")
    book.run(0)
    lies_right(opened(page, where=book.cell(0)), "axial")
    expect(book.cell(0).locator(".jp-OutputArea-output > .jp-RenderedHTML")).to_have_count(0)
