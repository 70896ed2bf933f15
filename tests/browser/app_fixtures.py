"""The app as a person starts it, and what its page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import Totals, byte_size
from explorer.facets import BodyPartExamined, Modality, sex
from explorer.session import Workspace
from tests.home import ROOT

BREAST = (("Modality", "MR"), ("BodyPartExamined", "BREAST"), ("sex", "F"))
RULE = CohortDefinition().including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"), sex.is_in("F"))
SENTENCE = "Patients with MR of the BREAST in the same series, whose sex is F."

START_S = 90
ANSWER_MS = 45_000
"""An answer takes half a second; on a small machine with other workers it may take much longer."""

FAILED = re.compile("an answer failed|could not be made|error handling message|Error thrown|Uncaught exception")
"""What the server's log says when something went wrong; a page that is closed while it is written to is not."""


@contextmanager
def own_home(home: Path, workspaces: Mapping[str, str] | None = None) -> Iterator[Path]:
    """A new home with the snapshots of another one, and nothing else of it; with workspaces on these snapshots."""
    with tempfile.TemporaryDirectory(prefix="explorer-home-") as folder:
        own = Path(folder)
        if (home / "snapshots").is_dir():
            (own / "snapshots").symlink_to(home / "snapshots")
        for name, snapshot in (workspaces or {}).items():
            Workspace(name, own / "workspaces").change(lambda shared, to=snapshot: replace(shared, snapshot=to))
        yield own


@contextmanager
def serving(
    home: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
    workspaces: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """The address of the app, served by the command line on a free port until the end.

    `environment` is added to that of the tests; `workspaces` are those that there are, with their snapshots' ids.
    """
    command = [sys.executable, "-m", "explorer", "app", "--no-browser", "--port", "0", *options]
    with (
        own_home(home, workspaces) as own,
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {}), "COHORT_EXPLORER_HOME": str(own)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        late = threading.Timer(START_S, server.kill)
        late.start()
        try:
            assert server.stdout
            said = server.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, f"the app did not start: {said}"
            late.cancel()
            yield found.group()
        finally:
            late.cancel()
            server.terminate()
            server.wait(10)
            log.seek(0)
            words = log.read()
            print(words)
        assert not FAILED.search(words), f"the server failed:\n{words}"


@contextmanager
def watched(page: Page) -> Iterator[list[str]]:
    """Fail on errors in the page's console and on dialogs; gives the list of those seen so far."""
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: (troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield troubles
    assert not troubles, "the page said:\n" + "\n".join(troubles)


def opened(page: Page, address: str, workspace: str = "") -> Page:
    """The page with its first numbers, on a workspace of its own unless one is named."""
    page.set_default_timeout(ANSWER_MS)
    page.goto(f"{address}?workspace={workspace or f'test-{uuid.uuid4().hex}'}")
    expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until every number belongs to the definition on screen."""
    expect(page.locator(".cx")).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator(".cx.waiting")).to_have_count(0, timeout=ANSWER_MS)
    expect(page.locator(".totals:not(.pending)")).to_be_visible(timeout=ANSWER_MS)


def totals(page: Page) -> dict[str, str]:
    """The strip of totals as it stands, figure and unit by label."""
    figures = page.locator(".tot").evaluate_all(
        "all => all.map(one => [one.dataset.total, one.querySelector('.v').textContent])"
    )
    return dict(figures)


def written(counted: Totals) -> dict[str, str]:
    """Totals as the strip writes them."""
    numbers = {
        "Datasets": counted.datasets,
        "Patients": counted.patients,
        "Studies": counted.studies,
        "Series": counted.series,
        "Images": counted.instances,
    }
    return {label: f"{n:,}" for label, n in numbers.items()} | {"Size": byte_size(counted.bytes)}


def row(page: Page, facet: str, value: str | None) -> Locator:
    """The row of a value in the filters; None is missing."""
    key = json.dumps(value, ensure_ascii=False)
    return page.locator(f'[data-facet="{facet}"] .fr[data-key={json.dumps(key, ensure_ascii=False)}]')


def choose(page: Page, *values: tuple[str, str | None]) -> None:
    """Click on rows, each after the answer to the one before."""
    for facet, value in values:
        toggled(row(page, facet, value))
        settled(page)


def toggled(value: Locator) -> None:
    """Click on a row; it is drawn as chosen, or no longer, before anything is counted."""
    before = value.get_attribute("aria-checked") or ""
    value.click()
    expect(value).not_to_have_attribute("aria-checked", before)


def rows_of(page: Page, facet: str) -> dict[str | None, int]:
    """All rows of a facet with their patients now."""
    section = page.locator(f'[data-facet="{facet}"]')
    more = section.get_by_role("button", name=re.compile(r"more values?$"))
    if more.count():
        more.click()
    read = "all => all.map(e => [JSON.parse(e.dataset.key), e.querySelector('.c1').textContent])"
    return {value: int(count.replace(",", "")) for value, count in section.locator(".fr[data-key]").evaluate_all(read)}


def tab(page: Page, name: str) -> None:
    """Open a tab by its name: ``rows``."""
    page.locator(f'[data-tab="{name}"]').click()
    expect(page.locator(f'[data-tab="{name}"][aria-selected="true"]')).to_be_visible(timeout=ANSWER_MS)


def code(page: Page, block: str) -> str:
    """One text of the open code tab: ``JSON``."""
    place = page.locator(f'[data-block="{block}"]').locator("pre, .words")
    expect(place).to_be_visible(timeout=ANSWER_MS)
    return place.text_content() or ""


def definition(page: Page) -> CohortDefinition:
    """The definition that the page says it has; opens the code tab, whose words tell when it is the current one."""
    settled(page)
    tab(page, "code")
    sentence = page.locator(".sentence").text_content() or ""
    expect(page.locator('[data-block="Words"] .words')).to_contain_text(sentence, timeout=ANSWER_MS)
    return CohortDefinition.from_json(code(page, "JSON"))


def agrees(page: Page, snapshot: Snapshot) -> CohortDefinition:
    """Check the strip against a fresh count of the page's definition, and give that."""
    rule = definition(page)
    cohort = Cohort(rule, snapshot)
    assert totals(page) == written(cohort.totals())
    cohort.close()
    return rule


def saved(page: Page, button: str | re.Pattern[str], folder: Path) -> Path:
    """What a click on the button saves."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path
