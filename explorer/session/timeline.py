"""A definition with the ones before it, and those that were undone."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.cohort import CohortDefinition

__all__ = ["Timeline"]

_REMEMBERED = 200
"""Steps that can be undone."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is, what was, and what was undone; a value, never changed.

    Attributes
    ----------
    past
        Earlier definitions, the oldest first.
    future
        Definitions that were undone, the next to redo last.
    """

    now: CohortDefinition = field(default_factory=CohortDefinition)
    past: tuple[CohortDefinition, ...] = ()
    future: tuple[CohortDefinition, ...] = ()

    def then(self, definition: CohortDefinition) -> Timeline:
        """Return the timeline after one more step; a step that changes nothing is none."""
        if definition == self.now:
            return self
        return Timeline(definition, (*self.past, self.now)[-_REMEMBERED:])

    def undone(self) -> Timeline:
        """Return the timeline one step back; itself where there is none."""
        if not self.past:
            return self
        return Timeline(self.past[-1], self.past[:-1], (*self.future, self.now))

    def redone(self) -> Timeline:
        """Return the timeline with the last undone step done again; itself where there is none."""
        if not self.future:
            return self
        return Timeline(self.future[-1], (*self.past, self.now), self.future[:-1])

    def moved(self, by: int) -> Timeline:
        """Return the timeline so many steps on, or back where `by` is negative; at its end where there are fewer."""
        timeline = self
        for _ in range(min(abs(by), len(self.past) + len(self.future))):
            timeline = timeline.undone() if by < 0 else timeline.redone()
        return timeline
