"""A definition on a snapshot: which patients each rule holds for."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.arrays import Arrays
from explorer.counts.engine.met import Met
from explorer.counts.engine.once import once
from explorer.counts.engine.types import Flags
from explorer.counts.engine.where import Where, where
from explorer.counts.program import NamedGroup, Program, Rule
from explorer.errors import SnapshotError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.cohort import CohortDefinition, Same, Within
    from explorer.facets import Criterion
    from explorer.snapshot import Snapshot

__all__ = ["Rules"]


class Rules:
    """The rules of a definition; each answer is computed when first asked for.

    Parameters
    ----------
    definition
        One that `CohortDefinition.check` has accepted for the snapshot.
    snapshot
        Where to look; stays open as long as this is asked.
    """

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot) -> None:
        self.definition = definition
        self.program = Program(definition)
        self._snapshot = snapshot
        self._wheres: dict[Criterion, Where] = {}
        self._paired: dict[tuple[int, int, bool], Flags] = {}
        self._met: dict[tuple[Criterion, ...], Met] = {}
        self._stopped = False
        self._asked: set[DuckDBPyConnection] = set()
        self._lock = threading.Lock()

    @once
    def arrays(self) -> Arrays:
        """The arrays of the snapshot, which everybody in this process shares."""
        return Arrays.of(self._snapshot)

    def forget(self) -> None:
        """Free what single criteria have left in memory; which rules hold is kept."""
        for kept in (self._wheres, self._met, self._paired):
            kept.clear()

    def stop(self) -> None:
        """Let whoever is computing something here give up soon, with a SnapshotError."""
        self._stopped = True
        with self._lock:
            for cursor in self._asked:
                cursor.interrupt()

    def go_on(self) -> None:
        """Raise where this was stopped; asked before each piece of work."""
        if self._stopped:
            raise SnapshotError("The question was stopped; another one has taken its place.")

    @contextmanager
    def asking(self, cursor: DuckDBPyConnection) -> Iterator[None]:
        """Let `stop` stop what runs on a cursor, too."""
        with self._lock:
            self._asked.add(cursor)
        try:
            self.go_on()
            yield
        finally:
            # Before the cursor is closed, which could not be interrupted any more.
            with self._lock:
                self._asked.discard(cursor)

    def met(self, criteria: Collection[Criterion]) -> Met:
        """Return where criteria that must hold together are met."""
        self.go_on()
        key = tuple(criteria)
        if key not in self._met:
            self._met[key] = Met(self.arrays, map(self._where_met, key))
        return self._met[key]

    def _where_met(self, criterion: Criterion) -> Where:
        if criterion not in self._wheres:
            self._wheres[criterion] = where(self.arrays, criterion, self.asking)
        return self._wheres[criterion]

    @once
    def held(self) -> dict[str, Flags]:
        """For which patients each rule holds, by its name, in the order of attrition."""
        return {rule.name: self._holds(rule) for rule in self.program.rules}

    @once
    def members(self) -> Flags:
        """For which patients every rule holds."""
        return self.members_without()

    def members_without(self, *names: str) -> Flags:
        """Return for which patients every rule holds, but for the rules named."""
        flags = [held for name, held in self.held.items() if name not in names]
        return reduce(np.logical_and, flags) if flags else np.ones(self.arrays.patients, np.bool_)

    def members_at(self, group: NamedGroup, level: Same) -> Flags:
        """Return who would be members if a group had another level."""
        if level == group.group.same:
            return self.members
        held = self.met(group.group.where).holds(level)
        paired = self.paired_with(group)
        members = self.members_without(group.name, *(f"within_{k}" for k, _ in paired))
        members = members & (held if group.kind == "include" else ~held)
        for k, within in paired:
            members &= self._paired_at(k, within, group, level)
        return members

    def members_with(self, group: NamedGroup, criteria: Collection[Criterion]) -> Flags:
        """Return who would be members if an include group had other criteria; without any, it goes with its pairs."""
        paired = self.paired_with(group)
        members = self.members_without(group.name, *(f"within_{k}" for k, _ in paired))
        if not criteria:
            return members
        met, same = self.met(criteria), group.group.same
        members = members & met.holds(same)
        for _, within in paired:
            members &= self._pairs(within, {group.index: met.in_studies(same)})
        return members

    def paired_with(self, group: NamedGroup) -> list[tuple[int, Within]]:
        """Return the intervals, with their numbers, that refer to a group."""
        if group.kind == "exclude":
            return []
        return [(k, each) for k, each in enumerate(self.definition.within) if group.index in (each.first, each.then)]

    def in_studies(self, group: NamedGroup) -> Flags:
        """Return which studies meet a group."""
        return self.met(group.group.where).in_studies(group.group.same)

    def _holds(self, rule: Rule) -> Flags:
        _, kind, index = rule.path.split("/")
        if kind == "within":
            return self._pairs(self.definition.within[int(index)], {})
        group = (self.program.include if kind == "include" else self.program.exclude)[int(index)]
        held = self.met(group.group.where).holds(group.group.same)
        return held if kind == "include" else ~held

    def _paired_at(self, number: int, within: Within, group: NamedGroup, level: Same) -> Flags:
        """Return which patients have a pair of studies if a group had another level."""
        # In a study, the levels of study and patient are the same.
        key = number, group.index, level == "series"
        if key not in self._paired:
            as_it_is = (level == "series") == (group.group.same == "series")
            self._paired[key] = (
                self.held[f"within_{number}"]
                if as_it_is
                else self._pairs(within, {group.index: self.met(group.group.where).in_studies(level)})
            )
        return self._paired[key]

    def _pairs(self, within: Within, instead: dict[int, Flags]) -> Flags:
        """Return which patients have a pair of studies the wanted days apart."""
        first, then = (
            instead[index] if index in instead else self.in_studies(self.program.include[index])
            for index in (within.first, within.then)
        )
        return self.arrays.patients_of(self.arrays.timeline.before(first, then, within))
