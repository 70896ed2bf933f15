"""Questions to start from: well-known cohorts, where the snapshot can answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from explorer.cohort import CohortDefinition, Group
from explorer.counts import Cohort, Count
from explorer.errors import DefinitionError, UnknownNameError
from explorer.facets import BodyPartExamined, Criterion, Modality, dataset, license, sex
from explorer.snapshot import Snapshot
from explorer.views.remembered import totalled

__all__ = ["QUESTIONS", "Answered", "Question", "answered", "question"]


@dataclass(frozen=True, slots=True)
class Question:
    """A clinical question as a rule.

    Attributes
    ----------
    name
        How the browser asks for it, ``breast-mr``.
    title
        What a person reads, and what the cohort is called then.
    """

    name: str
    title: str
    rule: CohortDefinition


class Answered(TypedDict):
    """A question with the patients that it finds; None where that is protected."""

    name: str
    title: str
    patients: Count


def _rule(*groups: tuple[Criterion, ...]) -> CohortDefinition:
    return CohortDefinition(include=tuple(Group("series", where) for where in groups))


QUESTIONS = (
    Question(
        "breast-mr",
        "Breast MR of women",
        _rule((Modality.is_in("MR"), BodyPartExamined.is_in("BREAST")), (sex.is_in("F"),)),
    ),
    Question("lung-ct", "Lung screening CT (NLST)", _rule((Modality.is_in("CT"), dataset.is_in("nlst")))),
    Question(
        "prostate-mr",
        "Prostate MR, open licence",
        _rule(
            (
                Modality.is_in("MR"),
                BodyPartExamined.is_in("PROSTATE"),
                license.is_in("CC BY 3.0", "CC BY 4.0"),
            )
        ),
    ),
)
"""Titles are also named in ``widgets/src/app/wire.ts``, where they are translated."""


def question(name: str) -> Question:
    """Return the question of this name.

    Raises
    ------
    UnknownNameError
        There is none.
    """
    for each in QUESTIONS:
        if each.name == name:
            return each
    raise UnknownNameError(f"there is no question {name!r}; there are {', '.join(each.name for each in QUESTIONS)}")


def answered(snapshot: Snapshot) -> list[Answered]:
    """Return the questions that find somebody in the snapshot, each counted as it would be after a click."""
    found: list[Answered] = []
    for each in QUESTIONS:
        try:
            cohort = Cohort(each.rule, snapshot)
        except DefinitionError:
            # The snapshot has no such facet.
            continue
        try:
            patients = totalled(cohort).patients
        finally:
            cohort.close()
        if patients != 0:
            found.append({"name": each.name, "title": each.title, "patients": patients})
    return found
