"""A definition as one SQL statement that people can read and run."""

from __future__ import annotations

from explorer.cohort import CohortDefinition
from explorer.counts.program import Program
from explorer.counts.sql import Sql

__all__ = ["explain_sql"]

_TOTALS = """SELECT (SELECT count(*) FROM member) AS patients,
       (SELECT count(DISTINCT dataset_key) FROM member JOIN patient USING (patient_key)) AS datasets,
       count(DISTINCT study_key) AS studies,
       count(*) AS series,
       coalesce(sum(instances), 0)::BIGINT AS instances,
       coalesce(sum(bytes), 0)::BIGINT AS bytes
FROM taken;
"""


def explain_sql(definition: CohortDefinition) -> str:
    """Return a SELECT of the totals, to be run as it stands in DuckDB on a snapshot file.

    The steps are WITH clauses, the values written out, and the counting engine gives the same numbers; SELECT from
    ``member`` or ``taken`` instead of the totals to see the patients or the series themselves.
    """
    steps = [f"{name} AS (\n{_indented(select).literal()}\n)" for name, select in Program(definition).steps()]
    return "WITH " + ",\n".join(steps) + "\n" + _TOTALS


def _indented(select: Sql) -> Sql:
    # Before the values are written out: a line break in a value is part of it.
    return Sql("\n".join("  " + line for line in select.text.split("\n")), select.values)
