"""What each criterion of a definition costs: how many it keeps alone, and how many come back without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from explorer.cohort import Same, describe_part
from explorer.counts.predicates import image_criteria
from explorer.counts.small_counts import Count, SmallCounts

if TYPE_CHECKING:
    from explorer.counts.engine.rules import Rules
    from explorer.counts.engine.types import Flags
    from explorer.counts.program import NamedGroup

__all__ = ["WIDER", "Cost", "count_costs"]

WIDER: dict[Same, Same] = {"series": "study", "study": "patient"}
"""The next wider level of each; there is none above that of patients."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one part of a definition costs.

    Attributes
    ----------
    words
        The part in English.
    path
        JSON pointer to it: a criterion ``/include/0/where/1``, a pair in time ``/within/0``, an exclude group
        ``/exclude/0``, or the level of an include group, ``/include/0/same``.
    alone
        Patients who would be left if only this were the rule; None also for a level, which is no rule by itself.
    without
        Members gained if only this were removed, a level: if it were the next wider one. With the last criterion of a
        group its pairs in time go, too.
    protected
        As in `Totals`.
    """

    words: str
    path: str
    alone: Count
    without: Count
    protected: SmallCounts | None = field(default=None, repr=False)

    @property
    def of_level(self) -> bool:
        """Whether the part is a group's level."""
        return self.path.endswith("/same")

    def under(self, policy: SmallCounts | None) -> Cost:
        """Return what the policy lets be told of exact numbers."""
        if policy is None or self.protected is not None:
            return self
        alone = None if self.alone is None else policy.protect(self.alone)
        return replace(self, alone=alone, without=policy.protect(self.without or 0), protected=policy)

    def to_dict(self) -> dict[str, Any]:
        """Return the cost as JSON has it, without the policy: it is one for all."""
        return {"words": self.words, "path": self.path, "alone": self.alone, "without": self.without}


def count_costs(rules: Rules) -> tuple[Cost, ...]:
    """Return the costs of each include group's criteria and its level, each pair in time, and each exclude group.

    A level is listed where it can make a difference: where the group has two criteria or more on series or studies.
    """
    members = int(rules.members.sum())

    def cost(path: str, keeps: Flags | None, without: Flags) -> Cost:
        alone = None if keeps is None else int(keeps.sum())
        return Cost(describe_part(rules.definition, path), path, alone, int(without.sum()) - members)

    found = [cost(*part) for group in rules.program.include for part in _parts(rules, group)]
    for rule in rules.program.rules:
        if not rule.path.startswith("/include"):
            found.append(cost(rule.path, rules.held[rule.name], rules.members_without(rule.name)))
    return tuple(found)


def _parts(rules: Rules, group: NamedGroup) -> Iterator[tuple[str, Flags | None, Flags]]:
    """Yield the path of each part of an include group, whom it keeps alone, and the members without it."""
    path, where, same = f"/include/{group.index}", group.group.where, group.group.same
    for place, criterion in enumerate(where):
        others = (*where[:place], *where[place + 1 :])
        yield f"{path}/where/{place}", rules.met((criterion,)).in_patient, rules.members_with(group, others)
    if same in WIDER and len(image_criteria(where)) > 1:
        yield f"{path}/same", None, rules.members_at(group, WIDER[same])
