"""Commands that start a program and stay: the app, and JupyterLab."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from explorer.cli.inputs import open_snapshot
from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError, UserError
from explorer.snapshot.place import is_folder

__all__ = ["app", "lab"]


def app(options: argparse.Namespace) -> None:
    """Serve the explorer on this machine, and open it in the browser; or to a Jupyter server, on a socket."""
    from explorer.counts import SmallCounts

    images = _image_folders(options)
    # A policy that cannot be read ends it here, not at the first count.
    SmallCounts.current()
    if options.unix_socket:
        _serve_jupyter(options, images)
        return
    _port_is_free(options.port)
    snapshot = open_snapshot(options.snapshot)
    from explorer.views.app import serve

    serve(snapshot, port=options.port or 0, open_browser=not options.no_browser, images=images)


def _serve_jupyter(options: argparse.Namespace, images: Sequence[Path]) -> None:
    from explorer.snapshot import Snapshot
    from explorer.views.app import serve_on_socket

    # The page says how far it is, so nothing is waited for here.
    serve_on_socket(
        Path(options.unix_socket),
        lambda report: Snapshot.open(options.snapshot, build=True, progress=report),
        prefix=options.prefix,
        images=images,
    )


def _image_folders(options: argparse.Namespace) -> list[Path]:
    recorded = os.environ.get("COHORT_EXPLORER_IMAGES", "")
    wanted = options.images or [part for part in recorded.split(os.pathsep) if part]
    for folder in wanted:
        if not is_folder(folder):
            name = f"--images {folder}" if options.images else f"COHORT_EXPLORER_IMAGES={folder}"
            raise UserError(f"{name}: there is no such folder")
    return [Path(folder) for folder in wanted]


def lab(options: argparse.Namespace) -> None:
    """Start JupyterLab in the current folder with the explorer open, without its news pop-up.

    Raises
    ------
    UserError
        There is no such notebook.
    SurroundingsError
        JupyterLab is not installed, did not start, or the port is in use.
    """
    if find_spec("jupyterlab") is None:
        raise SurroundingsError("JupyterLab is not installed here; install it with: pip install 'cohort-explorer[lab]'")
    if options.notebook and not Path(options.notebook).is_file():
        raise UserError(f"{one_line(options.notebook)}: there is no such notebook")
    _port_is_free(options.port)
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        # The explorer opens; nobody is asked about news, and no other machine for them.
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'lab_settings'}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.default_url={_address(options.notebook)}",
    ]
    if options.port:
        command += [f"--port={options.port}", "--ServerApp.port_retries=0"]
    if options.no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container; it listens on this machine only, and asks for a token.
        command.append("--allow-root")
    code = _wait_for(command)
    if code not in (0, -2, 130):
        raise SurroundingsError(f"JupyterLab ended with exit code {code}; what it said stands above")


def _address(notebook: str | None) -> str:
    """Return the path of JupyterLab's page that opens the notebook; without a query, for Jupyter appends its own."""
    if not notebook:
        return "/lab"
    place = Path(notebook).resolve()
    if not place.is_relative_to(Path.cwd()):
        raise UserError(f"{one_line(notebook)} is not in this folder; start in a folder that holds it")
    return f"/lab/tree/{quote(place.relative_to(Path.cwd()).as_posix())}"


def _wait_for(command: list[str]) -> int:
    """Run the program to its end; Ctrl-C is for it to answer."""
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def _port_is_free(port: int | None) -> None:
    """Raise where another program listens on the port already."""
    if not port:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise SurroundingsError(
                    f"port {port} may not be used here; choose one above 1023 with --port"
                ) from None
            raise SurroundingsError(
                f"port {port} is in use by another program; choose another with --port, or leave --port out"
            ) from None
