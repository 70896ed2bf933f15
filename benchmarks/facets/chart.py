"""A run as a picture: a bar for each method, and how ours grows."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.facets.method import OURS
from benchmarks.facets.race import Race, median_ms
from benchmarks.facets.report import FAST, WORDS
from benchmarks.facets.results import Results
from benchmarks.facets.states import PLAIN

__all__ = ["draw_chart"]

_OURS, _OTHERS, _LIMIT = "#0b6e6e", "#9aa5ad", "#c0392b"


def draw_chart(results: Results, path: Path) -> None:
    """Write the chart as PNG."""
    growing = len(results.growth) > 1
    panels = len(results.races) + growing
    figure, axes = plt.subplots(1, panels, figsize=(6.5 * panels, 4), squeeze=False, layout="constrained")
    for axis, (size, race) in zip(axes[0], results.races.items(), strict=False):
        _bars(axis, race, results.limit_ms(size))
    if growing:
        _growth(axes[0][-1], results.growth)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _bars(axis: Axes, race: Race, limit: float) -> None:
    medians = {method: median_ms(race.of(method, list(PLAIN))) for method in race.methods}
    ordered = sorted(medians, key=lambda method: -medians[method])
    names = [WORDS.get(method, method).replace("**", "").replace("`", "") for method in ordered]
    colours = [_OURS if method in (OURS, FAST) else _OTHERS for method in ordered]
    bars = axis.barh(names, [medians[method] for method in ordered], color=colours)
    axis.bar_label(bars, [f"{medians[method]:,.0f} ms" for method in ordered], padding=3)
    axis.axvline(limit, color=_LIMIT, linestyle="--")
    axis.annotate(f" limit, {limit:.1f} ms", (limit, len(bars) - 0.45), color=_LIMIT)
    axis.set(xscale="log", xlabel="one interaction, median, ms", title=f"{race.series:,} series")
    axis.margins(y=0.08)
    axis.set_xlim(limit / 2, 5 * max(medians.values()))
    axis.spines[["top", "right"]].set_visible(False)


def _growth(axis: Axes, races: list[Race]) -> None:
    for method in (method for method in races[0].methods if method in (OURS, FAST)):
        points = [(race.series / 1e6, median_ms(race.of(method, list(PLAIN)))) for race in races]
        axis.plot(*zip(*points, strict=True), marker="o", label=WORDS[method].replace("**", "").replace("`", ""))
    axis.set(xlabel="series, millions", ylabel="one interaction, median, ms", title="Growth")
    axis.set_xlim(left=0)
    axis.set_ylim(0, 1.1 * axis.get_ylim()[1])
    axis.legend()
    axis.spines[["top", "right"]].set_visible(False)
