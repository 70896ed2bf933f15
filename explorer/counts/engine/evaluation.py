"""A definition evaluated on a snapshot: who its members are, what it takes, and what could be chosen instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.arrays import Arrays
from explorer.counts.engine.choice import Choice
from explorer.counts.engine.compiled import engine_wanted
from explorer.counts.engine.once import once
from explorer.counts.engine.rules import Rules
from explorer.counts.engine.scope import Scope
from explorer.counts.engine.taken import Taken
from explorer.counts.engine.types import Places
from explorer.counts.whole import Whole

if TYPE_CHECKING:
    from explorer.cohort import CohortDefinition
    from explorer.counts.program import NamedGroup
    from explorer.facets import Facet
    from explorer.snapshot import Snapshot

__all__ = ["Evaluation"]


class Evaluation:
    """A definition on a snapshot, computed piece by piece as it is asked about. May be asked by several threads.

    Parameters
    ----------
    definition
        One that `CohortDefinition.check` has accepted for the snapshot.
    snapshot
        Where to look; stays open as long as this is asked.

    Attributes
    ----------
    rules, program
        Which patients each rule holds for; its groups by name.
    """

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot) -> None:
        engine_wanted()  # says what is wrong with it before anything is counted
        self.rules = Rules(definition, snapshot)
        self.program = self.rules.program
        self.snapshot = snapshot
        self._choices: dict[tuple[str, frozenset[str]], Choice] = {}

    @property
    def arrays(self) -> Arrays:
        """The arrays of the snapshot, which everybody in this process shares."""
        return self.rules.arrays

    @once
    def whole(self) -> Whole | None:
        """The counts that the file holds ready, where the definition has no rule; else None."""
        return None if self.program.rules else Whole.of(self.snapshot)

    @once
    def taken(self) -> Taken:
        """The series that are taken of the members."""
        return Taken(self.rules)

    @once
    def members(self) -> Places:
        """The keys of the members, ascending."""
        return np.flatnonzero(self.rules.members)

    def choice(self, group: NamedGroup | None, *facets: Facet) -> Choice:
        """Return what choosing values of a facet, or of several, would give, tried in a group; None is a new one.

        Facets that the group does not name share theirs.
        """
        named = {each.facet for each in group.group.where} if group else set()
        key = (group.label if group else "", frozenset(facet.name for facet in facets if facet.name in named))
        if key not in self._choices:
            self._choices[key] = Choice(self.rules, Scope.of(self.rules, group, key[1]))
        return self._choices[key]

    def forget_choices(self) -> None:
        """Free what the choices, and single criteria, have left in memory; members and what is taken are kept."""
        self._choices.clear()
        self.rules.forget()

    def stop(self) -> None:
        """Let whoever asks this give up soon, with a `SnapshotError`."""
        self.rules.stop()
