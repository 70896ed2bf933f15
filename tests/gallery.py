"""The gallery of docs/gallery.md: every screen of the app on the full default snapshot.

``python -m tests.gallery`` (`make screenshots`) takes all pictures, ``python -m tests.gallery NAME …`` some, and
writes the page. Pictures have few colours, so that they stay small.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from explorer import CohortDefinition
from explorer.facets import BodyPartExamined, Modality
from explorer.session.links import packed
from tests.browser.app_fixtures import ANSWER_MS, BREAST, choose, row, serving, settled, tab
from tests.home import ROOT, default_home

PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "images" / "explorer"
COLOURS = 160
SIZE = {"width": 1440, "height": 900}

INTRODUCTION = """# Gallery

Each picture is the app on the default snapshot, the Imaging Data Commons 25.0.5: a million series, offline. The numbers
are exact. `make screenshots` takes the pictures and writes this page (`tests/gallery.py`).
"""


@dataclass(frozen=True)
class Picture:
    """One picture: how to get there from the first screen, and what it shows."""

    name: str
    title: str
    caption: str
    steps: Callable[[Page], object]
    look: dict[str, Any] = field(default_factory=dict)
    """``theme``, ``language``, ``width``, ``height``; ``rule``, a definition to begin with."""


GALLERY: list[Picture] = []


def picture(title: str, caption: str, **look: Any) -> Callable[[Callable[[Page], object]], Callable[[Page], object]]:
    """Put a function's picture into the gallery, under the function's name."""

    def put(steps: Callable[[Page], object]) -> Callable[[Page], object]:
        GALLERY.append(Picture(steps.__name__.replace("_", "-"), title, caption, steps, look))
        return steps

    return put


@picture(
    "The first screen",
    "Three questions to start from, each with the patients that it finds, a tour of two minutes, and the charts of "
    "everybody.",
)
def first_screen(page: Page) -> None:
    expect(page.get_by_role("region", name="What are you looking for?")).to_be_visible()


@picture(
    "Breast MR of women",
    "The rule on the left, its sentence and totals above, charts below. Blue is the cohort now, grey is everybody; "
    "a click on a bar or a cell filters.",
)
def breast_mr(page: Page) -> None:
    choose(page, *BREAST)


@picture("The same in the dark", "One accent colour; contrast is checked in both themes.", theme="dark")
def dark(page: Page) -> None:
    choose(page, *BREAST)


@picture(
    "A rule of two groups",
    "An MR, and another one 30 days to a year later, never PET. Each group has its level and its own counts; a click "
    "on a chip opens what it asks where it stands, and a value can be dragged from one group to another.",
    rule=CohortDefinition()
    .including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"))
    .including(Modality.is_in("MR"))
    .following(0, 1, (30, 365))
    .excluding(Modality.is_in("PT")),
)
def rule(page: Page) -> None:
    expect(page.locator('[data-group="exclude:0"]')).to_contain_text("without it", timeout=ANSWER_MS)


@picture(
    "Filters",
    "Patients now over all of them, missing as a value like any other, and a warning where a field lies. A value is as "
    "it was recorded; the normalised ones say which spellings they hold.",
)
def filters(page: Page) -> None:
    choose(page, *BREAST)
    badge = page.locator(".facet .badge").first
    badge.click()
    expect(page.locator(".popup:popover-open")).to_be_visible()


@picture(
    "History and saved cohorts",
    "Every step in words with its patients; a click goes there. Cohorts are kept by name, with a note; those left for "
    "another one are one click away.",
)
def memory(page: Page) -> None:
    page.get_by_role("button", name="History", exact=True).click()
    choose(page, *BREAST)
    name = page.get_by_role("textbox", name="Name of the cohort")
    name.fill("Breast MR of women")
    name.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_timeout(1_000)
    page.get_by_role("button", name="Cohorts and note").click()
    panel = page.get_by_role("dialog", name="Cohorts and note")
    panel.get_by_role("textbox").fill("For the meeting in March. Ask acrin_6698 for the ages.")
    expect(panel.locator(".crow").first).to_be_visible()


@picture(
    "Attrition",
    "What each rule takes away, in patients, studies, series, images and bytes; what each rule costs alone; who was "
    "lost.",
)
def attrition(page: Page) -> None:
    choose(page, *BREAST)
    tab(page, "attrition")
    expect(page.locator(".attrition")).to_contain_text("3,296", timeout=ANSWER_MS)


@picture(
    "Patients and series",
    "Each patient's studies on a line of days. A row opens into its studies and series; the download holds all "
    "patients.",
)
def patients(page: Page) -> None:
    choose(page, *BREAST)
    tab(page, "rows")
    first = page.locator(".line.of-row").first
    first.focus()
    first.press("ArrowRight")
    study = page.locator(".line.of-study").first
    expect(study).to_be_visible(timeout=ANSWER_MS)
    study.focus()
    study.press("ArrowRight")
    expect(page.locator(".line.of-series").first).to_be_visible(timeout=ANSWER_MS)


@picture("Images", "The series of the cohort, and which of them are on this computer.")
def images(page: Page) -> None:
    choose(page, *BREAST)
    tab(page, "images")


@picture("Code", "One definition, four ways to say it: words, Python, SQL, JSON.")
def code(page: Page) -> None:
    choose(page, *BREAST)
    tab(page, "code")
    expect(page.locator('[data-block="JSON"] pre')).to_be_visible(timeout=ANSWER_MS)


@picture("Nobody", "An empty cohort shows the smallest changes that find somebody, each with what it finds.")
def nobody(page: Page) -> None:
    choose(page, *BREAST)
    row(page, "sex", "F").click(modifiers=["Alt"])
    settled(page)
    expect(page.get_by_role("region", name="Empty cohort").locator(".way").first).to_be_visible(timeout=ANSWER_MS)


@picture("The tour", "Eight steps over the screen, with a question or with a cohort of one's own.")
def tour(page: Page) -> None:
    page.get_by_role("button", name="Take the two-minute tour").click()
    page.wait_for_timeout(500)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1_500)


@picture("Keys", "All that can be done without a mouse; `?` shows it.")
def keys(page: Page) -> None:
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


@picture("In Spanish", "`?language=es`, or as the browser says; values stay as they were recorded.", language="es")
def spanish(page: Page) -> None:
    choose(page, *BREAST)
    tab(page, "attrition")
    expect(page.locator(".attrition")).to_contain_text("3.296", timeout=ANSWER_MS)


@picture(
    "A small window",
    "720 × 450, which is what 200 % zoom leaves of a laptop's screen: one column, the filters in a drawer.",
    width=720,
    height=450,
)
def small(page: Page) -> None:
    expect(page.locator(".sentence")).to_be_visible()


def take(browser: Browser, address: str, each: Picture) -> bytes:
    """Return one picture as PNG."""
    size = {side: each.look.get(side, SIZE[side]) for side in SIZE}
    context = browser.new_context(viewport=size, color_scheme=each.look.get("theme", "light"), reduced_motion="reduce")
    try:
        page = context.new_page()
        page.set_default_timeout(ANSWER_MS)
        asked = f"workspace=gallery-{each.name}&language={each.look.get('language', 'en')}"
        if "rule" in each.look:
            asked += f"&definition={packed(each.look['rule'])}"
        page.goto(f"{address}?{asked}")
        expect(page.locator("html.ready")).to_have_count(1, timeout=3 * ANSWER_MS)
        expect(page.locator(".totals:not(.pending)")).to_be_visible()
        each.steps(page)
        page.mouse.move(size["width"] - 2, size["height"] - 2)
        # What the bar said for a moment.
        expect(page.locator("p.note:visible")).to_have_count(0, timeout=ANSWER_MS)
        page.wait_for_timeout(2_500)
        return page.screenshot(animations="disabled")
    finally:
        context.close()


def small_png(content: bytes) -> bytes:
    """Return the picture with few colours."""
    written = BytesIO()
    with Image.open(BytesIO(content)) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def page_text() -> str:
    """Return docs/gallery.md."""
    parts = [
        f"## {each.title}\n\n{each.caption}\n\n![{each.title}](images/explorer/{each.name}.png)\n" for each in GALLERY
    ]
    return "\n".join([INTRODUCTION, *parts])


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all of them, and write the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    wanted = [each for each in GALLERY if not names or each.name in names]
    with serving(default_home()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for each in wanted:
            path: Path = PICTURES / f"{each.name}.png"
            path.write_bytes(small_png(take(browser, address, each)))
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e3:.0f} kB")
        browser.close()
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
