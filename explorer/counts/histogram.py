"""Counts of numbers and dates in bins, each bin tried like a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.answers import Histogram
from explorer.counts.facet_counts import label_of
from explorer.facets import Facet
from explorer.facets.bins import bin_of

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.program import NamedGroup

__all__ = ["count_bins"]


def count_bins(evaluation: Evaluation, facet: Facet, group: NamedGroup | None) -> Histogram:
    """Return the counts of a number or date facet in bins, tried in `group` (None: in a new one).

    What the bins are, `explorer.facets.bins` says.
    """
    if evaluation.whole is not None:
        return evaluation.whole.bins(facet)
    patients, series = evaluation.choice(group, facet).count(facet, binned=True)
    numbers = evaluation.arrays.codes.bins(facet)
    bins = tuple(
        (*bin_of(facet, int(numbers[code])), int(patients[code]), int(series[code]))
        for code in np.flatnonzero(patients[:-1])
    )
    missing = (int(patients[-1]), int(series[-1]))
    return Histogram(facet.name, label_of(evaluation.program, group), bins, missing)
