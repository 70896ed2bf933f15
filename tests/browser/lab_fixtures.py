"""A JupyterLab as a person starts it, with the extension as it is built, and what its window shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.app_fixtures import toggled
from tests.home import ROOT

BASE = "/user/alice/"
TOKEN = "a-token-of-the-tests"
START_S = 60
OPEN_MS = 90_000
"""The first page starts a process, which opens a million rows; slow on a small machine with other workers."""
ANSWER_MS = 45_000

OUR_ERRORS = re.compile(r"cohort.explorer|explorer/(app|api)", re.IGNORECASE)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    """Without a slash at the end."""
    folder: Path
    """What its file browser shows."""
    home: Path
    """Of Cohort Explorer."""
    log: Path

    def ask(self, method: str, path: str, content: object = None) -> Any:
        """What the server answers to a request below its base URL."""
        request = urllib.request.Request(
            f"{self.address}/{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def workspace(self, name: str = "default") -> dict[str, Any]:
        """What a workspace holds."""
        found: dict[str, Any] = self.ask("GET", f"explorer/api/workspaces/{name}")
        return found

    def start_again(self) -> None:
        """Empty the default workspace."""
        self.ask("PUT", "explorer/api/workspaces/default", {"definition": {"version": 1}, "base": ""})

    def processes(self) -> list[int]:
        """The explorer processes of this server."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                environment = (folder / "environ").read_bytes().split(b"\0")
                if b"--unix-socket" in words and f"COHORT_EXPLORER_HOME={self.home}".encode() in environment:
                    found.append(int(folder.name))
        return found

    def kill(self) -> None:
        """Kill the explorer process, as a machine that runs out of memory does."""
        processes = self.processes()
        assert processes
        for process in processes:
            os.kill(process, signal.SIGKILL)


@contextmanager
def running(folder: Path, snapshots: Path) -> Iterator[Lab]:
    """A JupyterLab with its own settings, files and home, below a base URL, until the end."""
    lab = Lab(f"http://127.0.0.1:{free_port()}{BASE}".rstrip("/"), folder / "files", folder / "home", folder / "log")
    for path in (lab.folder, lab.home, folder / "extensions" / "@cohort-explorer", folder / "config" / "labconfig"):
        path.mkdir(parents=True)
    # Asks whether it may fetch news from the web; `news_url` only keeps it from fetching them.
    silent = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (folder / "config" / "labconfig" / "page_config.json").write_text(json.dumps(silent))
    (lab.home / "snapshots").symlink_to(snapshots / "snapshots")
    # The extension as it was built last, also where an older one is installed.
    (folder / "extensions" / "@cohort-explorer" / "widgets").symlink_to(ROOT / "explorer" / "labextension")
    environment = os.environ | {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "COHORT_EXPLORER_HOME": str(lab.home),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "jupyterlab", *options(lab, folder)]
    with lab.log.open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server:
        try:
            wait_for(lab, server)
            expect.set_options(timeout=ANSWER_MS)
            yield lab
        finally:
            expect.set_options(timeout=None)
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
            print(lab.log.read_text()[-20_000:])


