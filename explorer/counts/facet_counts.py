"""Counts of every value of a facet, its own criterion left out.

The count of value v of facet f in group g is what one would get by choosing only v: the members of the
definition in which g's criteria on f are replaced by exactly {v}. All values are counted in one pass: the
rest of the definition says which series can still be chosen (`explorer.counts.engine.choice`), and a patient
counts for v when they have such series with v.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.answers import FacetCounts, FacetValue
from explorer.counts.program import NamedGroup, Program
from explorer.errors import UnknownNameError
from explorer.facets import Facet, Scalar

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation

__all__ = ["NEW", "active_group", "count_choosable", "count_missing", "count_values", "find_group", "label_of"]

NEW = "new"
"""Label of a group that the definition does not have yet: one more include group, on the level of series."""


def find_group(program: Program, label: str) -> NamedGroup | None:
    """Return the group called ``include:0``; None for ``new``. An error names those there are."""
    if label == NEW or (label == "include:0" and not program.include):
        return None
    for group in program.groups:
        if group.label == label:
            return group
    exist = ", ".join(group.label for group in program.groups) or "none"
    raise UnknownNameError(f"there is no group {label!r} in this definition; its groups: {exist}")


def label_of(program: Program, group: NamedGroup | None) -> str:
    """Return what the group is called; a new one comes after the include groups that there are."""
    return group.label if group else f"include:{len(program.include)}"


def active_group(program: Program, facet: Facet) -> NamedGroup | None:
    """Return the group that a click on the facet edits: the first to name it, else the first, else None."""
    naming = (g for g in program.include if any(c.facet == facet.name for c in g.group.where))
    return next(naming, None) or next(iter(program.include), None)


def count_values(evaluation: Evaluation, facet: Facet, group: NamedGroup | None) -> FacetCounts:
    """Return the counts of every value of `facet` tried in `group` (None: in a new one)."""
    if evaluation.whole is not None and facet.kind in ("category", "many-valued"):
        return evaluation.whole.values(facet)
    patients, series = evaluation.choice(group, facet).count(facet)
    codes = np.flatnonzero(patients)
    # Codes follow the order of the values, missing last.
    codes = codes[np.argsort(-patients[codes], kind="stable")]
    told = zip(
        evaluation.arrays.codes.values(facet, codes), patients[codes].tolist(), series[codes].tolist(), strict=True
    )
    return _counts(evaluation, facet, group, told)


def count_missing(evaluation: Evaluation, facet: Facet, group: NamedGroup | None) -> FacetCounts:
    """Return the count of "missing" alone, tried in `group`."""
    if evaluation.whole is not None:
        return evaluation.whole.missing(facet)
    patients, series = evaluation.choice(group, facet).count(facet, binned=True)
    return _counts(evaluation, facet, group, [(None, int(patients[-1]), int(series[-1]))] if patients[-1] else [])


def count_choosable(evaluation: Evaluation, facet: Facet, group: NamedGroup | None) -> tuple[int, int]:
    """Return the patients and series among which the facet's values are chosen in `group`."""
    return evaluation.choice(group, facet).whole if evaluation.whole is None else evaluation.whole.choosable


def _counts(
    evaluation: Evaluation, facet: Facet, group: NamedGroup | None, told: Iterable[tuple[Scalar, int, int]]
) -> FacetCounts:
    values = tuple(FacetValue(*each) for each in told)
    return FacetCounts(facet.name, label_of(evaluation.program, group), values)
