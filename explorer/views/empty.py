"""An empty cohort: the changes that find somebody, each counted as it would be after a click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, Count, few_or_more
from explorer.counts.costs import WIDER
from explorer.errors import UserError
from explorer.session import State
from explorer.session.edits import edit
from explorer.views.remembered import totalled

__all__ = ["Way", "ways_out"]

_TRIED = 30
"""Changes that are counted at most; each takes some hundredths of a second."""
_SHOWN = 4


class Way(TypedDict):
    """One change, as the screen asks for it, with the patients that it finds; None where that is protected."""

    request: dict[str, Any]
    patients: Count


def ways_out(cohort: Cohort) -> list[Way]:
    """Return the smallest changes of an empty cohort's definition that find somebody, the smallest first.

    None are found where two rules or more would have to go.
    """
    ways: list[Way] = []
    for _, request in zip(range(_TRIED), _requests(cohort.definition), strict=False):
        patients = _after(request, cohort)
        if patients != 0:
            ways.append({"request": request, "patients": patients})
    return sorted(ways, key=lambda way: few_or_more(way["patients"]))[:_SHOWN]


def _requests(definition: CohortDefinition) -> Iterator[dict[str, Any]]:
    """Yield what takes one rule away, or one level wider."""
    for index, group in enumerate(definition.include):
        label = f"include:{index}"
        for criterion in range(len(group.where)):
            yield {"kind": "remove", "group": label, "criterion": criterion}
        if group.same in WIDER:
            yield {"kind": "level", "group": label, "same": WIDER[group.same]}
    for index in range(len(definition.within)):
        yield {"kind": "within-remove", "index": index}
    for index in range(len(definition.exclude)):
        yield {"kind": "group-delete", "group": f"exclude:{index}"}


def _after(request: dict[str, Any], cohort: Cohort) -> Count:
    snapshot, policy = cohort.snapshot, cohort.protected
    try:
        definition = edit(State(cohort.definition), request, snapshot.facets).definition
        changed = Cohort(definition, snapshot, small_counts=str(policy) if policy else None)
    except UserError:
        return 0
    try:
        return totalled(changed).patients
    finally:
        changed.close()
