"""Questions of the Jupyter server, as JSON; only whoever may open the process's socket can ask."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tornado.web import RequestHandler

from explorer.cohort.texts import shown
from explorer.errors import DefinitionError, ExplorerError, UserError
from explorer.views.answers.questions import AT_ONCE, IN_TIME

if TYPE_CHECKING:
    from explorer.views.rooms import Rooms

__all__ = ["patterns"]

_LARGEST = 20_000_000
"""Bytes of a question."""

_THREADS = 4
"""For questions that take time; writing answers has others, so that no click waits for such a question."""

_log = logging.getLogger(__name__)


def patterns(rooms: Rooms) -> list[tuple[Any, ...]]:
    """Return the routes ``ask/status`` and ``ask/NAME``, for bokeh's ``extra_patterns``."""
    asked = ThreadPoolExecutor(_THREADS, thread_name_prefix="explorer-asked")
    writing = ThreadPoolExecutor(2, thread_name_prefix="explorer-writing")
    return [
        (r"/ask/status", _Status, {"rooms": rooms}),
        (r"/ask/([a-z]+)", _Ask, {"rooms": rooms, "asked": asked, "writing": writing}),
    ]


class _Json(RequestHandler):
    """Answers in JSON, errors too."""

    def answer(self, text: str, status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(text)

    def refuse(self, status: int, message: str, path: str = "") -> None:
        self.answer(json.dumps({"message": message, "path": path}), status)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.refuse(status_code, "This cannot be asked of the explorer.")


class _Status(_Json):
    """``GET ask/status``: how far the process is."""

    def initialize(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def get(self) -> None:
        self.answer(json.dumps(self._rooms.status()))


class _Ask(_Json):
    """``POST ask/NAME``: one question."""

    def initialize(self, rooms: Rooms, asked: ThreadPoolExecutor, writing: ThreadPoolExecutor) -> None:
        self._rooms, self._asked, self._writing = rooms, asked, writing

    async def post(self, name: str) -> None:
        if name not in AT_ONCE and name not in IN_TIME:
            self.refuse(404, f"there is no question {shown(name)}; there are {', '.join([*AT_ONCE, *IN_TIME])}")
            return
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            self.refuse(415, "A question is application/json.")
            return
        if len(self.request.body) > _LARGEST:
            self.refuse(413, f"A question is at most {_LARGEST:,} bytes.")
            return
        try:
            text = await self._answered(name, self._content())
        except UserError as error:
            path = error.path if isinstance(error, DefinitionError) else ""
            self.refuse(400, str(error).removeprefix(f"{path}: "), path)
        except ExplorerError as error:
            self.refuse(503, str(error))
        except Exception:
            _log.exception("the question %s was not answered", name)
            self.refuse(500, "This could not be answered; the server's log says why. Your cohort is unchanged.")
        else:
            self.answer(text)

    def _content(self) -> dict[str, Any]:
        try:
            content = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise UserError("A question is JSON.") from None
        if not isinstance(content, dict):
            raise UserError("A question is a JSON object.")
        return content

    async def _answered(self, name: str, content: dict[str, Any]) -> str:
        loop = asyncio.get_running_loop()
        if name in AT_ONCE:
            # Called here, where questions arrive one after another, so that clicks keep their order.
            answer = await asyncio.wrap_future(AT_ONCE[name](self._rooms, content))
        else:
            answer = await loop.run_in_executor(self._asked, IN_TIME[name], self._rooms, content)
        return await loop.run_in_executor(self._writing, _written, answer)


def _written(answer: dict[str, Any]) -> str:
    # In ASCII: half a character in a click is no reason for no answer.
    return json.dumps(answer)
