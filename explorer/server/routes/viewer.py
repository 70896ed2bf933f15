"""``explorer/viewer/VERSION/FILE``: the image viewer's page, for notebooks of people who are logged in."""

from __future__ import annotations

from pathlib import Path

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler

from explorer.server.routes.base import RESOURCE

__all__ = ["FILES", "VIEWER", "ViewerRoute", "version"]

VIEWER = Path(__file__).parents[2] / "static" / "viewer"

FILES = {"page.html": "text/html", "page.js": "text/javascript", "itkVtkViewer.js": "text/javascript"}
"""All that the page needs, and what it is."""

_A_YEAR_S = 31_536_000


def version() -> str:
    """Return which build of the page lies here; empty where there is none."""
    try:
        return (VIEWER / "version.txt").read_text(encoding="ascii")
    except OSError:
        return ""


class ViewerRoute(JupyterHandler):
    """A file of the page.

    Its address holds the build's version: a browser keeps it as long as it likes, and a notebook whose kernel has
    another version finds nothing here and takes the page from the kernel.
    """

    auth_resource = RESOURCE

    def get_login_url(self) -> str:
        """Refuse: the page stands in a frame, where nobody can log in."""
        raise tornado.web.HTTPError(403)

    @tornado.web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    def get(self, wanted: str, name: str) -> None:
        """Send the file, packed where the browser takes that."""
        kind = FILES.get(name)
        if kind is None or wanted != version():
            raise tornado.web.HTTPError(404)
        packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        file = VIEWER / (f"{name}.gz" if packed else name)
        try:
            content = file.read_bytes()
        except OSError:
            raise tornado.web.HTTPError(404) from None
        if packed:
            self.set_header("Content-Encoding", "gzip")
        self.set_header("Content-Type", f"{kind}; charset=UTF-8")
        self.set_header("Cache-Control", f"private, max-age={_A_YEAR_S}, immutable")
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(content)
