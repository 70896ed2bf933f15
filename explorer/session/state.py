"""What a person has in front of them: a definition, and what of the screen is not part of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from explorer.cohort import CohortDefinition, GroupKind
from explorer.errors import UnknownNameError

__all__ = ["Drafts", "State", "parse_label"]


@dataclass(frozen=True, slots=True)
class Drafts:
    """Numbers of empty group cards on screen; a group without criteria is no part of a definition."""

    include: int = 0
    exclude: int = 0

    def of(self, kind: GroupKind) -> int:
        """Return the number of empty cards of a kind."""
        return self.include if kind == "include" else self.exclude

    def plus(self, kind: GroupKind, number: int) -> Drafts:
        """Return the drafts with `number` more of a kind, never fewer than none."""
        if kind == "include":
            return replace(self, include=max(0, self.include + number))
        return replace(self, exclude=max(0, self.exclude + number))


@dataclass(frozen=True, slots=True)
class State:
    """A definition with the group being edited and the empty cards; a value, never changed.

    Attributes
    ----------
    active
        Label of the group being edited, ``include:0``; None: the default of each facet.
    """

    definition: CohortDefinition = field(default_factory=CohortDefinition)
    active: str | None = None
    drafts: Drafts = field(default_factory=Drafts)

    def groups(self, kind: GroupKind) -> int:
        """Return the number of groups of a kind in the definition."""
        return len(self.definition.include if kind == "include" else self.definition.exclude)

    def settled(self) -> Self:
        """Return the state with no group active that does not exist."""
        if self.active is None:
            return self
        kind, index = parse_label(self.active)
        exists = index < self.groups(kind) + self.drafts.of(kind)
        return self if exists else replace(self, active=None)


def parse_label(label: str) -> tuple[GroupKind, int]:
    """Return kind and index of ``include:0``."""
    kind, _, index = label.partition(":")
    if index.isdecimal():
        if kind == "include":
            return "include", int(index)
        if kind == "exclude":
            return "exclude", int(index)
    raise UnknownNameError(f"{label!r} names no group; groups are called include:0, include:1, …, exclude:0, …")
