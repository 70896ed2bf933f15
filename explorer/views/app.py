"""The explorer as a Panel app: one desk for each browser tab, one snapshot for all."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import panel as pn
from bokeh.util.warnings import BokehUserWarning

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError
from explorer.images import index_folder
from explorer.snapshot import Snapshot
from explorer.views.component import require_static
from explorer.views.desk import Desk
from explorer.views.fence import fence, signed
from explorer.views.viewer import static_dirs
from explorer.views.wire import everything

__all__ = ["application", "serve"]

_HERE = Path(__file__).parent


def serve(
    snapshot: Snapshot,
    *,
    port: int = 0,
    open_browser: bool = True,
    images: Path | None = None,
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
        Folder with local DICOM files; None where there is none.
    address
        Address to listen on; only this machine by default.

    Raises
    ------
    SurroundingsError
        The port is in use, or the browser part is not built.
    """
    # Bokeh says so, without harm, whenever a tab gives its place to another that was there before.
    warnings.filterwarnings("ignore", "reference already known", BokehUserWarning)
    show = application(snapshot, images)
    # Known before it listens, so that pages of this address only may open a websocket.
    port = port or _free_port(address)
    hosts = [f"localhost:{port}", f"{address}:{port}"]
    try:
        server = pn.serve(  # type: ignore[no-untyped-call]
            {"/": show},
            port=port,
            address=address,
            show=False,
            start=False,
            title="Cohort Explorer",
            static_dirs=static_dirs(),
            websocket_origin=hosts,
            **signed(),
        )
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


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def application(snapshot: Snapshot, images: Path | None = None) -> Callable[[], Any]:
    """Return the function that makes a page; what all pages share is computed once, at once."""
    pn.extension("tabulator", notifications=False)
    require_static()
    whole = everything(snapshot)
    folder = ThreadPoolExecutor(1).submit(index_folder, images) if images else None
    template_text = (_HERE / "page.html").read_text(encoding="utf-8")
    css = (_HERE / "page.css").read_text(encoding="utf-8")

    def page() -> Any:
        desk = Desk(snapshot, whole, folder)
        pn.state.on_session_destroyed(lambda _context: desk.close())
        template = pn.Template(template_text)
        template.add_variable("page_css", css)
        template.add_variable("snapshot_title", snapshot.title)
        for name, part in desk.parts().items():
            template.add_panel(name, part)
        pn.state.onload(desk.begin)
        return template

    return page
