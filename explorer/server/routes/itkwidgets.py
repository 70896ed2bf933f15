"""``explorer/itkwidgets`` and JupyterLab's imjoy extension: what genuine itkwidgets loads, from this server only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler

from explorer.server.routes.base import RESOURCE, sentence_for

if TYPE_CHECKING:
    from explorer.server.extension import CohortExplorer

__all__ = ["ImjoyRoute", "ItkwidgetsRoute"]


class ItkwidgetsRoute(JupyterHandler):
    """A file of a mirrored package, for people who are logged in."""

    auth_resource = RESOURCE

    @property
    def explorer(self) -> CohortExplorer:
        """The extension, with what the routes share."""
        found: CohortExplorer = self.settings["cohort_explorer"]
        return found

    def get_login_url(self) -> str:
        """Refuse: a script is not answered with a page for logging in."""
        raise tornado.web.HTTPError(403)

    @tornado.web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    async def get(self, path: str) -> None:
        """Return the file."""
        found = self.find(path)
        if found is None:
            raise tornado.web.HTTPError(404)
        content, kind = found
        self.set_header("Content-Type", kind)
        # Kept, and asked for again each time with the tag that tornado makes of the content.
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(content)

    def find(self, path: str) -> tuple[bytes, str] | None:
        """Return content and media type."""
        return self.explorer.mirror.file(path)

    def set_default_headers(self) -> None:
        """Let only pages of this server show the viewer inside them."""
        super().set_default_headers()
        self.set_header("Content-Security-Policy", "frame-ancestors 'self'")

    def write_error(self, status_code: int, **_: object) -> None:
        """Answer with a sentence."""
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(sentence_for(status_code))


class ImjoyRoute(ItkwidgetsRoute):
    """A file of imjoy-jupyterlab-extension, at the address where JupyterLab loads it."""

    def find(self, path: str) -> tuple[bytes, str] | None:
        """Return content and media type."""
        return self.explorer.imjoy_extension.file(path)
