"""Commands that start a program and stay: the app, and JupyterLab."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from explorer.cli.inputs import open_snapshot
from explorer.errors import SurroundingsError, UserError

__all__ = ["app", "lab"]


def app(options: argparse.Namespace) -> None:
    """Serve the explorer on this machine, and open it in the browser."""
    folder = options.images or os.environ.get("COHORT_EXPLORER_IMAGES")
    images = Path(folder) if folder else None
    if images is not None and not images.is_dir():
        name = f"--images {images}" if options.images else f"COHORT_EXPLORER_IMAGES={images}"
        raise UserError(f"{name}: there is no such folder")
    _port_is_free(options.port)
    snapshot = open_snapshot(options.snapshot)
    from explorer.views.app import serve

    serve(snapshot, port=options.port or 0, open_browser=not options.no_browser, images=images)


def lab(options: argparse.Namespace) -> None:
    """Start JupyterLab in the current folder, without its news pop-up.

    Raises
    ------
    SurroundingsError
        JupyterLab is not installed, did not start, or the port is in use.
    """
    if find_spec("jupyterlab") is None:
        raise SurroundingsError("JupyterLab is not installed here; install it with: pip install 'cohort-explorer[lab]'")
    _port_is_free(options.port)
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if options.port:
        command += [f"--port={options.port}", "--ServerApp.port_retries=0"]
    if options.no_browser:
        command.append("--no-browser")
    code = _wait_for(command)
    if code not in (0, -2, 130):
        raise SurroundingsError(f"JupyterLab ended with exit code {code}; what it said stands above")


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
