"""On the machine itself, past the hub: Bob's processes against Alice's files, socket and process."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.hub.hub import Hub
from tests.hub.visitor import Visitor

pytestmark = pytest.mark.usefixtures("own_uids", "alices_app", "bobs_app")

CONNECT = """
import socket, sys
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[1])
    print("in")
except OSError as error:
    print(type(error).__name__)
"""
READ = """
import sys, pathlib
try:
    print(pathlib.Path(sys.argv[1]).read_text())
except OSError as error:
    print(type(error).__name__)
"""
WRITE = """
import sys, pathlib
try:
    pathlib.Path(sys.argv[1]).write_text("Bob was here")
    print("written")
except OSError as error:
    print(type(error).__name__)
"""


@pytest.fixture
def explorer_of_alice(hub: Hub) -> psutil.Process:
    """The process that counts for Alice."""
    found = [
        process
        for process in psutil.process_iter(["uids", "cmdline"])
        if process.info["uids"].real == hub.uids["alice"] and "--unix-socket" in (process.info["cmdline"] or [])
    ]
    # One may stand before the other, to end it with the server.
    assert found
    return found[-1]


def socket_of(process: psutil.Process) -> str:
    words = process.cmdline()
    return words[words.index("--unix-socket") + 1]


def test_the_socket_lets_alice_in_alone(hub: Hub, explorer_of_alice: psutil.Process) -> None:
    path = socket_of(explorer_of_alice)
    assert hub.run("alice", CONNECT, path).strip() == "in"
    assert hub.run("bob", CONNECT, path).strip() == "PermissionError"
    assert Path(path).parent.stat().st_mode & 0o777 == 0o700


def test_there_is_no_other_way_to_the_process(hub: Hub, explorer_of_alice: psutil.Process) -> None:
    family = [explorer_of_alice, *explorer_of_alice.children(recursive=True)]
    listening = [each for one in family for each in one.net_connections("inet") if each.status == psutil.CONN_LISTEN]
    assert not listening
    assert hub.run("bob", READ, f"/proc/{explorer_of_alice.pid}/environ").strip() == "PermissionError"
    assert not any("token" in word.lower() for word in explorer_of_alice.cmdline())


def test_files_are_alices_alone(hub: Hub) -> None:
    workspaces = hub.home("alice") / ".local" / "share" / "cohort-explorer" / "workspaces"
    path = workspaces / "default.json"
    assert "chosen by alice" in hub.run("alice", READ, str(path))
    for code in (READ, WRITE):
        assert hub.run("bob", code, str(path)).strip() == "PermissionError"
    assert workspaces.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == hub.uids["alice"]


def test_the_shared_snapshots_are_nobodys_to_change(hub: Hub) -> None:
    snapshot = next((hub.folder / "shared").glob("*.duckdb"))
    for name in ("alice", "bob"):
        assert hub.run(name, WRITE, str(snapshot)).strip() == "PermissionError"


def test_kernels_share_with_their_own_person(hub: Hub, alices_app: Visitor, bobs_app: Visitor) -> None:
    """What a notebook of Bob's sees as the current definition is Bob's."""
    code = "import explorer.session.workspace as w; print(w.Workspace().read().definition.describe())"
    assert "chosen by bob" in hub.run("bob", code)
    assert "chosen by alice" in hub.run("alice", code)
