"""The overview in a real browser, on the full default snapshot: charts that filter, and that each person chooses."""

from __future__ import annotations

import csv
import re
import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import BodyPartExamined, Modality, age, sex, study_date
from tests.browser.app_fixtures import ANSWER_MS, BREAST, SENTENCE, agrees, choose, row, settled, tab

USUAL = ["age-sex", "modality-body-part", "dataset", "study_date", "instances", "follow-up"]
SMALL: ViewportSize = {"width": 1280, "height": 720}


def charts(page: Page) -> list[str]:
    """The names of the charts on screen, in order."""
    names: list[str] = page.locator("[data-chart]").evaluate_all("all => all.map(one => one.dataset.chart)")
    return names


def shown(page: Page, *names: str) -> None:
    """Wait until these charts are there, with their figures or tables."""
    selector = ", ".join(f'[data-chart="{name}"]' for name in names)
    expect(page.locator(selector)).to_have_count(len(names), timeout=ANSWER_MS)
    expect(page.locator(".bk-Figure, .chart-table")).to_have_count(len(names), timeout=ANSWER_MS)


def figure(page: Page, name: str) -> FloatRect:
    """Where a chart's figure is, when nothing above it moves any more."""
    expect(page.locator(".bk-Figure")).to_have_count(len(charts(page)), timeout=ANSWER_MS)
    page.wait_for_timeout(400)
    place = page.locator(".bk-Figure").nth(charts(page).index(name))
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    return box


def menu(page: Page, name: str, item: str) -> None:
    """Choose something in a chart's menu."""
    head = page.locator(f'[data-chart="{name}"]')
    head.locator("[aria-haspopup=menu]").click()
    head.locator(".popup").get_by_text(item, exact=True).click()


def table(page: Page, name: str) -> dict[tuple[str, ...], str]:
    """The chart's rows with their patients now, read from its table; the figure is back after that."""
    menu(page, name, "Show as a table")
    place = page.locator(".chart-table")
    expect(place.locator("tbody tr").first).to_be_visible(timeout=ANSWER_MS)
    rows: list[list[str]] = place.locator("tbody tr").evaluate_all(
        "all => all.map(r => [...r.cells].map(c => c.textContent))"
    )
    menu(page, name, "Show as a chart")
    expect(place).to_have_count(0, timeout=ANSWER_MS)
    return {tuple(row[:-2]): row[-2] for row in rows}


def cell(page: Page, column: int, line: int) -> tuple[float, float]:
    """Where a cell of the heat map is: the names of the rows take 112 pixels, ten lines the height."""
    box = figure(page, "modality-body-part")
    return box["x"] + 112 + (box["width"] - 112) * (column + 0.5) / 8, box["y"] + 2 + 234 * (line + 1.5) / 10


def test_the_charts_show_what_is_counted(app: Page, breast: Cohort, screenshot: Callable[[str], Path]) -> None:
    choose(app, *BREAST)
    shown(app, *USUAL)
    assert charts(app) == USUAL
    app.wait_for_timeout(300)
    screenshot("overview")
    pairs = breast.pairs("Modality", "BodyPartExamined").cells
    assert {(c.first or "missing", c.second or "missing"): f"{c.patients:,}" for c in pairs} == table(
        app, "modality-body-part"
    )
    ages = table(app, "age-sex")
    counted = {(str(c.second), c.first): c.patients for c in breast.pairs("age", "sex", years=10).cells}
    assert len(ages) == 24
    for (one, span), number in ages.items():
        assert number == f"{counted.get((one, int(span.split('–')[0])), 0):,}"
    assert ages["F", "50–59"] == "726"
    found = table(app, "follow-up")
    assert list(found.values()) == [f"{each.patients:,}" for each in breast.follow_up().bins]
    assert table(app, "dataset")[("acrin_contralateral_breast_mr",)] == "976"


PIXELS = """box => {
    let inked = 0;
    const look = (root) => {
        for (const each of root.querySelectorAll("*")) {
            if (each.tagName === "CANVAS" && each.width) {
                const dots = each.getContext("2d").getImageData(0, 0, each.width, each.height).data;
                for (let k = 3; k < dots.length; k += 4) inked += dots[k] ? 1 : 0;
            }
            if (each.shadowRoot) look(each.shadowRoot);
        }
    };
    look(box.shadowRoot ?? box);
    return inked;
}"""
"""How many dots of a figure are not empty."""


def test_clicks_at_once_leave_no_chart_empty(app: Page) -> None:
    for facet, value in BREAST:
        row(app, facet, value).evaluate("one => one.click()")
    settled(app)
    expect(app.locator(".sentence")).to_have_text(SENTENCE, timeout=ANSWER_MS)
    shown(app, *USUAL)
    app.wait_for_timeout(1_500)
    drawn = dict(zip(charts(app), app.locator(".bk-Figure").evaluate_all(f"all => all.map({PIXELS})"), strict=True))
    assert min(drawn.values()) > 3_000, drawn
    assert table(app, "modality-body-part")["MR", "BREAST"] == "3,296"


