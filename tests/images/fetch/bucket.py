"""A public bucket on this machine, with a gate before it that lets things go wrong."""

from __future__ import annotations

import http.client
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from moto.server import ThreadedMotoServer
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

BUCKET = "idc-open-data"
CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


def uid_of(series: int) -> str:
    return f"1.2.826.0.1.3680043.10.{series}"


def dicom(series_uid: str, number: int, side: int = 16) -> bytes:
    """One synthetic slice."""
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = CT_STORAGE, f"{series_uid}.{number}"
    image.StudyInstanceUID, image.SeriesInstanceUID = f"{series_uid}.0", series_uid
    image.PatientID, image.Modality, image.InstanceNumber = "synthetic", "CT", number
    image.Rows = image.Columns = side
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 0
    image.PixelData = np.full((side, side), number, "<u2").tobytes()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = CT_STORAGE
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    file = io.BytesIO()
    image.save_as(file, enforce_file_format=True)
    return file.getvalue()


@dataclass
class Gate:
    """What stands before the store: what was asked, and what goes wrong.

    ``rules`` gives a reaction by the end of an object's path: ``deny``, ``absent``, ``cut`` (the connection ends in
    the middle), ``short`` (fewer bytes, as if they were all), ``drop`` (no answer), or other bytes instead.
    """

    store: int
    rules: dict[str, str | bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    before: Callable[[str], None] | None = None
    address: str = ""
    opened: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.opened.set()

    def got(self) -> list[str]:
        """Names of the objects that were asked for, in order; repeated where they were asked for again."""
        return [path.rpartition("/")[2] for method, path in self.asked if method == "GET" and path.endswith(".dcm")]

    def rule(self, path: str) -> str | bytes | None:
        return next((rule for end, rule in self.rules.items() if path.endswith(end)), None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gate: Gate

    def do_GET(self) -> None:
        gate, path = self.gate, self.path.partition("?")[0]
        gate.asked.append((self.command, path))
        if gate.before is not None and path.endswith(".dcm") and self.command == "GET":
            gate.before(path)
        rule = gate.rule(path)
        if path.endswith(".dcm") and self.command == "GET" and not gate.opened.wait(30):
            return self._end()
        if rule == "drop":
            return self._end()
        if rule in ("deny", "absent"):
            code, word = (403, "AccessDenied") if rule == "deny" else (404, "NoSuchKey")
            return self._answer(
                code, {"Content-Type": "application/xml"}, f"<Error><Code>{word}</Code></Error>".encode()
            )
        store = http.client.HTTPConnection("127.0.0.1", gate.store, timeout=30)
        try:
            store.request(self.command, self.path, headers={k: v for k, v in self.headers.items() if k != "Host"})
            answer = store.getresponse()
            body, headers = answer.read(), dict(answer.getheaders())
        finally:
            store.close()
        if isinstance(rule, bytes):
            body = rule
        if self.command == "GET" and rule in ("cut", "short"):
            whole, body = body, body[: len(body) // 2]
            if rule == "cut":
                self._answer(answer.status, headers, body, length=len(whole))
                return self._end()
            headers.pop("Content-Range", None)
        self._answer(answer.status, headers, body)
        return None

    do_HEAD = do_GET

    def _answer(self, code: int, headers: dict[str, str], body: bytes, length: int | None = None) -> None:
        self.send_response_only(code)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        told = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", told or str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _end(self) -> None:
        self.close_connection = True

    def handle(self) -> None:
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Whoever asked has gone; that is what some tests are about."""


@contextmanager
def gate_before(store: int) -> Iterator[Gate]:
    gate = Gate(store)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"gate": gate}))
    gate.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gate
    finally:
        gate.opened.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def store() -> Iterator[int]:
    """The port of an empty store."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        port = server.get_host_and_port()[1]
        put(port, "")
        yield port
    finally:
        server.stop()


def put(port: int, key: str, body: bytes = b"", *, public: bool = True, bucket: str = BUCKET) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"x-amz-acl": "public-read" if public else "private"}
        connection.request("PUT", f"/{bucket}/{key}".rstrip("/"), body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    finally:
        connection.close()
