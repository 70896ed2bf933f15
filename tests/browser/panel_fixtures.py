"""The side panel in JupyterLab, as a person finds it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from explorer import CohortDefinition
from tests.browser.app_fixtures import toggled
from tests.browser.lab_fixtures import ANSWER_MS, OPEN_MS

TAB = '.jp-SideBar .lm-TabBar-tab[data-id="cohort-explorer-panel"]'


def panel_of(page: Page) -> Locator:
    """The side panel, opened where it is not, with all of its numbers."""
    panel = page.locator("#cohort-explorer-panel")
    if not panel.is_visible():
        page.locator(TAB).click()
    expect(panel.locator(".pcurrent")).to_be_visible(timeout=OPEN_MS)
    return answered(panel)


def answered(panel: Locator) -> Locator:
    """The panel when every number belongs to the definition on screen."""
    expect(panel.locator(".facet").first).to_be_visible(timeout=ANSWER_MS)
    expect(panel.locator(".waiting")).to_have_count(0, timeout=ANSWER_MS)
    return panel


def row(panel: Locator, facet: str, value: str | None) -> Locator:
    """The row of a value; None is missing."""
    key = json.dumps(json.dumps(value, ensure_ascii=False))
    return panel.locator(f'[data-facet="{facet}"] .fr[data-key={key}]')


def choose(panel: Locator, *values: tuple[str, str | None]) -> None:
    """Click on rows, each after the answer to the one before; values beyond the first ones are shown for that."""
    for facet, value in values:
        if not row(panel, facet, value).count():
            panel.locator(f'[data-facet="{facet}"]').get_by_role("button", name=re.compile(r"^All \S+ values")).click()
        toggled(row(panel, facet, value))
        answered(panel)


def saved(panel: Locator, name: str) -> Locator:
    """The row of a saved cohort."""
    return panel.locator(".pitem[data-path]").filter(has=panel.page.locator(".nm").get_by_text(name, exact=True))


def chosen(panel: Locator, name: str, item: str) -> None:
    """Choose an item of a saved cohort's menu."""
    saved(panel, name).hover()
    saved(panel, name).locator(".pmore").click()
    panel.get_by_role("menuitem", name=item).click()


def write(folder: Path, name: str, rule: CohortDefinition) -> Path:
    """Save a cohort as a file of its name."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.cohort.json"
    rule.named(name).save(path)
    return path
