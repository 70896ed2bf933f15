"""Groups set aside for a moment: they stand in a definition's annotations, where counting never looks.

They stand there, in the order in which they were paused, as
``"paused": [{"kind": "include", "at": 1, "group": {"same": …, "where": […]}, "within": […]}]``. `at` is the place that
the group had, and `within` holds the pairs in time that named it: both count the include groups as they stood just
before, so that the last one paused fits what stands now. Another one is first brought to the end of the list; a group
that goes for good is paused, brought to the beginning, and dropped.

Annotations come from files too, so whatever is not written so is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from explorer.cohort.groups import Group, GroupKind, Within
from explorer.cohort.identity import plain_group
from explorer.cohort.reading import MOST_GROUPS, read_groups, read_within
from explorer.errors import DefinitionError, UnknownNameError, UserError

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["PausedGroup", "dropped", "paused_of", "reordered", "resumed", "with_pause", "without_paused"]

_KINDS: tuple[GroupKind, ...] = get_args(GroupKind)


@dataclass(frozen=True, slots=True)
class PausedGroup:
    """A group that does not count for now.

    Attributes
    ----------
    at
        The place that it had among the groups of its kind.
    within
        The pairs in time that named it; the others stay in the definition.
    """

    kind: GroupKind
    at: int
    group: Group
    within: tuple[Within, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as the annotations carry it."""
        pairs = [{"first": pair.first, "then": pair.then, "days": list(pair.days)} for pair in self.within]
        return {"kind": self.kind, "at": self.at, "group": plain_group(self.group), "within": pairs}


def paused_of(definition: CohortDefinition) -> tuple[PausedGroup, ...]:
    """Return the paused groups, the one paused first first."""
    return tuple(group for group in _entries(definition) if group is not None)


def with_pause(definition: CohortDefinition, kind: GroupKind, index: int) -> CohortDefinition:
    """Return the definition without a group, which is kept with its pairs in time among those paused.

    Raises
    ------
    DefinitionError
        There is no such group.
    UserError
        As many are paused as can be.
    """
    paused = paused_of(definition)
    if len(paused) >= MOST_GROUPS:
        raise UserError(f"{MOST_GROUPS} groups are paused; resume or delete one of them first")
    return _keeping(definition.with_group(kind, index, None), (*paused, _taken(definition, kind, index)))


def dropped(definition: CohortDefinition, kind: GroupKind, index: int) -> CohortDefinition:
    """Return the definition without a group; those that are paused still know their places.

    Raises
    ------
    DefinitionError
        There is no such group.
    """
    paused = paused_of(definition)
    after = definition.with_group(kind, index, None)
    if not paused:
        return after
    return _keeping(after, _to_beginning((*paused, _taken(definition, kind, index)), len(paused))[1:])


def without_paused(definition: CohortDefinition, place: int) -> CohortDefinition:
    """Return the definition without one of its paused groups.

    Parameters
    ----------
    place
        Its place in the list that the annotations hold.

    Raises
    ------
    UnknownNameError
        There is no such paused group.
    """
    paused, place = _known(definition, place)
    return _keeping(definition, _to_beginning(paused, place)[1:])


def resumed(definition: CohortDefinition, place: int) -> CohortDefinition:
    """Return the definition with a paused group back in its place, and its pairs in time last.

    Parameters
    ----------
    place
        Its place in the list that the annotations hold.

    Raises
    ------
    UnknownNameError
        There is no such paused group.
    DefinitionError
        It does not fit what stands now, such as where there are as many groups as can be.
    """
    known, place = _known(definition, place)
    paused = list(known)
    for i in range(place, len(paused) - 1):
        paused[i], paused[i + 1] = _swapped(paused[i], paused[i + 1])
    *others, back = paused
    groups = definition.include if back.kind == "include" else definition.exclude
    at = min(back.at, len(groups))
    put = (*groups[:at], back.group, *groups[at:])
    if back.kind == "exclude":
        return _keeping(replace(definition, exclude=put), others)
    within = tuple(_moved(pair, lambda index: index + (index >= at)) for pair in definition.within)
    named = tuple(pair for pair in back.within if max(pair.first, pair.then) < len(put))
    return _keeping(replace(definition, include=put, within=(*within, *named)), others)


