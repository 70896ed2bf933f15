"""A definition as the Python that builds it."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from explorer.cohort.groups import Group
from explorer.facets import FACETS, Criterion

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["python_code"]


def python_code(definition: CohortDefinition) -> str:
    """Return Python that builds the definition again and calls it ``rule``.

    Every name and value goes in as a literal, so that no text of a catalogue can become code.
    """
    groups = definition.include + definition.exclude
    used = {criterion.facet for group in groups for criterion in group.where}
    known = sorted(name for name in used if name in FACETS and name.isidentifier() and not keyword.iskeyword(name))
    foreign = sorted(used.difference(known))
    lines = [f"from explorer import CohortDefinition{', Criterion' if foreign else ''}"]
    if known:
        lines.append(f"from explorer.facets import {', '.join(known)}")
    lines += ["", "rule = (", f"    CohortDefinition({f'name={definition.name!r}' if definition.name else ''})"]
    lines += [_group("including", group, known) for group in definition.include]
    lines += [_group("excluding", group, known) for group in definition.exclude]
    lines += [f"    .following({pair.first}, {pair.then}, days={pair.days!r})" for pair in definition.within]
    if definition.derived != "none":
        lines.append(f"    .taking({definition.select!r}, derived={definition.derived!r})")
    elif definition.select != "matching":
        lines.append(f"    .taking({definition.select!r})")
    return "\n".join([*lines, ")", ""])


def _group(verb: str, group: Group, known: list[str]) -> str:
    criteria = [_criterion(criterion, known) for criterion in group.where]
    return f"    .{verb}({', '.join(criteria)}, same={group.same!r})"


def _criterion(criterion: Criterion, known: list[str]) -> str:
    if criterion.facet not in known:
        operator = next(key for key in ("is_in", "between", "contains") if getattr(criterion, key) is not None)
        missing = ", missing=True" if criterion.missing else ""
        return f"Criterion({criterion.facet!r}, {operator}={getattr(criterion, operator)!r}{missing})"
    if criterion.is_in is not None:
        return f"{criterion.facet}.is_in({', '.join(map(repr, criterion.is_in))})"
    if criterion.between is not None:
        missing = ", missing=True" if criterion.missing else ""
        return f"{criterion.facet}.between({criterion.between[0]!r}, {criterion.between[1]!r}{missing})"
    return f"{criterion.facet}.contains({', '.join(map(repr, criterion.contains or ()))})"
