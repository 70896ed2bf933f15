"""A real Orthanc in a network namespace of its own, reached through a unix socket.

It listens on every address of its namespace, even with remote access off, so it gets a namespace in which nothing but
its own loopback is.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sources.dicomweb.inside import carry_all

PORT = 8042
PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
PROGRAM = shutil.which("Orthanc") or "/usr/sbin/Orthanc"  # not every user's PATH has that folder
INSIDE = Path(__file__).with_name("inside.py")


def installed() -> bool:
    """Whether Orthanc with its DICOMweb plugin is on this machine, and what keeps it apart."""
    return Path(PROGRAM).exists() and PLUGIN.exists() and shutil.which("unshare") is not None


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc; `port` is that of a loopback address from which connections are carried into it."""

    port: int

    @property
    def root(self) -> str:
        """Address of the DICOMweb service."""
        return f"http://127.0.0.1:{self.port}/dicom-web"

    def rest(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Ask Orthanc's own interface, which is not DICOMweb, and return the JSON of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, (method, path, answer.status, text[:500])
            return json.loads(text or b"null")
        finally:
            connection.close()

    def upload(self, content: bytes) -> None:
        """Store one DICOM file."""
        self.rest("POST", "/instances", content)

    def delete_study(self, study_uid: str) -> None:
        """Remove a study by its StudyInstanceUID."""
        query = {"Level": "Study", "Query": {"StudyInstanceUID": study_uid}}
        for identifier in self.rest("POST", "/tools/find", json.dumps(query).encode()):
            self.rest("DELETE", f"/studies/{identifier}")

    def clear(self) -> None:
        """Remove everything."""
        for identifier in self.rest("GET", "/patients"):
            self.rest("DELETE", f"/patients/{identifier}")


@contextmanager
def running_orthanc(**dicomweb: object) -> Iterator[Orthanc]:
    """Start an Orthanc with an empty store, and end it.

    Parameters
    ----------
    dicomweb
        More settings of its DICOMweb plugin.
    """
    # A unix socket's path must be short.
    room = Path(tempfile.mkdtemp(prefix="orthanc"))
    try:
        configuration = room / "orthanc.json"
        configuration.write_text(json.dumps(_settings(room, dicomweb)))
        socket_path = room / "socket"
        apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
        command = [*apart, sys.executable, str(INSIDE), str(socket_path), str(PORT), PROGRAM, str(configuration)]
        with (room / "log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        listener = socket.create_server(("127.0.0.1", 0))
        try:
            orthanc = Orthanc(listener.getsockname()[1])
            threading.Thread(target=carry_all, args=(listener, str(socket_path)), daemon=True).start()
            _wait(orthanc, process, room / "log")
            yield orthanc
        finally:
            listener.close()
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _settings(room: Path, dicomweb: dict[str, object]) -> dict[str, object]:
    return {
        "Name": "tests",
        "StorageDirectory": str(room / "store"),
        "IndexDirectory": str(room / "store"),
        "Plugins": [str(PLUGIN)],
        "HttpPort": PORT,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", **dicomweb},
    }


def _wait(orthanc: Orthanc, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with suppress(OSError, http.client.HTTPException):
            orthanc.rest("GET", "/system")
            return
        time.sleep(0.05)
    raise RuntimeError(f"Orthanc did not start:\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def running_or_skipped() -> Iterator[Orthanc]:
    """Start an Orthanc; where none is installed skip, but on the build machine."""
    if not installed() and not os.environ.get("CI"):
        pytest.skip("Orthanc with its DICOMweb plugin is not on this machine; `make orthanc` installs it")
    with running_orthanc() as running:
        yield running
