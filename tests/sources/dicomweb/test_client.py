"""An archive that answers wrongly, late, too much, or not at all."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from explorer.errors import SurroundingsError
from explorer.sources.dicomweb import Address, Archive, Cancelled, Credentials, Patience, Refused, answer
from tests.sources.dicomweb.served import JSON, Answers, Asked, Reply, rows, served, study

QUICK = Patience(silence=10, whole=20, tries=3, pause=0.0)


def asked(answers: Answers, credentials: Credentials | None = None, patience: Patience = QUICK) -> list[object]:
    with served(answers) as server:
        archive = Archive(Address.parse(server.url), credentials or Credentials(), patience)
        try:
            return list(archive.ask("/studies", [("limit", "5")]).rows)
        finally:
            archive.close()


def test_one_connection_serves_many_questions() -> None:
    with served(lambda _: rows(study("1.2"))) as server:
        archive = Archive(Address.parse(server.url))
        first = archive.ask("/studies")
        connection = archive._connection().sock
        assert archive.ask("/studies", [("a b", "ü&=")]) == first
        assert archive._connection().sock is connection is not None
        archive.close()
    assert server.asked[1].query == {"a b": ["ü&="]}
    assert server.asked[1].path == "/dicom-web/studies"


def test_no_content_is_an_empty_page() -> None:
    assert asked(lambda _: Reply(b"", 204, {})) == []


def test_json_may_be_packed() -> None:
    packed = gzip.compress(json.dumps([study("1.2")]).encode())
    assert asked(lambda _: Reply(packed, headers={**JSON, "Content-Encoding": "gzip"})) == [study("1.2")]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"<html>Sign in</html>", headers={"Content-Type": "text/html; charset=utf-8"}), "text/html instead"),
        (Reply(b"[]", headers={}), "something without a type"),
        (Reply(b""), "no JSON"),
        (Reply(b"[{]"), "no JSON"),
        (Reply(b"\xff\xfe[]"), "no JSON"),
        (Reply(b'[{"a": NaN}]'), "no JSON"),
        (Reply(b"[" * 1_000_000), "no JSON"),
        (Reply(b"[" + b"9" * 10_000 + b"]"), "no JSON"),
        (Reply(b"{}"), "an object instead of a list"),
        (Reply(b'["a"]'), "a list with text in it"),
        (Reply(b"[[[]]]"), "a list with a list in it"),
        (Reply(b"[]", headers={**JSON, "Content-Encoding": "br"}), "an encoding that was not asked for, br"),
        (Reply(b"[]", headers={**JSON, "Content-Encoding": "gzip"}), "breaks off"),
        (Reply(b"[]", headers={**JSON, "Content-Length": "5000"}), "breaks off|nothing came"),
    ],
)
def test_what_is_no_dicom_json_is_said(reply: Reply, said: str) -> None:
    with pytest.raises(SurroundingsError, match=said):
        asked(lambda _: reply, patience=Patience(silence=0.3, whole=20, tries=2, pause=0.0))


def test_a_page_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "LARGEST_PAGE", 1_000_000)
    page = b"[" + b" " * 999_000 + b"]"
    assert asked(lambda _: Reply(page)) == []
    with pytest.raises(SurroundingsError, match="more than 1 MB at once"):
        asked(lambda _: Reply(page + b" " * 2_000))
    with pytest.raises(SurroundingsError, match="more than 1 MB at once"):
        asked(lambda _: Reply(gzip.compress(b" " * 50_000_000), headers={**JSON, "Content-Encoding": "gzip"}))


def test_a_large_page_is_read() -> None:
    page = [study(f"1.{number}", t00081030="x" * 1_000) for number in range(20_000)]
    assert asked(lambda _: rows(*page)) == page


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(status: int) -> None:
    replies = iter([Reply(b"", status), Reply(b"", status, {"Retry-After": "0"}), rows(study("1.2"))])
    assert asked(lambda _: next(replies)) == [study("1.2")]
    with pytest.raises(Refused, match=f"answers {status}") as refused:
        asked(lambda _: Reply(b"", status, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}))
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "asks who you are .401.; give --user"),
        (403, "/dicom-web/studies is closed to whoever asks"),
        (404, "nothing at http.*/dicom-web/studies"),
        (400, "answers 400"),
        (418, "answers 418"),
    ],
)
def test_what_does_not_pass_is_asked_once(status: int, said: str) -> None:
    with served(lambda _: Reply(b"", status)) as server:
        archive = Archive(Address.parse(server.url), patience=QUICK)
        with pytest.raises(Refused, match=said):
            archive.ask("/studies", [("secret", "x")])
        archive.close()
    assert len(server.asked) == 1


def test_credentials_are_sent_and_their_refusal_is_said() -> None:
    def answers(one: Asked) -> Reply:
        return rows() if one.headers.get("Authorization") == "Basic YW5uYTpzZWNyZXQ=" else Reply(b"", 401)

    assert asked(answers, Credentials("anna", "secret")) == []
    assert asked(lambda one: rows({"said": one.headers["Authorization"]}), Credentials(token="t")) == [
        {"said": "Bearer t"}
    ]
    with pytest.raises(Refused, match="does not accept these credentials") as refused:
        asked(answers, Credentials("anna", "hidden"))
    assert "hidden" not in str(refused.value)


def test_redirects_stay_at_the_same_place() -> None:
    def answers(one: Asked) -> Reply:
        if one.path == "/dicom-web/studies":
            return Reply(b"", 307, {"Location": "/elsewhere/studies/?limit=5&x=%20"})
        return rows({"path": one.path, "query": one.query})

    assert asked(answers, Credentials("anna", "secret")) == [
        {"path": "/elsewhere/studies/", "query": {"limit": ["5"], "x": [" "]}}
    ]


@pytest.mark.parametrize(
    "where",
    ["https://127.0.0.1/", "http://localhost:{port}/", "http://127.0.0.1:1/x", "//other.example/", "http://a:b@127.0.0.1:1/",
     "file:///etc/passwd", "javascript:alert(1)", "http://127.0.0.1:{port}/a b", "http://[::1/"],
)  # fmt: skip
def test_redirects_to_other_places_are_refused(where: str) -> None:
    def answers(one: Asked) -> Reply:
        return Reply(b"", 302, {"Location": where.format(port=one.headers["Host"].rpartition(":")[2])})

    with pytest.raises(Refused, match="which is not followed"):
        asked(answers, Credentials("anna", "secret"))


def test_redirects_without_end_are_refused() -> None:
    with pytest.raises(Refused, match="without end"):
        asked(lambda _: Reply(b"", 301, {"Location": "/dicom-web/studies"}))
    with pytest.raises(Refused, match="without end"):
        asked(lambda _: Reply(b"", 301, {}))


def drip() -> Iterator[bytes]:
    for _ in range(1_000):
        threading.Event().wait(0.05)
        yield b" "


def test_an_answer_that_drips_ends() -> None:
    with pytest.raises(SurroundingsError, match=r"did not answer in 0\.5 seconds"):
        asked(lambda _: Reply(drip()), patience=Patience(silence=10, whole=0.5, tries=2, pause=0.0))


def test_silence_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        archive = Archive(
            Address.parse(f"http://127.0.0.1:{silent.getsockname()[1]}"),
            patience=Patience(silence=0.2, whole=20, tries=2, pause=0.0),
        )
        with pytest.raises(SurroundingsError, match=r"nothing came for 0\.2 seconds"):
            archive.ask("/studies")
        archive.close()


@pytest.mark.parametrize("said", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + 100_000 * b"a", b"SSH-2.0-x\r\n"])
def test_what_is_no_http_is_said(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            for _ in range(2):
                with listener.accept()[0] as connection:
                    connection.recv(1_000)
                    connection.sendall(said)

        thread = threading.Thread(target=speak)
        thread.start()
        archive = Archive(
            Address.parse(f"http://127.0.0.1:{listener.getsockname()[1]}"), patience=Patience(tries=2, pause=0.0)
        )
        with pytest.raises(SurroundingsError, match="cannot be read: "):
            archive.ask("/studies")
        thread.join()
        archive.close()


def test_nobody_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SurroundingsError, match="Connection refused"):
        Archive(Address.parse(f"http://127.0.0.1:{port}"), patience=Patience(tries=2, pause=0.0)).ask("/studies")


def test_a_certificate_is_checked() -> None:
    """A server that speaks no TLS: the client does not go on without it."""
    with served(lambda _: rows()) as server:
        archive = Archive(Address.parse(server.url.replace("http://", "https://")), patience=QUICK)
        with pytest.raises(SurroundingsError, match="cannot be read"):
            archive.ask("/studies")
        archive.close()
    assert not server.asked


def test_cancelling_ends_a_question() -> None:
    with served(lambda _: Reply(drip())) as server:
        archive = Archive(Address.parse(server.url), patience=QUICK)
        threading.Timer(0.2, archive.cancel.set).start()
        with pytest.raises(Cancelled):
            archive.ask("/studies")
        archive.close()
