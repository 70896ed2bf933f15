"""What a click on a group's card does: one pure function per kind of request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from explorer.cohort import CohortDefinition, Group, GroupKind, Same, Within
from explorer.cohort.paused import reordered, resumed, with_pause, without_paused
from explorer.errors import UnknownNameError, UserError
from explorer.facets import FACETS, Criterion, Scalar
from explorer.session.places import appended, chosen, group_at, with_criteria, with_group_last, without_group
from explorer.session.state import State, parse_label

__all__ = ["GROUP_EDITS"]

_Request = Mapping[str, Any]

_NEW = "new"


def _level(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    if request["same"] not in get_args(Same):
        raise UserError(f"{request['same']!r} is no level; levels are {', '.join(get_args(Same))}")
    group = group_at(state, kind, index)
    changed = state.definition.with_group(kind, index, replace(group, same=request["same"]))
    return replace(state, definition=changed, active=request["group"])


def _add(state: State, request: _Request) -> State:
    kind: GroupKind = "exclude" if request.get("exclude") else "include"
    label = f"{kind}:{state.groups(kind) + state.drafts.of(kind)}"
    return replace(state, drafts=state.drafts.plus(kind, 1), active=label)


def _delete(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    if index >= state.groups(kind):
        return replace(state, drafts=state.drafts.plus(kind, -1), active=None)
    return without_group(state, kind, index)


def _duplicate(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    group = group_at(state, kind, index)
    return replace(state, definition=with_group_last(state.definition, kind, group))


def _flip(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    group = group_at(state, kind, index)
    other: GroupKind = "exclude" if kind == "include" else "include"
    without = without_group(state, kind, index)
    return replace(without, definition=with_group_last(without.definition, other, group))


def _move_by(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    group_at(state, kind, index)
    return _placed(state, kind, index, index + request["by"])


def _place(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    group_at(state, kind, index)
    return _placed(state, kind, index, _whole(request["to"]))


def _placed(state: State, kind: GroupKind, index: int, to: int) -> State:
    """Put a group into another place, where there is one; those between make room."""
    if to == index or not 0 <= to < state.groups(kind):
        return state
    order = [i for i in range(state.groups(kind)) if i != index]
    order.insert(to, index)
    return replace(state, definition=reordered(state.definition, kind, order), active=f"{kind}:{to}")


def _pause(state: State, request: _Request) -> State:
    kind, index = parse_label(request["group"])
    group_at(state, kind, index)
    return replace(state, definition=with_pause(state.definition, kind, index), active=None)


def _resume(state: State, request: _Request) -> State:
    return replace(state, definition=resumed(state.definition, request["index"]), active=None)


def _delete_paused(state: State, request: _Request) -> State:
    return replace(state, definition=without_paused(state.definition, request["index"]))


def _move(state: State, request: _Request) -> State:
    """Take a value, or a whole criterion, from one group to another, which takes either of what is said alike."""
    kind, index = parse_label(request["from"])
    there = group_at(state, kind, index).where
    if "criterion" in request:
        place = _whole(request["criterion"])
        if not 0 <= place < len(there):
            raise UnknownNameError(f"group {request['from']} has no criterion {place}")
        moved, left = there[place], (*there[:place], *there[place + 1 :])
    else:
        moved, left = _taken_out(state, kind, index, request["facet"], request["value"])
    if request["to"] == request["from"]:
        return state
    to, at = _destination(state, request["to"])
    if at >= state.groups(to):
        state = appended(state, to, Group("series", (moved,)))
    else:
        state = with_criteria(state, to, at, _joined(group_at(state, to, at).where, moved))
    state = with_criteria(state, kind, index, left)
    gone = not left and to == kind and at > index
    return replace(state, active=f"{to}:{at - gone}")


def _taken_out(
    state: State, kind: GroupKind, index: int, facet: str, value: Scalar
) -> tuple[Criterion, tuple[Criterion, ...]]:
    """Return the criterion of one value, and those of its group that remain without it."""
    if not any(v == value and type(v) is type(value) for v in chosen(state, kind, index, facet)):
        raise UnknownNameError(f"{kind} group {index} does not name {value!r} of {facet}")
    left: list[Criterion] = []
    for criterion in group_at(state, kind, index).where:
        if criterion.facet != facet or criterion.is_in is None:
            left.append(criterion)
            continue
        others = tuple(v for v in criterion.is_in if v != value or type(v) is not type(value))
        if others:
            left.append(replace(criterion, is_in=others))
    return Criterion(facet, is_in=(value,)), tuple(left)


def _joined(where: tuple[Criterion, ...], moved: Criterion) -> tuple[Criterion, ...]:
    """Return the criteria with one more: in one criterion with what is there of its facet, else as it is.

    What one criterion cannot say would have to hold beside it, which is narrower than what is there, mostly nobody:
    that is refused.
    """
    for place, there in enumerate(where):
        both = _either(there, moved)
        if both is not None:
            return (*where[:place], both, *where[place + 1 :])
    if any(there.facet == moved.facet for there in where):
        title = FACETS[moved.facet].title
        raise UserError(
            f"{title}: a group takes one range, or a choice of values or texts, and that one has another already. "
            "Change it there, or move this to a new group. Nothing was changed."
        )
    return (*where, moved)


def _either(there: Criterion, moved: Criterion) -> Criterion | None:
    """Return the criterion that takes what either takes; None where they are of two facets, or none says it."""
    if there == moved:
        return there
    if there.facet != moved.facet:
        return None
    for one, other in ((there, moved), (moved, there)):
        only_missing = other.is_in == (None,)
        if one.between is not None and (only_missing or one.between == other.between):
            return replace(one, missing=one.missing or other.missing or only_missing)
    if there.is_in is not None and moved.is_in is not None:
        return Criterion(there.facet, is_in=tuple(dict.fromkeys((*there.is_in, *moved.is_in))))
    if there.contains is not None and moved.contains is not None:
        return Criterion(there.facet, contains=tuple(dict.fromkeys((*there.contains, *moved.contains))))
    return None


def _destination(state: State, label: str) -> tuple[GroupKind, int]:
    """Return where something that is moved goes; ``include:new`` and empty cards are a new group."""
    name, _, place = label.partition(":")
    if place == _NEW and name in get_args(GroupKind):
        kind: GroupKind = "exclude" if name == "exclude" else "include"
        return kind, state.groups(kind)
    kind, at = parse_label(label)
    there = state.groups(kind) + state.drafts.of(kind)
    if at >= there:
        raise UnknownNameError(f"there is no {kind} group {at}; there are {there}")
    return kind, min(at, state.groups(kind))


def _within(state: State, request: _Request) -> State:
    """Ask for so many days between two include groups; with an index, in the place of that pair."""
    low, high = request["days"]
    pair = Within(request["first"], request["then"], (low, high))
    pairs, place = list(state.definition.within), request.get("index")
    if place is not None:
        pairs[_pair(state.definition, place)] = pair
    elif pair not in pairs:
        pairs.append(pair)
    return replace(state, definition=replace(state.definition, within=tuple(pairs)))


def _within_remove(state: State, request: _Request) -> State:
    place = _pair(state.definition, request["index"])
    pairs = state.definition.within
    return replace(state, definition=replace(state.definition, within=(*pairs[:place], *pairs[place + 1 :])))


def _pair(definition: CohortDefinition, place: object) -> int:
    there, place = len(definition.within), _whole(place)
    if not 0 <= place < there:
        raise UnknownNameError(f"there is no pair in time {place}; there are {there}")
    return place


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise UserError(f"{number!r} is no place")
    return number


GROUP_EDITS = {
    "level": _level,
    "group-add": _add,
    "group-delete": _delete,
    "group-duplicate": _duplicate,
    "group-flip": _flip,
    "group-move": _move_by,
    "group-place": _place,
    "group-pause": _pause,
    "group-resume": _resume,
    "paused-delete": _delete_paused,
    "move": _move,
    "within": _within,
    "within-remove": _within_remove,
}
"""What each kind of request does."""
