"""A small HTTP server on the loopback that answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

JSON = {"Content-Type": "application/dicom+json"}


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]

    def number(self, name: str, otherwise: int) -> int:
        return int(self.query.get(name, [str(otherwise)])[0])


@dataclass
class Reply:
    """What is answered. A body of several pieces is sent without saying how long it is."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: dict(JSON))


Answers = Callable[[Asked], Reply]


@dataclass
class Served:
    """A running server and what it was asked."""

    url: str
    asked: list[Asked]


def rows(*found: object, status: int = 200, **headers: str) -> Reply:
    """A page of DICOM JSON."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(found).encode(), status, {**JSON, **more})


def study(uid: str, **values: object) -> dict[str, object]:
    """A study as an archive lists it; values by tag, as ``t00201206=2``."""
    return {"0020000D": element(uid), **{name[1:]: element(value) for name, value in values.items()}}


def element(value: object) -> dict[str, object]:
    return {"vr": "LO", "Value": value if isinstance(value, list) else [value]}


@contextmanager
def served(answers: Answers) -> Iterator[Served]:
    """Run a server that answers so."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: else each answer waits for the other side

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            one = Asked(parts.path, parse_qs(parts.query), dict(self.headers))
            asked.append(one)
            reply = answers(one)
            with suppress(ConnectionError):
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if isinstance(reply.body, bytes):
                    if "Content-Length" not in reply.headers and reply.status != 204:
                        self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)
                else:
                    self.send_header("Connection", "close")
                    self.end_headers()
                    for piece in reply.body:
                        self.wfile.write(piece)
                        self.wfile.flush()
                    self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{server.server_address[1]}/dicom-web", asked)
        finally:
            server.shutdown()
            thread.join()
