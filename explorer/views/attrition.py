"""The tab that says what each rule costs: the flow, the cost of each criterion, and who was lost at a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import panel as pn

from explorer.cohort import CohortDefinition
from explorer.counts import AttritionBy, Cohort, Cost, Count, Lost, Step, few_or_more, loss
from explorer.counts.predicates import image_criteria
from explorer.facets import FACETS
from explorer.session import Session
from explorer.snapshot import Snapshot
from explorer.views.component import Request
from explorer.views.flow_changes import bringing_back, leaving_out
from explorer.views.live import Question
from explorer.views.parts import Part
from explorer.views.speech import Speech
from explorer.views.takeaway import Takeaway

__all__ = ["AttritionTab", "Flow", "attrition_data"]

_SOURCES = ("data_holder", "dataset", "country")
"""Where patients come from, as far as a snapshot says."""

_VALUES = 6
"""Values of the lost that are listed."""

_HAD = 3
"""Values of those lost at a step that stand beside it, at the first steps."""

_STEPS = 12

_ROWS = 100
"""Sources that are listed; the file has them all."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What the tab shows of a cohort; each criterion of an include group is a step.

    Attributes
    ----------
    definition
        Of the cohort.
    steps, costs
        As the cohort answers them.
    had
        For some steps, by number, what those lost there had instead.
    lost, by
        Who was lost at a step, and the steps by a facet; None where nobody asks.
    """

    definition: CohortDefinition
    steps: tuple[Step, ...]
    costs: tuple[Cost, ...]
    had: Mapping[int, Lost]
    lost: Lost | None
    by: AttritionBy | None

    @classmethod
    def of(cls, cohort: Cohort, path: str = "", facet: str = "", by: str = "") -> Self:
        """Return what is shown of a cohort.

        Parameters
        ----------
        path, facet
            Of whom is told what they had: the path of a step. By default, and where there is no such step, the one
            after the first that costs most, and what it asks for.
        by
            The facet that says where patients come from; empty for none.
        """
        steps, definition = cohort.attrition(criteria=True), cohort.definition
        rules = list(enumerate(steps))[1:-1]
        telling = {number: _asked_for(definition, step.path) for number, step in rules}
        had = {
            number: cohort.lost(number, asked, _HAD, criteria=True)
            for number, asked in list(telling.items())[:_STEPS]
            if asked in cohort.snapshot.facets
        }
        lost = None
        if rules:
            there = next((number for number, step in rules if step.path == path), None)
            costly = max(rules[1:] or rules, key=lambda each: few_or_more(each[1].without))[0]
            wanted = (facet if there else "") or telling[there or costly]
            known = wanted if wanted in cohort.snapshot.facets else "dataset"
            lost = cohort.lost(there or costly, known, _VALUES, criteria=True)
        counted_by = cohort.attrition_by(by, criteria=True) if by in cohort.snapshot.facets else None
        return cls(definition, steps, cohort.costs(), had, lost, counted_by)


def _asked_for(definition: CohortDefinition, path: str) -> str:
    """Return the facet of a step: of a criterion, or the first of a group; of a pair in time there is none."""
    _, kind, index, *inside = path.split("/")
    if kind == "within":
        return ""
    group = (definition.include if kind == "include" else definition.exclude)[int(index)]
    return group.where[int(inside[1]) if inside else 0].facet


def attrition_data(flow: Flow, snapshot: Snapshot, speech: Speech) -> dict[str, Any]:
    """Return what the tab draws; where small counts are protected, also how, and the patients lost."""
    policy = next((step.protected for step in flow.steps), None)
    rows = []
    for number, (before, step) in enumerate(zip((None, *flow.steps), flow.steps, strict=False)):
        row: dict[str, Any] = {
            **step.to_dict(),
            "rule": speech.rule(flow.definition, step.path),
            "path": step.path,
            **_place(flow.definition, step.path),
            "last": step.path == "/select",
        }
        if policy:
            row["lost"] = loss(before.patients, step.patients, policy) if before else 0
        if number in flow.had:
            had = flow.had[number]
            row["had"] = {"rows": _rows(had), "more": had.distinct - len(had.values)}
        rows.append(row)
    costs = [
        {
            **cost.to_dict(),
            "words": speech.rule(flow.definition, cost.path),
            "level": cost.of_level,
            "change": leaving_out(flow.definition, cost.path),
        }
        for cost in flow.costs
    ]
    drawn: dict[str, Any] = {
        "steps": rows,
        "snapshot": snapshot.title,
        "costs": costs,
        "facets": [{"name": facet.name, "title": speech.title(facet)} for facet in snapshot.facets.values()],
        "sources": [name for name in _SOURCES if name in snapshot.facets and len(snapshot.values(name)) > 1],
        "lost": _lost_data(flow.definition, flow.steps[flow.lost.step].path, flow.lost) if flow.lost else None,
        "by": _by_data(flow.by) if flow.by else None,
    }
    return {**drawn, "protected": policy.to_dict()} if policy else drawn


def _place(definition: CohortDefinition, path: str) -> dict[str, Any]:
    """Return the number of a criterion's group, where there are several, and the level that joins it to others."""
    parts = path.split("/")
    if parts[1:2] != ["include"]:
        return {"group": 0, "together": ""}
    group, place = definition.include[int(parts[2])], int(parts[4])
    joined = len(image_criteria(group.where[: place + 1])) > 1 and FACETS[group.where[place].facet].of_image
    return {
        "group": int(parts[2]) + 1 if len(definition.include) > 1 else 0,
        "together": group.same if joined else "",
    }


