"""What a person takes from the app, on the full default snapshot: rows, code, the definition, the notebook."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from tests.browser.app_fixtures import (
    ANSWER_MS,
    BREAST,
    RULE,
    SENTENCE,
    choose,
    code,
    definition,
    saved,
    tab,
)


def cells(page: Page, column: str) -> list[str]:
    return page.locator(f'.tabulator-row .tabulator-cell[tabulator-field="{column}"]').all_inner_texts()


def test_table(app: Page, breast: Cohort, screenshot: Callable[[str], Path], tmp_path: Path) -> None:
    choose(app, *BREAST)
    tab(app, "rows")
    pager = app.locator(".pager")
    expect(pager).to_contain_text("1–50 of 3,296 patients", timeout=ANSWER_MS)
    first = breast.frame("patient", limit=100)
    compare_rows(app, first[:50]["PatientID"])
    screenshot("app-rows")
    pager.get_by_role("button", name="Next page").click()
    expect(pager).to_contain_text("51–100 of 3,296 patients", timeout=ANSWER_MS)
    compare_rows(app, first[50:]["PatientID"])
    path = saved(app, "Download 3,296 patients, CSV", tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3296

    pager.get_by_role("radio", name="Series").click()
    expect(pager).to_contain_text("1–50 of 44,303 series", timeout=ANSWER_MS)
    heading = app.locator('.tabulator-col[tabulator-field="instances"]')
    for descending in (False, True):
        heading.click()
        expected = breast.frame("series", sort="instances", descending=descending, limit=50)
        expect(heading).to_have_attribute("aria-sort", "descending" if descending else "ascending")
        compare_rows(app, expected["SeriesInstanceUID"], "SeriesInstanceUID")
        assert cells(app, "instances")[:3] == [f"{n:,}" for n in expected["instances"][:3]]
    pager.get_by_role("button", name="Next page").click()
    expect(pager).to_contain_text("51–100 of 44,303 series", timeout=ANSWER_MS)
    expected = breast.frame("series", sort="instances", descending=True, limit=50, offset=50)
    compare_rows(app, expected["SeriesInstanceUID"], "SeriesInstanceUID")


def compare_rows(page: Page, expected: object, column: str = "PatientID") -> None:
    """The rows in sight are the first of these; the table draws more as one scrolls."""
    wanted = list(expected)  # type: ignore[call-overload]
    first = page.locator(f'.tabulator-row .tabulator-cell[tabulator-field="{column}"]').first
    expect(first).to_have_text(wanted[0], timeout=ANSWER_MS)
    shown = cells(page, column)
    assert len(shown) >= 10
    assert shown == wanted[: len(shown)]


def test_code_says_the_same_four_times(
    app: Page, context: BrowserContext, breast: Cohort, default_home: Path, screenshot: Callable[[str], Path]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(app, *BREAST)
    assert definition(app) == RULE
    assert SENTENCE in code(app, "Words")
    screenshot("app-code")
    counted = breast.totals()
    with breast.snapshot.cursor() as cursor:
        (numbers,) = cursor.execute(code(app, "SQL")).fetchall()
    assert numbers == tuple(counted.to_dict().values())[1:]
    names: dict[str, Cohort] = {}
    exec(code(app, "Python"), names)
    assert names["cohort"].totals() == counted
    for block in ("Python", "JSON", "SQL"):
        app.get_by_role("button", name=f"Copy {block}").click()
        expect(app.locator(f'[data-block="{block}"]').get_by_role("button")).to_have_text("Copied")
        assert app.evaluate("navigator.clipboard.readText()") == code(app, block)


def test_save_and_export(app: Page, default_snapshot: Snapshot, tmp_path: Path) -> None:
    name = app.get_by_role("textbox", name="Name of the cohort")
    name.fill("Breast MR of women")
    name.press("Enter")
    choose(app, *BREAST)
    path = saved(app, "Save", tmp_path)
    assert path.name == "breast-mr-of-women.cohort.json"
    assert CohortDefinition.read(path) == RULE.named("Breast MR of women")
    path = saved(app, "Export", tmp_path)
    assert path.name == "breast-mr-of-women.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert SENTENCE in json.dumps(notebook)
    assert default_snapshot.id in json.dumps(notebook)
    expect(app.get_by_role("button", name="Export")).to_be_enabled(timeout=ANSWER_MS)
