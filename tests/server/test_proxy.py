"""What passes between a browser and the explorer's process, and what does not."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import socket
import time
from pathlib import Path

import pytest
import websocket

from tests.server.fake_app import BIG
from tests.server.running import BASE, FAKE, TOKEN, Browser, Server, running

APP = f"{BASE}explorer/app"


def test_the_address_gets_its_slash(server: Server) -> None:
    answer = server.get(f"explorer/app?workspace=w&token={TOKEN}")
    assert (answer.status, answer.headers["Location"]) == (302, f"{APP}/?workspace=w")


def test_a_page_under_an_encoded_base_url(visitor: Browser) -> None:
    answer = visitor.ask("GET", "explorer/app/?workspace=w")
    assert (answer.status, answer.body) == (200, b"<p>w</p>")


def test_the_process_is_told_no_secret(server: Server, visitor: Browser) -> None:
    sent = {"Authorization": f"token {TOKEN}", "X-Forwarded-For": "1.2.3.4", "Referer": f"http://x/?token={TOKEN}"}
    answer = visitor.ask("GET", f"explorer/app/seen?token={TOKEN}&a=1&_xsrf=x", **sent)
    seen = answer.json
    assert seen["uri"] == f"{APP}/seen?a=1"
    assert seen["headers"]["Host"] == server.host
    for name in ("Cookie", "Authorization", "X-Xsrftoken", "Referer", "X-Forwarded-For"):
        assert name not in seen["headers"]
    assert TOKEN not in answer.body.decode()
    for name in seen["environment"]:
        assert not name.startswith(("JUPYTER", "JPY_"))
    # And sets no cookie on Jupyter's own address.
    assert answer.headers["X-Planted"] == "kept"
    assert "planted" not in answer.headers.get("Set-Cookie", "")


def test_the_log_holds_no_token(server: Server) -> None:
    server.get(f"explorer/app/seen?token={TOKEN}")
    server.connect(f"explorer/app/echo?token={TOKEN}").close()
    assert TOKEN not in server.log
    child = server.started()
    assert TOKEN.encode() not in Path(f"/proc/{child}/environ").read_bytes()
    assert TOKEN.encode() not in Path(f"/proc/{child}/cmdline").read_bytes()


def test_variables_that_open_doors_stay_here(tmp_path: Path) -> None:
    doors = {
        "JUPYTERHUB_API_TOKEN": "a",
        "JPY_API_TOKEN": "b",
        "JUPYTERHUB_CLIENT_ID": "c",
        "MY_PASSWORD": "d",
        "AWS_SECRET_ACCESS_KEY": "e",
        "SOME_URL": f"http://x/?token={TOKEN}",
    }
    with running(tmp_path / "hub", FAKE, HARMLESS="1", **doors) as server:
        environment = server.get("explorer/app/seen").json["environment"]
        assert environment["HARMLESS"] == "1" and environment["PATH"]
        assert not environment.keys() & doors.keys()


@pytest.mark.parametrize(
    "path",
    [
        "ask/status",
        "ask/column",
        "%61sk/status",
        "ASK/status",
        "/ask/status",
        "x/../ask/status",
        "%2e/ask/status",
        "a%00",
    ],
)
def test_questions_are_not_for_browsers(server: Server, path: str) -> None:
    assert server.get(f"explorer/app/{path}").status == 404
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.connect(f"explorer/app/{path}")
    assert refused.value.status_code == 404


def test_answers_pass_as_they_are(server: Server) -> None:
    zipped = server.get("explorer/app/zipped", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.body).startswith(b"let a")
    assert zipped.headers["Content-Type"] == "application/javascript"
    away = server.get("explorer/app/away")
    assert (away.status, away.headers["Location"]) == (302, "elsewhere")
    assert server.get("explorer/app/missing").status == 404
    assert server.get("explorer/app/missing").headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def test_a_file_is_asked_for_again_only_when_it_changed(server: Server) -> None:
    first = server.get("explorer/app/static/fake_app.py")
    content = Path(__file__).with_name("fake_app.py").read_bytes()
    assert first.body == content and int(first.headers["Content-Length"]) == len(content)
    again = server.get("explorer/app/static/fake_app.py", headers={"If-None-Match": first.headers["Etag"]})
    assert (again.status, again.body) == (304, b"")
    head = server.ask("HEAD", "explorer/app/static/fake_app.py")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(content)))
    whole = server.get("explorer/app/static/fake_app.py", headers={"Range": "bytes=0-9"})
    assert (whole.status, whole.body) == (200, content)


def test_large_answers_pass(server: Server) -> None:
    body = server.get("explorer/app/big").body
    assert len(body) == BIG and hashlib.sha256(body).digest() == hashlib.sha256(b"x" * BIG).digest()


def test_an_answer_passes_as_it_comes(server: Server) -> None:
    server.started()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    begun = time.monotonic()
    connection.request("GET", f"{APP}/drip", headers={"Authorization": f"token {TOKEN}"})
    response = connection.getresponse()
    assert response.readline() == b"first\n" and time.monotonic() - begun < 1
    assert response.read() == b"second\n"
    connection.close()


def test_a_browser_that_goes_away_stops_its_download(server: Server) -> None:
    server.started()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        request = f"GET {APP}/big HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: token {TOKEN}\r\n\r\n"
        connection.sendall(request.encode())
        assert b"200 OK" in connection.recv(1000)
    assert server.get("explorer/app/").status == 200


def test_half_an_answer_does_not_look_whole(server: Server) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        server.get("explorer/app/broken")
    assert server.get("explorer/app/").status == 200


def test_a_websocket_carries_both_ways(server: Server, visitor: Browser) -> None:
    opened = server.connect(f"explorer/app/echo?a=1&token={TOKEN}", subprotocols=["bokeh", "session"])
    told = json.loads(opened.recv())
    assert told["uri"] == f"{APP}/echo?a=1" and told["asked"] == ["bokeh", "session"]
    assert told["headers"]["Origin"] == f"http://{server.host}"
    assert "Authorization" not in told["headers"] and "Cookie" not in told["headers"]
    assert opened.getsubprotocol() == "bokeh"
    for message in ("text ñ", "x" * 3_000_000):
        opened.send(message)
        assert opened.recv() == message
    opened.send_binary(b"\x00\xff")
    assert opened.recv() == b"\x00\xff"
    opened.send("big20000000")
    assert len(opened.recv()) == 20_000_000
    opened.send("close")
    assert opened.recv_data(control_frame=True)[1][:2] == (4000).to_bytes(2, "big")
    opened.shutdown()
    by_cookie = visitor.connect("explorer/app/echo")
    assert "Cookie" not in json.loads(by_cookie.recv())["headers"]
    by_cookie.close()


def test_no_other_page_frames_it_unless_the_administrator_says_so(tmp_path: Path) -> None:
    policy = "frame-ancestors 'self' https://portal.example; report-uri /x"
    config = f'c.ServerApp.tornado_settings = {{"headers": {{"Content-Security-Policy": "{policy}"}}}}\n'
    with running(tmp_path / "framed", FAKE + config) as server:
        said = server.get("explorer/app/").headers["Content-Security-Policy"]
        assert said == "frame-ancestors 'self' https://portal.example"


def test_every_page_may_ask_is_not_heard(tmp_path: Path) -> None:
    """Where an administrator lets every page read from Jupyter, none opens a websocket of ours."""
    with running(tmp_path / "open", FAKE + 'c.ServerApp.allow_origin = "*"\n') as server:
        for path in ("explorer/api/events", "explorer/app/echo"):
            server.connect(path).close()
            for origin in ("https://evil.example", None, "null"):
                with pytest.raises(websocket.WebSocketBadStatusException) as refused:
                    server.connect(path, origin=origin)
                assert refused.value.status_code == 403
