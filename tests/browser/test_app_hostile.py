"""Text that tries to be markup or code, in every text column and in the cohort's name: shown as text, never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from explorer import Snapshot
from explorer.schema import DATASET, PATIENT, SERIES, STUDY
from explorer.sources import RowsSource
from tests.browser.app_fixtures import ANSWER_MS, code, opened, row, rows_of, serving, settled, tab, watched

IMAGE = "<img src=hacked onerror=window.hacked=1>"
TEXTS = (
    IMAGE,
    "</script><script>window.hacked=1;alert(1)</script>",
    "{{7*7}}{% raw %}{{ hacked }}",
    "${window.hacked=1}`${alert(1)}`",
    "'\"; DROP TABLE series; --",
    "line\nbreak\tand\r\nmore",
    "%%bash\nrm -rf x",
    "<svg/onload=window.hacked=1><b>bold</b>&lt;i&gt;",
    "[x](javascript:window.hacked=1) <a href='javascript:window.hacked=1'>y</a>",
    "\u202emirror \u2066عربى\u2069 😀",
    "@dataset @{label} $index %1 %2",
    "\x1b[31m\u2028\u2029",
)
UIDS = ("StudyInstanceUID", "SeriesInstanceUID")


def hostile_rows() -> Iterator[dict[str, object]]:
    """A patient for each text, which stands in every column that takes text."""
    for k, text in enumerate(TEXTS):
        columns = [column for table in (DATASET, PATIENT, STUDY, SERIES) for column in table]
        texts = {column.name: text for column in columns if column.type == "text" and column.name != "source"}
        lists = {column.name: [text, "plain"] for column in columns if column.type == "texts"}
        uids = {name: f"{text} {name}" for name in UIDS}
        yield texts | lists | uids | {"dataset": f"{text} {k}", "age": 5 * k, "study_date": f"{1990 + k}-02-03"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    citations = [{"source_doi": text, "title": text, "citation": text, "url": text} for text in TEXTS]
    source = RowsSource(list(hostile_rows()), citations=citations, title=f"Rows {IMAGE}")
    snapshot = Snapshot.build(source, store=folder)
    images = folder / "images"
    images.mkdir()
    with serving(folder, "--snapshot", str(snapshot.path), "--images", str(images)) as served:
        yield served


@pytest.fixture
def app(page: Page, address: str) -> Iterator[Page]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    with watched(page) as troubles:
        yield opened(page, address)
        assert not troubles
        assert page.evaluate("window.hacked") is None
        assert not [path for path in asked if "hacked" in path]
        assert page.locator("img[src=hacked]").count() == 0
        assert page.locator("b", has_text="bold").count() == 0


def spaced(text: str) -> str:
    """As a browser draws it: white space run together."""
    return " ".join(re.split(r"[ \t\r\n]+", text)).strip()


def texts_of(page: Page, selector: str) -> list[str]:
    return [spaced(text) for text in page.locator(selector).all_text_contents()]


def test_filters_and_charts(app: Page, screenshot: Callable[[str], Path]) -> None:
    expect(app.locator(".what")).to_contain_text(f"Rows {IMAGE}")
    facets = app.locator("[data-facet]").evaluate_all("all => all.map(e => e.dataset.facet)")
    assert {"Modality", "dataset", "sex", "cancer_type", "data_holder", "sop_class"} <= set(facets)
    for facet in ("Modality", "sex", "BodyPartExamined", "cancer_type", "license", "analysis_result", "country"):
        assert set(TEXTS) <= set(rows_of(app, facet)), facet
        labels = texts_of(app, f'[data-facet="{facet}"] .lab')
        assert {spaced(text) for text in TEXTS} <= set(labels), facet
    for opener in app.locator("[aria-haspopup]").all():
        opener.evaluate("e => e.click()")
    app.keyboard.press("Escape")
    app.get_by_role("searchbox", name="Find a filter or a value").fill("onerror")
    expect(row(app, "Modality", IMAGE)).to_be_visible()
    app.get_by_role("searchbox", name="Find a filter or a value").fill("")
    seen = set()
    for number in (1, 2):
        figure = app.locator(".bk-Figure").nth(number)
        figure.scroll_into_view_if_needed()
        app.wait_for_timeout(300)
        box = figure.bounding_box()
        assert box
        for place in range(10):
            app.mouse.move(box["x"] + 230, box["y"] + box["height"] * (place + 0.4) / 10, steps=3)
            app.wait_for_timeout(80)
            seen |= set(app.locator(".bk-Tooltip").evaluate_all("all => all.map(e => e.shadowRoot.textContent)"))
        if number == 1:
            screenshot("app-hostile")
    drawn = [text for text in TEXTS if any(text in tooltip for tooltip in seen)]
    assert TEXTS[1] in drawn
    assert len(drawn) > 5


@pytest.mark.parametrize("text", [TEXTS[0], TEXTS[1], TEXTS[5]], ids=["image", "script", "lines"])
def test_rule_and_tabs(app: Page, text: str) -> None:
    rows_of(app, "Modality")
    for facet in ("Modality", "sex", "license"):
        rows_of(app, facet)
        row(app, facet, text).click()
        settled(app)
    name = app.get_by_role("textbox", name="Name of the cohort")
    name.fill(f"{IMAGE}{{{{7*7}}}}")
    name.press("Enter")
    settled(app)
    expect(name).to_have_value(f"{IMAGE}{{{{7*7}}}}")
    said = spaced(text).replace("\\n", " ")
    first = said.split()[0]
    expect(app.locator(".sentence")).to_contain_text(first)
    expect(app.locator(".chips")).to_contain_text(said)
    tab(app, "attrition")
    expect(app.locator("tr.step").nth(1)).to_contain_text(first, timeout=ANSWER_MS)
    tab(app, "code")
    assert first in code(app, "Words")
    for block in ("Python", "SQL", "JSON"):
        assert first in code(app, block)
    tab(app, "images")
    app.get_by_role("button", name="All series").click()
    option = app.locator("[role=option]").first
    expect(option).to_contain_text(said, timeout=ANSWER_MS)
    option.click()
    app.wait_for_timeout(300)
    tab(app, "rows")
    table = app.locator(".tree")
    for level, column in (("Patients", "studies"), ("Studies", "StudyInstanceUID"), ("Series", "SeriesInstanceUID")):
        app.locator(".rowsbar").get_by_role("radio", name=level).click()
        expect(app.locator(".pager")).to_contain_text(f"{level} 1–1 of 1.", timeout=ANSWER_MS)
        expect(table.locator(f'[role=gridcell][data-column="{column}"]')).not_to_be_empty(timeout=ANSWER_MS)
        expect(table.locator('[role=gridcell][data-column="PatientID"]')).to_have_text(said)
        assert said in texts_of(app, ".tree [role=gridcell]")
        table.locator('[role=gridcell][data-column="PatientID"]').hover()
        if level != "Series":
            table.locator('[data-line^="row-"]').click()
            expect(table.locator("[aria-level='2']").first).to_contain_text(said, timeout=ANSWER_MS)
    assert {"Patient", "Description", "Series UID"} <= set(texts_of(app, ".tree [role=columnheader]"))


def test_an_exclusion_and_a_problem(app: Page) -> None:
    rows_of(app, "sex")
    row(app, "sex", IMAGE).click(modifiers=["Alt"])
    settled(app)
    expect(app.locator(".sentence")).to_contain_text(IMAGE)
    expect(app.get_by_role("region", name="Rule").get_by_label("Exclude 1")).to_contain_text(IMAGE)
    box = app.get_by_role("textbox", name="Series description contains")
    box.fill(IMAGE)
    box.press("Enter")
    settled(app)
    expect(app.locator(".sentence")).to_contain_text(f"“{IMAGE}”")
