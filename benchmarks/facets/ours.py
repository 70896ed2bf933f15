"""Our own engine, asked through the public API as the app asks it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from benchmarks.facets.answer import PAGE, PAGE_COLUMNS, Answer, Counts, is_binned
from explorer.cohort import CohortDefinition

if TYPE_CHECKING:
    from explorer.counts import FacetCounts, Histogram

__all__ = ["Ours", "OursFast"]


class Ours:
    """The default installation: numpy. Every interaction has a new `explorer.Cohort`."""

    further: ClassVar[bool] = True
    compiled: ClassVar[bool] = False

    def __init__(self, snapshot: Path, flat: Path) -> None:
        if self.compiled:
            # Wait for the compiled loops, unless this is measured as it is.
            os.environ.setdefault("COHORT_EXPLORER_ENGINE", "numba")
        else:
            # As if the extra `fast` were not installed: importing numba fails.
            sys.modules["numba"] = None  # type: ignore[assignment]
        from explorer import Snapshot

        self._snapshot = Snapshot.open(snapshot)
        self._facets = [
            facet for facet in self._snapshot.facets.values() if facet.name in self._snapshot.recorded_facets
        ]

    def ask(self, definition: CohortDefinition) -> Any:
        """Ask for everything, and for the whole that each facet's shares on screen are of, which no other is asked."""
        from explorer import Cohort

        cohort = Cohort(definition, self._snapshot)
        try:
            totals = cohort.totals()
            counts: list[FacetCounts | Histogram] = []
            for facet in self._facets:
                cohort.choosable(facet.name)
                if is_binned(facet):
                    counts.append(cohort.histogram(facet.name))
                else:
                    counts.append(cohort.missing(facet.name) if facet.kind == "text" else cohort.facet(facet.name))
            return totals, counts, cohort.levels(), cohort.frame("patient", columns=PAGE_COLUMNS, limit=PAGE)
        finally:
            cohort.close()

    def answer(self, asked: Any) -> Answer:
        """Return the same in the form that all methods are compared in."""
        totals, counted, levels, page = asked
        return Answer(
            (totals.patients, totals.datasets, totals.studies, totals.series, totals.instances, totals.bytes),
            tuple((each["series"], each["study"], each["patient"]) for each in levels["include"]),
            {facet.name: _counts(facet.kind, each) for facet, each in zip(self._facets, counted, strict=True)},
            tuple(tuple(row) for row in page.astype("object").where(page.notna(), None).values.tolist()),
        )


class OursFast(Ours):
    """The same with the extra `fast`: numba."""

    compiled: ClassVar[bool] = True


def _counts(kind: str, counted: Any) -> Counts:
    if kind not in ("number", "date"):
        return {each.value: (each.patients, each.series) for each in counted.values}
    bins = {int(low[:4]) if kind == "date" else low: (patients, series) for low, _, patients, series in counted.bins}
    return bins | ({None: tuple(counted.missing)} if any(counted.missing) else {})
