"""From the click to the first slice of a CT: our viewer in JupyterLab and in the app, beside other notebook viewers.

A synthetic series of 200 slices (512 x 512, 16 bits) lies on this machine. In JupyterLab a cell that shows it is run,
from its DICOM files or, for viewers that read no DICOM, from the same volume as NIfTI, written before; its clock runs
from the keys that start the cell to the first screenshot of its output with the picture in it, the same test for all.
In the app it runs from the click on the series. Then the slice is changed, ten times. Bytes are what the page received
from its server meanwhile, as they came over the wire. Everything runs in turns, in one browser with software graphics
(no GPU), and once more with WebGL off. A viewer that does not draw within a minute is said so.

    .venv/bin/python -m benchmarks.viewers [--rounds 3] [--slices 200] [--json FILE]

Peers: ipyniivue is installed into build/peers, from the package index; genuine itkwidgets has pins that do not live
with ours and is timed in its own environment (tests/itkwidgets, `make test-itkwidgets`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from benchmarks.volumes import write_series
from tests.browser.app_fixtures import opened, serving, tab
from tests.browser.notebook_fixtures import jupyter
from tests.home import ROOT

PEERS = ROOT / "build" / "peers"
LIMIT_S = 60
NIIVUE_PIN = "ipyniivue==2.4.4"
IMPORTS = {
    "ours": "from pathlib import Path\nimport explorer\nexplorer.view",
    "ipyniivue": f"import sys\nsys.path.append({str(PEERS)!r})\nfrom ipyniivue import NiiVue",
}
WEBGL_OFF = ("--disable-gpu", "--disable-webgl", "--disable-3d-apis")

OURS = """
explorer.view(Path({folder!r}).glob("*.dcm"))
"""

NIIVUE = """
nv = NiiVue()
nv.load_volumes([{{"path": {nifti!r}}}])
nv
"""


@dataclass
class Timed:
    """What was measured of one viewer: seconds to the first slice, milliseconds for the next, bytes received."""

    first_s: list[float] = field(default_factory=list)
    usable_s: list[float] = field(default_factory=list)
    next_ms: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    stage: str = ""
    trouble: str = ""


@contextmanager
def counting(page: Page) -> Iterator[Callable[[], int]]:
    """Count the bytes that a page receives, over HTTP and websockets, its frames included."""
    received = [0]
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.dataReceived", lambda event: add(received, event["encodedDataLength"] or event["dataLength"]))
    client.on("Network.webSocketFrameReceived", lambda event: add(received, frame_size(event["response"])))
    yield lambda: received[0]
    client.detach()


def add(total: list[int], more: int) -> None:
    total[0] += more


def frame_size(response: dict[str, Any]) -> int:
    text = response["payloadData"]
    return len(text) * 3 // 4 if response["opcode"] == 2 else len(text)


def drawn(place: Locator) -> bool:
    """Whether a picture is there: bright pixels on a black ground, as no frame, letter or empty page makes."""
    pixels = np.asarray(Image.open(BytesIO(place.screenshot(animations="disabled"))).convert("L"))
    rows, columns = pixels.shape
    middle = pixels[rows // 5 : -rows // 5, columns // 5 : -columns // 5]
    return bool((middle > 60).mean() > 0.1 and (middle < 20).mean() > 0.02)


def wait_drawn(place: Locator, start: float) -> float:
    """Return the seconds until the picture is there."""
    while time.perf_counter() - start < LIMIT_S:
        if place.count() and place.first.is_visible() and drawn(place.first):
            return time.perf_counter() - start
        time.sleep(0.02)
    raise TimeoutError(f"nothing drawn within {LIMIT_S} s")


def measured(page: Page, begin: Callable[[], object], place: Locator, timed: Timed) -> None:
    """Time from ``begin`` to the picture in ``place``; of our viewer, until it can be used too, and ten next slices."""
    with counting(page) as received:
        start = time.perf_counter()
        begin()
        first = wait_drawn(place.locator(PICTURES).locator("visible=true"), start)
        viewer = place.locator(".cx-img")
        if viewer.count():
            expect(viewer).to_have_attribute("data-shown", re.compile("."), timeout=LIMIT_S * 1000)
            timed.usable_s.append(time.perf_counter() - start)
            timed.stage = str(viewer.get_attribute("data-shown"))
            timed.next_ms += viewer.evaluate(NEXT_SLICES, 10)
        timed.first_s.append(first)
        timed.received.append(received())


NEXT_SLICES = """async (root, times) => {
  root.querySelector(".cx-img-layer").focus();
  const taken = [];
  for (let i = 0; i < times; i++) {
    const before = root.dataset.painted;
    const start = performance.now();
    root.querySelector(".cx-img-layer").dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true}));
    while (root.dataset.painted === before) await new Promise(requestAnimationFrame);
    taken.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 150));
  }
  return taken;
}"""

PICTURES = ".cx-img-stage, canvas"


def in_jupyterlab(browser: Browser, folder: Path, kinds: dict[str, str], times: dict[str, Timed], rounds: int) -> None:
    """Run each viewer's cell in a notebook of its own, in turns; the kernel has imported it already."""
    with jupyter("lab", folder / "lab", folder / "snapshots") as server:
        for number in range(rounds):
            for kind, cell in kinds.items():
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                try:
                    name = kind.split(",")[0]
                    book = server.open(page, f"{number}-{name}.ipynb", IMPORTS[name], cell)
                    book.run(0)
                    measured(page, lambda book=book: book.start(1), book.cell(1), times[kind])
                except (AssertionError, TimeoutError, PlaywrightError) as problem:
                    times[kind].trouble = str(problem).splitlines()[0]
                finally:
                    page.close()


