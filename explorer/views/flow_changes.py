"""What a click in the attrition asks for: leave a rule out, or bring a value back."""

from __future__ import annotations

from typing import Any

from explorer.cohort import CohortDefinition
from explorer.counts.costs import WIDER
from explorer.facets import FACETS, Scalar

__all__ = ["bringing_back", "leaving_out"]


def leaving_out(definition: CohortDefinition, path: str) -> dict[str, Any]:
    """Return the request that takes a part out of the rule: a part as `Cohort.costs` names it.

    A group that has nothing else is only paused; a level becomes the next wider one.
    """
    _, kind, index, *inside = path.split("/")
    label = f"{kind}:{index}"
    if kind == "within":
        return {"kind": "within-remove", "index": int(index)}
    if kind == "exclude":
        return {"kind": "group-pause", "group": label}
    group = definition.include[int(index)]
    if inside == ["same"]:
        return {"kind": "level", "group": label, "same": WIDER[group.same]}
    if len(group.where) == 1:
        return {"kind": "group-pause", "group": label}
    return {"kind": "remove", "group": label, "criterion": int(inside[1])}


def bringing_back(definition: CohortDefinition, path: str, facet: str, value: Scalar) -> dict[str, Any] | None:
    """Return the request that keeps patients with this value at a step; None where one value does not do it.

    Parameters
    ----------
    path
        Of the step: a group that names the facet, or a criterion of one.
    value
        One of the facet among the patients lost, of numbers and dates the low end of a bin.
    """
    _, kind, index, *_ = path.split("/")
    group = (definition.include if kind == "include" else definition.exclude)[int(index)]
    named = [criterion for criterion in group.where if criterion.facet == facet]
    if len(named) != 1:
        return None
    (criterion,) = named
    asked = {"facet": facet, "group": f"{kind}:{index}"}
    if kind == "exclude":
        wanted = value in (criterion.is_in or ())
        return {"kind": "toggle", **asked, "value": value, "on": False} if wanted else None
    if criterion.between is not None:
        low, high = criterion.between
        return {"kind": "range", **asked, "low": low, "high": high, "missing": True} if value is None else None
    if criterion.contains is not None:
        return {"kind": "contains", **asked, "texts": [*criterion.contains, value]} if value is not None else None
    of_bin = FACETS[facet].kind in ("number", "date") and value is not None
    if of_bin or value in (criterion.is_in or ()):
        return None
    return {"kind": "toggle", **asked, "value": value, "on": True}
