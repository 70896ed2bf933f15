"""The rule in a real browser, on the full default snapshot: every number against what `Cohort` counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import BodyPartExamined, Modality, sex
from tests.browser.app_fixtures import ANSWER_MS, BREAST, agrees, choose, row, settled, totals

MR, BREAST_PART, F = Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"), sex.is_in("F")


def group(page: Page, name: str) -> Locator:
    return page.locator(f'[data-group="{name}"]')


def menu(page: Page, name: str, item: str) -> None:
    group(page, name).get_by_role("button", name="Group menu").click()
    group(page, name).get_by_role("menuitem", name=item, exact=True).click()


def chip(page: Page, name: str, words: str) -> Locator:
    return group(page, name).locator(".chip", has_text=words)


def worth(page: Page, name: str) -> list[int]:
    """Patients that a group keeps alone, and those gained without it, as the card says them."""
    said = group(page, name).locator(".own span")
    return [int(re.sub(r"\D", "", text)) for text in said.all_inner_texts()]


def costs(rule: CohortDefinition, snapshot: Snapshot, kind: str, index: int) -> list[int | None]:
    cost = Cohort(rule, snapshot).group_costs()[kind][index]
    return [cost["alone"], cost["without"]]


def test_cards(app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]) -> None:
    """Two groups, their worth, order by keys, a copy, a pause, and nothing is lost on the way."""
    choose(app, *BREAST[:2])
    app.get_by_role("region", name="Rule").get_by_role("button", name="Include", exact=True).click()
    choose(app, BREAST[2])
    rule = agrees(app, default_snapshot)
    assert rule == CohortDefinition().including(MR, BREAST_PART).including(F)
    assert totals(app)["Patients"] == "3,296"
    alone, gained = worth(app, "include:0")
    assert [alone, gained] == costs(rule, default_snapshot, "include", 0)
    assert worth(app, "include:1") == costs(rule, default_snapshot, "include", 1)
    screenshot("rule-cards")

    menu(app, "include:0", "Pause")
    expect(app.locator('[data-paused="0"]')).to_contain_text("BREAST")
    settled(app)
    assert agrees(app, default_snapshot).include == rule.include[1:]
    # What was gained by it is what the card had said.
    assert totals(app)["Patients"] == f"{3296 + gained:,}"
    screenshot("rule-paused")
    app.locator('[data-paused="0"]').get_by_role("button", name="Resume").click()
    settled(app)
    assert agrees(app, default_snapshot) == rule

    group(app, "include:0").locator(".pick").focus()
    app.keyboard.press("Alt+ArrowDown")
    expect(group(app, "include:1").locator(".pick")).to_be_focused(timeout=ANSWER_MS)
    expect(group(app, "include:1")).to_contain_text("BREAST")
    app.keyboard.press("l")
    expect(group(app, "include:1").get_by_role("radio", checked=True)).to_have_text("study4,079", timeout=ANSWER_MS)
    settled(app)
    assert totals(app)["Patients"] == "4,079"
    menu(app, "include:0", "Duplicate")
    expect(group(app, "include:2")).to_contain_text("F")
    group(app, "include:2").locator(".pick").focus()
    app.keyboard.press("Delete")
    expect(group(app, "include:2")).to_have_count(0, timeout=ANSWER_MS)
    expect(group(app, "include:1").locator(".pick")).to_be_focused()
    settled(app)
    assert agrees(app, default_snapshot).include == (
        rule.include[1],
        CohortDefinition().including(MR, BREAST_PART, same="study").include[0],
    )


def test_dragging(app: Page, default_snapshot: Snapshot) -> None:
    """A value of the list into a group; a chip, one value of a chip, and a whole card elsewhere."""
    choose(app, ("Modality", "MR"), ("Modality", "CT"))
    exclude = app.get_by_role("region", name="Rule").get_by_label("Exclude", exact=True)
    row(app, "sex", "M").drag_to(exclude)
    settled(app)
    rule = agrees(app, default_snapshot)
    assert rule == CohortDefinition().including(Modality.is_in("MR", "CT")).excluding(sex.is_in("M"))

    chip(app, "include:0", "Modality").get_by_text("CT", exact=True).drag_to(group(app, "exclude:0"))
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition().including(MR).excluding(
        sex.is_in("M"), Modality.is_in("CT")
    )
    chip(app, "exclude:0", "Sex").drag_to(
        app.get_by_role("region", name="Rule").get_by_role("button", name="Include", exact=True)
    )
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition().including(MR).including(sex.is_in("M")).excluding(
        Modality.is_in("CT")
    )
    group(app, "include:1").hover()
    group(app, "include:1").locator(".grip").drag_to(group(app, "include:0"))
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition().including(sex.is_in("M")).including(MR).excluding(
        Modality.is_in("CT")
    )


def test_editing_where_it_stands(app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]) -> None:
    """By keys alone: another value in a chip, the chip into a group of its own, and its removal."""
    choose(app, ("Modality", "MR"), ("sex", "F"))
    editor = app.get_by_role("dialog", name="Edit Modality")
    chip(app, "include:0", "Modality").locator(".open").focus()
    app.keyboard.press("Enter")
    expect(editor).to_be_visible()
    chosen = editor.locator(".fr[data-key='\"MR\"']")
    expect(chosen).to_be_focused()
    screenshot("rule-editor")
    app.keyboard.press(" ")
    expect(chip(app, "include:0", "Modality")).to_have_count(0)
    editor.locator(".fr[data-key='\"CT\"']").press(" ")
    settled(app)
    expect(editor).to_be_visible()
    expect(chip(app, "include:0", "Modality")).to_contain_text("CT")
    editor.get_by_role("combobox", name="Move to another group").select_option("include:new")
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition().including(F).including(Modality.is_in("CT"))
    chip(app, "include:1", "Modality").locator(".open").focus()
    app.keyboard.press("Enter")
    expect(editor).to_be_visible()
    app.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(chip(app, "include:1", "Modality").locator(".open")).to_be_focused()
    app.keyboard.press("Delete")
    expect(group(app, "include:1")).to_have_count(0, timeout=ANSWER_MS)
    settled(app)
    assert agrees(app, default_snapshot) == CohortDefinition().including(F)


def test_days_between_studies(app: Page, default_snapshot: Snapshot, screenshot: Callable[[str], Path]) -> None:
    choose(app, ("Modality", "CT"))
    app.get_by_role("region", name="Rule").get_by_role("button", name="Include", exact=True).click()
    choose(app, ("Modality", "PT"))
    start = CohortDefinition().including(Modality.is_in("CT")).including(Modality.is_in("PT"))
    menu(app, "include:0", "Days to another study …")
    form = app.get_by_role("dialog", name="Days between two studies")
    expect(form).to_contain_text("PT 0 to 90 days after CT")
    form.get_by_label("Up to so many days").fill("30")
    screenshot("rule-days")
    app.keyboard.press("Enter")
    settled(app)
    rule = agrees(app, default_snapshot)
    assert rule == start.following(0, 1, (0, 30))
    pair = app.get_by_label("Days between studies 1")
    expect(pair).to_contain_text("PT 0 to 30 days after CT")
    alone, without = costs(rule, default_snapshot, "within", 0)
    expect(pair.locator(".own")).to_have_text(f"{alone:,} patients alone+{without:,} without it")
    # Paused, a group takes its days along, and brings them back.
    menu(app, "include:0", "Pause")
    expect(pair).to_have_count(0, timeout=ANSWER_MS)
    app.get_by_role("button", name="Resume").click()
    expect(pair).to_have_count(1, timeout=ANSWER_MS)
    pair.get_by_role("button", name="PT 0 to 30 days after CT", exact=True).click()
    form.get_by_label("Before or after").select_option("around")
    form.get_by_role("button", name="Change these days").click()
    settled(app)
    app.locator(".ax .sentence").get_by_role("button", name="within 30 days before or after", exact=True).click()
    expect(form.get_by_role("status")).to_have_text("PT within 30 days of CT, before or after")
    form.get_by_role("button", name="Close").click()
    expect(pair).to_contain_text("PT within 30 days of CT, before or after")
    assert agrees(app, default_snapshot) == start.following(0, 1, (-30, 30))
    pair.get_by_role("button", name=re.compile("^Remove")).click()
    settled(app)
    assert agrees(app, default_snapshot) == start
