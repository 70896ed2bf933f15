"""Catalogues that are hard to draw: 50,000 values, right-to-left text and emoji, nothing recorded, one patient.

A fifth, with markup in every column, is that of ``test_app_hostile``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import Snapshot
from explorer.sources import RowsSource
from tests.browser.app_fixtures import (
    ANSWER_MS,
    agrees,
    opened,
    row,
    rows_of,
    serving,
    settled,
    tab,
    toggled,
    totals,
    watched,
)

MANY = 50_000
TABS = ("overview", "attrition", "rows", "images", "code")

SCRIPTS = (
    "تصوير بالرنين المغناطيسي",
    "הדמיה (CT) של החזה",
    "\u202eevil\u202c abc",
    "👩🏽‍⚕️🫁 CT",
    "\u00e9\u0302\u0303\u0304\u0305\u0306\u0307\u0308 Zalgo",
    "日本語の撮影",
    "\u200b\u200d\ufeff",
    "ﷺ ligature ﷽",
)

CATALOGUES: dict[str, list[dict[str, object]]] = {
    "many": [{"PatientID": f"p{k}", "Modality": "CT", "ManufacturerModelName": f"Model {k:05}"} for k in range(MANY)],
    "scripts": [
        {
            "PatientID": f"{text} {k}",
            "dataset": f"{text} set",
            "Modality": text,
            "BodyPartExamined": text,
            "sex": text,
            "SeriesDescription": text,
            "cancer_type": [text],
            "age": 30 + k,
            "study_date": f"20{10 + k}-01-02",
        }
        for k, text in enumerate(SCRIPTS)
    ],
    "missing": [{"PatientID": f"p{k}"} for k in range(20)],
    "one": [
        {
            "PatientID": "the only one",
            "Modality": "MR",
            "BodyPartExamined": "BREAST",
            "sex": "F",
            "age": 50,
            "study_date": "2001-02-03",
            "SeriesDescription": "T2",
            "country": "ES",
            "data_holder": "Holder",
        }
    ],
}

RIGHTS = """all => all.map(
    e => ['.lab', '.c1', '.c2'].map(s => Math.round(e.querySelector(s).getBoundingClientRect().right)))"""
"""Where the label and the two numbers of each row end."""


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Snapshot]:
    store = tmp_path_factory.mktemp("catalogues") / "snapshots"
    return {name: Snapshot.build(RowsSource(rows, name=name), store=store) for name, rows in CATALOGUES.items()}


@pytest.fixture(scope="module")
def address(snapshots: dict[str, Snapshot]) -> Iterator[str]:
    """One server; each catalogue is that of a workspace of its name."""
    first = snapshots["one"]
    ids = {name: snapshot.id for name, snapshot in snapshots.items()}
    with serving(first.path.parents[1], "--snapshot", str(first.path), workspaces=ids) as served:
        yield served


def fits(page: Page) -> None:
    """Check that nothing makes the page wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def walked(page: Page) -> None:
    """Open every tab; none may fail, or be wider than the window."""
    for name in TABS:
        tab(page, name)
        settled(page)
        fits(page)
    tab(page, "overview")


@pytest.fixture
def look(page: Page, address: str) -> Iterator[Callable[[str], Page]]:
    with watched(page):
        yield lambda name: opened(page, address, name)


def section(page: Page, facet: str) -> Locator:
    return page.locator(f'.facet[data-facet="{facet}"]')


def test_a_facet_of_fifty_thousand_values(
    look: Callable[[str], Page], snapshots: dict[str, Snapshot], screenshot: Callable[[str], Path]
) -> None:
    page = look("many")
    assert totals(page)["Patients"] == f"{MANY:,}"
    models = section(page, "ManufacturerModelName")
    models.scroll_into_view_if_needed()
    more = models.get_by_role("button", name="more values")
    if more.count():
        more.click()
    expect(models.locator(".fr").first).to_be_visible()
    # Only what can be seen is drawn, however far one goes.
    drawn = models.locator(".fr").count()
    assert drawn < 300
    models.get_by_role("searchbox").or_(models.locator("input[type=search], .search input")).first.fill("49999")
    last = row(page, "ManufacturerModelName", "Model 49999")
    expect(last).to_be_visible(timeout=ANSWER_MS)
    toggled(last)
    settled(page)
    assert totals(page)["Patients"] == "1"
    screenshot("hostile-many")
    agrees(page, snapshots["many"])
    walked(page)


def test_right_to_left_and_emoji(
    look: Callable[[str], Page], snapshots: dict[str, Snapshot], screenshot: Callable[[str], Path]
) -> None:
    page = look("scripts")
    assert set(SCRIPTS) <= set(rows_of(page, "Modality"))
    rows = section(page, "Modality").locator(".fr[data-key]")
    # A text that runs the other way turns neither the numbers beside it nor the row around.
    places = rows.evaluate_all(RIGHTS)
    assert len({tuple(place[1:]) for place in places}) == 1
    assert all(label < now <= whole for label, now, whole in places)
    for text in SCRIPTS[:2]:
        toggled(row(page, "Modality", text))
        settled(page)
    assert totals(page)["Patients"] == "2"
    sentence = page.locator(".sentence")
    expect(sentence).to_contain_text(SCRIPTS[0])
    assert (sentence.text_content() or "").endswith(".")
    screenshot("hostile-scripts")
    agrees(page, snapshots["scripts"])
    walked(page)


def test_nothing_is_recorded(
    look: Callable[[str], Page], snapshots: dict[str, Snapshot], screenshot: Callable[[str], Path]
) -> None:
    page = look("missing")
    assert totals(page)["Patients"] == "20"
    shown = page.locator(".facet[data-facet]").evaluate_all("all => all.map(e => e.dataset.facet)")
    assert shown and not {"Modality", "age", "sex", "study_date", "SeriesDescription"} & set(shown)
    screenshot("hostile-missing")
    agrees(page, snapshots["missing"])
    walked(page)


def test_one_patient(
    look: Callable[[str], Page], snapshots: dict[str, Snapshot], screenshot: Callable[[str], Path]
) -> None:
    page = look("one")
    for facet, value in (("Modality", "MR"), ("BodyPartExamined", "BREAST"), ("sex", "F")):
        toggled(row(page, facet, value))
        settled(page)
    assert totals(page)["Patients"] == "1"
    screenshot("hostile-one")
    rule = agrees(page, snapshots["one"])
    assert [json.loads(json.dumps(each.is_in)) for each in rule.include[0].where] == [["MR"], ["BREAST"], ["F"]]
    walked(page)
