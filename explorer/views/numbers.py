"""All numbers of one definition, counted in one go and written small: what one click brings to the browser.

They travel as one text, since Bokeh and traitlets would walk through every number of a dict, twice. In it, a facet's
values and bins are named by their places in the counts of the whole snapshot, which the browser has::

    {"id": "9f…", "groups": {"sex": "include:0"}, "by": {
        "sex": {"at": [1, 812, 2411, 0, 203, 610], "whole": [1015, 3021]},
        "age": {"at": [12, 40, 101], "whole": [1015, 3021], "missing": [975, 2920]}}}

``at`` is place, patients, series, and so on; what is not named has none. A number that is protected is null. A row that
the whole snapshot does not list comes in full, in ``others``. ``widgets/src/left/unpack.ts`` reads it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.counts import Cohort, Totals
from explorer.views.remembered import GroupNumbers, counted, levelled, totalled

__all__ = ["Numbers", "Took", "Writer", "count_all"]

Took = dict[str, float]
"""Milliseconds by what they were spent on: ``waiting`` for a free thread, ``counting``, ``writing``."""


class Writer:
    """Writes counts beside those of a whole snapshot.

    Parameters
    ----------
    everything
        Counts of the whole snapshot, as `explorer.views.wire.everything` gives them.
    """

    def __init__(self, everything: Mapping[str, Any]) -> None:
        self._places = {name: _places(counts) for name, counts in everything.items()}
        self.everything = written(everything)

    def write(self, definition_id: str, counts: Mapping[str, Any]) -> str:
        """Return counts, as `explorer.views.wire.now` gives them, as the browser reads them."""
        by = {name: self._packed(name, each) for name, each in counts["by"].items()}
        return written({"id": definition_id, **counts, "by": by})

    def _packed(self, name: str, counts: Mapping[str, Any]) -> dict[str, Any]:
        places = self._places.get(name, {})
        at: list[Any] = []
        others: list[Sequence[Any]] = []
        for row in counts["bins"] if "bins" in counts else counts["values"]:
            place = places.get(row[0])
            if place is None:
                others.append(row)
            else:
                at += (place, *row[-2:])
        packed = {name: counts[name] for name in ("whole", "missing") if name in counts}
        return {"at": at, **packed, **({"others": others} if others else {})}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted of one definition.

    Attributes
    ----------
    totals
        As a `Cohort` gives them.
    levels
        Of each group, as `explorer.views.remembered` gives them.
    counts
        Counts of every facet, as `explorer.views.wire.now` gives them; `told` is their text.
    took
        What it took.
    """

    totals: Totals
    levels: GroupNumbers
    counts: Mapping[str, Any]
    told: str
    took: Took


def count_all(cohort: Cohort, active: str | None, writer: Writer, asked: float) -> Numbers:
    """Return all numbers of a cohort, with the group being edited.

    Parameters
    ----------
    asked
        `time.perf_counter` when the person asked.
    """
    began = time.perf_counter()
    # Levels before counts, which free what single criteria have left in memory.
    totals, levels, counts = totalled(cohort), levelled(cohort), counted(cohort, active)
    done = time.perf_counter()
    told = writer.write(cohort.definition.id, counts)
    ended = time.perf_counter()
    took = {"waiting": began - asked, "counting": done - began, "writing": ended - done}
    return Numbers(totals, levels, counts, told, {name: round(1000 * spent, 1) for name, spent in took.items()})


def written(content: object) -> str:
    """Return the shortest JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plainly)


def _plainly(content: object) -> object:
    if isinstance(content, Mapping):
        return dict(content)
    raise TypeError(f"{type(content).__name__} is not JSON")


def _places(counts: Mapping[str, Any]) -> dict[Any, int]:
    """Return the place of each value, or of each bin by where it begins."""
    listed: Sequence[Sequence[Any]] = counts["bins"] if "bins" in counts else counts["values"]
    return {value: place for place, (value, *_) in enumerate(listed)}
