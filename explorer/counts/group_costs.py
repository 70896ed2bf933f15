"""What each group of a definition costs, and each pair in time: one number beside every card of the rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from explorer.counts.small_counts import Count, SmallCounts

if TYPE_CHECKING:
    from explorer.counts.engine.rules import Rules
    from explorer.counts.engine.types import Flags

__all__ = ["GroupCosts", "count_group_costs"]

GroupCosts = dict[str, list[dict[str, Count]]]
"""``{"include": [{"alone": n, "without": n}, …], "exclude": […], "within": […]}``, n being patients."""


def count_group_costs(rules: Rules, policy: SmallCounts | None = None) -> GroupCosts:
    """Return how many patients each group would keep if it were the only rule, and how many members come without it.

    An include group goes with its pairs in time, as it does when it is paused.
    """
    members = int(rules.members.sum())
    told: Callable[[int], Count] = policy.protect if policy else int

    def costs(keeps: Flags, without: Flags) -> dict[str, Count]:
        return {"alone": told(int(keeps.sum())), "without": told(int(without.sum()) - members)}

    program, held = rules.program, rules.held
    pairs = [rule.name for rule in program.rules if rule.path.startswith("/within")]
    return {
        "include": [costs(held[group.name], rules.members_with(group, ())) for group in program.include],
        "exclude": [costs(held[group.name], rules.members_without(group.name)) for group in program.exclude],
        "within": [costs(held[name], rules.members_without(name)) for name in pairs],
    }
