"""The image viewer's page on the Jupyter server."""

from __future__ import annotations

import gzip
import re

import pytest

from explorer.server.routes.viewer import FILES, VIEWER, version
from tests.server.running import Browser, Server

pytestmark = pytest.mark.skipif(not version(), reason="npm run build:viewer was not run")


@pytest.mark.parametrize("name", FILES)
def test_a_browser_gets_the_page_once_and_keeps_it(visitor: Browser, name: str) -> None:
    found = visitor.ask("GET", f"explorer/viewer/{version()}/{name}")
    assert found.status == 200
    assert found.body == (VIEWER / name).read_bytes()
    assert found.headers["Content-Type"] == f"{FILES[name]}; charset=UTF-8"
    assert found.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in found.headers["Content-Security-Policy"]
    packed = visitor.ask("GET", f"explorer/viewer/{version()}/{name}", **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(found.body)
    assert gzip.decompress(packed.body) == found.body


def test_the_page_names_only_files_of_its_own_version(visitor: Browser) -> None:
    page = visitor.ask("GET", f"explorer/viewer/{version()}/page.html").body.decode()
    wanted = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert wanted == [f"itkVtkViewer.js?v={version()}", f"page.js?v={version()}"]


@pytest.mark.parametrize(
    "path",
    [
        "0123456789ab/page.html",
        "VERSION/host.js",
        "VERSION/version.txt",
        "VERSION/page.html.gz",
        "VERSION/..%2f..%2f__init__.py",
        "../viewer/VERSION/page.html",
    ],
)
def test_nothing_else_is_there(server: Server, path: str) -> None:
    assert server.get(f"explorer/viewer/{path.replace('VERSION', version())}").status == 404