def options(lab: Lab, folder: Path) -> list[str]:
    port = lab.address.split(":")[2].partition("/")[0]
    return [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.base_url={BASE}",
        f"--ServerApp.root_dir={lab.folder}",
        "--ServerApp.jpserver_extensions={'explorer.server': True}",
        f"--LabApp.extra_labextensions_path=['{folder / 'extensions'}']",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    late = time.monotonic() + START_S
    while time.monotonic() < late:
        assert server.poll() is None, lab.log.read_text()
        with suppress(OSError):
            lab.ask("GET", "api")
            return
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{lab.log.read_text()}")


@contextmanager
def watched(page: Page) -> Iterator[list[str]]:
    """Fail on errors of ours in the page's console."""
    troubles: list[str] = []

    def note(text: str, place: str) -> None:
        if OUR_ERRORS.search(text + place):
            troubles.append(f"{text} ({place})")

    page.on("console", lambda said: note(said.text, said.location["url"]) if said.type == "error" else None)
    page.on("pageerror", lambda error: note(str(error), error.stack or ""))
    yield troubles
    assert not troubles, "the page said:\n" + "\n".join(troubles)


def entered(page: Page, lab: Lab, path: str = "lab") -> Page:
    """JupyterLab, logged in, with its last layout."""
    page.set_default_timeout(ANSWER_MS)
    joint = "&" if "?" in path else "?"
    page.goto(f"{lab.address}/{path}{joint}token={TOKEN}")
    return restored(page)


def restored(page: Page) -> Page:
    """JupyterLab when it has come up."""
    expect(page.locator("#jupyterlab-splash")).to_have_count(0, timeout=3 * ANSWER_MS)
    expect(page.locator("#jp-main-dock-panel")).to_be_visible()
    return page


def fresh(page: Page, lab: Lab) -> Page:
    """JupyterLab with nothing open but the launcher, and everybody in the cohort."""
    lab.start_again()
    return entered(page, lab, "lab?reset")


def launched(page: Page) -> FrameLocator:
    """The app, opened from the launcher."""
    page.locator(".jp-LauncherCard", has_text="Cohort Explorer").click()
    return shown(page)


def shown(page: Page, within: Locator | None = None) -> FrameLocator:
    """The app's page in the tab that is in front, with its numbers."""
    frame = (within or page.locator(".cxf:visible")).first
    expect(frame).to_have_attribute("data-phase", "open", timeout=OPEN_MS)
    app = frame.frame_locator("iframe")
    settled(app)
    return app


def settled(app: FrameLocator) -> None:
    """Wait until every number belongs to the definition on screen."""
    # In a narrow tab the filters are in a drawer.
    expect(app.locator(".cx")).to_have_count(1, timeout=ANSWER_MS)
    expect(app.locator(".cx.waiting")).to_have_count(0, timeout=ANSWER_MS)
    expect(app.locator(".totals:not(.pending)")).to_be_visible(timeout=ANSWER_MS)


def choose(app: FrameLocator, *values: tuple[str, str | None]) -> None:
    """Click on rows, each after the answer to the one before."""
    for facet, value in values:
        toggled(app_row(app, facet, value))
        settled(app)


def app_row(app: FrameLocator, facet: str, value: str | None) -> Locator:
    """The row of a value in the filters; None is missing."""
    key = json.dumps(json.dumps(value, ensure_ascii=False))
    return app.locator(f'[data-facet="{facet}"] .fr[data-key={key}]')


def patients(app: FrameLocator) -> Locator:
    """The number of patients in the strip of totals."""
    return app.locator('.tot[data-total="Patients"] .v')


def tab(page: Page, name: str | re.Pattern[str]) -> Locator:
    """A tab of the main area, by its title."""
    return page.locator("#jp-main-dock-panel .lm-TabBar-tab").filter(
        has=page.locator(".lm-TabBar-tabLabel", has_text=name)
    )


def remembered(lab: Lab, text: str) -> None:
    """Wait until JupyterLab has written down a layout that names `text`."""
    late = time.monotonic() + ANSWER_MS / 1000
    while time.monotonic() < late:
        with suppress(OSError):
            if text in json.dumps(lab.ask("GET", "lab/api/workspaces/default")):
                return
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab keeps no layout with {text}")


def command(page: Page, name: str) -> None:
    """Run a command from the palette."""
    page.keyboard.press("Control+Shift+c")
    field = page.locator(".lm-CommandPalette-input:visible")
    field.fill(name)
    page.locator(".lm-CommandPalette-item", has_text=name).first.click()


def new_notebook(page: Page, lab: Lab, name: str = "new.ipynb") -> Locator:
    """A notebook with one empty cell, opened from the file browser; its kernel is ready."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None, "id": "a"}
    content = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    lab.ask("PUT", f"api/contents/{name}", {"type": "notebook", "format": "json", "content": content})
    page.get_by_role("button", name="Refresh the file browser.").click()
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
    notebook = page.locator(".jp-NotebookPanel:visible")
    connected(page)
    return notebook


def connected(page: Page) -> None:
    """Wait for the kernel of the notebook on screen: what is run before that is dropped, or asks for a kernel."""
    page.wait_for_function(
        """() => [...(window.jupyterapp?.shell.widgets("main") ?? [])].some(
            (each) => each.isVisible && each.sessionContext?.session?.kernel?.connectionStatus === "connected"
        )""",
        timeout=OPEN_MS,
    )


def source(cell: Locator) -> str:
    """What a cell says."""
    return "\n".join(cell.locator(".cm-line").all_text_contents())


def remove(folder: Path) -> None:
    """Empty what the file browser shows."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
