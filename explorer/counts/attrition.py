"""What each rule of a definition costs: in order, alone, and when it is left out."""

from __future__ import annotations

from explorer.cohort import CohortDefinition, describe_group, describe_selection, describe_within
from explorer.counts.answers import Step
from explorer.counts.program import Rule
from explorer.counts.scratch import Scratch
from explorer.counts.sql import Sql

__all__ = ["attrition", "rule_in_words"]

_SIZES = (
    "SELECT patient_key, count(DISTINCT study_key) AS studies, count(*) AS series, "
    "sum(instances) AS instances, sum(bytes) AS bytes FROM series GROUP BY patient_key"
)
_COUNTS = ("count(*)", "sum(studies)", "sum(series)", "sum(instances)", "sum(bytes)")


_Size = tuple[int, int, int, int, int]


def attrition(scratch: Scratch) -> tuple[Step, ...]:
    """Return the steps: everybody, each include group, each `within`, each exclude group, the selection.

    Up to the selection, studies, series, instances and bytes are all those of the remaining patients; at the
    selection they are those that the cohort takes.
    """
    program = scratch.program
    held = [program.holds(rule.name) for rule in program.rules]
    steps = [Step("Everybody in the snapshot", "", *_remaining(scratch, "TRUE"), 0, 0)]
    for k, rule in enumerate(program.rules):
        size = _remaining(scratch, " AND ".join(held[: k + 1]))
        alone = _patients(scratch, f"NOT ({held[k]})")
        without = _patients(scratch, " AND ".join([*held[:k], *held[k + 1 :], f"NOT ({held[k]})"]))
        steps.append(Step(rule_in_words(program.definition, rule), rule.path, *size, alone, without))
    patients = _patients(scratch, " AND ".join(held) or "TRUE")
    studies, series, instances, taken = _taken(scratch)
    words = describe_selection(program.definition)
    selection = Step(words, "/select", patients, studies, series, instances, taken, 0, 0)
    return (*steps, selection)


def rule_in_words(definition: CohortDefinition, rule: Rule) -> str:
    """Return the rule in words, as a step of the attrition says it."""
    _, kind, index = rule.path.split("/")
    if kind == "within":
        return describe_within(definition, definition.within[int(index)])
    groups = definition.include if kind == "include" else definition.exclude
    words = describe_group(groups[int(index)])
    return words if kind == "include" else f"Without: {words}"


def _remaining(scratch: Scratch, condition: str) -> _Size:
    """Count patients, and all of their studies, series, instances and bytes."""
    sizes = scratch.table("patient_size", Sql(_SIZES))
    select = f"SELECT {', '.join(_COUNTS)} FROM patient_flag JOIN {sizes} USING (patient_key) WHERE {condition}"
    patients, studies, series, instances, size = (int(number or 0) for number in scratch.rows(select)[0])
    return patients, studies, series, instances, size


def _patients(scratch: Scratch, condition: str) -> int:
    return int(scratch.rows(f"SELECT count(*) FROM patient_flag WHERE {condition}")[0][0])


def _taken(scratch: Scratch) -> tuple[int, int, int, int]:
    sizes = "SELECT count(DISTINCT study_key), count(*), sum(instances), sum(bytes) FROM taken"
    studies, series, instances, size = (int(number or 0) for number in scratch.rows(sizes)[0])
    return studies, series, instances, size
