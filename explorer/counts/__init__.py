"""Counting: definition to SQL, totals, facet counts, attrition, rows."""

from explorer.counts.answers import FacetCounts, FacetValue, Histogram, Step, Totals
from explorer.counts.cohort import Cohort
from explorer.counts.explain import explain_sql
from explorer.counts.levels import LevelCounts
from explorer.counts.overlap import Overlap
from explorer.counts.sample import Sample
from explorer.counts.small_counts import (
    WITHHELD,
    Count,
    ProtectedJson,
    SmallCounts,
    count_in_words,
    few_or_more,
    loss,
    size_in_words,
)
from explorer.counts.sources import Citation, Licence
from explorer.counts.tables import TABLE_LEVELS, TableLevel, columns_of
from explorer.counts.units import byte_size, byte_sizes

__all__ = [
    "TABLE_LEVELS",
    "WITHHELD",
    "Citation",
    "Cohort",
    "Count",
    "FacetCounts",
    "FacetValue",
    "Histogram",
    "LevelCounts",
    "Licence",
    "Overlap",
    "ProtectedJson",
    "Sample",
    "SmallCounts",
    "Step",
    "TableLevel",
    "Totals",
    "byte_size",
    "byte_sizes",
    "columns_of",
    "count_in_words",
    "explain_sql",
    "few_or_more",
    "loss",
    "size_in_words",
]
