"""What a text that somebody is typing would give, before it is added to the rule."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TypedDict

from explorer.counts import Cohort, Count
from explorer.counts.small_counts import few_or_more
from explorer.errors import ExplorerError
from explorer.facets.fold import fold
from explorer.session import Session, State, edit, parse_label
from explorer.views.component import Request
from explorer.views.live import Live

__all__ = ["TextTrials", "Tried"]

_MOST = 5
"""So many of the texts that hold what is typed are told."""


class Tried(TypedDict):
    """What adding a text gives.

    Attributes
    ----------
    id, facet, text
        Of the definition that it was tried in; where; what.
    patients
        That the cohort would have.
    texts
        How many different recorded texts hold it, among those that can still be chosen; None where small counts are
        protected, for then no recorded text is told.
    most
        The most frequent of them, each with its patients.
    """

    id: str
    facet: str
    text: str
    patients: Count
    texts: int | None
    most: list[tuple[str, Count]]


class TextTrials:
    """Tries texts in the definition of a session; only the last one that was asked for is counted.

    Parameters
    ----------
    session, live
        The definition, and how to ask about it.
    told
        Called in the page's thread with what was found.
    """

    def __init__(self, session: Session, live: Live, told: Callable[[Tried], object]) -> None:
        self._session, self._live, self._told = session, live, told
        self._asked = 0

    def ask(self, request: Request) -> None:
        """Try what the request says: ``{"kind": "try-text", "facet", "group", "texts": [chosen already], "text"}``."""
        self._asked += 1
        number, state = self._asked, self._session.state

        def count(cohort: Cohort) -> Tried | None:
            return try_text(cohort, state, request) if number == self._asked else None

        def told(tried: Tried | None) -> None:
            if tried is not None:
                self._told(tried)

        self._live.ask(count, told)


def try_text(cohort: Cohort, state: State, request: Request) -> Tried | None:
    """Return what adding a text to the texts of a facet gives; None where that makes no definition."""
    facet, text = request.get("facet"), request.get("text")
    if not isinstance(facet, str) or not isinstance(text, str) or not isinstance(request.get("texts"), list):
        return None
    snapshot = cohort.snapshot
    wished = {**request, "kind": "contains", "texts": [*request["texts"], text]}
    try:
        definition = edit(state, wished, snapshot.facets).definition
        with closing(Cohort(definition, snapshot)) as other:
            patients = other.totals().patients
        # Texts are free: where small counts are protected, none is told.
        held = [] if cohort.protected else _holding(cohort, facet, _counted_in(state, request.get("group")), text)
    except ExplorerError:
        return None
    return {
        "id": cohort.definition.id,
        "facet": facet,
        "text": text,
        "patients": patients,
        "texts": None if cohort.protected else len(held),
        "most": held[:_MOST],
    }


def _holding(cohort: Cohort, facet: str, group: str | None, text: str) -> list[tuple[str, Count]]:
    wanted = fold(text)
    values = ((value.value, value.patients) for value in cohort.facet(facet, group).values)
    held = [(value, patients) for value, patients in values if isinstance(value, str) and wanted in fold(value)]
    return sorted(held, key=lambda each: (-few_or_more(each[1]), each[0]))


def _counted_in(state: State, label: str | None) -> str | None:
    """Return the group as a cohort calls it: a card that is still empty is a new group."""
    label = label or state.active
    if label is None:
        return None
    kind, index = parse_label(label)
    return label if index < state.groups(kind) else "new"
