"""What a step of the history did, in words: the difference between two definitions, not the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, get_args

from explorer.cohort import CohortDefinition, Group, GroupKind
from explorer.cohort.paused import paused_of
from explorer.cohort.texts import sayable
from explorer.views.speech import Speech

__all__ = ["step_in_words"]

_LEVELS = {
    "series": sayable("In the same series"),
    "study": sayable("In the same study"),
    "patient": sayable("In the same patient"),
}
_NOTES = {
    "note": sayable("Note written"),
    "series": sayable("Series marked"),
    "sample": sayable("Another sample"),
}

T = TypeVar("T")


def step_in_words(before: CohortDefinition, after: CohortDefinition, speech: Speech) -> str:
    """Return what changed: "Sex is F", "In the same study", "Named “Breast MR”"; where all did, the whole sentence."""
    if after == CohortDefinition():
        return speech.say("Start again")
    rule = _rule(before, after, speech)
    taken = _taken(before, after, speech)
    if after.name != before.name and rule is None and taken is None:
        return speech.say("Named “%1”", after.name) if after.name else speech.say("Name taken away")
    if rule is not None and (taken is not None or after.name not in ("", before.name)):
        return _whole(after, speech)
    return rule or taken or _noted(before, after, speech)


def _rule(before: CohortDefinition, after: CohortDefinition, speech: Speech) -> str | None:
    """Return what happened to the groups and the days between them; None where they are the same."""
    if (paused := _paused(before, after, speech)) is not None:
        return paused
    changes: list[str] = []
    for kind in get_args(GroupKind):
        old, new = _groups(before, kind), _groups(after, kind)
        if old != new:
            changes.append(_grouped(kind, old, new, speech) or _whole(after, speech))
    if len(changes) == 2 and (flipped := _flipped(before, after, speech)):
        return flipped
    if not changes and before.within != after.within:
        gone, come = _only(before.within, after.within), _only(after.within, before.within)
        if come:
            return speech.rule(after, f"/within/{after.within.index(come[0])}")
        if gone:
            words = speech.rule(before, f"/within/{before.within.index(gone[0])}")
            return speech.say("Taken out: %1", _lowered(words))
    if len(changes) > 1 or (not changes and before.within != after.within):
        return _whole(after, speech)
    return changes[0] if changes else None


def _grouped(kind: GroupKind, old: Sequence[Group], new: Sequence[Group], speech: Speech) -> str:
    """Return what happened to the groups of a kind; empty where it was more than one thing."""
    gone, come = _only(old, new), _only(new, old)
    if len(gone) == len(come) == 1:
        return _excluding(kind, _changed(gone[0], come[0], speech), speech)
    if len(come) == 1 and not gone:
        return _excluding(kind, speech.group(come[0]), speech)
    if len(gone) == 1 and not come:
        words = _lowered(speech.group(gone[0]))
        return speech.say("Taken out: %1", words) if kind == "include" else speech.say("Excluded no more: %1", words)
    if not gone and not come:
        return speech.say("Groups in another order") if len(old) == len(new) else speech.say("A group twice")
    return ""


def _changed(old: Group, new: Group, speech: Speech) -> str:
    if old.where == new.where:
        return speech.say(_LEVELS[new.same])
    gone, come = _only(old.where, new.where), _only(new.where, old.where)
    if old.same == new.same and len(come) == 1 and {each.facet for each in gone} <= {come[0].facet}:
        return speech.criterion(come[0])
    if old.same == new.same and gone and not come:
        return speech.say("Taken out: %1", speech.joined([_lowered(speech.criterion(each)) for each in gone]))
    return speech.group(new)


def _excluding(kind: GroupKind, words: str, speech: Speech) -> str:
    return words if kind == "include" else speech.say("Exclude: %1", _lowered(words))


def _flipped(before: CohortDefinition, after: CohortDefinition, speech: Speech) -> str | None:
    """Return that a group went from one side to the other; None where that is not what happened."""
    came = _only(after.exclude, before.exclude) or _only(after.include, before.include)
    left = _only(before.include, after.include) or _only(before.exclude, after.exclude)
    if len(came) != 1 or came != left:
        return None
    return _excluding("exclude" if came[0] in after.exclude else "include", speech.group(came[0]), speech)


def _paused(before: CohortDefinition, after: CohortDefinition, speech: Speech) -> str | None:
    old, new = paused_of(before), paused_of(after)
    if len(new) > len(old):
        (come,) = _only(new, old)[-1:] or new[-1:]
        return speech.say("Paused: %1", _lowered(speech.group(come.group)))
    if len(new) < len(old):
        (gone,) = _only(old, new)[-1:] or old[-1:]
        back = len(_groups(after, gone.kind)) > len(_groups(before, gone.kind))
        words = _lowered(_excluding(gone.kind, speech.group(gone.group), speech))
        return speech.say("Counts again: %1", words) if back else speech.say("Taken out: %1", words)
    return None


def _taken(before: CohortDefinition, after: CohortDefinition, speech: Speech) -> str | None:
    if after.derived != before.derived:
        linked = after.derived == "linked"
        return speech.say("With linked segmentations") if linked else speech.say("Without linked segmentations")
    return speech.taken(after).rstrip(".") if after.select != before.select else None


def _noted(before: CohortDefinition, after: CohortDefinition, speech: Speech) -> str:
    for key, words in _NOTES.items():
        if before.annotations.get(key) != after.annotations.get(key):
            return speech.say(words)
    return speech.say("Notes changed")


def _whole(definition: CohortDefinition, speech: Speech) -> str:
    return definition.name or speech.sentence(definition).rstrip(".")


def _groups(definition: CohortDefinition, kind: GroupKind) -> tuple[Group, ...]:
    return definition.include if kind == "include" else definition.exclude


def _only(these: Sequence[T], those: Sequence[T]) -> list[T]:
    """Return what of the one stands not in the other, each as often as it is missing there."""
    rest, only = list(those), []
    for each in these:
        if each in rest:
            rest.remove(each)
        else:
            only.append(each)
    return only


def _lowered(words: str) -> str:
    """Return words for the middle of a line; a word in capitals, such as "MR", keeps them."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"