def test_a_cell_and_a_bar_filter(app: Page, default_snapshot: Snapshot) -> None:
    shown(app, *USUAL)
    everybody = Cohort(CohortDefinition(), default_snapshot)
    # The first row and column are those with most patients: body part missing, CT.
    app.mouse.click(*cell(app, 0, 1))
    expect(app.locator(".sentence")).to_contain_text("CT", timeout=ANSWER_MS)
    settled(app)
    rule = agrees(app, default_snapshot)
    assert rule == CohortDefinition().including(Modality.is_in("CT"), BodyPartExamined.is_in("CHEST"))
    cells = {(each.first, each.second): each.patients for each in everybody.pairs("Modality", "BodyPartExamined").cells}
    assert Cohort(rule, default_snapshot).totals().patients == cells["CT", "CHEST"] == 29_340
    tab(app, "overview")
    # What is chosen is first now; another click takes it back.
    app.mouse.click(*cell(app, 0, 0))
    expect(app.locator(".sentence")).to_have_text("All patients.", timeout=ANSWER_MS)
    settled(app)
    box = figure(app, "dataset")
    app.mouse.click(box["x"] + 240, box["y"] + 234 * 1.5 / 11)
    expect(app.locator(".sentence")).to_contain_text("cbis_ddsm", timeout=ANSWER_MS)
    settled(app)
    agrees(app, default_snapshot)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def test_a_brush_takes_a_range(app: Page, default_snapshot: Snapshot) -> None:
    shown(app, *USUAL)
    box = figure(app, "age-sex")

    def line(place: float) -> float:
        return box["y"] + 2 + 234 * (place + 1.6) / 11.2

    # From the middle of 60–69 to that of 40–49.
    drag(app, (box["x"] + 100, line(3)), (box["x"] + 100, line(5)))
    expect(app.locator(".sentence")).to_contain_text("40 to 69", timeout=ANSWER_MS)
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition().including(age.between(40, 69))
    tab(app, "overview")
    box = figure(app, "age-sex")
    app.mouse.click(box["x"] + box["width"] * 0.35, line(4))
    expect(app.locator(".sentence")).to_contain_text("whose sex is F", timeout=ANSWER_MS)
    settled(app)
    rule = agrees(app, default_snapshot)
    assert rule == CohortDefinition().including(age.between(50, 59), sex.is_in("F"))
    tab(app, "overview")
    box = figure(app, "study_date")
    wide = box["width"] - 44
    drag(app, (box["x"] + 44 + wide * 0.9, box["y"] + 60), (box["x"] + box["width"] - 2, box["y"] + 60))
    expect(app.locator(".sentence")).to_contain_text("study date", timeout=ANSWER_MS, ignore_case=True)
    settled(app)
    dated = [c for c in agrees(app, default_snapshot).include[0].where if c.facet == study_date.name]
    (low, high) = dated[0].between or ("", "")
    assert str(low).endswith("-01-01") and high is None, "at the border the end stays open"


def test_a_length_of_follow_up_is_at_least(app: Page, breast: Cohort, default_snapshot: Snapshot) -> None:
    choose(app, *BREAST)
    shown(app, *USUAL)
    box = figure(app, "follow-up")
    app.mouse.click(box["x"] + 300, box["y"] + 2 + 234 * 3.5 / 11)
    expect(app.locator(".sentence")).to_contain_text("91", timeout=ANSWER_MS)
    settled(app)
    rule = agrees(app, default_snapshot)
    assert [(each.first, each.then, each.days) for each in rule.within] == [(0, 0, (91, None))]
    at_least = sum(each.patients or 0 for each in breast.follow_up().bins if each.low >= 91)
    assert Cohort(rule, default_snapshot).totals().patients == at_least


def test_what_lacks_a_value_can_be_shown(app: Page, default_snapshot: Snapshot) -> None:
    shown(app, *USUAL)
    app.get_by_role("button", name="Show them").first.click()
    expect(app.locator('[data-total="Patients"] .v')).to_have_text("62,312", timeout=ANSWER_MS)
    assert [c.is_in for c in agrees(app, default_snapshot).include[0].where] == [(None,)]


