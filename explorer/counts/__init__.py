"""Counting: definition to SQL, totals, facet counts, attrition, rows."""

from explorer.counts.answers import FacetCounts, FacetValue, Histogram, Step, Totals
from explorer.counts.cohort import Cohort
from explorer.counts.explain import explain_sql
from explorer.counts.levels import LevelCounts
from explorer.counts.sources import Citation, Licence
from explorer.counts.tables import TABLE_LEVELS, TableLevel, columns_of
from explorer.counts.units import byte_size, byte_sizes

__all__ = [
    "TABLE_LEVELS",
    "Citation",
    "Cohort",
    "FacetCounts",
    "FacetValue",
    "Histogram",
    "LevelCounts",
    "Licence",
    "Step",
    "TableLevel",
    "Totals",
    "byte_size",
    "byte_sizes",
    "columns_of",
    "explain_sql",
]
