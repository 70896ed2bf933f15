"""A workspace as JupyterLab's side panel shows it at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from explorer.counts import Cohort, Totals
from explorer.session import Shared, State
from explorer.views.parts import head_totals
from explorer.views.remembered import counted, levelled, totalled
from explorer.views.speech import Speech
from explorer.views.wire import facet_infos, standing
from explorer.views.words import why_empty

if TYPE_CHECKING:
    from explorer.views.rooms import Opened

__all__ = ["Answer", "Measure", "Moment"]

Answer = dict[str, Any]

Measure = Literal["patients", "series"]

_ADVICE = 3
"""Warnings that there is room for; the app shows as many."""


@dataclass(frozen=True)
class Moment:
    """What is shown, before it is counted.

    Attributes
    ----------
    opened
        The snapshot that it is counted on.
    state, shared
        What is in front of the person, and what the workspace held.
    revision
        Of the column: grows with every change that it shows.
    measure
        What the numbers of the facets show.
    problem
        Why the workspace does not look as it should; empty where it does.
    """

    workspace: str
    opened: Opened
    state: State
    shared: Shared
    revision: int
    measure: Measure
    problem: str

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What its numbers depend on."""
        return self.opened.snapshot.id, self.state.definition.id, self.state.active

    def cohort(self) -> Cohort:
        """Return the cohort to count."""
        return Cohort(self.state.definition, self.opened.snapshot)

    def uncounted(self) -> Answer:
        """Return what ``ask/column`` answers at once: the rule, without a number."""
        snapshot, definition = self.opened.snapshot, self.state.definition
        return {
            "workspace": self.workspace,
            "revision": self.shared.revision,
            "snapshot": {
                "id": snapshot.id,
                "title": snapshot.title,
                "alias": snapshot.alias,
                "date": snapshot.date or "",
            },
            "name": definition.name,
            "can_undo": bool(self.shared.timeline.past),
            "can_redo": bool(self.shared.timeline.future),
            "problem": self.problem,
            "id": definition.id,
            "traits": {**standing(self.state), "revision": self.revision, "measure": self.measure},
        }

    def answer(self, cohort: Cohort) -> Answer:
        """Return the answer to ``ask/column``, with every count; without what belongs to the snapshot alone."""
        snapshot, known = self.opened.snapshot, self.uncounted()
        totals = totalled(cohort)
        nobody = totals.patients == 0 and snapshot.totals["patients"]
        # Levels before counts, which free what single criteria have left in memory.
        levels, counts = levelled(cohort), counted(cohort, self.state.active)
        return {
            **known,
            "totals": head_totals(totals, Totals.whole(snapshot)),
            "advice": cohort.advice,
            "nobody": cohort.attrition() if nobody else (),
            # The names are those of `explorer.views.facet_list`.
            "traits": {
                **known["traits"],
                "now": {"id": self.state.definition.id, **counts},
                "levels": levels,
                "pending": False,
            },
        }

    def told_to(self, have: str, seen: str, answer: Answer, problem: str = "", language: str = "en") -> Answer:
        """Return the answer for a caller who knows the facets of snapshot `have`, and whose click `seen` is answered.

        It is told in the caller's language.

        Several screens may be told the same numbers, each with its own click: one that is not named stays drawn as
        if nobody had answered it.
        """
        traits = {**answer["traits"], "seen": seen}
        if have != self.opened.snapshot.id:
            traits = {**traits, "facets": facet_infos(self.opened.snapshot), "all": self.opened.everything}
        speech = Speech(language)
        said: Answer = {"sentence": speech.sentence(self.state.definition), "problem": problem or self.problem}
        if "advice" in answer:
            steps, definition = answer["nobody"], self.state.definition
            empty = [why_empty(steps, definition, speech)] if steps else []
            said["advice"] = [*empty, *speech.advice(answer["advice"])[:_ADVICE]]
        shared = {name: each for name, each in answer.items() if name != "nobody"}
        return {**shared, **said, "traits": traits}
