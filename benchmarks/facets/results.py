"""What a run measured, and the same as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.facets.fresh import Built, Start
from benchmarks.facets.method import OURS
from benchmarks.facets.race import Race, median_ms, p95_ms
from benchmarks.facets.states import FURTHER, PLAIN

__all__ = ["FURTHER_ROW", "Results", "json_rows"]

FURTHER_ROW = ", further rules"
"""Stands behind a method's name where its time is that of the states with further rules."""


@dataclass(slots=True)
class Results:
    """What a run measured.

    Attributes
    ----------
    bandwidth
        Bytes a second that all cores read from memory.
    races, coded_bytes
        By size: the timings, and the bytes of the integer codes of all facets.
    growth
        Ours alone, on larger snapshots too, smallest first.
    starts
        By size and method.
    """

    bandwidth: float
    rounds: int
    races: dict[str, Race] = field(default_factory=dict)
    coded_bytes: dict[str, int] = field(default_factory=dict)
    growth: list[Race] = field(default_factory=list)
    starts: dict[tuple[str, str], Start] = field(default_factory=dict)
    built: Built | None = None

    def limit_ms(self, size: str) -> float:
        """Return the milliseconds in which the codes of all facets can be read from memory once."""
        return 1000 * self.coded_bytes[size] / self.bandwidth


def json_rows(results: Results) -> list[dict[str, str | float]]:
    """Return a row for each size and method, times in milliseconds over all states and rounds.

    ``ratio_to_ours`` is the method's median divided by that of ours in the same states.
    """
    rows: list[dict[str, str | float]] = []
    for size, race in {**{race.size: race for race in results.growth}, **results.races}.items():
        for states, behind in ((PLAIN, ""), (FURTHER, FURTHER_ROW)):
            for method in race.methods:
                if timings := race.of(method, list(states)):
                    median = median_ms(timings)
                    rows.append(
                        {
                            "size": size,
                            "method": method + behind,
                            "median_ms": round(median, 3),
                            "p95_ms": round(p95_ms(timings), 3),
                            "ratio_to_ours": round(median / median_ms(race.of(OURS, list(states))), 3),
                        }
                    )
    return rows
