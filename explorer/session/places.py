"""Where in a definition an edit goes, and what remains there."""

from __future__ import annotations

from dataclasses import replace

from explorer.cohort import CohortDefinition, Group, GroupKind
from explorer.cohort.paused import dropped
from explorer.errors import UnknownNameError
from explorer.facets import Criterion, Scalar
from explorer.session.state import State, parse_label

__all__ = ["appended", "chosen", "group_at", "put", "target", "with_criteria", "with_group_last", "without_group"]


def target(state: State, facet: str, label: str | None) -> tuple[GroupKind, int]:
    """Return the group that an edit of the facet goes to: the one named, the active one, or the default."""
    if label or state.active:
        kind, index = parse_label(label or state.active or "")
        there = state.groups(kind) + state.drafts.of(kind)
        if index >= max(there, state.groups(kind) + 1):
            raise UnknownNameError(f"there is no {kind} group {index}; there are {there}")
        return kind, min(index, state.groups(kind))
    naming = (i for i, g in enumerate(state.definition.include) if any(c.facet == facet for c in g.where))
    return "include", next(naming, 0)


def group_at(state: State, kind: GroupKind, index: int) -> Group:
    """Return a group of the definition."""
    groups = state.definition.include if kind == "include" else state.definition.exclude
    if not 0 <= index < len(groups):
        raise UnknownNameError(f"there is no {kind} group {index}; there are {len(groups)}")
    return groups[index]


def chosen(state: State, kind: GroupKind, index: int, facet: str) -> tuple[Scalar, ...]:
    """Return the values of the facet that the group takes."""
    if index >= state.groups(kind):
        return ()
    criteria = [c for c in group_at(state, kind, index).where if c.facet == facet]
    return tuple(dict.fromkeys(v for c in criteria for v in c.is_in or ()))


def put(state: State, kind: GroupKind, index: int, facet: str, criterion: Criterion | None) -> State:
    """Put the criterion in the place of the group's criteria on the facet; None takes them away."""
    if index >= state.groups(kind):
        return state if criterion is None else appended(state, kind, Group("series", (criterion,)))
    if criterion is not None:
        return replace(state, definition=state.definition.with_criterion(kind, index, criterion))
    where = tuple(c for c in group_at(state, kind, index).where if c.facet != facet)
    return with_criteria(state, kind, index, where)


def with_criteria(state: State, kind: GroupKind, index: int, where: tuple[Criterion, ...]) -> State:
    """Give the group these criteria; without any it is gone."""
    group = group_at(state, kind, index)
    if not where:
        return without_group(state, kind, index)
    return replace(state, definition=state.definition.with_group(kind, index, replace(group, where=where)))


def without_group(state: State, kind: GroupKind, index: int) -> State:
    """Leave a group out; its pairs in time go with it."""
    return replace(state, definition=dropped(state.definition, kind, index), active=None)


def appended(state: State, kind: GroupKind, group: Group) -> State:
    """Put a group last, in the place of an empty card where there is one."""
    place, active = state.groups(kind), state.active
    if active is not None and parse_label(active) > (kind, place) and active.startswith(kind):
        active = f"{kind}:{place}"  # the second of two empty cards was filled, and became the first
    definition = with_group_last(state.definition, kind, group)
    return replace(state, definition=definition, drafts=state.drafts.plus(kind, -1), active=active)


def with_group_last(definition: CohortDefinition, kind: GroupKind, group: Group) -> CohortDefinition:
    """Return the definition with one more group."""
    if kind == "include":
        return replace(definition, include=(*definition.include, group))
    return replace(definition, exclude=(*definition.exclude, group))
