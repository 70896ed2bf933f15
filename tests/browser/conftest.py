from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from explorer import Cohort, Snapshot
from tests.browser import app_fixtures, lab_fixtures
from tests.home import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ARTEFACTS = ROOT / "build" / "artefacts"
HERE = Path(__file__).parent
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
INSIDE_SCHEMES = {"data", "blob", "about"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def patience() -> None:
    """Let each expectation wait for a busy machine; what holds at once is seen at once."""
    expect.set_options(timeout=app_fixtures.ANSWER_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, or the one that CHROMIUM names; it must not look for anything on its own."""
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            # Even a failing test sends nothing: no name but this machine's is found.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The size that the screens are drawn for."""
    return browser_context_args | {"viewport": {"width": 1440, "height": 900}}


def leaves_the_machine(url: str) -> bool:
    """Whether asking for `url` asks another machine."""
    parts = urlsplit(url)
    return parts.scheme not in INSIDE_SCHEMES and parts.hostname not in LOCAL_HOSTS


@pytest.fixture(autouse=True)
def offline(context: BrowserContext) -> Iterator[list[str]]:
    """Fail the test on any request that leaves the machine; gives the list of those seen so far."""
    outside: list[str] = []

    def note(url: str) -> None:
        if leaves_the_machine(url):
            outside.append(url)

    context.on("request", lambda request: note(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: note(socket.url)))
    yield outside
    assert not outside, "the page asked other machines:\n" + "\n".join(sorted(set(outside)))


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], Path]:
    """Save the page as ``build/artefacts/screenshots/NAME.png``."""

    def save(name: str) -> Path:
        path = ARTEFACTS / "screenshots" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, animations="disabled")
        return path

    return save


@pytest.fixture(scope="module")
def address(default_home: Path) -> Iterator[str]:
    """The address of the app on the default snapshot, one for the tests of a module."""
    with app_fixtures.serving(default_home) as served:
        yield served


@pytest.fixture
def app(page: Page, address: str) -> Iterator[Page]:
    """The app with its first numbers; what its page says of errors fails the test."""
    with app_fixtures.watched(page):
        yield app_fixtures.opened(page, address)


@pytest.fixture(scope="module")
def breast(default_snapshot: Snapshot) -> Cohort:
    """The cohort of most tests: breast MR of women."""
    return Cohort(app_fixtures.RULE, default_snapshot)


@pytest.fixture(scope="module")
def lab(default_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab_fixtures.Lab]:
    """A JupyterLab on the default snapshot, one for the tests of a module."""
    with lab_fixtures.running(tmp_path_factory.mktemp("lab"), default_home) as found:
        yield found


@pytest.fixture
def no_files(lab: lab_fixtures.Lab) -> None:
    """Empty what JupyterLab's file browser shows."""
    lab_fixtures.remove(lab.folder)
