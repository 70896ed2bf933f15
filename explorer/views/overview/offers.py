"""The charts that a snapshot can have, and which of them are there when nobody has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.facets import Facet
from explorer.views.overview.binned import Binned
from explorer.views.overview.followed import Followed
from explorer.views.overview.heat import Heat
from explorer.views.overview.pyramid import Pyramid
from explorer.views.overview.ranked import Ranked

__all__ = ["Kind", "offers", "usual"]

_USUAL = ("age-sex", "modality-body-part", "dataset", "data_holder", "country", "study_date", "instances", "follow-up")

_NEVER = frozenset({"source_doi", "sop_class", "transfer_syntax", "PatientAge"})
"""Facets whose bars say nothing at a glance."""


Kind = Ranked | Binned | Pyramid | Heat | Followed
"""A chart: how its numbers are asked for and what they look like."""


def offers(facets: Mapping[str, Facet], everything: Mapping[str, Any]) -> dict[str, Kind]:
    """Return every chart by its name, in the order in which they are offered.

    Parameters
    ----------
    everything
        Counts of the whole snapshot by facet, in display order.
    """
    there = {name: facets[name] for name in everything}
    charts: dict[str, Kind] = {}
    if "age" in there and "sex" in there:
        charts["age-sex"] = Pyramid(there["age"], there["sex"])
    if "Modality" in there and "BodyPartExamined" in there:
        charts["modality-body-part"] = Heat(there["Modality"], there["BodyPartExamined"])
    charts["follow-up"] = Followed()
    for name, facet in there.items():
        if name in ("instances", "size_mb"):
            charts[name] = Binned(facet, "series")
        elif facet.kind in ("number", "date"):
            charts[name] = Binned(facet)
        elif facet.kind != "text" and name not in _NEVER:
            charts[name] = Ranked(facet)
    first = [name for name in _USUAL if name in charts]
    return {name: charts[name] for name in (*first, *(each for each in charts if each not in first))}


def usual(charts: Mapping[str, Kind]) -> list[str]:
    """Return the names of the charts that are there when nobody has chosen."""
    return [name for name in _USUAL if name in charts]
