"""The filters in a real browser, on the full default snapshot, against what `Cohort` counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts.cautions import cautions
from explorer.facets import Criterion, Modality, SeriesDescription, age
from tests.browser.app_fixtures import ANSWER_MS, agrees, choose, row, settled, toggled, totals

FIRST = ["Modality", "age", "sex", "BodyPartExamined"]


def facet(page: Page, name: str) -> Locator:
    section = page.locator(f'section[data-facet="{name}"]')
    section.scroll_into_view_if_needed()
    return section


def menu(page: Page, name: str, item: str) -> None:
    facet(page, name).get_by_role("button", name=re.compile("^Menu of")).click()
    page.locator("[role^=menuitem]:visible", has_text=item).click()


def shown(page: Page) -> list[str]:
    return [
        str(name) for name in page.locator("section[data-facet]").evaluate_all("all => all.map(e => e.dataset.facet)")
    ]


def test_pin_hide_sort_and_find_again(app: Page) -> None:
    assert shown(app)[:4] == FIRST
    menu(app, "vendor", "Pin to the top")
    menu(app, "license", "Hide this filter")
    menu(app, "sex", "Sort by name")
    assert shown(app)[0] == "vendor" and "license" not in shown(app)
    app.reload()
    settled(app)
    assert shown(app)[0] == "vendor" and "license" not in shown(app)
    labels = facet(app, "sex").locator(".fr .lab")
    expect(labels).to_have_text(["conflicting", "F", "M", "O", "missing"])
    app.get_by_role("searchbox", name="Find a filter or a value").fill("cc by")
    expect(facet(app, "license")).to_be_visible()
    app.get_by_role("searchbox", name="Find a filter or a value").fill("")
    app.get_by_role("button", name="Hidden filters").click()
    app.get_by_role("menuitem", name="Show Licence").click()
    expect(facet(app, "license").locator(".fold")).to_be_focused()
    menu(app, "vendor", "Unpin")
    assert shown(app)[:4] == FIRST


def test_spellings_under_the_value_that_holds_them(app: Page, default_snapshot: Snapshot) -> None:
    vendor = facet(app, "vendor")
    ge = row(app, "vendor", "GE")
    ge.focus()
    app.keyboard.press("ArrowRight")
    spelled = vendor.locator(".fr.sub")
    expect(spelled).to_have_count(13)
    with closing(Cohort(CohortDefinition(), default_snapshot)) as everybody:
        counts = {value.value: value.patients for value in everybody.facet("Manufacturer").values}
    read = "all => all.map(e => [e.querySelector('.lab').textContent, e.querySelector('.c1').textContent])"
    told = {name: int(number.replace(",", "")) for name, number in spelled.evaluate_all(read)}
    assert told == {name: counts[name] for name in told}
    app.keyboard.press("ArrowDown")
    app.keyboard.press(" ")
    expect(app.locator(".chip", has_text="GE MEDICAL SYSTEMS")).to_be_visible()
    settled(app)
    rule = agrees(app, default_snapshot)
    assert rule.include[0].where == (Criterion("Manufacturer", is_in=("GE MEDICAL SYSTEMS",)),)
    expect(app.locator('[data-total="Patients"] .v')).to_have_text("23,338")


def test_a_text_says_what_it_would_give(
    app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]
) -> None:
    choose(app, ("Modality", "MR"))
    texts = facet(app, "SeriesDescription")
    field = texts.get_by_role("textbox")
    field.fill("Dyn")
    rule = CohortDefinition().including(Modality.is_in("MR"), SeriesDescription.contains("Dyn"))
    with closing(Cohort(rule, default_snapshot)) as cohort:
        patients = cohort.totals().patients
    expect(texts.get_by_role("status")).to_contain_text(f"would give {patients:,} patients", timeout=ANSWER_MS)
    expect(texts.locator(".trial .held")).to_have_count(5)
    screenshot("facets-text")
    field.press("Enter")
    expect(texts.locator(".chip")).to_have_text("“Dyn”")
    settled(app)
    assert agrees(app, default_snapshot).include == rule.include
    assert totals(app)["Patients"] == f"{patients:,}"
    field.fill("dwi")
    wider = CohortDefinition().including(Modality.is_in("MR"), SeriesDescription.contains("Dyn", "dwi"))
    with closing(Cohort(wider, default_snapshot)) as cohort:
        more = cohort.totals().patients
    expect(texts.get_by_role("status")).to_contain_text(f"would give {more:,} patients", timeout=ANSWER_MS)
    texts.get_by_role("button", name="Add").click()
    expect(texts.locator(".chip")).to_have_text(["“Dyn”", "“dwi”"])
    settled(app)
    assert totals(app)["Patients"] == f"{more:,}"


def test_where_the_fields_lie(app: Page, default_snapshot: Snapshot) -> None:
    told = cautions(default_snapshot)
    for name, badge, words in (
        ("study_date", "shifted dates", "when there was none"),
        ("dataset", "counted twice", "cbis_ddsm has 6,671 patient identifiers for 1,566 people"),
        ("cancer_type", "of datasets", "All 26,410 of nlst count under Lung Cancer and under Non-Cancer"),
    ):
        button = facet(app, name).get_by_role("button", name=re.compile("^Caution on"))
        expect(button).to_have_text(badge)
        button.click()
        said = app.get_by_role("dialog", name=re.compile("^Caution on"))
        expect(said).to_contain_text(words)
        assert said.locator("li").count() >= len(told[name])
        app.keyboard.press("Escape")
    menu(app, "BodyPartExamined", "About this filter")
    about = app.get_by_role("dialog", name="About Body part")
    for words in ("Body part as recorded.", "(0018,0015)", "76 different values", "not recorded in the images"):
        expect(about).to_contain_text(words)
    app.keyboard.press("Escape")
    expect(facet(app, "BodyPartExamined").get_by_role("button", name="Menu of Body part")).to_be_focused()


def test_brush_ends_missing_and_excluding(app: Page, default_snapshot: Snapshot) -> None:
    ages = facet(app, "age")
    box = ages.locator(".hist").bounding_box()
    assert box
    app.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 30)
    app.mouse.down()
    app.mouse.move(box["x"] + 0.66 * box["width"], box["y"] + 30, steps=4)
    live = [ages.get_by_role("textbox").nth(i).input_value() for i in (0, 1)]
    app.mouse.up()
    expect(app.locator(".chip", has_text="Age")).to_be_visible()
    settled(app)
    (criterion,) = agrees(app, default_snapshot).include[0].where
    assert criterion.between and [str(end) for end in criterion.between] == live
    ages.get_by_role("textbox", name="Age up to").fill("63")
    app.keyboard.press("Enter")
    expect(app.locator(".chip", has_text="63")).to_be_visible()
    settled(app)
    toggled(ages.get_by_role("checkbox"))
    settled(app)
    low = criterion.between[0]
    (criterion,) = agrees(app, default_snapshot).include[0].where
    assert criterion == age.between(low, 63, missing=True)
    menu(app, "Modality", "Exclude values")
    row(app, "Modality", "CT").click()
    expect(app.get_by_role("region", name="Rule").get_by_label("Exclude 1")).to_contain_text("CT")
    settled(app)
    facet(app, "Modality").get_by_role("button", name="Done").click()
    assert agrees(app, default_snapshot).exclude[0].where == (Modality.is_in("CT"),)
