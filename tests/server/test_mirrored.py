"""What genuine itkwidgets loads, from this server only."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.server.mirrored import STATIC, ImjoyExtension, Mirror, localised
from tests.server.running import Server

BASE = "/user/alice/explorer/itkwidgets"


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("https://cdn.jsdelivr.net/npm/vue@2.6.10/dist/vue.min.js", "npm/vue@2.6.10/dist/vue.min.js"),
        ("https://cdn.jsdelivr.net/npm/imjoy-core@${version}/dist/", "npm/imjoy-core@${version}/dist/"),
        ("https://imjoy-team.github.io/vue-js-modal/styles.css", "npm/vue-js-modal/dist/styles.css"),
        ("https://lib.imjoy.io/imjoy-loader.js", "npm/imjoy-core/dist/imjoy-loader.js"),
        ("https://imjoy.io/static/img/imjoy-logo-black.svg", "img/imjoy-logo-black.svg"),
    ],
)
def test_addresses_of_other_machines_become_local(asked: str, served: str) -> None:
    assert localised(f'load("{asked}")', BASE) == f'load("{BASE}/{served}")'


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder as the build makes it, and a file beside it that nobody may have."""
    folder = tmp_path / "itkwidgets"
    for name in ("npm/imjoy-core/dist/core.js", "npm/@oeway/vue-window/lib/index.js", "page.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f'"https://cdn.jsdelivr.net/npm/{name}"')
    (tmp_path / "secret.js").write_text("secret")
    return folder


@pytest.mark.parametrize("path", ["npm/imjoy-core@latest/dist/core.js", "npm/imjoy-core@0.14.5/dist/core.js"])
def test_any_version_is_the_one_there_is(copies: Path, path: str) -> None:
    found = Mirror(BASE, copies).file(path)
    assert found == (f'"{BASE}/npm/npm/imjoy-core/dist/core.js"'.encode(), "text/javascript; charset=UTF-8")


def test_names_with_a_scope_are_found(copies: Path) -> None:
    assert Mirror(BASE, copies).file("npm/@oeway/vue-window@2.4.1-a/lib/index.js") is not None


@pytest.mark.parametrize(
    "path",
    ["../secret.js", "npm/../../secret.js", "npm", "nothing.js", "/etc/passwd", "page.html\0", "a" * 400, "\ud800"],
)
def test_nothing_else_is_served(copies: Path, path: str) -> None:
    assert Mirror(BASE, copies).file(path) is None


def test_without_the_copies_nothing_of_the_extension_is_served(copies: Path, tmp_path: Path) -> None:
    folder = tmp_path / "labextensions" / "imjoy-jupyterlab-extension"
    folder.mkdir(parents=True)
    (folder / "index.js").write_text('"https://lib.imjoy.io/a.js"')
    folders = [str(tmp_path / "none"), str(tmp_path / "labextensions")]
    changed = ImjoyExtension(Mirror(BASE, copies), folders).file("index.js")
    assert changed is not None and BASE.encode() in changed[0]
    assert ImjoyExtension(Mirror(BASE, tmp_path / "not built"), folders).file("index.js") is None
    assert ImjoyExtension(Mirror(BASE, copies), folders).file("../../secret.js") is None


def test_what_the_build_made_names_no_other_machine_at_its_start() -> None:
    mirror = Mirror(BASE, STATIC)
    assert mirror.built
    for path in STATIC.rglob("*.js"):
        found = mirror.file(str(path.relative_to(STATIC)))
        assert found is not None
        for address in (b"https://cdn.jsdelivr.net", b"https://lib.imjoy.io", b'"startup":true'):
            assert address not in found[0], path


def test_licences_are_shipped() -> None:
    for package in ("vue", "vue-js-modal", "imjoy-core", "imjoy-rpc", "itk-viewer-bootstrap-ui", "itk-vtk-viewer"):
        assert list((STATIC / "npm" / package).glob("LICENSE*")), package


def test_it_is_served_to_people_who_are_logged_in(server: Server) -> None:
    for path in ("explorer/itkwidgets/page.html", "lab/extensions/imjoy-jupyterlab-extension/static/style.js"):
        assert server.get(path, token=False).status == 403
    page = server.get("explorer/itkwidgets/page.html")
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert server.get("explorer/itkwidgets/nothing.js").status == 404
    assert server.get("explorer/itkwidgets/..%2F..%2Fapp.js").status == 404
    for name in ("a%00b", "a" * 400):
        assert server.get(f"explorer/itkwidgets/{name}").status == 404
        assert server.get(f"lab/extensions/imjoy-jupyterlab-extension/{name}").status == 404
    assert "Traceback" not in server.log
