"""What the other levels of a group would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from explorer.cohort import Same
from explorer.counts.small_counts import Count, SmallCounts

if TYPE_CHECKING:
    from explorer.counts.engine.rules import Rules
    from explorer.counts.program import NamedGroup

__all__ = ["LevelCounts", "count_levels"]

LevelCounts = dict[str, list[dict[Same, Count]]]
"""``{"include": [{"series": n, "study": n, "patient": n}, …], "exclude": […]}``, n being patients."""

_LEVELS: tuple[Same, ...] = get_args(Same)


def count_levels(rules: Rules, policy: SmallCounts | None = None) -> LevelCounts:
    """Return the patients of the whole cohort if a group had another level, for every group."""

    def told(group: NamedGroup) -> dict[Same, Count]:
        counts = {level: int(rules.members_at(group, level).sum()) for level in _LEVELS}
        return {level: policy.protect(patients) if policy else patients for level, patients in counts.items()}

    program = rules.program
    return {"include": list(map(told, program.include)), "exclude": list(map(told, program.exclude))}
