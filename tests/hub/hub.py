"""A JupyterHub as it is deployed: the hub, the proxy in front of it, and a server per user."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from tests.home import ROOT
from tests.hub.reach import Reach, reach
from tests.hub.spawner import surroundings

HERE = Path(__file__).parent
PROXY = HERE / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
UIDS = {"alice": 64_201, "bob": 64_202}
"""No users of the machine; the kernel needs no names."""
START_S = 60


@dataclass(frozen=True)
class Hub:
    """A running hub.

    Attributes
    ----------
    address
        Where the hub answers, with its base URL: ``http://127.0.0.1:8000/research``.
    password
        What everybody logs in with.
    folder
        Holds ``homes/alice`` and ``log``.
    uids
        The uid of each user; None where all are the hub's own.
    reach
        How a process of a user is run.
    """

    address: str
    password: str
    folder: Path
    uids: dict[str, int | None]
    reach: Reach

    def home(self, name: str) -> Path:
        """The user's home, which is also the root of their JupyterLab."""
        return self.folder / "homes" / name

    def run(self, name: str, code: str, *arguments: str) -> str:
        """What Python code prints that the user runs on the machine, in a terminal of theirs."""
        command = self.reach.as_user(self.uids[name], sys.executable, "-c", code, *arguments)
        environment = {"PATH": os.environ["PATH"], **surroundings(name, self.home(name))}
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        """What the hub, the proxy and all servers have said."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(snapshots: Path) -> Iterator[Hub]:
    """A hub under a base URL, whose users share the snapshots of a folder; ends with all that it started."""
    install_proxy()
    with ExitStack() as stack:
        # Not pytest's folder: no other user may enter that.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        way = reach(UIDS["bob"])
        uids = {name: None if way.alone else uid for name, uid in UIDS.items()}
        for name, uid in uids.items():
            make_home(folder / "homes" / name, uid)
        shared = share(snapshots, folder / "shared")
        port, hub_port, proxy_port = free_ports(3)
        settings = {
            "port": port,
            "hub_port": hub_port,
            "proxy_port": proxy_port,
            "base_url": "/research/",
            "password": secrets.token_hex(16),
            "homes": str(folder / "homes"),
            "uids": uids,
            "proxy": [shutil.which("node") or "node", str(PROXY)],
            "arguments": [
                f"--LabApp.extra_labextensions_path=['{extensions(folder / 'extensions')}']",
                "--LabApp.news_url=None",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            ],
            "environment": {"COHORT_EXPLORER_PATH": str(shared)},
        }
        private = folder / "hub"
        private.mkdir(mode=0o700)
        (private / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        hub = Hub(f"http://127.0.0.1:{port}/research", str(settings["password"]), folder, uids, way)
        process = stack.enter_context(started(private, way, folder / "log"))
        try:
            wait_for(hub, process)
            yield hub
        except BaseException:
            print(hub.log())
            raise


@contextmanager
def started(folder: Path, way: Reach, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The hub's process, working in a folder of its own."""
    command = [*way.wrapper, sys.executable, "-m", "jupyterhub", "-f", str(HERE / "hub_config.py")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "COHORT_EXPLORER_"))}
    environment = kept | {
        "PYTHONPATH": str(ROOT),
        "HUB_TEST_SETTINGS": str(folder / "settings.json"),
        "HOME": str(folder),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:
            below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _, left = psutil.wait_procs(below, timeout=5)
            for each in left:
                each.kill()


def wait_for(hub: Hub, process: subprocess.Popen[bytes]) -> None:
    """Come back when the hub answers through the proxy."""
    late = time.monotonic() + START_S
    while time.monotonic() < late:
        assert process.poll() is None, "the hub ended"
        try:
            if requests.get(f"{hub.address}/hub/login", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the hub did not answer within {START_S} s")


def install_proxy() -> None:
    """Install the proxy at the versions of the lock file, where it is not there yet."""
    done = HERE / "node_modules" / ".package-lock.json"
    lock = HERE / "package-lock.json"
    if not done.is_file() or done.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True, timeout=120)
        done.touch()


def make_home(home: Path, uid: int | None) -> None:
    """Make a home that only its user can enter."""
    (home / "tmp").mkdir(parents=True)
    for path in (home, home / "tmp"):
        path.chmod(0o700)
        if uid is not None:
            os.chown(path, uid, uid)


def share(snapshots: Path, folder: Path) -> Path:
    """Copy the snapshots to where everybody can read them and nobody can write."""
    folder.mkdir()
    for path in snapshots.glob("*.duckdb"):
        (folder / path.name).write_bytes(path.read_bytes())
        (folder / path.name).chmod(0o644)
    return folder


def extensions(folder: Path) -> Path:
    """A folder with the extension as it was built last, also where an older one is installed."""
    (folder / "@cohort-explorer").mkdir(parents=True)
    (folder / "@cohort-explorer" / "widgets").symlink_to(ROOT / "explorer" / "labextension")
    return folder


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
