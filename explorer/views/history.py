"""The history as a strip: each step in words with its patients."""

from __future__ import annotations

from typing import Any

from explorer.cohort import CohortDefinition
from explorer.session import Session
from explorer.views.patients import Patients
from explorer.views.speech import Speech
from explorer.views.steps import step_in_words

__all__ = ["History"]

_AT_ONCE = 30
"""Steps on each side of the present that are shown, until somebody asks for more."""


class History:
    """What the strip draws.

    Parameters
    ----------
    session
        Whose history it is.
    patients
        Counts what is not known.
    speech
        The page's language.
    """

    def __init__(self, session: Session, patients: Patients, speech: Speech) -> None:
        self._session, self._patients, self._speech = session, patients, speech
        self._shown = _AT_ONCE
        self._words: dict[tuple[CohortDefinition, CohortDefinition], str] = {}

    def more(self) -> None:
        """Show twice as many steps."""
        self._shown *= 2

    def step(self, by: int) -> str:
        """Return in words what undo (−1) takes back, or redo (1) does again; empty where there is nothing."""
        timeline = self._session.shared.timeline
        if by < 0:
            return self._said(timeline.past[-1], timeline.now) if timeline.past else ""
        return self._said(timeline.now, timeline.future[-1]) if timeline.future else ""

    def drawn(self) -> dict[str, Any]:
        """Return the steps around the present, the oldest first, and how many are older; asks for their patients."""
        timeline = self._session.shared.timeline
        past, future = timeline.past[-self._shown :], timeline.future[::-1][: self._shown]
        shown = [*past, timeline.now, *future]
        self._patients.ask([*shown[: len(past) + 1][::-1], *future])
        earlier = len(timeline.past) - len(past)
        return {
            "steps": [
                {
                    "by": at - len(past),
                    "words": self._said(shown[at - 1], each) if at else self._whole(each),
                    "sentence": self._speech.sentence(each),
                    **self._patients.told(each),
                }
                for at, each in enumerate(shown)
            ],
            "earlier": earlier,
            "later": len(timeline.future) - len(future),
        }

    def _said(self, before: CohortDefinition, after: CohortDefinition) -> str:
        key = before, after
        if key not in self._words:
            if len(self._words) > 1_000:
                self._words.clear()
            self._words[key] = step_in_words(before, after, self._speech)
        return self._words[key]

    def _whole(self, definition: CohortDefinition) -> str:
        return definition.name or self._speech.sentence(definition).rstrip(".")
