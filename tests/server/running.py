"""A Jupyter server as a person starts it, with the extension and a process that stands for the explorer's."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websocket

from tests.home import ROOT

TOKEN = "0f3c9d7e5b1a48c6a2e4"
BASE = "/user/al%40ice/"
START_S = 60

CONFIG = """
c = get_config()
others = ["jupyter_lsp", "jupyter_server_proxy", "jupyterlab", "notebook", "panel.io.jupyter_server_extension"]
c.ServerApp.jpserver_extensions = dict.fromkeys(others, False) | {"explorer.server": True}
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True
import sys
from explorer.server import command
"""
FAKE = 'command.PROGRAM = (sys.executable, "-m", "tests.server.fake_app")\n'


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running server, and what is known of it."""

    process: subprocess.Popen[str]
    port: int
    root: Path
    folder: Path
    token: str = TOKEN
    base: str = BASE

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, token: bool = True
    ) -> Answer:
        """Send one request, its path exactly as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Authorization": f"token {self.token}"} if token else {}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            connection.request(method, self.base + path, content, sent | (headers or {}))
            with connection.getresponse() as response:
                return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str, **options: Any) -> Answer:
        return self.ask("GET", path, **options)

    def connect(self, path: str, *, origin: str | None = "own", token: bool = True, **options: Any) -> Any:
        """Open a websocket; the origin is this server's own page unless told otherwise."""
        header = [f"Authorization: token {self.token}"] if token else []
        options["header"] = header + options.pop("header", [])
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        try:
            return websocket.create_connection(
                f"ws://{self.host}{self.base}{path}",
                origin=f"http://{self.host}" if origin == "own" else origin,
                suppress_origin=origin is None,
                socket=connection,
                **options,
            )
        except BaseException:
            connection.close()
            raise

    def child(self) -> int | None:
        """The explorer's process, if one runs."""
        found = children(self.process.pid)
        assert len(found) <= 1, found
        return found[0] if found else None

    def started(self) -> int:
        """Start the explorer's process, wait until it answers, and give its number."""
        assert self.get("explorer/app/").status == 200
        child = self.child()
        assert child
        return child


def children(parent: int) -> list[int]:
    """Running processes that another has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, above = stat.read_text().rpartition(")")[2].split()[:2]
            if int(above) == parent and state != "Z":
                found.append(int(stat.parent.name))
    return found


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(true: Any, seconds: float = 20) -> None:
    """Wait until it is so."""
    late = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < late, "it did not come to be"
        time.sleep(0.05)


@contextmanager
def running(folder: Path, config: str = FAKE, *, home: Path | None = None, **environment: str) -> Iterator[Server]:
    """A server of its own configuration, files and home, until the end."""
    root = folder / "root"
    (folder / "config").mkdir(parents=True)
    (folder / "runtime").mkdir()
    root.mkdir()
    (folder / "config" / "jupyter_server_config.py").write_text(CONFIG + config)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "COHORT_EXPLORER_"))}
    surroundings = clean | {
        "COHORT_EXPLORER_HOME": str(home or folder / "home"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_TOKEN": TOKEN,
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "XDG_RUNTIME_DIR": "",
    }
    command = [sys.executable, "-m", "jupyter_server", f"--port={port}", f"--ServerApp.base_url={BASE}"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            env=surroundings | environment,
            cwd=folder,
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    server = Server(process, port, root, folder, token=environment.get("JUPYTER_TOKEN", TOKEN))
    try:
        until(lambda: process.poll() is not None or answers(server), START_S)
        assert process.poll() is None, server.log
        yield server
    finally:
        started = children(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        print(server.log)
        for child in started:
            until(lambda child=child: not alive(child), 10)
    failed = re.search(r"Traceback|Uncaught exception|never retrieved|was never awaited", server.log)
    assert not failed or "no luck today" in server.log, server.log


def answers(server: Server) -> bool:
    with suppress(OSError):
        return server.get("api/status").status == 200
    return False


@dataclass
class Browser:
    """A browser that is logged in: it has cookies, and sends no token."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def log_in(self) -> Browser:
        for path in ("login?next=%2F", f"api/me?token={self.server.token}"):
            self._keep(self.server.ask("GET", path, token=False, headers=self._headers()))
        assert "_xsrf" in self.cookies and len(self.cookies) > 1, self.cookies
        return self

    def ask(self, method: str, path: str, body: Any = None, *, xsrf: bool = True, **headers: str) -> Answer:
        sent = self._headers() | headers
        if xsrf:
            sent["X-XSRFToken"] = self.cookies["_xsrf"]
        return self.server.ask(method, path, body, token=False, headers=sent)

    def connect(self, path: str, origin: str | None = "own") -> Any:
        header = [f"Cookie: {self._headers()['Cookie']}"]
        return self.server.connect(path, origin=origin, token=False, header=header)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def _keep(self, answer: Answer) -> None:
        for name, value in answer.headers.items():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
