"""A workshop: thirty people click in one app at the same time, each in a page and a workspace of their own.

The app is served as for people. Each of them is a websocket that speaks Bokeh's protocol, not a browser: thirty
browsers would need the machine that is measured. Everybody opens the page within a few seconds, then chooses a value,
takes one back or undoes, and waits one to two seconds after each answer. The clock runs from sending the click until
the message with its numbers has come. It is an error when none comes in time, when the page says a problem, when
numbers are of another definition than the one on the page, and when the last totals are not those of a fresh count.

    .venv/bin/python -m benchmarks.workshop [--home FOLDER] [--snapshot NAME] [--users 30] [--seconds 60] [--json FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import time
from pathlib import Path

from benchmarks.visitor import OPENING_S, Figures, Visitor
from explorer import Snapshot
from tests.browser.app_fixtures import serving
from tests.home import default_home


def child() -> int:
    """The process that serves the app, which is the only one that this one started."""
    (found,) = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return int(found)


def resident_mb(process: int) -> int:
    """Memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) // 1024 if found else 0


async def held(address: str, users: int, seconds: float, snapshot: Snapshot) -> Figures:
    """The workshop, from the first page to the last click."""
    figures, server = Figures(), child()
    figures.memory_mb["alone"] = resident_mb(server)
    people = [Visitor(f"{address}?workspace=workshop-{n}", figures, n) for n in range(users)]
    begin = time.monotonic()
    visits = [person.visit(begin, begin + OPENING_S + seconds) for person in people]
    await asyncio.gather(*visits)
    figures.memory_mb["with everybody"] = resident_mb(server)
    figures.errors += filter(None, (person.misled(snapshot) for person in people if person.counted))
    for person in people:
        person.leave()
    return figures


def table(figures: Figures, users: int) -> list[str]:
    """The figures as a Markdown table."""
    answered = sorted(figures.answered_ms)
    # In the first half the charts of thirty pages are drawn for the first time.
    settled = sorted(figures.answered_ms[len(answered) // 2 :])
    memory = figures.memory_mb
    each = (memory["with everybody"] - memory["alone"]) / users
    rows = [
        ("users", f"{users}"),
        ("clicks", f"{len(answered):,}"),
        ("errors", f"{len(figures.errors)}"),
        ("click to numbers, p50", f"{statistics.median(answered):,.0f} ms"),
        ("click to numbers, p95", f"{answered[int(0.95 * len(answered))]:,.0f} ms"),
        ("click to numbers, worst", f"{answered[-1]:,.0f} ms"),
        ("in the second half, p50", f"{statistics.median(settled):,.0f} ms"),
        ("in the second half, p95", f"{settled[int(0.95 * len(settled))]:,.0f} ms"),
        ("of it counting, p50", f"{statistics.median(figures.counting_ms):,.0f} ms"),
        ("page to first numbers, p50", f"{statistics.median(figures.opened_s):,.1f} s"),
        ("page to first numbers, worst", f"{max(figures.opened_s):,.1f} s"),
        ("the page itself", f"{figures.page_bytes:,} bytes"),
        ("memory of the server before", f"{memory['alone']:,} MB"),
        ("memory with everybody", f"{memory['with everybody']:,} MB, {each:,.1f} MB each"),
    ]
    return ["|  |  |", "| --- | ---: |", *(f"| {name} | {value} |" for name, value in rows)]


def main() -> None:
    """Hold the workshop, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--home", type=Path, help="a COHORT_EXPLORER_HOME with the snapshot; by default that of the tests"
    )
    parser.add_argument("--snapshot", default="", help="its id or alias; the default one if empty")
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60, help="how long people click, after everybody has come")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    given = parser.parse_args()
    home = (given.home or default_home()).resolve()
    os.environ["COHORT_EXPLORER_HOME"] = str(home)
    with serving(home, *(["--snapshot", given.snapshot] if given.snapshot else [])) as address:
        snapshot = Snapshot.open(given.snapshot) if given.snapshot else Snapshot.open()
        figures = asyncio.run(held(address, given.users, given.seconds, snapshot))
    print("\n".join([*table(figures, given.users), *figures.errors[:20]]))
    if given.json:
        given.json.write_text(json.dumps(vars(figures), indent=1), encoding="utf-8")
    if figures.errors:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
