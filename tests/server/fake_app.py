"""Stands for the explorer's process: it listens on its socket, and does what a test asks of it.

``python fake_app.py FOLDER app --unix-socket PATH --prefix PREFIX …``, as explorer.server.leash is called. The variable
FAKE_APP says how it behaves: ``end`` and a code, ``silent``, ``building``, ``problem``, ``lazy``.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

BIG = 30_000_000


class Seen(RequestHandler):
    """What the process knows: its words, surroundings, and this request."""

    def get(self) -> None:
        self.set_cookie("planted", "1")
        self.set_header("X-Planted", "kept")
        self.finish(
            {
                "argv": sys.argv,
                "environment": dict(os.environ),
                "uri": self.request.uri,
                "headers": dict(self.request.headers),
            }
        )


class Status(RequestHandler):
    def get(self) -> None:
        how = os.environ.get("FAKE_APP", "")
        if how == "building":
            self.finish({"ready": False, "doing": "Building <b>the</b> snapshot", "share": 0.4, "problem": None})
        elif how == "problem":
            self.finish({"ready": False, "doing": "", "share": None, "problem": "There is no snapshot."})
        else:
            self.finish({"ready": True, "doing": "", "share": None, "problem": None})


class Ask(RequestHandler):
    def post(self, name: str) -> None:
        question = json.loads(self.request.body)
        request = question.get("request") or {}
        if request.get("kind") == "end":
            print("\x1b[31mended as asked\x1b[0m", file=sys.stderr, flush=True)
            os._exit(request["code"])
        if request.get("kind") == "refuse":
            self.set_status(400)
            self.finish({"message": "asked in a wrong way"})
        elif request.get("kind") == "babble":
            self.finish("<html>")
        else:
            self.finish({"name": name, "question": question})


class Big(RequestHandler):
    async def get(self) -> None:
        for _ in range(BIG // 1_000_000):
            self.write(b"x" * 1_000_000)
            await self.flush()


class Drip(RequestHandler):
    """One line at once, one when a second one is asked for; never complete without it."""

    async def get(self) -> None:
        self.write("first\n")
        await self.flush()
        await asyncio.sleep(1.5)
        self.finish("second\n")


class Zipped(RequestHandler):
    def get(self) -> None:
        self.set_header("Content-Encoding", "gzip")
        self.set_header("Content-Type", "application/javascript")
        self.finish(gzip.compress(b"let a = 1;" * 1000))


class Away(RequestHandler):
    def get(self) -> None:
        self.redirect("elsewhere")


class Broken(RequestHandler):
    async def get(self) -> None:
        self.set_header("Content-Length", "1000")
        self.write("half")
        await self.flush()
        os._exit(3)


class Echo(WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return True

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        self.asked = subprotocols
        return subprotocols[0] if subprotocols else None

    def open(self) -> None:
        self.write_message({"headers": dict(self.request.headers), "uri": self.request.uri, "asked": self.asked})

    async def on_message(self, message: str | bytes) -> None:
        if message == "end":
            os._exit(0)
        if message == "close":
            self.close(4000, "as asked")
        elif isinstance(message, str) and message.startswith("big"):
            await self.write_message(b"y" * int(message[3:]), binary=True)
        else:
            await self.write_message(message, binary=isinstance(message, bytes))

    asked: Any = None


class Page(RequestHandler):
    def get(self) -> None:
        self.finish(f"<p>{self.get_argument('workspace', '')}</p>")


async def serve() -> None:
    how = os.environ.get("FAKE_APP", "")
    print("fake app begins", os.getpid(), flush=True)
    if how.startswith("end"):
        print("Traceback (most recent call last):\n  File ...\nValueError: no luck today", file=sys.stderr, flush=True)
        os._exit(int(how.split()[1]))
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, (lambda: None) if how == "lazy" else end.set)
    arguments = dict(zip(sys.argv[2::2], sys.argv[3::2], strict=False))
    prefix = arguments["--prefix"]
    routes = {
        "/": Page,
        "/seen": Seen,
        "/big": Big,
        "/drip": Drip,
        "/zipped": Zipped,
        "/away": Away,
        "/broken": Broken,
        "/echo": Echo,
        "/ask/status": Status,
        "/ask/([a-z]+)": Ask,
    }
    application = Application(
        [(prefix + path, handler) for path, handler in routes.items()]
        + [(prefix + "/static/(.*)", StaticFileHandler, {"path": str(Path(__file__).parent)})]
    )
    if how != "silent":
        HTTPServer(application).add_socket(bind_unix_socket(arguments["--unix-socket"]))
    await end.wait()


if __name__ == "__main__":
    if sys.argv[1] == "app":
        asyncio.run(serve())
    else:
        from explorer.server import leash

        leash.main(sys.argv[1:], module="tests.server.fake_app")
