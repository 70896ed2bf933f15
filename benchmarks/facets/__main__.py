"""One interaction, ours beside DuckDB, polars, pandas and quak/Mosaic, on snapshots of several sizes.

Each method has a process of its own; they take turns, so that whatever else the machine does meets all alike. Every
answer in every state is compared in full with ours, and one count that differs ends the run. docs/performance.md says
what an interaction is, what the states are, and what each method keeps.

    .venv/bin/python -m benchmarks.facets [--size 1m --size 3m] [--growth 15m] [--rounds 5] [--json FILE] [--png FILE]

``1m`` is the default snapshot; any other size is an atlas (`benchmarks.atlas`) in ``build/atlas-SIZE`` or where
``--home SIZE=FOLDER`` says. A method may also be named as ``module:Class``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.facets.flat import code_bytes, open_flat, write_flat
from benchmarks.facets.fresh import measure_build, measure_start
from benchmarks.facets.limit import measure_bandwidth
from benchmarks.facets.method import OURS, installed
from benchmarks.facets.race import Disagreement, run_race
from benchmarks.facets.report import FAST, markdown
from benchmarks.facets.results import Results, json_rows
from benchmarks.facets.states import FURTHER, PLAIN, Values
from explorer import Snapshot

__all__ = ["main"]

DEFAULT = "1m"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print Markdown tables; write JSON and a chart where asked."""
    asked = _parser().parse_args(arguments)
    try:
        results = measure(asked)
    except Disagreement as problem:
        sys.exit(f"The run is worth nothing: {problem}")
    print(markdown(results))
    if asked.json:
        asked.json.write_text(json.dumps(json_rows(results), indent=1) + "\n")
    if asked.png:
        from benchmarks.facets.chart import draw_chart

        draw_chart(results, asked.png)


def measure(asked: argparse.Namespace) -> Results:
    """Return what a run measures."""
    homes = {size: Path(folder) for size, folder in (each.split("=", 1) for each in asked.home)}
    methods = asked.methods.split(",") if asked.methods else installed()
    ours = [OURS, *(method for method in methods if method == FAST)]
    bandwidths = [measure_bandwidth()]
    results = Results(bandwidths[0], asked.rounds)
    sizes = asked.size or [DEFAULT]
    snapshots = {size: open_size(size, homes) for size in [*sizes, *asked.growth]}
    values = {size: Values(snapshot) for size, snapshot in snapshots.items()}
    if asked.fresh:
        # First, while this process holds little.
        for size, snapshot in snapshots.items():
            for method in ours:
                results.starts[size, method] = measure_start(snapshot.path, values[size], method)
        results.built = measure_build()
        _say("fresh processes are measured")
    for size, snapshot in snapshots.items():
        with tempfile.TemporaryDirectory() as room:
            flat = Path(room, "flat.duckdb")
            if size in sizes:
                write_flat(snapshot.path, flat)
                with open_flat(flat) as connection:
                    results.coded_bytes[size] = snapshot.totals["series"] * code_bytes(connection)
            race = run_race(
                size,
                snapshot.path,
                flat,
                values[size],
                methods if size in sizes else ours,
                asked.rounds,
                series=snapshot.totals["series"],
                states=[*PLAIN, *FURTHER] if size in sizes else list(PLAIN),
                told=_say,
            )
        results.growth.append(race)
        if size in sizes:
            results.races[size] = race
        bandwidths.append(measure_bandwidth())
    results.growth.sort(key=lambda race: race.series)
    # Other work on the machine slows the methods and this alike.
    results.bandwidth = statistics.median(bandwidths)
    return results


def open_size(size: str, homes: dict[str, Path]) -> Snapshot:
    """Return the snapshot of a size."""
    if size == DEFAULT and size not in homes:
        return Snapshot.open()
    home = homes.get(size, Path("build", f"atlas-{size}"))
    files = sorted(home.glob("snapshots/*.duckdb"), key=lambda path: path.stat().st_mtime)
    if not files:
        sys.exit(f"there is no snapshot in {home}; `python -m benchmarks.atlas --size {size}` makes one")
    return Snapshot.open(files[-1])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", action="append", metavar="SIZE", help=f"measure all methods on it [{DEFAULT}]")
    parser.add_argument("--growth", action="append", default=[], metavar="SIZE", help="measure ours alone on it")
    parser.add_argument("--home", action="append", default=[], metavar="SIZE=FOLDER", help="where a size's snapshot is")
    parser.add_argument("--methods", metavar="NAME,…", help=f"[{','.join(installed())}]")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-fresh", dest="fresh", action="store_false", help="leave out cold start, memory and build")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--png", type=Path, help="draw a chart there")
    return parser


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
