"""What is left of an output in a page that nbconvert makes: the picture with its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.views import front_end
from explorer.views.cell_output import saved_picture
from explorer.views.contact_sheet import contact_sheet
from explorer.views.viewer import view
from tests.browser.viewer_fixtures import write_chest
from tests.views.test_notebook_image import Kernel


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel()
    monkeypatch.setattr(front_end, "_kernel", lambda: kernel)


def words_on_a_page(shown: Any, template: str) -> list[str]:
    data, metadata = shown._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("shown", outputs=[output])])
    page, _ = HTMLExporter(template_name=template).from_notebook_node(book)
    return [str(image.get("alt")) for image in BeautifulSoup(page, "html.parser").find_all("img")]


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_a_page_keeps_the_words(template: str, tmp_path: Path, demo_snapshot: Snapshot, demo_folder: Path) -> None:
    sheet = contact_sheet(Cohort(CohortDefinition(), demo_snapshot), 3, None, images=demo_folder)
    assert words_on_a_page(sheet, template) == [f"Contact sheet: {sheet.sample.sentence()}"]
    image = view(write_chest(tmp_path, slices=4, size=16))
    assert words_on_a_page(image, template) == [repr(image)[1:-1]]


def test_words_are_only_words() -> None:
    alt = '"><img src=x onerror=alert(1)>'
    bundle, metadata = saved_picture(b"png", alt)
    (image,) = BeautifulSoup(bundle["text/html"], "html.parser").find_all(True)
    assert image["alt"] == alt == metadata["image/png"]["alt"]
