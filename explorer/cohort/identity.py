"""The canonical form of a definition, and the id that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from explorer.cohort.groups import Group
from explorer.facets import Criterion, Scalar

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["canonical_bytes", "plain_criterion", "plain_group"]


def canonical_bytes(definition: CohortDefinition) -> bytes:
    """Return the definition in canonical JSON (RFC 8785), all defaults written out, `name` and `annotations` left out.

    References
    ----------
    RFC 8785, JSON Canonicalization Scheme.
    """
    import rfc8785

    return rfc8785.dumps(
        {
            "version": 1,
            "include": [_canonical_group(group) for group in definition.include],
            "exclude": [_canonical_group(group) for group in definition.exclude],
            "within": [{"first": pair.first, "then": pair.then, "days": list(pair.days)} for pair in definition.within],
            "select": definition.select,
            "derived": definition.derived,
        }
    )


def plain_group(group: Group) -> dict[str, Any]:
    """Return a group as JSON carries it, order and repetitions as written."""
    return {"same": group.same, "where": [plain_criterion(criterion) for criterion in group.where]}


def plain_criterion(criterion: Criterion) -> dict[str, Any]:
    """Return a criterion as JSON carries it, order and repetitions as written."""
    plain: dict[str, Any] = {"facet": criterion.facet}
    if criterion.is_in is not None:
        plain["is_in"] = list(criterion.is_in)
    if criterion.between is not None:
        plain["between"] = list(criterion.between)
        if criterion.missing:
            plain["missing"] = True
    if criterion.contains is not None:
        plain["contains"] = list(criterion.contains)
    return plain


def _canonical_group(group: Group) -> dict[str, Any]:
    return {"same": group.same, "where": [_canonical_criterion(criterion) for criterion in group.where]}


def _canonical_criterion(criterion: Criterion) -> dict[str, Any]:
    plain = plain_criterion(criterion)
    for operator in ("is_in", "contains"):
        if operator in plain:
            plain[operator] = _sorted(plain[operator])
    if "between" in plain:
        plain["missing"] = criterion.missing
    return plain


def _sorted(values: Iterable[Scalar]) -> list[Scalar]:
    """Return the values without duplicates: null, then numbers, then texts by code point."""
    distinct = set(values)
    missing: list[Scalar] = [None] if None in distinct else []
    numbers = sorted(value for value in distinct if isinstance(value, int | float))
    texts = sorted(value for value in distinct if isinstance(value, str))
    return [*missing, *numbers, *texts]
