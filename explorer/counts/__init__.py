"""Counting: totals, facet counts, levels, attrition, rows; the same definition as SQL.

Each name brings its module, and with most of them the engine, on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.counts.answers import FacetCounts, FacetValue, Histogram, Step, Totals
    from explorer.counts.attrition_by import AttritionBy
    from explorer.counts.cohort import Cohort
    from explorer.counts.costs import Cost
    from explorer.counts.explain import explain_sql
    from explorer.counts.follow_up import FollowUp, FollowUpBin
    from explorer.counts.levels import LevelCounts
    from explorer.counts.lost import Lost, LostValue
    from explorer.counts.overlap import Overlap
    from explorer.counts.pair_counts import PairCount, PairCounts
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
    "AttritionBy",
    "Citation",
    "Cohort",
    "Cost",
    "Count",
    "FacetCounts",
    "FacetValue",
    "FollowUp",
    "FollowUpBin",
    "Histogram",
    "LevelCounts",
    "Licence",
    "Lost",
    "LostValue",
    "Overlap",
    "PairCount",
    "PairCounts",
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

_MODULES = {
    "AttritionBy": "attrition_by",
    "Citation": "sources",
    "Cohort": "cohort",
    "Cost": "costs",
    "Count": "small_counts",
    "FacetCounts": "answers",
    "FacetValue": "answers",
    "FollowUp": "follow_up",
    "FollowUpBin": "follow_up",
    "Histogram": "answers",
    "LevelCounts": "levels",
    "Licence": "sources",
    "Lost": "lost",
    "LostValue": "lost",
    "Overlap": "overlap",
    "PairCount": "pair_counts",
    "PairCounts": "pair_counts",
    "ProtectedJson": "small_counts",
    "Sample": "sample",
    "SmallCounts": "small_counts",
    "Step": "answers",
    "TABLE_LEVELS": "tables",
    "TableLevel": "tables",
    "Totals": "answers",
    "WITHHELD": "small_counts",
    "byte_size": "units",
    "byte_sizes": "units",
    "columns_of": "tables",
    "count_in_words": "small_counts",
    "explain_sql": "explain",
    "few_or_more": "small_counts",
    "loss": "small_counts",
    "size_in_words": "small_counts",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