def reordered(definition: CohortDefinition, kind: GroupKind, order: Sequence[int]) -> CohortDefinition:
    """Return the definition with its groups of a kind in another order.

    Parameters
    ----------
    order
        For each place the index of the group that comes there.
    """
    if kind == "exclude":
        return replace(definition, exclude=tuple(definition.exclude[index] for index in order))
    place = {index: place for place, index in enumerate(order)}
    within = tuple(_placed(pair, place) for pair in definition.within)
    changed = replace(definition, include=tuple(definition.include[index] for index in order), within=within)
    paused: list[PausedGroup] = []
    for each in reversed(paused_of(definition)):
        if each.kind == "include":
            at, under = each.at, dict(place)
            place = {i + (i >= at): to + (to >= at) for i, to in under.items()} | {at: at}
            each = replace(each, within=tuple(_placed(pair, place) for pair in each.within))
        paused.append(each)
    return _keeping(changed, paused[::-1])


def _taken(definition: CohortDefinition, kind: GroupKind, index: int) -> PausedGroup:
    if kind == "exclude":
        return PausedGroup(kind, index, definition.exclude[index])
    pairs = tuple(pair for pair in definition.within if index in (pair.first, pair.then))
    return PausedGroup(kind, index, definition.include[index], pairs)


def _swapped(first: PausedGroup, then: PausedGroup) -> tuple[PausedGroup, PausedGroup]:
    """Return two groups as if the second had been paused before the first; a pair that names both goes with it."""
    if first.kind != then.kind:
        return then, first
    at = then.at + (then.at >= first.at)  # counted with the first one in its place
    both = tuple(pair for pair in first.within if at in (pair.first, pair.then))
    later = tuple(_moved(pair, lambda i: i + (i >= first.at)) for pair in then.within)
    rest = tuple(_moved(pair, lambda i: i - (i > at)) for pair in first.within if pair not in both)
    return (
        replace(then, at=at, within=(*later, *both)),
        replace(first, at=first.at - (at < first.at), within=rest),
    )


def _to_beginning(paused: Sequence[PausedGroup], place: int) -> list[PausedGroup]:
    moved = list(paused)
    for i in range(place, 0, -1):
        moved[i - 1], moved[i] = _swapped(moved[i - 1], moved[i])
    return moved


def _known(definition: CohortDefinition, place: int) -> tuple[tuple[PausedGroup, ...], int]:
    """Return the paused groups that can be read, and the place of one among them."""
    entries = _entries(definition)
    whole = isinstance(place, int) and not isinstance(place, bool)
    if not whole or not 0 <= place < len(entries) or entries[place] is None:
        raise UnknownNameError(f"there is no paused group {place!r}; there are {len(entries)}")
    return paused_of(definition), sum(entry is not None for entry in entries[:place])


def _entries(definition: CohortDefinition) -> list[PausedGroup | None]:
    """Return what the annotations list; None for what is no paused group."""
    found = definition.annotations.get("paused")
    return [_read(entry) for entry in found[:MOST_GROUPS]] if isinstance(found, list) else []


def _placed(pair: Within, place: Mapping[int, int]) -> Within:
    return _moved(pair, lambda index: place.get(index, index))


def _moved(pair: Within, to: Callable[[int], int]) -> Within:
    return replace(pair, first=to(pair.first), then=to(pair.then))


def _keeping(definition: CohortDefinition, paused: Sequence[PausedGroup]) -> CohortDefinition:
    """Return the definition with these groups paused, in the place where the annotations had them."""
    kept = [group.to_dict() for group in paused]
    annotations = {name: value for name, value in definition.annotations.items() if name != "paused" or kept}
    if kept:
        annotations["paused"] = kept
    return replace(definition, annotations=annotations)


def _read(entry: object) -> PausedGroup | None:
    if not isinstance(entry, Mapping) or entry.get("kind") not in _KINDS:
        return None
    at = entry.get("at")
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < MOST_GROUPS:
        return None
    try:
        (group,), _ = read_groups([entry.get("group")], [])
        within = read_within(entry.get("within") or [], 2 * MOST_GROUPS) if entry["kind"] == "include" else ()
    except DefinitionError:
        return None
    own = tuple(pair for pair in within if at in (pair.first, pair.then))
    return PausedGroup(entry["kind"], at, group, own)
