"""What a person takes from the app, on the full default snapshot: rows, code, the definition, the notebook."""

from __future__ import annotations

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
)


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
    app.get_by_role("button", name="Cohorts and note").click()
    path = saved(app, "Download as a file", tmp_path)
    assert path.name == "breast-mr-of-women.cohort.json"
    assert CohortDefinition.read(path) == RULE.named("Breast MR of women")
    path = saved(app, "Export", tmp_path)
    assert path.name == "breast-mr-of-women.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert SENTENCE in json.dumps(notebook)
    assert default_snapshot.id in json.dumps(notebook)
    expect(app.get_by_role("button", name="Export")).to_be_enabled(timeout=ANSWER_MS)
