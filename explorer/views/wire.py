"""Facets and their counts as the left column gets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explorer.codes import object_kind
from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, ProtectedJson, SmallCounts
from explorer.counts.cautions import cautions
from explorer.facets import Facet, Scalar
from explorer.session import State, parse_label
from explorer.snapshot import Snapshot
from explorer.snapshot.spellings import spellings
from explorer.views.facet_list import FacetInfo

__all__ = ["everything", "facet_infos", "now", "protection", "standing"]

ORDER = (
    "Modality",
    "age",
    "sex",
    "BodyPartExamined",
    "cancer_type",
    "dataset",
    "vendor",
    "study_date",
    "SeriesDescription",
    "StudyDescription",
    "license",
    "object_kind",
    "plane",
    "slice_spacing_mm",
    "stack",
    "instances",
    "size_mb",
    "data_holder",
    "country",
    "tier",
    "access_condition",
    "tumor_location",
    "species",
    "body_part",
    "Manufacturer",
    "ManufacturerModelName",
    "sop_class",
    "transfer_syntax",
    "analysis_result",
    "source_doi",
    "PatientSex",
    "PatientAge",
)
"""Facets in the order of the screen: what people ask for first stands first."""


def facet_infos(snapshot: Snapshot) -> list[FacetInfo]:
    """Return the facets that hold anything in the snapshot, in display order."""
    infos = [_info(facet) for facet in _shown(snapshot)]
    for info in infos:
        if info["name"] == "Modality":
            info["apart"] = [value for value in snapshot.values("Modality") if object_kind(str(value), None) != "image"]
    return infos


def everything(snapshot: Snapshot) -> dict[str, Any]:
    """Return the counts of the whole snapshot, by facet, with its cautions and the spellings that its values hold."""
    cohort = Cohort(CohortDefinition(), snapshot)
    try:
        counts: dict[str, Any] = now(cohort, None)["by"]
        warned = cautions(snapshot, cohort.protected)
        for facet in _shown(snapshot):
            values = snapshot.values(facet.name)
            ranged = facet.kind in ("number", "date")
            if ranged and cohort.protected:
                # The lowest and the highest value are each somebody's.
                counts[facet.name] |= _ends(counts[facet.name]["bins"])
            else:
                counts[facet.name] |= {"min": values[0], "max": values[-1]} if ranged else {"distinct": len(values)}
            if facet.name in warned:
                counts[facet.name]["cautions"] = warned[facet.name]
            if held := spellings(snapshot, facet):
                counts[facet.name]["spellings"] = held
        return counts
    finally:
        cohort.close()


def standing(state: State) -> dict[str, Any]:
    """Return what the rule draws: the definition and its id, the empty cards, and the group that clicks go into."""
    return {
        "definition": state.definition.to_dict(),
        "definition_id": state.definition.id,
        "drafts": {"include": state.drafts.include, "exclude": state.drafts.exclude},
        "group": state.active or ("include:0" if state.definition.include else None),
    }


def now(cohort: Cohort, active: str | None) -> dict[str, Any]:
    """Return the counts of every facet, each in the group being edited or, where that is None, in its default group.

    Parameters
    ----------
    active
        Label of the group, ``include:0``; one that the definition does not have is an empty card, so values are
        tried in a new group.

    Returns
    -------
    dict
        ``by``: counts by facet; ``groups``: the group that each facet's counts belong to; where small counts are
        protected, ``protected``: how. A number that is protected is None then.
    """
    by: dict[str, Any] = {}
    groups: dict[str, str] = {}
    group = active if active is None or _stands(cohort.definition, active) else "new"
    for facet in _shown(cohort.snapshot):
        by[facet.name], counted = _counts(cohort, facet, group)
        groups[facet.name] = active or counted
    cohort.forget_choices()
    counts = {"by": by, "groups": groups}
    return counts if cohort.protected is None else {**counts, "protected": cohort.protected.to_dict()}


def protection() -> ProtectedJson | None:
    """Return how small counts are protected in this process; None where they are not."""
    policy = SmallCounts.current()
    return policy.to_dict() if policy else None


def _stands(definition: CohortDefinition, label: str) -> bool:
    kind, index = parse_label(label)
    return index < len(definition.include if kind == "include" else definition.exclude)


def _shown(snapshot: Snapshot) -> list[Facet]:
    rank = {name: place for place, name in enumerate(ORDER)}
    facets = (facet for facet in snapshot.facets.values() if facet.name in snapshot.recorded_facets)
    return sorted(facets, key=lambda facet: rank.get(facet.name, len(rank)))


def _counts(cohort: Cohort, facet: Facet, group: str | None) -> tuple[Mapping[str, Any], str]:
    whole = cohort.choosable(facet.name, group)
    if facet.kind in ("number", "date"):
        histogram = cohort.histogram(facet.name, group)
        return {"bins": histogram.bins, "missing": histogram.missing, "whole": whole}, histogram.group
    counts = cohort.missing(facet.name, group) if facet.kind == "text" else cohort.facet(facet.name, group)
    values = [(value.value, value.patients, value.series) for value in counts.values]
    return {"values": values, "whole": whole}, counts.group


def _ends(bins: Sequence[tuple[Scalar, Scalar, object, object]]) -> dict[str, Scalar]:
    """Return where the first bin begins and the last one ends; an open one ends where it begins."""
    if not bins:
        return {"min": None, "max": None}
    (first, *_), (low, high, *_) = bins[0], bins[-1]
    return {"min": first, "max": low if high is None else high}


def _info(facet: Facet) -> FacetInfo:
    column = facet.column
    return {
        "name": facet.name,
        "title": facet.title,
        "level": facet.level,
        "kind": facet.kind,
        "unit": column.unit,
        "recorded": facet.recorded,
        "description": column.description,
        "caution": column.caution,
        "missing": column.missing,
        "code": column.code,
        "recorded_in": column.recorded_in,
    }
