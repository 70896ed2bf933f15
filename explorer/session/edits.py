"""What a click does to a state: one pure function per kind of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from explorer.cohort import CohortDefinition, Group, GroupKind, Same, SampleChoice, with_mark, with_sample
from explorer.errors import UnknownNameError, UserError
from explorer.facets import Criterion, Facet, Scalar
from explorer.session.state import State, parse_label

__all__ = ["Request", "edit"]

Request = Mapping[str, Any]
"""A message from the screen: ``{"kind": "toggle", "facet": "Modality", "value": "CT", "on": True, …}``."""


def edit(state: State, request: Request, facets: Mapping[str, Facet]) -> State:
    """Return the state after the request.

    Raises
    ------
    UserError
        The request is of no known kind, or names a facet or a group that does not exist.
    """
    try:
        change = _EDITS[request["kind"]]
    except KeyError:
        raise UserError(f"{request.get('kind')!r} is no request; requests are {', '.join(_EDITS)}") from None
    if "facet" in request and (not isinstance(request["facet"], str) or request["facet"] not in facets):
        raise UnknownNameError(f"there is no facet {request['facet']!r}; there are {', '.join(facets)}")
    try:
        return change(state, request).settled()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"this request is not understood: {request['kind']} ({error})") from error


def _toggle(state: State, request: Request) -> State:
    name, value = request["facet"], request["value"]
    if request.get("exclude"):
        return _toggle_exclusion(state, name, value, on=request["on"])
    kind, index = _target(state, name, request.get("group"))
    chosen = _chosen(state, kind, index, name)
    wanted = tuple(v for v in chosen if v != value or type(v) is not type(value))
    if request["on"]:
        wanted = (*wanted, value)
    return _put(state, kind, index, name, Criterion(name, is_in=wanted) if wanted else None)


def _toggle_exclusion(state: State, name: str, value: Scalar, *, on: bool) -> State:
    """Exclude a value in a group of its own: "never PET" says nothing about other facets."""
    groups = state.definition.exclude
    own = (i for i, g in enumerate(groups) if [c.facet for c in g.where] == [name] and g.where[0].is_in is not None)
    index = next(own, len(groups))
    chosen = _chosen(state, "exclude", index, name)
    wanted = tuple(v for v in chosen if v != value)
    if on:
        wanted = (*wanted, value)
    return _put(state, "exclude", index, name, Criterion(name, is_in=wanted) if wanted else None)


def _range(state: State, request: Request) -> State:
    kind, index = _target(state, request["facet"], request.get("group"))
    low, high, missing = request.get("low"), request.get("high"), bool(request.get("missing"))
    return _put(state, kind, index, request["facet"], Criterion(request["facet"], between=(low, high), missing=missing))


def _contains(state: State, request: Request) -> State:
    kind, index = _target(state, request["facet"], request.get("group"))
    texts = tuple(list[str](request["texts"])) if isinstance(request["texts"], list | tuple) else (request["texts"],)
    return _put(state, kind, index, request["facet"], Criterion(request["facet"], contains=texts) if texts else None)


def _clear(state: State, request: Request) -> State:
    kind, index = _target(state, request["facet"], request.get("group"))
    return _put(state, kind, index, request["facet"], None)


def _remove(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    where = list(_group(state, kind, index).where)
    if not 0 <= request["criterion"] < len(where):
        raise UnknownNameError(f"group {request['group']} has no criterion {request['criterion']}")
    del where[request["criterion"]]
    return _replace_group(state, kind, index, tuple(where))


def _level(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    if request["same"] not in get_args(Same):
        raise UserError(f"{request['same']!r} is no level; levels are {', '.join(get_args(Same))}")
    group = _group(state, kind, index)
    changed = state.definition.with_group(kind, index, replace(group, same=request["same"]))
    return replace(state, definition=changed, active=request["group"])


def _group_add(state: State, request: Request) -> State:
    kind: GroupKind = "exclude" if request.get("exclude") else "include"
    label = f"{kind}:{state.groups(kind) + state.drafts.of(kind)}"
    return replace(state, drafts=state.drafts.plus(kind, 1), active=label)


def _group_delete(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    if index >= state.groups(kind):
        return replace(state, drafts=state.drafts.plus(kind, -1), active=None)
    return replace(state, definition=state.definition.with_group(kind, index, None), active=None)


def _group_duplicate(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    group = _group(state, kind, index)
    return replace(state, definition=_appended(state.definition, kind, group))


def _group_flip(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    group = _group(state, kind, index)
    other: GroupKind = "exclude" if kind == "include" else "include"
    definition = _appended(state.definition.with_group(kind, index, None), other, group)
    return replace(state, definition=definition, active=None)


def _group_move(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    _group(state, kind, index)
    other = index + request["by"]
    if not 0 <= other < state.groups(kind):
        return state
    groups = list(state.definition.include if kind == "include" else state.definition.exclude)
    groups[index], groups[other] = groups[other], groups[index]
    if kind == "exclude":
        return replace(state, definition=replace(state.definition, exclude=tuple(groups)), active=f"{kind}:{other}")
    place = {index: other, other: index}
    within = tuple(
        replace(each, first=place.get(each.first, each.first), then=place.get(each.then, each.then))
        for each in state.definition.within
    )
    definition = replace(state.definition, include=tuple(groups), within=within)
    return replace(state, definition=definition, active=f"{kind}:{other}")


def _activate(state: State, request: Request) -> State:
    return replace(state, active=request["group"])


def _take(state: State, request: Request) -> State:
    return replace(state, definition=state.definition.taking(request["select"]))


def _start_again(_state: State, _request: Request) -> State:
    return State()


def _rename(state: State, request: Request) -> State:
    return replace(state, definition=state.definition.named(request["name"]))


def _mark(state: State, request: Request) -> State:
    """Note something of a series; nothing is counted otherwise for it."""
    marked = with_mark(state.definition, request["uid"], request["mark"], request.get("note"))
    return replace(state, definition=marked)


def _sample(state: State, request: Request) -> State:
    """Keep how the sample that is looked at is drawn."""
    choice = SampleChoice(request["n"], request["by"], request["seed"], request.get("here", False))
    return replace(state, definition=with_sample(state.definition, choice))


_EDITS: dict[str, Callable[[State, Request], State]] = {
    "toggle": _toggle,
    "range": _range,
    "contains": _contains,
    "clear": _clear,
    "remove": _remove,
    "level": _level,
    "group-add": _group_add,
    "group-delete": _group_delete,
    "group-duplicate": _group_duplicate,
    "group-flip": _group_flip,
    "group-move": _group_move,
    "activate": _activate,
    "select": _take,
    "rename": _rename,
    "mark": _mark,
    "sample": _sample,
    "start-again": _start_again,
}


def _target(state: State, facet: str, label: str | None) -> tuple[GroupKind, int]:
    """Return the group that an edit of the facet goes to: the one named, the active one, or the default."""
    if label or state.active:
        kind, index = parse_label(label or state.active or "")
        there = state.groups(kind) + state.drafts.of(kind)
        if index >= max(there, state.groups(kind) + 1):
            raise UnknownNameError(f"there is no {kind} group {index}; there are {there}")
        return kind, min(index, state.groups(kind))
    naming = (i for i, g in enumerate(state.definition.include) if any(c.facet == facet for c in g.where))
    return "include", next(naming, 0)


def _group(state: State, kind: GroupKind, index: int) -> Group:
    groups = state.definition.include if kind == "include" else state.definition.exclude
    if not 0 <= index < len(groups):
        raise UnknownNameError(f"there is no {kind} group {index}; there are {len(groups)}")
    return groups[index]


def _chosen(state: State, kind: GroupKind, index: int, facet: str) -> tuple[Scalar, ...]:
    if index >= state.groups(kind):
        return ()
    criteria = [c for c in _group(state, kind, index).where if c.facet == facet]
    return tuple(dict.fromkeys(v for c in criteria for v in c.is_in or ()))


def _put(state: State, kind: GroupKind, index: int, facet: str, criterion: Criterion | None) -> State:
    """Put the criterion in the place of the group's criteria on the facet; None takes them away."""
    if index >= state.groups(kind):
        if criterion is None:
            return state
        definition = _appended(state.definition, kind, Group("series", (criterion,)))
        active, place = state.active, state.groups(kind)
        if active is not None and parse_label(active) > (kind, place) and active.startswith(kind):
            active = f"{kind}:{place}"  # the second of two empty cards was filled, and became the first
        return replace(state, definition=definition, drafts=state.drafts.plus(kind, -1), active=active)
    if criterion is not None:
        return replace(state, definition=state.definition.with_criterion(kind, index, criterion))
    where = tuple(c for c in _group(state, kind, index).where if c.facet != facet)
    return _replace_group(state, kind, index, where)


def _replace_group(state: State, kind: GroupKind, index: int, where: tuple[Criterion, ...]) -> State:
    group = replace(_group(state, kind, index), where=where) if where else None
    definition = state.definition.with_group(kind, index, group)
    return replace(state, definition=definition, active=state.active if where else None)


def _appended(definition: CohortDefinition, kind: GroupKind, group: Group) -> CohortDefinition:
    if kind == "include":
        return replace(definition, include=(*definition.include, group))
    return replace(definition, exclude=(*definition.exclude, group))
