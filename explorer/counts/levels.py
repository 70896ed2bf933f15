"""What the other levels of a group would give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from explorer.cohort import CohortDefinition, Group, Same
from explorer.counts.program import NamedGroup, Program
from explorer.counts.scratch import Scratch
from explorer.counts.small_counts import Count, SmallCounts
from explorer.counts.sql import Sql

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["LevelCounts", "count_levels"]

LevelCounts = dict[str, list[dict[Same, Count]]]
"""``{"include": [{"series": n, "study": n, "patient": n}, …], "exclude": […]}``, n being patients."""

_LEVELS: tuple[Same, ...] = get_args(Same)


def count_levels(scratch: Scratch, snapshot: Snapshot, policy: SmallCounts | None = None) -> LevelCounts:
    """Return the patients of the whole cohort if a group had another level, for every group."""

    def told(levels: dict[Same, int]) -> dict[Same, Count]:
        return {level: policy.protect(patients) if policy else patients for level, patients in levels.items()}

    program = scratch.program
    plain = [group for group in program.groups if not _paired(program, group)]
    answers = dict(_at_once(scratch, plain))
    for group in program.groups:
        if _paired(program, group):
            answers[group.name] = {level: _apart(program, group, level, snapshot) for level in _LEVELS}
    return {
        "include": [told(answers[group.name]) for group in program.include],
        "exclude": [told(answers[group.name]) for group in program.exclude],
    }


def _paired(program: Program, group: NamedGroup) -> bool:
    if group.kind == "exclude":
        return False
    return any(group.index in (each.first, each.then) for each in program.definition.within)


def _at_once(scratch: Scratch, groups: list[NamedGroup]) -> list[tuple[str, dict[Same, int]]]:
    """Count groups whose level touches no other rule: their flags at all levels, in one pass."""
    if not groups:
        return []
    program = scratch.program
    variants = [(group, level) for group in groups for level in _LEVELS]
    flags = ", ".join(f"{group.in_patient(level)} AS {group.name}_{level}" for group, level in variants)
    counts = ", ".join(
        f"count(*) FILTER ({program.holds(f'{group.name}_{level}')}{_and_others(program, group)})"
        for group, level in variants
    )
    select = (
        f"SELECT {counts} FROM (SELECT patient_key, {flags} FROM study_flag GROUP BY patient_key) "
        "JOIN patient_flag USING (patient_key)"
    )
    (numbers,) = scratch.rows(Sql(select))
    found = dict(zip(variants, numbers, strict=True))
    return [(group.name, {level: found[group, level] for level in _LEVELS}) for group in groups]


def _and_others(program: Program, group: NamedGroup) -> str:
    return "".join(f" AND {program.holds(rule.name)}" for rule in program.rules if rule.name != group.name)


def _apart(program: Program, group: NamedGroup, level: Same, snapshot: Snapshot) -> int:
    """Count a group that `within` refers to: its level changes the pairs too, so the whole is computed."""
    include = list(program.definition.include)
    include[group.index] = Group(level, group.group.where)
    definition: CohortDefinition = replace(program.definition, include=tuple(include))
    scratch = Scratch(definition, snapshot)
    try:
        ((patients,),) = scratch.rows("SELECT count(*) FROM member")
        return int(patients)
    finally:
        scratch.close()
