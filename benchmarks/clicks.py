"""From the click to the painted number, in Chromium: the app, and the widget in a notebook of JupyterLab.

Some sixty clicks of one kind after the other, drawn at random but the same everywhere: values of the filters on screen
are chosen and taken back, the last step is undone, a range of ages is typed. The clock runs from the browser's own time
of the click to the first frame after the page shows totals and counts of the new definition, which carry its id. What
came between is told apart: until the page sent the click, until the last message with numbers had come (and of that,
what the server says it spent on counting and on writing), until the page was changed, until it was painted.

    .venv/bin/python -m benchmarks.clicks [--home FOLDER] [--snapshot NAME] [--clicks 60] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.app_fixtures import opened, serving
from tests.browser.conftest import leaves_the_machine
from tests.browser.notebook_fixtures import jupyter
from tests.home import default_home

PROBE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
ALONE = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
REST_MS = 700
"""Until the next click: what follows the numbers, such as charts, has come by then."""
MOST_CHOSEN = 4
TARGETS = {"p50": 150, "p95": 300}


@dataclass(frozen=True)
class Seen:
    """One click: milliseconds since it, and what was received.

    Attributes
    ----------
    asked, told, drawn, painted
        When the page sent it, had its numbers, had them in the document, and had painted them.
    messages, bytes
        What came until the numbers were drawn; `later_…` came after that.
    server
        Milliseconds that the server says it spent: ``counting``, ``writing`` and ``waiting`` for its turn.
    """

    kind: str
    painted: float
    asked: float
    told: float
    drawn: float
    messages: int
    bytes: int
    later_messages: int
    later_bytes: int
    sent_bytes: int
    server: dict[str, float]


@dataclass
class Walk:
    """Clicks on one page, each drawn from what is on screen."""

    page: Page
    column: Locator
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    seen: list[Seen] = field(default_factory=list)

    def click(self) -> None:
        """Make one click, and note what came of it."""
        kind, act = self._drawn()
        self.page.evaluate("clicks.arm()")
        act()
        said = self.page.evaluate("rest => clicks.seen(rest)", REST_MS)
        self.seen.append(Seen(kind=kind, **said))

    def _drawn(self) -> tuple[str, Any]:
        number = len(self.seen)
        rows = self.page.evaluate("clicks.rows()")
        chosen = [row for row in rows if row["chosen"]]
        if chosen and number % 7 == 6:
            return "undo", lambda: self._row(self.chance.choice(chosen)).press("Control+z")
        if number % 11 == 10:
            return "range", self._range
        if len(chosen) >= MOST_CHOSEN:
            return "take back", lambda: self._row(self.chance.choice(chosen)).click()
        free = [row for row in rows if row["some"] and not row["chosen"]]
        facets = sorted({row["facet"] for row in free})
        facet = self.chance.choice(facets)
        row = self.chance.choice([row for row in free if row["facet"] == facet])
        return "choose", lambda: self._row(row).click()

    def _row(self, row: dict[str, Any]) -> Locator:
        return self.column.locator(f'[data-facet="{row["facet"]}"] .fr[data-key={json.dumps(row["key"])}]')

    def _range(self) -> None:
        low = self.chance.randrange(20, 60)
        end = self.column.locator('[data-facet="age"] .ends input').first
        end.fill(str(low))
        end.press("Enter")


@contextmanager
def alone(browser: Browser) -> Iterator[Page]:
    """A page with the probe in it; asking another machine is an error."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    outside: list[str] = []
    page.on("request", lambda asked: outside.append(asked.url) if leaves_the_machine(asked.url) else None)
    page.add_init_script(PROBE)
    yield page
    page.close()
    assert not outside, f"the page asked other machines: {outside}"


def in_app(browser: Browser, home: Path, snapshot: str, clicks: int) -> list[Seen]:
    """Click in the app."""
    with serving(home, *(["--snapshot", snapshot] if snapshot else [])) as address, alone(browser) as page:
        opened(page, address)
        return walked(Walk(page, page.locator(".cx")), clicks)


def in_notebook(browser: Browser, home: Path, snapshot: str, clicks: int) -> list[Seen]:
    """Click in the widget of a notebook, with all of its filters open."""
    cell = f"import explorer\nexplorer.CohortBuilder({snapshot!r} or None)"
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyter("lab", Path(folder), home / "snapshots") as server,
        alone(browser) as page,
    ):
        book = server.open(page, "clicks.ipynb", cell)
        book.run(0)
        widget = book.widget(0)
        widget.locator(".allfilters").click()
        expect(widget.locator('[data-facet="age"] .ends input')).to_have_count(2)
        return walked(Walk(page, widget), clicks)


def walked(walk: Walk, clicks: int) -> list[Seen]:
    walk.page.wait_for_timeout(2 * REST_MS)
    for _ in range(clicks):
        walk.click()
    return walk.seen


def at(share: float, numbers: list[float]) -> float:
    """The number below which that share of them lies."""
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]


def table(places: dict[str, list[Seen]]) -> list[str]:
    """Where the time goes, as a Markdown table: a line for each stage, medians but for the last lines."""

    def median(stage: Any) -> list[str]:
        return [f"{statistics.median(stage(each) for each in seen):,.0f}" for seen in places.values()]

    rows: list[tuple[str, list[str]]] = [
        ("click to message, ms", median(lambda each: each.asked)),
        ("message to the last numbers, ms", median(lambda each: each.told - each.asked)),
        ("… of it waiting for its turn", median(lambda each: each.server.get("waiting", 0))),
        ("… of it counting", median(lambda each: each.server.get("counting", 0))),
        ("… of it writing", median(lambda each: each.server.get("writing", 0))),
        ("numbers to document, ms", median(lambda each: each.drawn - each.told)),
        ("document to paint, ms", median(lambda each: each.painted - each.drawn)),
        ("messages until painted", median(lambda each: each.messages)),
        ("bytes until painted", median(lambda each: each.bytes)),
        ("bytes after that", median(lambda each: each.later_bytes)),
        ("bytes sent", median(lambda each: each.sent_bytes)),
    ]
    for name, share in (("p50", 0.5), ("p95", 0.95), ("worst", 1.0)):
        rows.append(
            (f"**click to paint, {name}, ms**", [f"**{at(share, total(seen)):,.0f}**" for seen in places.values()])
        )
    head = [("", list(places)), ("---", ["---:"] * len(places))]
    return [f"| {name} | {' | '.join(cells)} |" for name, cells in (*head, *rows)]


def total(seen: list[Seen]) -> list[float]:
    return [each.painted for each in seen]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--home", type=Path, help="a COHORT_EXPLORER_HOME with the snapshot; by default that of the tests"
    )
    parser.add_argument("--snapshot", default="", help="its id, alias or file; the default one if empty")
    parser.add_argument("--clicks", type=int, default=60)
    parser.add_argument("--only", choices=("app", "notebook"))
    parser.add_argument("--json", type=Path, help="write the figures there too")
    given = parser.parse_args()
    home = (given.home or default_home()).resolve()
    places = {"app": in_app, "notebook": in_notebook}
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ALONE))
        # The servers' logs are no part of the table.
        with redirect_stdout(sys.stderr):
            seen = {
                name: run(browser, home, given.snapshot, given.clicks)
                for name, run in places.items()
                if given.only in (None, name)
            }
        browser.close()
    print("\n".join(table(seen)))
    if given.json:
        figures = {name: [asdict(each) for each in clicks] for name, clicks in seen.items()}
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
