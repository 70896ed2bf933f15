"""The app in a real browser, on the full default snapshot, against what `Cohort` counts."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, BrowserContext, Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, sex
from tests.browser.app_fixtures import (
    ANSWER_MS,
    BREAST,
    SENTENCE,
    agrees,
    choose,
    definition,
    opened,
    row,
    rows_of,
    saved,
    settled,
    tab,
    totals,
    watched,
    written,
)

TOTALS = {
    "Datasets": "11",
    "Patients": "3,296",
    "Studies": "5,037",
    "Series": "44,303",
    "Images": "5,935,433",
    "Size": "2.17 TB",
}


def level(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="In the same").get_by_role("radio", name=re.compile(f"^{name}")).click()
    settled(page)


def test_everybody_then_breast_mr_of_women(
    app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]
) -> None:
    expect(app.locator(".sentence")).to_have_text("All patients.")
    expect(app.locator('[data-total="Patients"] .o')).to_have_text("of 86,451")
    assert totals(app) == written(Cohort(CohortDefinition(), default_snapshot).totals())
    times = []
    for facet, value in BREAST:
        before, began = totals(app)["Patients"], time.perf_counter()
        row(app, facet, value).click()
        expect(app.locator('[data-total="Patients"] .v')).not_to_have_text(before, timeout=ANSWER_MS)
        times.append(time.perf_counter() - began)
        settled(app)
    print(f"click to answer: {1000 * statistics.median(times):.0f} ms median, {1000 * max(times):.0f} ms at most")
    assert max(times) < 15
    assert totals(app) == TOTALS
    expect(app.locator(".sentence")).to_have_text(SENTENCE)
    expect(app.get_by_role("radiogroup", name="In the same").get_by_role("radio")).to_have_text(
        ["series3,296", "study4,079", "patient4,080"]
    )
    screenshot("app-overview")
    level(app, "study")
    assert totals(app)["Patients"] == "4,079"
    level(app, "patient")
    assert totals(app)["Patients"] == "4,080"
    app.get_by_role("button", name="Change what the cohort takes").click()
    app.get_by_role("radio", name=re.compile("^every series")).check()
    app.keyboard.press("Escape")
    settled(app)
    rule = agrees(app, default_snapshot)
    assert (rule.include[0].same, rule.select) == ("patient", "all")


def test_or_missing_exclude_undo_redo(app: Page, default_snapshot: Snapshot) -> None:
    choose(app, ("sex", "F"), ("sex", None))
    expect(app.locator(".sentence")).to_contain_text("missing")
    row(app, "Modality", "CT").click(modifiers=["Alt"])
    settled(app)
    rule = agrees(app, default_snapshot)
    assert [c.is_in for g in rule.include for c in g.where] == [("F", None)]
    assert [c.is_in for g in rule.exclude for c in g.where] == [("CT",)]
    expect(app.get_by_role("region", name="Rule").get_by_label("Exclude 1")).to_contain_text("CT")
    undo, redo = (app.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    expect(redo).to_be_disabled()
    undo.click()
    expect(redo).to_be_enabled()
    assert definition(app).exclude == ()
    app.locator(".sentence").click()
    app.keyboard.press("Control+z")
    expect(row(app, "sex", None)).to_have_attribute("aria-checked", "false", timeout=ANSWER_MS)
    app.keyboard.press("Control+Shift+Z")
    expect(row(app, "sex", None)).to_have_attribute("aria-checked", "true", timeout=ANSWER_MS)
    redo.click()
    expect(redo).to_be_disabled()
    assert agrees(app, default_snapshot) == rule
    app.get_by_role("button", name="Start again").click()
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition()
    expect(undo).to_be_enabled()


def test_ten_clicks_without_waiting(app: Page, default_snapshot: Snapshot) -> None:
    clicks = [("Modality", "CT"), ("Modality", "MR"), ("sex", "F"), ("BodyPartExamined", "CHEST"), ("Modality", "CT")]
    clicks += [("sex", "M"), ("sex", None), ("BodyPartExamined", None), ("sex", "F"), ("Modality", "SEG")]
    for facet in ("Modality", "BodyPartExamined"):
        rows_of(app, facet)  # all of them, since what is not counted any more leaves a short list
    for facet, value in clicks:
        row(app, facet, value).evaluate("row => row.click()")
    settled(app)
    rule = agrees(app, default_snapshot)
    chosen = {c.facet: set(c.is_in or ()) for g in rule.include for c in g.where}
    assert chosen == {"Modality": {"MR", "SEG"}, "sex": {"M", None}, "BodyPartExamined": {"CHEST", None}}
    compare_filters(app, Cohort(rule, default_snapshot), "Modality", "sex", "BodyPartExamined")


def compare_filters(page: Page, cohort: Cohort, *facets: str) -> None:
    """The rows on screen are the values of the snapshot with what `Cohort.facet` counts, zeros too."""
    for facet in facets:
        counted = {value.value: value.patients for value in cohort.facet(facet).values}
        shown = rows_of(page, facet)
        assert {value: n for value, n in shown.items() if n} == counted, facet
        assert {value for value in shown if value is not None} == set(cohort.snapshot.values(facet)), facet


def test_filters_show_what_is_counted(app: Page, breast: Cohort) -> None:
    choose(app, *BREAST)
    compare_filters(app, breast, "Modality", "BodyPartExamined", "sex", "dataset", "vendor", "cancer_type", "license")
    age = app.locator('[data-facet="age"]')
    expect(age.get_by_role("checkbox", name=re.compile("missing")).first).to_be_attached()
    expect(age).to_contain_text(f"{breast.histogram('age').missing[0]:,}")


def test_images_tab(app: Page, breast: Cohort, screenshot: Callable[[str], Path]) -> None:
    choose(app, *BREAST)
    tab(app, "images")
    expect(app.get_by_text("24 of 44,303 series", exact=True)).to_be_visible(timeout=ANSWER_MS)
    expect(app.get_by_text("No images on this computer yet.")).to_be_visible()
    app.get_by_role("button", name="All series").click()
    expect(app.get_by_text("60 of 44,303 series", exact=True)).to_be_visible()
    first = breast.frame("series", limit=1)
    expect(app.locator("[role=option]").first).to_contain_text(first["PatientID"][0])
    screenshot("app-images")


def test_nobody_is_explained_everywhere(app: Page, default_snapshot: Snapshot, tmp_path: Path) -> None:
    choose(app, ("Modality", "MR"))
    row(app, "Modality", "MR").click(modifiers=["Alt"])
    settled(app)
    assert totals(app)["Patients"] == "0"
    assert totals(app)["Size"] == "0 bytes"
    why = app.get_by_text("Leave out Modality MR+78,103 patients")
    expect(why).to_be_visible(timeout=ANSWER_MS)
    tab(app, "attrition")
    expect(why).to_be_visible(timeout=ANSWER_MS)
    tab(app, "rows")
    expect(app.get_by_text("No patient meets the rule.")).to_be_visible(timeout=ANSWER_MS)
    expect(app.get_by_role("button", name=re.compile("^Download"))).to_be_disabled()
    tab(app, "images")
    expect(app.get_by_text("No series to show.")).to_be_visible(timeout=ANSWER_MS)
    agrees(app, default_snapshot)
    nbformat.validate(nbformat.read(saved(app, "Export", tmp_path), as_version=4))


def test_two_pages_keep_their_own_state(app: Page, context: BrowserContext, address: str) -> None:
    other = opened(context.new_page(), address)
    with watched(other):
        row(app, "Modality", "MR").click()
        row(other, "sex", "F").click()
        settled(app)
        settled(other)
        assert definition(app) == CohortDefinition().including(Modality.is_in("MR"))
        assert definition(other) == CohortDefinition().including(sex.is_in("F"))
        assert totals(app) != totals(other)


def test_dark_and_small(
    browser: Browser, address: str, offline: list[str], page: Page, screenshot: Callable[[str], Path]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    with watched(page):
        opened(page, address)
        choose(page, ("Modality", "MR"))
        for name in ("overview", "attrition", "rows", "images", "code"):
            tab(page, name)
            page.wait_for_timeout(300)
            wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
            assert max(wide) <= 1280, f"{name} scrolls sideways: {wide}"
        tab(page, "overview")
        screenshot("app-1280")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.get_by_role("button", name="Light or dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
        page.set_viewport_size({"width": 1440, "height": 900})
        page.wait_for_timeout(500)
        screenshot("app-dark")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        settled(page)
