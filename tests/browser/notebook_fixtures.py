"""JupyterLab and Jupyter Notebook as a person starts them, and a notebook that is run cell by cell."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import nbformat
from playwright.sync_api import Locator, Page, expect

from tests.browser.app_fixtures import toggled
from tests.browser.lab_fixtures import connected
from tests.home import ROOT

START_S = 60
ANSWER_MS = 45_000

PLACES = {
    # A workspace of JupyterLab for each, so that no tab of another comes back.
    "lab": ("jupyterlab", "lab/workspaces/{stem}/tree/{name}", "LabApp"),
    "notebook": ("notebook", "notebooks/{name}", "JupyterNotebookApp"),
}
"""By front end: the module that serves it, where it opens a notebook, and its name in options."""

SETTINGS = {"notification": {"fetchNews": "false", "checkForUpdates": False}}
"""Of JupyterLab, as a person who has answered its question about news."""

SAY = "print(builder.definition.describe())"
ASSIGN = "builder.definition = explorer.CohortDefinition().including(explorer.facets.sex.is_in('F'), same='patient')"
MR = "Patients with MR."
WOMEN = "Patients whose sex is F."


@dataclass(frozen=True)
class Jupyter:
    """A running server with one front end.

    Attributes
    ----------
    address
        With the base URL, without a slash at the end.
    front_end
        ``"lab"`` or ``"notebook"``.
    folder
        What it shows.
    home
        COHORT_EXPLORER_HOME of its kernels.
    """

    address: str
    front_end: str
    folder: Path
    home: Path

    def write(self, name: str, *cells: str) -> None:
        """Write a notebook of code cells."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
        nbformat.write(book, self.folder / name)

    def open(self, page: Page, name: str, *cells: str, query: str = "") -> Notebook:
        """Write a notebook, and open it where its kernel is ready."""
        self.write(name, *cells)
        return self.reopen(page, name, query=query)

    def reopen(self, page: Page, name: str, *, query: str = "") -> Notebook:
        """Open a notebook as it lies there, where its kernel is ready."""
        place = PLACES[self.front_end][1].format(name=name, stem=Path(name).stem)
        page.set_default_timeout(ANSWER_MS)
        page.goto(f"{self.address}/{place}{query}")
        book = Notebook(page)
        expect(book.cell(0)).to_be_visible(timeout=3 * ANSWER_MS)
        connected(page)
        return book


@dataclass(frozen=True)
class Notebook:
    """An open notebook."""

    page: Page

    def cell(self, number: int) -> Locator:
        """The cell of that number, from 0."""
        return self.page.locator(".jp-NotebookPanel:visible .jp-Notebook-cell").nth(number)

    def run(self, number: int) -> Locator:
        """Run a cell to its end; gives its output."""
        cell = self.cell(number)
        self.start(number)
        expect(cell.locator(".jp-InputPrompt")).not_to_have_text("[*]:", timeout=3 * ANSWER_MS)
        return cell.locator(".jp-OutputArea-output")

    def start(self, number: int) -> None:
        """Start to run a cell."""
        cell = self.cell(number)
        prompt = cell.locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(r"\[.*\]:"))
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)

    def save(self, path: Path, wanted: str) -> str:
        """Save it there, until what is written holds `wanted`; gives what is written."""
        for _ in range(100):
            self.page.keyboard.press("Control+s")
            self.page.wait_for_timeout(100)
            if wanted in path.read_text(encoding="utf-8"):
                return path.read_text(encoding="utf-8")
        raise AssertionError(f"{path.name} does not hold {wanted}")

    def leave(self) -> None:
        """Shut its kernel down, and leave the page."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.goto("about:blank")

    def says(self, number: int) -> str:
        """What a cell prints."""
        output = self.run(number)
        return (output.text_content() or "").strip()

    def widget(self, number: int) -> Locator:
        """The facet list in a cell's output, with all of its numbers."""
        widget = self.cell(number).locator(".cx")
        expect(widget).to_be_visible(timeout=ANSWER_MS)
        expect(self.cell(number).locator(".cx:not(.waiting)")).to_be_visible(timeout=ANSWER_MS)
        return widget

    def choose(self, number: int, facet: str, value: str) -> None:
        """Click on a value of the facet list in a cell's output."""
        toggled(self.widget(number).locator(f'[data-facet="{facet}"] .fr[data-key=\'"{value}"\']'))

    def reads(self, number: int, sentence: str, within_ms: int = ANSWER_MS) -> None:
        """Wait until the facet list in a cell's output says this, and for the numbers to it."""
        expect(self.cell(number).locator(".sentence")).to_have_text(sentence, timeout=within_ms)
        self.widget(number)


@contextmanager
def jupyter(
    front_end: str, folder: Path, snapshots: Path, *options: str, base: str = "/user/ana/"
) -> Iterator[Jupyter]:
    """A server for one person, who has the snapshots, until the end; by default its base URL is as behind a hub."""
    home, shown, extensions = folder / "home", folder / "shown", folder / "jupyter" / "labextensions"
    for path in (home / "cohorts", shown, extensions / "@cohort-explorer"):
        path.mkdir(parents=True)
    (home / "cohorts" / "snapshots").symlink_to(snapshots)
    # The extension as it was built last, also where an older one is installed.
    (extensions / "@cohort-explorer" / "widgets").symlink_to(ROOT / "explorer" / "labextension")
    settings = home / ".jupyter" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for name, content in SETTINGS.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(content), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", PLACES[front_end][0], "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.base_url={base}"),
        *("--IdentityProvider.token=", f"--ServerApp.root_dir={shown}"),
        *(f"--{PLACES[front_end][2]}.expose_app_in_browser=True", *options),
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "XDG_", "IPYTHON"))}
    environment = kept | {
        "HOME": str(home),
        "COHORT_EXPLORER_HOME": str(home / "cohorts"),
        "JUPYTER_PATH": str(extensions.parent),
    }
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=shown, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}{base}".rstrip("/")
            wait_for(f"{address}/api", server)
            yield Jupyter(address, front_end, shown, home / "cohorts")
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            print((folder / "log").read_text(encoding="utf-8", errors="replace")[-8000:])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Come back when the server answers."""
    late = time.monotonic() + START_S
    while time.monotonic() < late:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {START_S} s")


def opening(workspace: str) -> str:
    """The cell that shows a builder."""
    return f"import explorer\nbuilder = explorer.CohortBuilder(workspace={workspace!r})\nbuilder"
