"""What a click does to a state: one pure function per kind of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from explorer.cohort import SampleChoice, with_mark, with_note, with_sample
from explorer.errors import UnknownNameError, UserError
from explorer.facets import Criterion, Facet, Scalar
from explorer.session.group_edits import GROUP_EDITS
from explorer.session.places import chosen, group_at, put, target, with_criteria
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
    kind, index = target(state, name, request.get("group"))
    values = chosen(state, kind, index, name)
    wanted = tuple(v for v in values if v != value or type(v) is not type(value))
    if request["on"]:
        wanted = (*wanted, value)
    return put(state, kind, index, name, Criterion(name, is_in=wanted) if wanted else None)


def _toggle_exclusion(state: State, name: str, value: Scalar, *, on: bool) -> State:
    """Exclude a value in a group of its own: "never PET" says nothing about other facets."""
    groups = state.definition.exclude
    own = (i for i, g in enumerate(groups) if [c.facet for c in g.where] == [name] and g.where[0].is_in is not None)
    index = next(own, len(groups))
    values = chosen(state, "exclude", index, name)
    wanted = tuple(v for v in values if v != value)
    if on:
        wanted = (*wanted, value)
    return put(state, "exclude", index, name, Criterion(name, is_in=wanted) if wanted else None)


def _range(state: State, request: Request) -> State:
    kind, index = target(state, request["facet"], request.get("group"))
    low, high, missing = request.get("low"), request.get("high"), bool(request.get("missing"))
    return put(state, kind, index, request["facet"], Criterion(request["facet"], between=(low, high), missing=missing))


def _both(state: State, request: Request) -> State:
    """Take one value, or one range, of each of two facets in the place of what their group says of both.

    Asked for once more, it takes them back.
    """
    wanted = [_exactly(request["first"]), _exactly(request["second"])]
    label = request.get("group") or state.active
    kind, index = target(state, wanted[0].facet, label)
    there = group_at(state, kind, index).where if index < state.groups(kind) else ()
    names = {criterion.facet for criterion in wanted}
    taken = [criterion for criterion in there if criterion.facet in names]
    if sorted(taken, key=lambda each: each.facet) == sorted(wanted, key=lambda each: each.facet):
        return with_criteria(state, kind, index, tuple(each for each in there if each.facet not in names))
    for criterion in wanted:
        state = put(state, kind, index, criterion.facet, criterion)
    return state


def _exactly(part: Mapping[str, Any]) -> Criterion:
    """Return the criterion of one value, ``{"facet": f, "value": v}``, or of one range, with ``low`` and ``high``."""
    if "value" in part:
        return Criterion(part["facet"], is_in=(part["value"],))
    return Criterion(part["facet"], between=(part["low"], part["high"]))


def _contains(state: State, request: Request) -> State:
    kind, index = target(state, request["facet"], request.get("group"))
    texts = tuple(list[str](request["texts"])) if isinstance(request["texts"], list | tuple) else (request["texts"],)
    return put(state, kind, index, request["facet"], Criterion(request["facet"], contains=texts) if texts else None)


def _clear(state: State, request: Request) -> State:
    kind, index = target(state, request["facet"], request.get("group"))
    return put(state, kind, index, request["facet"], None)


def _remove(state: State, request: Request) -> State:
    kind, index = parse_label(request["group"])
    where = list(group_at(state, kind, index).where)
    if not 0 <= request["criterion"] < len(where):
        raise UnknownNameError(f"group {request['group']} has no criterion {request['criterion']}")
    del where[request["criterion"]]
    return with_criteria(state, kind, index, tuple(where))


def _activate(state: State, request: Request) -> State:
    return replace(state, active=request["group"])


def _take(state: State, request: Request) -> State:
    return replace(state, definition=state.definition.taking(request["select"]))


def _derived(state: State, request: Request) -> State:
    return replace(state, definition=state.definition.taking(state.definition.select, request["derived"]))


def _start_again(_state: State, _request: Request) -> State:
    return State()


def _rename(state: State, request: Request) -> State:
    return replace(state, definition=state.definition.named(request["name"]))


def _note(state: State, request: Request) -> State:
    return replace(state, definition=with_note(state.definition, request["text"]))


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
    "both": _both,
    "contains": _contains,
    "clear": _clear,
    "remove": _remove,
    "activate": _activate,
    "select": _take,
    "rename": _rename,
    "note": _note,
    "mark": _mark,
    "sample": _sample,
    "derived": _derived,
    "start-again": _start_again,
    **GROUP_EDITS,
}