def in_app(browser: Browser, address: str, times: Timed, rounds: int) -> None:
    """Click the series in the Images tab of a page that has been open for a moment."""
    for _ in range(rounds):
        page = opened(browser.new_page(viewport={"width": 1440, "height": 900}), address)
        tab(page, "images")
        tile = page.locator("[data-uid]").first
        expect(tile).to_be_visible()
        page.wait_for_timeout(500)
        try:
            measured(page, tile.click, page.locator("body"), times)
        except (AssertionError, TimeoutError, PlaywrightError) as problem:
            times.trouble = str(problem).splitlines()[0]
        finally:
            page.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="times that each figure is taken; the median is shown")
    parser.add_argument("--slices", type=int, default=200)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    given = parser.parse_args()
    peers = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-deps",
        "--upgrade",
        "--target",
        str(PEERS),
        NIIVUE_PIN,
    ]
    subprocess.run(peers, check=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        kinds = prepared(folder, given.slices)
        times: dict[str, Timed] = {}
        with serving(folder / "home", "--snapshot", "dicom-ct", "--images", str(folder / "ct")) as address:
            for graphics, more in (("software WebGL", ()), ("no WebGL", WEBGL_OFF)):
                chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *more])
                cells = {f"{kind}, JupyterLab, {graphics}": cell for kind, cell in kinds.items()}
                times |= {name: Timed() for name in (*cells, f"ours, app, {graphics}")}
                in_jupyterlab(browser, folder / graphics, cells, times, given.rounds)
                in_app(browser, address, times[f"ours, app, {graphics}"], given.rounds)
                browser.close()
    print("\n".join(table(times)))
    if given.json:
        given.json.write_text(json.dumps({name: vars(each) for name, each in times.items()}, indent=1))


def prepared(folder: Path, slices: int) -> dict[str, str]:
    """Write the series as DICOM and NIfTI, make its snapshot; gives the cell of each viewer."""
    from explorer.images import read_series, to_nifti

    ct, nifti = folder / "ct", folder / "ct.nii.gz"
    ct.mkdir()
    write_series(ct, slices)
    to_nifti(read_series(ct.glob("*.dcm")), nifti)
    build = [sys.executable, "-m", "explorer", "snapshot", "build", "dicom", str(ct)]
    subprocess.run(build, check=True, cwd=ROOT, env=os.environ | {"COHORT_EXPLORER_HOME": str(folder / "home")})
    return {
        "ours": OURS.format(folder=str(ct)),
        "ipyniivue": NIIVUE.format(nifti=str(nifti)),
    }


def table(times: dict[str, Timed]) -> list[str]:
    """Return the lines of a table: medians, with the ratio to ours where the surroundings are the same."""
    rows = [("", "first picture", "of ours", "usable", "next slice", "received", "")]
    for name, timed in times.items():
        base = times[f"ours, {name.split(', ', 1)[1]}"]
        if timed.trouble or not timed.first_s:
            rows.append((name, "-", "", "", "", "", timed.trouble))
            continue
        first, ours = statistics.median(timed.first_s), statistics.median(base.first_s or [float("nan")])
        usable = f"{statistics.median(timed.usable_s):.2f} s" if timed.usable_s else ""
        following = f"{statistics.median(timed.next_ms):.0f} ms" if timed.next_ms else ""
        size = f"{statistics.median(timed.received) / 1e6:.1f} MB"
        rows.append((name, f"{first:.2f} s", f"{first / ours:.1f}x", usable, following, size, timed.stage))
    return ["{:40} {:>13} {:>8} {:>8} {:>11} {:>9}  {}".format(*row).rstrip() for row in rows]


if __name__ == "__main__":
    main()
