"""A run as Markdown tables."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.facets.limit import cores
from benchmarks.facets.method import OURS
from benchmarks.facets.race import Race, median_ms, p95_ms, worst_ms
from benchmarks.facets.results import Results
from benchmarks.facets.states import FURTHER, PLAIN

__all__ = ["markdown"]

FAST = "ours-fast"
WORDS = {
    OURS: "**ours**, default install",
    FAST: "**ours**, with the `fast` extra",
    "duckdb-codes": "DuckDB SQL on integer codes",
    "duckdb": "DuckDB SQL on strings",
    "polars": "polars",
    "pandas": "pandas, categoricals",
    "pandas-once": "pandas, categoricals, filtered once",
    "mosaic": "DuckDB as quak/Mosaic asks it",
}


def markdown(results: Results) -> str:
    """Return all tables of a run."""
    lines = [*_machine(results)]
    for size, race in results.races.items():
        lines += [f"### {size}: {race.series:,} series", ""]
        lines += [*_compared(race, list(PLAIN), results.limit_ms(size)), ""]
        if any(race.of(method, list(FURTHER)) for method in race.methods):
            lines += ["Levels, several groups, exclude, within:", ""]
            lines += [*_compared(race, list(FURTHER), results.limit_ms(size)), ""]
        lines += ["Median of each state, ms:", "", *_by_state(race), ""]
    if len(results.growth) > 1:
        lines += ["### Growth, ours", "", *_growth(results.growth), ""]
    if results.starts:
        lines += ["### A fresh process, ours", "", *_starts(results), ""]
    if results.built:
        built = results.built
        lines += [
            "### `cohort-explorer snapshot build`",
            "",
            f"The default snapshot: {built.seconds:.1f} s, at most {_mb(built.peak_bytes)} of memory, a file of "
            f"{_mb(built.file_bytes)}.",
            "",
        ]
    return "\n".join(lines)


def _machine(results: Results) -> Iterator[str]:
    names = ("duckdb", "numpy", "numba", "polars", "pandas")
    versions = ", ".join(f"{name} {found}" for name in names if (found := _version(name)))
    yield f"{datetime.now(UTC):%Y-%m-%d}, {cores()} cores ({_processor()}), {platform.system()},"
    yield f"Python {platform.python_version()}, {versions}."
    yield f"Rounds: {results.rounds}, interleaved; every answer of every method was equal to ours."
    yield f"Memory bandwidth, all cores reading: {results.bandwidth / 1e9:.1f} GB/s."
    yield ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _compared(race: Race, states: Sequence[str], limit: float) -> Iterator[str]:
    fast = race.of(FAST, states)
    versus = ["x ours"] + (["x ours, fast"] if fast else [])
    head = ["method", "median, ms", "p95, ms", "worst state / median", *versus, "x limit", "memory"]
    yield _row(head)
    yield "|---|" + "---:|" * (len(head) - 1)
    for method in race.methods:
        timings = race.of(method, states)
        if not timings:
            continue
        median, (worst, state) = median_ms(timings), worst_ms(timings)
        ratios = [f"{median / median_ms(base):.1f}" for base in (race.of(OURS, states), fast) if base]
        yield _row(
            [
                WORDS.get(method, method),
                f"{median:.1f}",
                f"{p95_ms(timings):.1f}",
                f"{worst / median:.1f} ({state})",
                *ratios,
                f"{median / limit:.0f}",
                _mb(race.memory_bytes[method]),
            ]
        )
    yield _row(["limit: codes of all facets read once", f"{limit:.2f}", "", "", *["" for _ in versus], "1", ""])


def _by_state(race: Race) -> Iterator[str]:
    yield _row(["state", *race.methods])
    yield "|---|" + "---:|" * len(race.methods)
    for state in (*PLAIN, *FURTHER):
        found = [race.of(method, [state]) for method in race.methods]
        if any(found):
            yield _row([state, *(f"{median_ms(timings):.1f}" if timings else "" for timings in found)])


def _growth(races: Sequence[Race]) -> Iterator[str]:
    methods = [method for method in races[0].methods if method in (OURS, FAST)]
    units = ("median, ms", "ms a million", "memory")
    yield _row(["series", *(f"{method}: {unit}" for method in methods for unit in units)])
    yield "|---:|" + "---:|" * (len(units) * len(methods))
    for race in races:
        cells = [f"{race.series:,}"]
        for method in methods:
            median = median_ms(race.of(method, list(PLAIN)))
            cells += [f"{median:.1f}", f"{1e6 * median / race.series:.1f}", _mb(race.memory_bytes[method])]
        yield _row(cells)


def _starts(results: Results) -> Iterator[str]:
    yield _row(
        ["size", "method", "import, s", "to the first counts, s", "to a filtered answer, s", "memory", "imports"]
    )
    yield "|---|---|---:|---:|---:|---:|---:|"
    for (size, method), start in results.starts.items():
        seconds = (f"{each:.2f}" for each in (start.imported_s, start.counted_s, start.filtered_s))
        yield _row([size, method, *seconds, _mb(start.loaded_bytes), _mb(start.imported_bytes)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _mb(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
