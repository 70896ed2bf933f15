"""The image viewer in notebooks: JupyterLab and Notebook 7 under a hub's prefix, and with no browser at all."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.notebook_fixtures import PLACES, Jupyter, jupyter
from tests.browser.viewer_page import ACROSS, lesion_mm, lesion_wanted, opened
from tests.browser.viewer_patient import write_patient
from tests.home import ROOT

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")

WORDS = "CT Baseline, axial plane, slice 25 of 40, with Lesion and Surroundings drawn over it"


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("patient")
    write_patient(path)
    return path


@pytest.fixture(scope="module", params=PLACES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, patient: Path
) -> Iterator[Jupyter]:
    """A server at /user/ana/, as behind a hub."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "snapshots").mkdir()
    with jupyter(request.param, folder, folder / "snapshots") as running:
        yield running


def looking(patient: Path, options: str = "") -> str:
    """The cell that shows the baseline with its masks."""
    return (
        f"import explorer\nimage = explorer.view({str(patient / 'Baseline')!r}, "
        f"overlays={str(patient / 'seg.dcm')!r}{options})\nimage"
    )


def test_the_series_is_drawn_and_saved(
    server: Jupyter, patient: Path, page: Page, screenshot: Callable[[str], Path]
) -> None:
    states = "import json\nprint(json.dumps(image.state))"
    book = server.open(page, "look.ipynb", looking(patient), states)
    book.run(0)
    viewer = opened(page, where=book.cell(0))
    for plane in ACROSS:
        bare = viewer.at_lesion(plane).press("o").grey()
        np.testing.assert_allclose(lesion_mm(bare, plane), lesion_wanted(plane), atol=1.5)
        viewer.press("o")
        screenshot(f"viewer-{server.front_end}-{plane}")
    page.wait_for_timeout(500)
    state = json.loads(book.says(1))
    assert (state["shown"], state["because"]) == ("viewer", "")
    assert state["coarseness"] == 1
    seen(json.loads(book.save(server.folder / "look.ipynb", "image/png")))


def test_a_cell_that_runs_again_frees_what_it_showed(server: Jupyter, patient: Path, page: Page) -> None:
    ask = "print([image._picture is not None for image in images])"
    again = f"{looking(patient)[:-6]}\nimages = [*globals().get('images', []), image]\nimage"
    book = server.open(page, "again.ipynb", again, ask, "images.append(None)")
    for seen_so_far in ("[True]", "[False, True]", "[False, False, True]"):
        book.run(0)
        opened(page, where=book.cell(0))
        assert book.says(1) == seen_so_far


def test_while_no_cell_shows_it_the_memory_is_free(server: Jupyter, patient: Path, page: Page) -> None:
    """Shown again, the series is read again."""
    book = server.open(page, "gone.ipynb", looking(patient), "print(image._picture is not None)", "image")
    book.run(0)
    opened(page, where=book.cell(0))
    assert book.says(1) == "True"
    book.cell(0).locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.type("dd")
    expect(page.locator(".cx-img")).to_have_count(0)
    assert book.says(0) == "False"
    book.run(1)
    bare = opened(page, where=book.cell(1)).at_lesion("axial").press("o").grey()
    np.testing.assert_allclose(lesion_mm(bare, "axial"), lesion_wanted("axial"), atol=1.5)
    assert book.says(0) == "True"


def seen(book: dict[str, Any], words: str = WORDS) -> dict[str, Any]:
    """The saved output: a PNG with its words, whatever else; gives its data."""
    output = next(each for each in book["cells"][0]["outputs"] if "image/png" in each.get("data", {}))
    data = cast("dict[str, Any]", output["data"])
    picture = np.asarray(Image.open(BytesIO(base64.b64decode(data["image/png"]))))
    assert picture.shape == (96, 96, 3)
    assert output["metadata"]["image/png"]["alt"] == words
    assert "".join(data["text/plain"]) == f"<{words}>"
    return data


@pytest.fixture
def unattended(patient: Path, tmp_path: Path) -> Path:
    """A notebook that looks at the series, and goes on."""
    cells = [
        nbformat.v4.new_code_cell(looking(patient), id="look"),
        nbformat.v4.new_code_cell("print('next')", id="next"),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = tmp_path / "look.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def run(*command: str, folder: Path) -> None:
    words = [sys.executable, "-m", *command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(words, timeout=300, cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_without_a_browser_it_runs_and_keeps_the_picture(unattended: Path) -> None:
    run("jupyter", "execute", "--inplace", "--timeout=120", unattended.name, folder=unattended.parent)
    book = json.loads(unattended.read_text())
    assert set(seen(book)) == {"image/png", "text/html", "text/plain"}
    assert "".join(book["cells"][1]["outputs"][0]["text"]) == "next\n"
    assert "widgets" not in book["metadata"]
    assert unattended.stat().st_size < 100_000
    run("pytest", "--nbval", unattended.name, "-q", "-p", "no:cacheprovider", folder=unattended.parent)


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_a_page_made_of_it_shows_the_picture_without_widgets(unattended: Path, template: str, page: Page) -> None:
    """Without and with running it first; nothing is fetched but what nbconvert puts into every page."""
    folder = unattended.parent
    into = ("jupyter", "nbconvert", "--to", "html", "--template", template, unattended.name)
    run(*into, "--execute", "--output", "run.html", folder=folder)
    run("jupyter", "execute", "--inplace", unattended.name, folder=folder)
    run(*into, "--output", "kept.html", folder=folder)
    for name in ("run.html", "kept.html"):
        text = (folder / name).read_text(encoding="utf-8")
        (image,) = BeautifulSoup(text, "html.parser").select(".output_png img, .jp-OutputArea-output img, .output img")
        assert image["alt"] == WORDS
        assert str(image["src"]).startswith("data:image/png;base64,")
        assert "widget-view" not in text and "html-manager" not in text
        alone = re.sub(r"<script.*?</script>|<link[^>]*>|<style.*?</style>", "", text, flags=re.DOTALL)
        page.set_content(alone)
        shown = page.get_by_role("img", name=WORDS)
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.naturalWidth") == 96