def _rows(lost: Lost) -> list[dict[str, Any]]:
    return [{"value": each.value, "high": each.high, "patients": each.patients} for each in lost.values]


def _lost_data(definition: CohortDefinition, path: str, lost: Lost) -> dict[str, Any]:
    _, kind, index, *_ = path.split("/")
    groups = {"include": definition.include, "exclude": definition.exclude}.get(kind, ())
    naming = [criterion.facet for criterion in groups[int(index)].where] if groups else []
    changes = [bringing_back(definition, path, lost.facet, each.value) if lost.named else None for each in lost.values]
    return {
        "step": lost.step,
        "facet": lost.facet,
        "named": lost.named,
        "naming": list(dict.fromkeys(naming)),
        "patients": lost.patients,
        "counted": lost.counted,
        "distinct": lost.distinct,
        "rows": [{**row, "change": change} for row, change in zip(_rows(lost), changes, strict=True)],
    }


def _by_data(by: AttritionBy) -> dict[str, Any]:
    rows = [[value, *numbers] for value, numbers in zip(by.values, by.patients, strict=True)]
    return {"facet": by.facet, "rows": rows[:_ROWS], "total": len(rows)}


class AttritionTab:
    """The tab, as one person sees it.

    Parameters
    ----------
    session
        Whose cohort it is.
    ask
        Puts a question to the cohort, and gives the answer to what is named with it.
    request
        Called with what a click asks of the definition.
    takeaway
        Hands files to the person.
    speech
        What the page speaks.
    """

    def __init__(
        self,
        session: Session,
        ask: Callable[[Question, Callable[[Any], None]], None],
        request: Callable[[Request], None],
        takeaway: Takeaway,
        speech: Speech,
    ) -> None:
        self._session, self._put, self._takeaway, self._speech = session, ask, takeaway, speech
        self._request = request
        self._flow: Flow | None = None
        self._rule, self._facet, self._by = "", "", ""
        self._part = Part(part="attrition", sizing_mode="stretch_width", margin=0)
        self._part.on_request(self._asked)
        self.pane = pn.Column(self._part, sizing_mode="stretch_width", margin=0)

    def refresh(self) -> None:
        """Forget the numbers: the definition is another."""
        self._flow = None

    def ask(self) -> None:
        """Ask for what the tab shows."""
        rule, facet, by = self._rule, self._facet, self._by

        def flow(cohort: Cohort) -> Flow:
            return Flow.of(cohort, rule, facet, by)

        self._put(flow, self._draw)

    def _draw(self, flow: Flow) -> None:
        self._flow = flow
        self._part.draw(attrition_data(flow, self._session.snapshot, self._speech))

    def _asked(self, request: Mapping[str, Any]) -> None:
        match request["kind"]:
            case "csv":
                if self._flow is not None:
                    self._hand_over(self._flow)
            case "attrition-by":
                self._by = str(request.get("facet") or "")
                self.ask()
            case "attrition-lost":
                self._look_at(request)
            case _:
                self._request(dict(request))

    def _look_at(self, request: Mapping[str, Any]) -> None:
        """Show who was lost at another step, or another facet of them."""
        steps = self._flow.steps if self._flow is not None else ()
        step, facet = request.get("step"), request.get("facet")
        if isinstance(step, int) and 0 < step < len(steps) - 1:
            self._rule, self._facet = steps[step].path, str(facet or "")
            self.ask()

    def _hand_over(self, flow: Flow) -> None:
        """Hand over what is on screen as CSV, whole."""
        if flow.by is None:
            self._takeaway.steps(flow.steps)
            return
        rules = [step.rule for step in flow.steps]
        names = [f"{number} {rule}" for number, rule in enumerate(rules)]
        rows = [
            {flow.by.facet: value, **dict(zip(names, map(self._told, numbers), strict=True))}
            for value, numbers in zip(flow.by.values, flow.by.patients, strict=True)
        ]
        self._takeaway.table(f"attrition-by-{flow.by.facet}", rows)

    def _told(self, number: Count) -> object:
        policy = self._flow.by.protected if self._flow and self._flow.by else None
        return self._speech.patients(None, policy) if number is None else number
