"""The explorer as a Panel app: one desk for each browser tab, one snapshot for all."""

from __future__ import annotations

import logging
import signal
import socket
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import panel as pn
from bokeh.util.warnings import BokehUserWarning

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError
from explorer.snapshot import Snapshot
from explorer.views.answers import patterns
from explorer.views.component import require_static
from explorer.views.fence import fence, signed
from explorer.views.local import LocalImages
from explorer.views.page import pages
from explorer.views.rooms import Rooms
from explorer.views.viewer import static_dirs

__all__ = ["application", "serve", "serve_on_socket"]


def serve(
    snapshot: Snapshot,
    *,
    port: int = 0,
    open_browser: bool = True,
    images: Sequence[Path] = (),
    address: str = "127.0.0.1",
) -> None:
    """Serve the explorer on this machine until it is stopped.

    Parameters
    ----------
    snapshot
        What is explored.
    port
        Where to listen; 0 takes a free one.
    open_browser
        Open the page in the person's browser.
    images
        Folders with local DICOM files.
    address
        Address to listen on; only this machine by default.

    Raises
    ------
    SurroundingsError
        The port is in use, or the browser part is not built.
    """
    rooms = Rooms(lambda _report: snapshot, images)
    rooms.wait()
    show = application(rooms, images)
    # Known before it listens, so that pages of this address only may open a websocket.
    port = port or _free_port(address)
    hosts = [f"localhost:{port}", f"{address}:{port}"]
    try:
        server = _server(show, port=port, address=address, websocket_origin=hosts)
    except OSError as error:
        raise SurroundingsError(
            f"cannot listen on port {port}: {error.strerror or error}; choose another with --port"
        ) from error
    fence(server._tornado, hosts)
    print(
        f"Cohort Explorer on {one_line(snapshot.title)}: http://localhost:{server.port}/  (Ctrl-C stops it)", flush=True
    )
    server.start()
    if open_browser:
        server.io_loop.add_callback(server.show, "/")
    server.io_loop.start()


def serve_on_socket(
    path: Path,
    find: Callable[[Any], Snapshot],
    *,
    prefix: str,
    images: Sequence[Path] = (),
) -> None:
    """Serve the explorer to the Jupyter server of this person, until it is stopped. It listens at once.

    Parameters
    ----------
    path
        The socket; its folder is private.
    find
        Opens or builds the snapshot to begin with; it is given a function that hears of its progress.
    prefix
        Path of the address under which the browser sees it, ``/user/alice/explorer/app``.
    images
        Folders with local DICOM files.

    Raises
    ------
    SurroundingsError
        The socket cannot be made, or the browser part is not built.
    """
    rooms = Rooms(find, images)
    show = application(rooms, images)
    # The Jupyter server in front checks the origin; on a hub this process cannot know its own address. Bokeh warns.
    logging.getLogger("bokeh.server.util").setLevel(logging.ERROR)
    options = {"unix_socket": str(path), "websocket_origin": ["*"], "extra_patterns": patterns(rooms)}
    try:
        server = _server(show, prefix=prefix.rstrip("/"), **options)
    except OSError as error:
        raise SurroundingsError(f"cannot listen on {path}: {error.strerror or error}") from error
    fence(server._tornado, None)
    server.start()
    # A SystemExit in the midst of a callback would be logged by tornado and forgotten.
    server.io_loop.asyncio_loop.add_signal_handler(signal.SIGTERM, server.io_loop.stop)
    try:
        server.io_loop.start()
    finally:
        path.unlink(missing_ok=True)


def _server(show: Callable[[], Any], **options: Any) -> Any:
    return pn.serve(  # type: ignore[no-untyped-call]
        {"/": show},
        show=False,
        start=False,
        verbose=False,
        title="Cohort Explorer",
        static_dirs=static_dirs(),
        **signed(),
        **options,
    )


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def application(rooms: Rooms, images: Sequence[Path] = ()) -> Callable[[], Any]:
    """Return the function that makes a page; what all pages share is computed once."""
    # Bokeh says so, without harm, whenever a tab gives its place to another that was there before.
    warnings.filterwarnings("ignore", "reference already known", BokehUserWarning)
    pn.extension(notifications=False)
    require_static()
    return pages(rooms, LocalImages(images))
