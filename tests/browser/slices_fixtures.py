"""A page with SlicesStage alone in it, a Chromium without WebGL, and a server that answers in Python's place."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import Any

import numpy as np
from numcodecs import Blosc
from PIL import Image
from playwright.sync_api import BrowserType, Page

from explorer.images import Plane, Volume
from explorer.views.slices import bokeh_asset, plot_item
from tests.home import ROOT

WIDGETS = ROOT / "widgets"
ESBUILD = WIDGETS / "node_modules" / ".bin" / "esbuild"

AXES = {"axial": 0, "coronal": 1, "sagittal": 2}
SIZE = (700, 500)
"""CSS pixels of the stage, wide and high."""
WINDOW = (40.0, 400.0)
MARKER = (14, 9, 50)
"""z, y, x of the one voxel that is white: head, front, left."""

PAGE = b"""<!doctype html><meta charset="utf-8"><style>body { margin: 0 }</style>
<div id="pane" style="position: relative; width: 700px; height: 500px"></div>
<script src="stage.js"></script>
<script>
  const asked = [];
  const channel = {
    async ask(question) {
      asked.push(question);
      const answer = await fetch("ask", { method: "POST", body: JSON.stringify(question) });
      return answer.status === 200 ? answer.arrayBuffer() : null;
    },
  };
  async function start() {
    const picture = await (await fetch("picture")).json();
    const stage = new cohort.SlicesStage(channel, picture, 0);
    document.getElementById("pane").append(stage.element);
    stage.oncoarse = (coarseness) => (window.coarseness = coarseness);
    window.stage = stage;
  }
</script>"""


def phantom(dtype: str = "int16") -> Volume:
    """``(20, 40, 64)``: a ramp to each side in steps of a few HU, and a marker; voxels of 5 by 1.5 by 0.8 mm."""
    z, y, x = np.mgrid[0:20, 0:40, 0:64]
    array = (-120 + 2 * x + 3 * y + 5 * z).astype(dtype)
    array[MARKER] = 1000
    return Volume(
        array=array,
        spacing_mm=(5.0, 1.5, 0.8),
        origin_mm=(-30.0, 12.0, 200.0),
        direction=np.eye(3),
        window=WINDOW,
        modality="CT",
    )


class Server:
    """Answers as the viewer does, for one volume."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.script = bundle()

    def get(self, path: str) -> bytes:
        if path == "/stage.js":
            return self.script
        if path == "/bokeh.min.js":
            return gzip.decompress(bokeh_asset("bokeh.min.js") or b"")
        if path == "/picture":
            series = {
                "shape": self.volume.array.shape,
                "spacing": self.volume.spacing_mm,
                "origin": self.volume.origin_mm[::-1],
                "dtype": self.volume.array.dtype.name,
            }
            return json.dumps({"series": [series]}).encode()
        return PAGE

    def answer(self, question: dict[str, Any]) -> bytes | None:
        if question["kind"] == "asset":
            return bokeh_asset(question["name"])
        if question["kind"] == "plot":
            return plot_item(self.volume, question["plane"])
        if not 0 <= question["index"] < self.volume.array.shape[AXES[question["plane"]]]:
            return None
        voxels = np.ascontiguousarray(cut(self.volume.array, question["plane"], question["index"]))
        return bytes(Blosc(cname="lz4", shuffle=Blosc.SHUFFLE).encode(voxels))


def bundle() -> bytes:
    """The stage as a script, as the viewer's build makes it."""
    command = [str(ESBUILD), "--bundle", "--format=iife", "--global-name=cohort", "--target=es2022"]
    source = b'export { SlicesStage } from "./src/viewer/slices_stage.ts";'
    return subprocess.run(command, input=source, cwd=WIDGETS, stdout=subprocess.PIPE, check=True).stdout


def cut(array: np.ndarray, plane: Plane, index: int) -> np.ndarray:
    """Rows from the top of the picture."""
    voxels = np.take(array, index, axis=AXES[plane])
    return voxels if plane == "axial" else voxels[::-1]


@contextmanager
def without_webgl(browser_type: BrowserType, options: dict[str, Any]) -> Iterator[Page]:
    """A page of a Chromium that has no WebGL at all; what it says of errors fails the test."""
    off = ["--disable-gpu", "--disable-webgl", "--disable-3d-apis"]
    browser = browser_type.launch(**options | {"args": [*options["args"], *off]})
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(f"{error}\n{error.stack}"))
        yield page
        ours = [error for error in said if "/static/notebook/" not in error]  # Notebook 7 has errors of its own
        assert not ours, "\n".join(ours)
    finally:
        browser.close()


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server on a port of its own; its address is `server.address`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(server.get(self.path))

        def do_POST(self) -> None:
            self.reply(server.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def reply(self, body: bytes | None) -> None:
            self.send_response(204 if body is None else 200)
            self.send_header("Content-Type", "text/html" if body is PAGE else "application/octet-stream")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.address = f"http://127.0.0.1:{http.server_port}/"
        Thread(target=http.serve_forever, daemon=True).start()
        yield server
        http.shutdown()


def opened(page: Page, server: Server, view: Plane, index: int, centre: tuple[float, float], scale: float) -> None:
    page.goto(server.address)
    page.evaluate("start()")
    page.evaluate(
        "([view, index, window, centre, scale]) => stage.open(view, index, window, { centre, scale })",
        [view, index, WINDOW, centre, scale],
    )


def picture(page: Page) -> np.ndarray:
    """Greys of the stage; colours would show as a difference."""
    shot = np.asarray(Image.open(BytesIO(page.locator("#pane").screenshot())).convert("RGB"))
    assert np.ptp(shot, axis=2).max() == 0
    return shot[..., 0]


def place(volume: Volume, voxel: tuple[int, int, int], plane: Plane, centre: tuple[float, float], scale: float) -> Any:
    """Where the middle of a voxel is, CSS pixels right and down."""
    z, y, x = np.add(volume.origin_mm[::-1], np.multiply(voxel, volume.spacing_mm))
    at = {"axial": (x, y), "coronal": (x, -z), "sagittal": (y, -z)}[plane]
    return (np.array(at) - centre) / scale + np.array(SIZE) / 2
