"""Patients and series in a real browser, on the full default snapshot, against what `Cohort` says row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from explorer import Cohort
from tests.browser.app_fixtures import ANSWER_MS, BREAST, choose, saved, settled, tab

UID = "1.3.6.1.4.1.14519.5.2.1.7695.1700.155899288583189050079248229757"
"""The second of the four studies of ISPY1_1009."""


def column(page: Page, name: str) -> list[str]:
    """The cells of a column as they are written, of the rows of the table alone."""
    return page.locator(f'.line.of-row [role=gridcell][data-column="{name}"]').all_text_contents()


def says(page: Page, text: str) -> None:
    expect(page.locator(".pager [role=status]")).to_contain_text(text, timeout=ANSWER_MS)


def row_of(page: Page, patient: str) -> Locator:
    return page.locator(".line.of-row").filter(has_text=patient)


def ordered(page: Page, order: str) -> None:
    page.get_by_role("combobox", name="Order of the rows").select_option(order)


def find(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Find a patient, study or series ID").fill(text)


def test_pages_orders_and_the_download(
    app: Page, breast: Cohort, tmp_path: Path, screenshot: Callable[[str], Path]
) -> None:
    choose(app, *BREAST)
    tab(app, "rows")
    says(app, "Patients 1–50 of 3,296. The download holds all 3,296 patients.")
    first = breast.frame("patient", limit=100)
    assert column(app, "PatientID") == list(first[:50]["PatientID"])
    screenshot("app-rows")
    app.get_by_role("button", name="Next page").click()
    says(app, "Patients 51–100 of 3,296.")
    assert column(app, "PatientID") == list(first[50:]["PatientID"])

    heading = app.locator('[role=columnheader][data-column="instances"]')
    for descending in (False, True):
        # By the keyboard: a heading is a button.
        heading.get_by_role("button").focus()
        app.keyboard.press("Enter")
        expect(heading).to_have_attribute("aria-sort", "descending" if descending else "ascending", timeout=ANSWER_MS)
        expected = breast.frame("patient", sort="instances", descending=descending, limit=50)
        assert column(app, "PatientID") == list(expected["PatientID"])
        assert column(app, "instances") == [f"{n:,}" for n in expected["instances"]]
    ordered(app, "random")
    expect(app.get_by_role("spinbutton", name="seed")).to_have_value("7", timeout=ANSWER_MS)
    drawn = breast.page(columns=["PatientID"], seed=7).rows["PatientID"]
    expect(app.locator(".line.of-row").first).to_contain_text(drawn[0], timeout=ANSWER_MS)
    assert column(app, "PatientID") == list(drawn)
    app.get_by_role("button", name="New seed").click()
    drawn = breast.page(columns=["PatientID"], seed=8).rows["PatientID"]
    expect(app.locator(".line.of-row").first).to_contain_text(drawn[0], timeout=ANSWER_MS)
    assert column(app, "PatientID") == list(drawn)

    # What is looked for is a part of the page, never of the download.
    find(app, "ISPY1_10")
    says(app, "found, in 3,296. The download holds all 3,296 patients.")
    for level, name, rows in (("Patients", "3,296 patients", 3296), ("Series", "44,303 series", 44_303)):
        app.locator(".rowsbar").get_by_role("radio", name=level).click()
        path = saved(app, f"Download {name}, CSV", tmp_path)
        with path.open(encoding="utf-8", newline="") as file:
            told = list(csv.DictReader(file))
        assert len(told) == rows
        key = "PatientID" if level == "Patients" else "SeriesInstanceUID"
        frame = breast.frame("patient" if level == "Patients" else "series", columns=[key])
        assert sorted(row[key] for row in told) == sorted(frame[key])


def test_a_patient_opens_into_studies_and_series(app: Page, breast: Cohort, screenshot: Callable[[str], Path]) -> None:
    choose(app, *BREAST)
    tab(app, "rows")
    find(app, "ispy1_1009")
    says(app, "Patients 1–1 of 1 found, in 3,296.")
    patient = row_of(app, "ISPY1_1009")
    expect(patient.locator(".days")).to_have_attribute("aria-label", "Studies on day 0, 33, 97, 181")
    # Only keys from here on: into the table, open, down, open, to a series, look at it.
    patient.focus()
    app.keyboard.press("Enter")
    studies = app.locator(".line.of-study")
    expect(studies).to_have_count(4, timeout=ANSWER_MS)
    expect(patient).to_have_attribute("aria-expanded", "true")
    for number, (study, images, day) in enumerate(
        zip(studies.all(), (351, 506, 461, 566), (0, 33, 97, 181), strict=True)
    ):
        expect(study.locator('[data-column="instances"]')).to_have_text(str(images))
        expect(study).to_contain_text(f"Study {number + 1}day {day}MR BREASTUNI UE")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        app.keyboard.press(key)
    series = app.locator(".line.of-series")
    expect(series).to_have_count(9, timeout=ANSWER_MS)
    expect(series.first).to_contain_text("3P LEFT BREAST SCOUT")
    expect(app.locator(".line.of-rest")).to_have_text("Not taken: 4 SEG, 1 SR of this study.")
    screenshot("app-rows-open")
    app.keyboard.press("ArrowDown")
    expect(series.first).to_be_focused()
    app.keyboard.press("ArrowLeft")
    expect(studies.nth(1)).to_be_focused()
    app.keyboard.press("ArrowLeft")
    expect(series).to_have_count(0, timeout=ANSWER_MS)
    expect(studies.nth(1)).to_be_focused()

    # A UID leads to where it is.
    find(app, UID)
    expect(series).to_have_count(9, timeout=ANSWER_MS)
    series.nth(2).focus()
    app.keyboard.press("Enter")
    expect(app.locator('[data-tab="images"][aria-selected="true"]')).to_be_visible(timeout=ANSWER_MS)
    expect(app.get_by_text("T2-FSE-Sagittal").first).to_be_visible(timeout=ANSWER_MS)
    tab(app, "rows")
    expect(series).to_have_count(9, timeout=ANSWER_MS)


def test_what_is_not_in_the_cohort(app: Page) -> None:
    choose(app, *BREAST)
    tab(app, "rows")
    find(app, "LUNG1-0")
    told = "Nothing in this cohort has the ID LUNG1-0. 99 patients of the snapshot have it, outside this cohort."
    expect(app.locator(".nothing")).to_have_text(told, timeout=ANSWER_MS)
    app.get_by_role("searchbox", name="Find a patient, study or series ID").press("Escape")
    says(app, "Patients 1–50 of 3,296.")


def test_columns_and_copies(app: Page, context: BrowserContext, breast: Cohort) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(app, *BREAST)
    tab(app, "rows")
    says(app, "Patients 1–50 of 3,296.")
    app.get_by_role("button", name="Columns").click()
    boxes = app.get_by_role("group", name="Columns of the table")
    for name in ("Dataset", "Size, MB"):
        boxes.get_by_role("checkbox", name=name).uncheck()
    app.keyboard.press("Escape")
    for name in ("dataset", "bytes"):
        expect(app.locator(f'[role=columnheader][data-column="{name}"]')).to_have_count(0, timeout=ANSWER_MS)
    names = ["PatientID", "sex", "age", "studies", "series", "instances"]
    heads = app.locator("[role=columnheader][data-column]").evaluate_all("all => all.map(e => e.dataset.column)")
    assert heads == names

    app.get_by_role("button", name=re.compile("^Copy the 50 rows")).click()
    told = app.evaluate("navigator.clipboard.readText()").splitlines()
    rows = breast.frame("patient", columns=names, limit=50)
    plain = rows.astype("object").where(rows.notna(), "").values.tolist()
    assert told[0].split("\t") == names
    # A frame holds ages as floats where one is missing.
    assert [line.split("\t") for line in told[1:]] == [[str(cell).removesuffix(".0") for cell in row] for row in plain]

    # The browser keeps what was chosen: another session shows it too.
    app.goto(re.sub("workspace=[^&]*", "workspace=test-columns", app.url))
    expect(app.locator("html.ready")).to_have_count(1, timeout=ANSWER_MS)
    settled(app)
    tab(app, "rows")
    expect(app.locator('[role=columnheader][data-column="dataset"]')).to_have_count(0, timeout=ANSWER_MS)
    app.get_by_role("button", name="Columns").click()
    app.get_by_role("button", name="Usual columns").click()
    expect(app.locator('[role=columnheader][data-column="dataset"]')).to_have_count(1, timeout=ANSWER_MS)


def test_nothing_runs_out_of_the_window(app: Page, screenshot: Callable[[str], Path]) -> None:
    choose(app, *BREAST)
    tab(app, "rows")
    says(app, "Patients 1–50 of 3,296.")
    inside = "e => e.scrollWidth <= e.clientWidth + 1"
    for width, height in ((1440, 900), (1280, 720), (900, 700)):
        app.set_viewport_size({"width": width, "height": height})
        for level in ("Series", "Patients"):
            app.locator(".rowsbar").get_by_role("radio", name=level).click()
            says(app, f"{level} 1–50 of")
            assert app.evaluate("document.documentElement.scrollWidth <= innerWidth")
            for place in (".rowsbar", ".pager"):
                assert app.locator(place).evaluate(inside), (width, level, place)
        if width > 900:  # patients need no scrolling to the side
            assert app.locator(".tree").evaluate("e => e.scrollWidth <= e.clientWidth"), width
    screenshot("app-rows-narrow")
    # Spanish words are longer; an order at random takes most room.
    app.goto(f"{app.url}&language=es")
    expect(app.locator("html.ready")).to_have_count(1, timeout=ANSWER_MS)
    tab(app, "rows")
    says(app, "Pacientes 1–50 de 3.296. La descarga contiene los 3.296 pacientes.")
    app.get_by_role("combobox", name="Orden de las filas").select_option("random")
    expect(app.get_by_role("spinbutton", name="semilla")).to_be_visible(timeout=ANSWER_MS)
    for width, height in ((1440, 900), (1280, 720)):
        app.set_viewport_size({"width": width, "height": height})
        for place in (".rowsbar", ".pager"):
            assert app.locator(place).evaluate(inside), (width, place)
        assert app.locator(".rowsbar").evaluate("e => e.clientHeight") == 32, width
