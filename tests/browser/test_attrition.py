"""The attrition tab on the full default snapshot, against what `Cohort` counts."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import BodyPartExamined, Modality, sex
from tests.browser.app_fixtures import ANSWER_MS, BREAST, agrees, choose, opened, saved, settled, tab, watched

CELLS = "all => all.map(row => [...row.cells].map(cell => cell.textContent.trim()))"


def cells(page: Page, rows: str) -> list[list[str]]:
    """The texts of some rows."""
    found: list[list[str]] = page.locator(rows).evaluate_all(CELLS)
    return found


def lost_at(page: Page, step: int) -> None:
    """Look at who was lost at a step."""
    page.locator("tr.loss").nth(step - 1).get_by_role("button", name="lost").click()
    expect(page.locator(".lost-values h3")).to_contain_text(f"Lost at step {step}", timeout=ANSWER_MS)


def test_the_flow_and_its_costs(app: Page, breast: Cohort, screenshot: Callable[[str], Path], tmp_path: Path) -> None:
    choose(app, *BREAST)
    tab(app, "attrition")
    expect(app.get_by_role("heading", name="From 86,451 patients to 3,296")).to_be_visible(timeout=ANSWER_MS)
    steps = breast.attrition(criteria=True)
    shown = [row[1:6] for row in cells(app, "tr.step")]
    assert [row[1:] for row in shown] == [
        [f"{n:,}" for n in (s.patients, s.studies, s.series, s.instances)] for s in steps
    ]
    assert all(row[0].startswith(step.rule) for row, step in zip(shown, steps, strict=True))
    assert "in the same series" in shown[2][0]
    assert [row[2] for row in cells(app, "tr.loss")] == ["−78,103", "−4,625", "−427", ""]
    expect(app.locator("tr.loss").nth(1)).to_contain_text("missing 2,124, PROSTATE 938, PELVIS 535")
    costs = [row[:3] for row in cells(app, ".costs tbody tr")]
    assert costs == [[c.words, "–" if c.of_level else f"{c.alone:,}", f"+{c.without:,}"] for c in breast.costs()]
    assert [row[2] for row in costs] == ["+10,708", "+1,782", "+427", "+783"]
    screenshot("app-attrition")
    path = saved(app, "CSV", tmp_path)
    read = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert read == [{key: str(value) for key, value in step.to_dict().items()} for step in steps]
    app.get_by_role("button", name="By dataset").click()
    expect(app.locator(".sources tbody tr")).to_have_count(12, timeout=ANSWER_MS)
    by = breast.attrition_by("dataset", criteria=True)
    first = zip(by.values[:12], by.patients[:12], strict=True)
    assert [row[:5] for row in cells(app, ".sources tbody tr")] == [
        [str(value), *(f"{n:,}" for n in numbers[:4])] for value, numbers in first
    ]
    screenshot("app-attrition-by-dataset")
    read = list(csv.DictReader(saved(app, "CSV", tmp_path).read_text(encoding="utf-8").splitlines()))
    assert [row["dataset"] for row in read] == [*by.values]
    assert len(read) == 179


def test_the_lost_and_a_way_back(app: Page, breast: Cohort, default_snapshot: Snapshot) -> None:
    choose(app, *BREAST)
    tab(app, "attrition")
    for step, facet in ((3, "sex"), (2, "BodyPartExamined")):
        lost_at(app, step)
        expected = breast.lost(step, facet, 6, criteria=True)
        assert [row[:2] for row in cells(app, ".lost-values tbody tr")] == [
            ["missing" if each.value is None else str(each.value), f"{each.patients:,}"] for each in expected.values
        ]
    app.locator(".lost-values select").select_option("dataset")
    expect(app.locator(".lost-values tbody tr").first).to_contain_text("prostate", timeout=ANSWER_MS)
    assert app.locator(".lost-values").get_by_role("button").count() == 0
    lost_at(app, 3)
    app.locator(".lost-values").get_by_role("button", name="Include: O").click()
    expect(app.locator(".sentence")).to_contain_text("F or O", timeout=ANSWER_MS)
    expect(app.locator('[data-total="Patients"] .v')).to_have_text("3,591", timeout=ANSWER_MS)
    rule = CohortDefinition().including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"), sex.is_in("F", "O"))
    assert agrees(app, default_snapshot) == rule


def test_rules_are_left_out_from_here(app: Page, default_snapshot: Snapshot) -> None:
    choose(app, *BREAST)
    tab(app, "attrition")
    costs = app.locator(".costs")
    patients = app.locator('[data-total="Patients"] .v')
    costs.get_by_role("button", name=re.compile("^Use study")).click()
    expect(patients).to_have_text("4,079", timeout=ANSWER_MS)
    settled(app)
    costs.get_by_role("button", name="Remove: Body part is BREAST").click()
    expect(app.locator(".costs tbody tr")).to_have_count(2, timeout=ANSWER_MS)
    settled(app)
    app.get_by_role("button", name=re.compile("^Undo")).click()
    expect(patients).to_have_text("4,079", timeout=ANSWER_MS)
    agrees(app, default_snapshot)


def test_dark_small_and_by_keyboard(page: Page, address: str, screenshot: Callable[[str], Path]) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="dark")
    with watched(page):
        opened(page, address)
        choose(page, *BREAST)
        tab(page, "attrition")
        expect(page.locator("tr.step")).to_have_count(5, timeout=ANSWER_MS)
        before = page.locator(".lost-values").bounding_box()
        page.locator("tr.loss").nth(2).get_by_role("button").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".lost-values h3")).to_contain_text("Lost at step 3", timeout=ANSWER_MS)
        after = page.locator(".lost-values").bounding_box()
        assert before and after and before["y"] == after["y"], "the page moves"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        screenshot("app-attrition-dark")