def test_everybody_has_their_own_charts(app: Page, screenshot: Callable[[str], Path]) -> None:
    shown(app, *USUAL)
    menu(app, "dataset", "Move before")
    menu(app, "age-sex", "Hide this chart")
    shown(app, *USUAL[1:])
    assert charts(app)[:2] == ["dataset", "modality-body-part"]
    menu(app, "dataset", "Choose charts …")
    chooser = app.locator(".chooser")
    expect(chooser).to_be_visible()
    screenshot("overview-choose")
    chooser.get_by_role("checkbox", name="Cancer type").check()
    shown(app, *USUAL[1:], "cancer_type")
    app.keyboard.press("Escape")
    expect(chooser).to_have_count(0)
    menu(app, "study_date", "Grey is everybody")
    expect(app.locator('[data-chart="study_date"]')).to_contain_text("patients now; grey: everybody")
    expect(app.locator('[data-chart="study_date"]')).not_to_contain_text("in proportion")
    menu(app, "follow-up", "Show as a table")
    expect(app.locator(".chart-table")).to_be_visible()
    mine = charts(app)
    app.reload()
    settled(app)
    shown(app, *mine)
    assert charts(app) == mine
    expect(app.locator(".chart-table")).to_have_count(1)
    expect(app.locator('[data-chart="study_date"]')).not_to_contain_text("in proportion")
    app.get_by_role("button", name="Choose charts").click()
    app.get_by_role("button", name="Back to the usual charts").click()
    shown(app, *USUAL)
    assert charts(app) == USUAL


def test_one_chart_fills_the_page(app: Page, screenshot: Callable[[str], Path]) -> None:
    shown(app, *USUAL)
    small = figure(app, "modality-body-part")
    app.get_by_role("button", name="Show more").first.click()
    expect(app.locator("[data-chart]")).to_have_count(1, timeout=ANSWER_MS)
    expect(app.locator(".bk-Figure")).to_have_css("height", re.compile(r"^\d{3,4}px$"))
    app.wait_for_timeout(500)
    large = figure(app, "modality-body-part")
    assert large["width"] > 1.8 * small["width"] and large["height"] > 2 * small["height"]
    screenshot("overview-large")
    app.keyboard.press("Escape")
    shown(app, *USUAL)
    app.set_viewport_size(SMALL)
    app.wait_for_timeout(500)
    wide = app.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
    assert max(wide) <= SMALL["width"]


def saved(page: Page, name: str, item: str, folder: Path) -> Path:
    with page.expect_download(timeout=60_000) as download:
        menu(page, name, item)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_chart_is_saved_as_picture_and_numbers(app: Page, breast: Cohort, tmp_path: Path) -> None:
    choose(app, *BREAST)
    shown(app, *USUAL)
    app.wait_for_timeout(500)
    drawing = saved(app, "modality-body-part", "Save as SVG", tmp_path)
    assert drawing.name == "cohort-modality-body-part.svg"
    texts = [element.text for element in ElementTree.parse(drawing).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Modality and body part", SENTENCE, "BREAST", "3,296", "9,855"} <= set(texts)
    assert any(f"{breast.snapshot.id[:12]}" in (text or "") for text in texts)
    assert not list(ElementTree.parse(drawing).iter("{http://www.w3.org/2000/svg}image")), "lines and letters, no dots"
    picture = saved(app, "modality-body-part", "Save as PNG", tmp_path).read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", picture[16:24])
    assert wide > 900 and high > 500 and len(picture) > 20_000
    text = saved(app, "dataset", "Save numbers as CSV", tmp_path).read_text(encoding="utf-8")
    read = list(csv.reader(text.splitlines()))
    counted = {value.value: value.patients for value in breast.facet("dataset").values}
    assert {name: int(n) for name, n, _ in read[1:] if n != "0"} == counted
    assert len(read) == 1 + 179


def reached(page: Page, target: Locator, key: str, most: int = 200) -> None:
    """Press a key until something has the focus."""
    for _ in range(most):
        if target.evaluate("e => e.getRootNode().activeElement === e"):
            return
        page.keyboard.press(key)
    raise AssertionError("the keyboard does not reach it")


def test_the_keyboard_filters_with_a_chart(app: Page) -> None:
    shown(app, *USUAL)
    app.locator('[data-tab="overview"]').focus()
    opener = app.locator('[data-chart="dataset"] [aria-haspopup=menu]')
    reached(app, opener, "Tab")
    app.keyboard.press("Enter")
    item = app.locator('[data-chart="dataset"] .popup').get_by_text("Show as a table", exact=True)
    reached(app, item, "ArrowDown", 20)
    app.keyboard.press("Enter")
    first = app.locator(".chart-table tbody button").first
    expect(first).to_be_visible(timeout=ANSWER_MS)
    reached(app, first, "Tab", 20)
    app.keyboard.press("Enter")
    expect(app.locator(".sentence")).to_contain_text("nlst", timeout=ANSWER_MS)
    settled(app)
    expect(app.locator(".chart-table tbody button[aria-pressed=true]")).to_have_text("nlst", timeout=ANSWER_MS)
