"""What each rule of a definition costs: in order, alone, and when it is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.cohort import CohortDefinition, describe_group, describe_selection, describe_within
from explorer.counts.answers import Step
from explorer.counts.program import Rule

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation

__all__ = ["attrition", "rule_in_words"]


def attrition(evaluation: Evaluation) -> tuple[Step, ...]:
    """Return the steps: everybody, each include group, each `within`, each exclude group, the selection.

    Up to the selection, studies, series, instances and bytes are all those of the remaining patients; at the
    selection they are those that the cohort takes.
    """
    rules, arrays = evaluation.rules, evaluation.arrays
    remaining = np.ones(arrays.patients, np.bool_)
    steps = [Step("Everybody in the snapshot", "", *arrays.size_of(remaining), 0, 0)]
    for rule in rules.program.rules:
        held = rules.held[rule.name]
        remaining = remaining & held
        alone = int((~held).sum())
        without = int((rules.members_without(rule.name) & ~held).sum())
        words = rule_in_words(rules.definition, rule)
        steps.append(Step(words, rule.path, *arrays.size_of(remaining), alone, without))
    taken = evaluation.taken.size
    size = (len(evaluation.members), taken.studies, taken.series, taken.instances, taken.bytes)
    return (*steps, Step(describe_selection(rules.definition), "/select", *size, 0, 0))


def rule_in_words(definition: CohortDefinition, rule: Rule) -> str:
    """Return the rule in words, as a step of the attrition says it."""
    _, kind, index = rule.path.split("/")
    if kind == "within":
        return describe_within(definition, definition.within[int(index)])
    groups = definition.include if kind == "include" else definition.exclude
    words = describe_group(groups[int(index)])
    return words if kind == "include" else f"Without: {words}"
