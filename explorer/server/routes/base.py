"""What all routes have in common: who may ask, JSON in and out, and errors in a sentence."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler

from explorer.cohort.files import parse_json
from explorer.cohort.texts import one_line
from explorer.errors import DefinitionError, ExplorerError, UserError
from explorer.server.broken import problem_of

if TYPE_CHECKING:
    from explorer.server.extension import CohortExplorer

__all__ = ["RESOURCE", "Route", "answering", "sentence_for"]

RESOURCE = "cohort-explorer"
"""Name under which Jupyter's authorizer is asked."""

_LARGEST_BODY = 20_000_000

_SENTENCES = {
    400: "This request is not understood.",
    401: "Log in to Jupyter first.",
    403: "You are not logged in here, or may not do this.",
    404: "There is no such address here.",
    405: "This address does not take such requests.",
    413: f"A request holds at most {_LARGEST_BODY // 1_000_000} MB.",
}
_FAILED = "The server failed on this request; its log says why."

Answering = Callable[..., Awaitable[Any]]
Method = TypeVar("Method", bound=Answering)


def sentence_for(status: int) -> str:
    """Return what a status means, for a person."""
    return _SENTENCES.get(status, _FAILED)


def answering(method: Answering) -> Callable[..., Awaitable[None]]:
    """Send what the method returns as JSON: an object, or a status and an object. Errors become a sentence."""

    @wraps(method)
    async def answered(self: Route, *arguments: Any) -> None:
        try:
            found = await method(self, *arguments)
        except ExplorerError as error:
            found = _problem(error)
        except tornado.web.HTTPError:
            raise
        except Exception:
            self.log.exception("Cohort Explorer failed on %s %s", self.request.method, one_line(self.request.path))
            found = 500, {"message": _FAILED}
        status, content = found if isinstance(found, tuple) else (200, found)
        self.set_status(status)
        self.finish(json.dumps(content))

    return answered


def _problem(error: ExplorerError) -> tuple[int, dict[str, Any]]:
    if isinstance(error, DefinitionError):
        return 400, dict(problem_of(error))
    return 400 if isinstance(error, UserError) else 503, {"message": one_line(str(error))}


class Route(APIHandler):
    """A route that answers with JSON, to people who are logged in."""

    auth_resource = RESOURCE

    @property
    def explorer(self) -> CohortExplorer:
        """The extension, with what the routes share."""
        found: CohortExplorer = self.settings["cohort_explorer"]
        return found

    async def prepare(self) -> None:  # type: ignore[override]
        """Check who asks, and how much is sent."""
        await super().prepare()
        if len(self.request.body) > _LARGEST_BODY:
            raise tornado.web.HTTPError(413)

    def set_default_headers(self) -> None:
        """Let no browser or proxy keep an answer."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def body(self) -> Any:
        """Return what the request holds.

        Raises
        ------
        DefinitionError
            It is not JSON.
        """
        return parse_json(self.request.body)

    @tornado.web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    async def options(self, *_: str) -> None:  # type: ignore[override]
        """Refuse: pages of this server need not ask first, and other pages may not ask."""
        raise tornado.web.HTTPError(405)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Answer with a sentence."""
        self.finish(json.dumps({"message": sentence_for(status_code)}))
