"""The head: the rule as a sentence, its totals, where to start, and the way out of nobody; beside it the rail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.cohort import CohortDefinition
from explorer.cohort.paused import paused_of
from explorer.counts import SmallCounts, Totals
from explorer.facets import Facet
from explorer.session import Session
from explorer.views import wire
from explorer.views.empty import Way, ways_out
from explorer.views.live import Live
from explorer.views.parts import Part, head_totals
from explorer.views.speech import Speech
from explorer.views.start import Answered, answered

__all__ = ["Head"]

_ADVICE = 3
"""Warnings that there is room for."""


class Head:
    """What the head and the rail draw, and what they ask for beside the numbers.

    Parameters
    ----------
    session, live
        The definition, and how to ask about it.
    speech
        The page's language.
    embedded
        Whether the page stands in a tab of JupyterLab.
    """

    def __init__(self, session: Session, live: Live, speech: Speech, *, embedded: bool = False) -> None:
        self.part = Part(part="head", sizing_mode="stretch_width", margin=0)
        self.rail = Part(part="rail", sizing_mode="stretch_both", margin=0)
        self._session, self._live, self._speech = session, live, speech
        self._embedded = embedded
        self._policy = SmallCounts.current()
        self._whole = Totals.whole(session.snapshot)
        self._totals, self._totals_of = self._whole, ""
        self._ways: list[Way] | None = None
        self._questions: list[Answered] | None = None
        self._frame: dict[str, Any] = {}

    def counted(self, totals: Totals) -> None:
        """Take the totals of the definition as it is now; what else the head says is asked for after them."""
        self._totals, self._totals_of, self._ways = totals, self._session.definition.id, None
        if self._empty:
            self._live.ask(ways_out, self._take_ways)
        if self._questions is None:
            self._live.ask(lambda cohort: answered(cohort.snapshot), self._take_questions)

    def draw(self, **frame: Any) -> None:
        """Draw the head with what the page says of its tabs, its problem, and whether it waits."""
        self._frame = frame
        session, speech = self._session, self._speech
        self.part.draw(
            {
                **_rule(session.definition, session.snapshot.facets, speech),
                "totals": head_totals(self._totals, self._whole),
                "counted": self._totals_of,
                "advice": speech.advice(self._live.cohort.advice)[:_ADVICE],
                "empty": self._empty,
                "ways": self._ways,
                "questions": self._questions,
                "undo": session.can_undo,
                "info": "" if self._policy is None else speech.policy(self._policy),
                "protected": wire.protection(),
                "embedded": self._embedded,
                **frame,
            }
        )
        self.rail.draw(_size(session.definition))

    @property
    def _empty(self) -> bool:
        return self._totals.patients == 0 and self._whole.patients != 0

    def _take_ways(self, ways: list[Way]) -> None:
        self._ways = ways
        self.draw(**self._frame)

    def _take_questions(self, questions: list[Answered]) -> None:
        self._questions = questions
        self.draw(**self._frame)


def _rule(definition: CohortDefinition, facets: Mapping[str, Facet], speech: Speech) -> dict[str, Any]:
    """Return what is said of a definition.

    The browser finds the words of the criteria in the sentence, so it gets the rule and the facets that it names.
    """
    groups = (*definition.include, *definition.exclude)
    named = dict.fromkeys(criterion.facet for group in groups for criterion in group.where)
    rule = definition.to_dict()
    return {
        "sentence": speech.sentence(definition),
        "rule": {side: rule.get(side, []) for side in ("include", "exclude", "within")},
        "paused": len(paused_of(definition)),
        "days": [speech.days(pair) for pair in definition.within],
        "facets": [_named(facets[name], speech) for name in named if name in facets],
        "takes": speech.choices(definition),
        "select": definition.select,
        "derived": definition.derived,
    }


def _size(definition: CohortDefinition) -> dict[str, int]:
    """Return the size of the rule, which is all that a folded column says of it."""
    groups = (*definition.include, *definition.exclude)
    return {"criteria": sum(len(group.where) for group in groups), "groups": len(groups)}


def _named(facet: Facet, speech: Speech) -> dict[str, Any]:
    return {"name": facet.name, "title": speech.title(facet), "level": facet.level, "unit": speech.unit(facet) or None}
