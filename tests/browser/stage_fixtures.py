"""A page with ItkStage alone in it: no host around it, and a small server in the place of Python's answers."""

from __future__ import annotations

import json
import mimetypes
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.typing import NDArray

from explorer.images import Pyramid, Volume
from explorer.views.viewer import VIEWER_DIR
from tests.home import ROOT

ESBUILD = ROOT / "widgets" / "node_modules" / ".bin" / "esbuild"
VERSION = VIEWER_DIR / "version.txt"
BASE = "/user/al%40ice/"
"""Where a Jupyter server of a hub would have its routes."""

HARNESS = """<!doctype html>
<meta charset="utf-8">
<title>Stage</title>
<script id="jupyter-config-data" type="application/json">{"baseUrl": "CONFIGURED"}</script>
<style>
  body { margin: 0; background: #444 }
  .box { position: absolute; left: 20px; top: 10px; width: 600px; height: 500px }
</style>
<script type="module">
  import { ItkStage } from "./stage.js";
  const asked = (window.asked = []);
  const channel = {
    ask: async (question) => {
      asked.push(question.kind === "get" ? question.key : question.name);
      const response = await fetch("ask?" + new URLSearchParams(question));
      return response.ok ? response.arrayBuffer() : null;
    },
  };
  window.keys = [];
  addEventListener("keydown", (event) => window.keys.push(event.key));
  window.make = async (page_url) => {
    const series = await (await fetch("series.json")).json();
    const box = document.createElement("div");
    box.className = "box";
    document.body.append(box);
    const stage = new ItkStage(channel, { series: [series], page_url }, 0);
    stage.levels = [];
    stage.oncoarse = (coarseness) => stage.levels.push(coarseness);
    box.append(stage.element);
    window.stage = stage;
    window.box = box;
    return stage;
  };
</script>
"""


@dataclass
class Stage:
    """What the harness page shows, and the server behind it."""

    volume: Volume
    series: dict[str, Any]
    address: str = ""
    jupyter: bool = False
    """Whether a Jupyter server's route has the page too."""
    finer: Event = field(default_factory=Event)
    """Chunks finer than the coarsest level are answered only after this."""
    served: list[str] = field(default_factory=list)


@contextmanager
def serving(volume: Volume, folder: Path, *, full: bool = False, modality: str = "CT") -> Iterator[Stage]:
    """Serve the harness over a volume whose axes run to the left, back and head."""
    pyramid = Pyramid(volume)
    stage = Stage(volume, described(volume, pyramid, full=full, modality=modality))
    stage.finer.set()
    bundle = folder / "stage.js"
    define = f"--define:VIEWER_VERSION={json.dumps(VERSION.read_text())}"
    source = ROOT / "widgets" / "src" / "viewer" / "itk_stage.ts"
    command = [str(ESBUILD), str(source), "--bundle", "--format=esm", "--log-level=error", define]
    subprocess.run([*command, f"--outfile={bundle}"], check=True, timeout=60)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            stage.served.append(parts.path)
            body, kind = answer(stage, pyramid, bundle, parts.path, query)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        stage.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield stage
        stage.finer.set()
        server.shutdown()


def answer(
    stage: Stage, pyramid: Pyramid, bundle: Path, path: str, query: Mapping[str, str]
) -> tuple[bytes | None, str]:
    """Body, None where there is nothing, and its type."""
    if path in ("/harness.html", "/hub.html"):
        configured = BASE if path == "/hub.html" else "/nothing/"
        return HARNESS.replace("CONFIGURED", configured).encode(), "text/html; charset=utf-8"
    if path == "/stage.js":
        return bundle.read_bytes(), "text/javascript"
    if path == "/series.json":
        return json.dumps(stage.series).encode(), "application/json"
    if path == "/ask":
        return asked(stage, pyramid, query), "application/octet-stream"
    route = f"{BASE}explorer/viewer/{VERSION.read_text()}/"
    folder = "/viewer/" if path.startswith("/viewer/") else route if stage.jupyter and path.startswith(route) else ""
    file = VIEWER_DIR / path.removeprefix(folder)
    if folder and file.is_file():
        return file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return None, "text/plain"


def asked(stage: Stage, pyramid: Pyramid, query: Mapping[str, str]) -> bytes | None:
    """What Picture answers in Python."""
    if query.get("kind") == "asset":
        return (VIEWER_DIR / f"{query['name']}.gz").read_bytes()
    key = query["key"]
    if "/image/" in key and not key.endswith(".zarray") and not key.startswith(f"scale{pyramid.levels - 1}/"):
        stage.finer.wait(60)
    try:
        return pyramid[key]
    except KeyError:
        return None


def described(volume: Volume, pyramid: Pyramid, *, full: bool, modality: str) -> dict[str, Any]:
    """What the stage reads of a series' description."""
    return {
        "shape": volume.array.shape,
        "spacing": volume.spacing_mm,
        "origin": volume.origin_mm[::-1],
        "dtype": str(volume.array.dtype),
        "range": [float(volume.array.min()), float(volume.array.max())],
        "window": volume.window,
        "modality": modality,
        "full": full,
        "coarseness": [2**level for level in range(pyramid.levels)],
    }


def of(array: NDArray[Any], spacing: tuple[float, float, float], origin: tuple[float, float, float]) -> Volume:
    """A volume whose axes are the patient's; spacing runs z, y, x, origin x, y, z."""
    return Volume(array, spacing, origin, np.eye(3), window=(500.0, 1000.0), modality="CT")


def can_run() -> bool:
    return ESBUILD.is_file() and VERSION.is_file() and shutil.which("node") is not None
