"""The explorer in a real JupyterLab: how long until it is there, and until a change shows elsewhere.

One JupyterLab on the default snapshot, in Chromium. Opening is timed from the click on the launcher's card to the
skeleton and to the first numbers, with a new explorer process and with one that runs; beside it, in the same run, what
the same window takes to open an empty notebook until its kernel is idle. A change is timed from the click in one place
until another shows its sentence. Figures are medians, in seconds.

    .venv/bin/python -m benchmarks.jupyterlab [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect, sync_playwright

from explorer import CohortDefinition
from explorer.facets import Modality
from explorer.session import Workspace
from tests.browser import lab_fixtures as lab_of
from tests.browser import panel_fixtures as panel_of
from tests.home import default_home

VALUES = ("CT", "MR", "PT", "MG", "CR", "DX", "US", "SR")
Timed = dict[str, list[float]]


def opening(page: Page, lab: lab_of.Lab, times: Timed, kind: str) -> None:
    """Time the way from the launcher to numbers, and to an idle notebook."""
    lab_of.entered(page, lab, "lab?reset")
    card = page.locator(".jp-LauncherCard", has_text="Cohort Explorer")
    expect(card).to_be_visible()
    start = time.perf_counter()
    card.click()
    expect(page.locator(".cxf").first).to_be_visible()
    times[f"open, {kind}: skeleton"].append(time.perf_counter() - start)
    lab_of.shown(page)
    times[f"open, {kind}: first numbers"].append(time.perf_counter() - start)


def notebook(page: Page, lab: lab_of.Lab, times: Timed) -> None:
    """Time the peer: an empty notebook until its kernel is idle."""
    lab_of.entered(page, lab, "lab?reset")
    card = page.locator('.jp-LauncherCard[data-category="Notebook"]').first
    expect(card).to_be_visible()
    start = time.perf_counter()
    card.click()
    idle = page.locator('.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator[data-status="idle"]')
    expect(idle).to_be_visible(timeout=lab_of.OPEN_MS)
    times["peer: an empty notebook, kernel idle"].append(time.perf_counter() - start)


def changes(page: Page, lab: lab_of.Lab, times: Timed, rounds: int) -> None:
    """Time a change from each place to another."""
    lab_of.fresh(page, lab)
    app = lab_of.launched(page)
    panel = panel_of.panel_of(page)
    space = Workspace("default", lab.home / "workspaces")
    sentence = app.locator(".sentence")
    beside = panel.locator(".psentence, .sentence").first
    for number in range(rounds):
        value = VALUES[number % len(VALUES)]
        rule = CohortDefinition().including(Modality.is_in(value))
        words = rule.describe()
        from_click(app, page, value, lambda w=words: shows(beside, w), times["app to side panel"])
        lab.start_again()
        settled(sentence, app, panel)
        panel_row = panel.locator('[data-facet="Modality"] .fr').nth(number % 3)
        start = time.perf_counter()
        panel_row.click()
        expect(sentence).not_to_have_text("All patients.", timeout=lab_of.ANSWER_MS)
        times["side panel to app"].append(time.perf_counter() - start)
        lab.start_again()
        settled(sentence, app, panel)
        start = time.perf_counter()
        space.change(lambda shared, r=rule: replace(shared, timeline=shared.timeline.then(r)))
        shows(sentence, words)
        times["kernel to app"].append(time.perf_counter() - start)
        lab.start_again()
        settled(sentence, app, panel)


def from_click(app: FrameLocator, _page: Page, value: str, seen: Callable[[], None], times: list[float]) -> None:
    row = lab_of.app_row(app, "Modality", value)
    if not row.count():
        app.locator('[data-facet="Modality"]').get_by_role("button", name=re.compile("more values")).click()
    start = time.perf_counter()
    row.click()
    seen()
    times.append(time.perf_counter() - start)


def shows(place: Locator, words: str) -> None:
    expect(place).to_have_text(words, timeout=lab_of.ANSWER_MS)


def settled(sentence: Locator, app: FrameLocator, panel: Locator) -> None:
    shows(sentence, "All patients.")
    lab_of.settled(app)
    panel_of.answered(panel)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="times that each figure is taken; the median is shown")
    rounds = parser.parse_args().rounds
    kinds = ("new process", "running process")
    times: Timed = {f"open, {kind}: {what}": [] for kind in kinds for what in ("skeleton", "first numbers")}
    times |= {name: [] for name in ("peer: an empty notebook, kernel idle", "app to side panel", "side panel to app")}
    times["kernel to app"] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number in range(rounds):
            place = Path(folder) / str(number)
            place.mkdir()
            with lab_of.running(place, default_home()) as lab:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                opening(page, lab, times, kinds[0])
                opening(page, lab, times, kinds[1])
                notebook(page, lab, times)
                if number == 0:
                    changes(page, lab, times, 2 * rounds)
                page.close()
        browser.close()
    print("\n".join(table(times)))


def table(times: Timed) -> list[str]:
    peer = statistics.median(times["peer: an empty notebook, kernel idle"])
    rows = [("", "median", "worst", "of the peer")]
    for name, taken in times.items():
        middle = statistics.median(taken)
        ratio = f"{middle / peer:.1f}x" if name.startswith("open") else ""
        rows.append((name, f"{middle:.2f} s", f"{max(taken):.2f} s", ratio))
    return [f"{name:38} {middle:>8} {worst:>8} {ratio:>12}" for name, middle, worst, ratio in rows]


if __name__ == "__main__":
    main()
