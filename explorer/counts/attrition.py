"""The flow from everybody to a cohort: what each rule of a definition leaves, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.cohort import describe_part
from explorer.counts.answers import Step
from explorer.counts.costs import count_costs

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.engine.types import Flags
    from explorer.counts.program import NamedGroup

__all__ = ["FlowRule", "attrition", "rules_in_order"]


@dataclass(frozen=True, slots=True, eq=False)
class FlowRule:
    """One rule of the flow.

    Attributes
    ----------
    path
        JSON pointer to it: a group, a pair in time, or a criterion of an include group.
    held
        For which patients it holds; a criterion holds together with those before it in its group.
    group
        The group, of a criterion with no more than those up to it; None for a pair in time.
    """

    path: str
    held: Flags
    group: NamedGroup | None


def rules_in_order(evaluation: Evaluation, *, criteria: bool) -> Iterator[FlowRule]:
    """Yield the rules in the order of attrition; with `criteria`, those of include groups one by one."""
    rules = evaluation.rules
    named = {group.name: group for group in rules.program.groups}
    for rule in rules.program.rules:
        group = named.get(rule.name)
        if not criteria or group is None or group.kind == "exclude":
            yield FlowRule(rule.path, rules.held[rule.name], group)
            continue
        for place in range(len(group.group.where)):
            first = replace(group, group=replace(group.group, where=group.group.where[: place + 1]))
            held = rules.met(first.group.where).holds(first.group.same)
            yield FlowRule(f"{rule.path}/where/{place}", held, first)


def attrition(evaluation: Evaluation, *, criteria: bool = False) -> tuple[Step, ...]:
    """Return the steps: everybody, each include group, each `within`, each exclude group, the selection.

    Up to the selection, studies, series, instances and bytes are all those of the remaining patients; at the
    selection they are those that the cohort takes.

    Parameters
    ----------
    criteria
        Each criterion of an include group is a step of its own, which holds together with those before it.
    """
    rules, arrays = evaluation.rules, evaluation.arrays
    names = {rule.path: rule.name for rule in rules.program.rules}
    costs = {cost.path: cost for cost in count_costs(rules)} if criteria else {}
    remaining = np.ones(arrays.patients, np.bool_)
    steps = [Step(describe_part(rules.definition, ""), "", *arrays.size_of(remaining), 0, 0)]
    for rule in rules_in_order(evaluation, criteria=criteria):
        remaining = remaining & rule.held
        cost = costs.get(rule.path)
        if cost is None:
            alone = int((~rule.held).sum())
            without = int((rules.members_without(names[rule.path]) & ~rule.held).sum())
        else:
            alone, without = arrays.patients - (cost.alone or 0), cost.without or 0
        words = describe_part(rules.definition, rule.path)
        steps.append(Step(words, rule.path, *arrays.size_of(remaining), alone, without))
    taken = evaluation.taken.size
    size = (len(evaluation.members), taken.studies, taken.series, taken.instances, taken.bytes)
    return (*steps, Step(describe_part(rules.definition, "/select"), "/select", *size, 0, 0))
