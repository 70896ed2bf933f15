"""The notebook that a cohort is taken away as: readable as it is, and checking itself when it is run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import nbformat

from explorer.cohort import CohortDefinition, write_atomically
from explorer.counts import Cohort
from explorer.export.card import SnapshotCard
from explorer.export.cells import Cell, code, prose
from explorer.export.charts import CHARTS
from explorer.export.looked_at import looked_at
from explorer.export.report import Report
from explorer.export.text import as_data
from explorer.export.words import next_steps, opening, why_empty

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["export_notebook", "notebook"]

_IMPORTS = "import json\n\nimport explorer\n\n"
_UNCOMPARED = ("nbval-ignore-output",)
"""Where another version of a package adds a note; what the cell promises, it checks itself."""


def notebook(definition: CohortDefinition, snapshot: Snapshot) -> str:
    """Return a notebook, as the text of an ``.ipynb`` file, that shows a cohort and checks its numbers when run.

    The same definition and snapshot give the same bytes on every machine with the same packages: nothing in it says
    when or where it was exported.

    Raises
    ------
    DefinitionError
        The definition does not fit the snapshot.
    DifferenceError
        The snapshot's file is damaged.
    """
    cohort = Cohort(definition, snapshot)
    try:
        cells = list(_cells(cohort))
    finally:
        cohort.close()
    made = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    nbformat.validate(made)
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def export_notebook(definition: CohortDefinition, snapshot: Snapshot, path: str | os.PathLike[str]) -> None:
    """Write the cohort's `notebook` to a file, whole or not at all.

    Parameters
    ----------
    definition, snapshot
        The cohort.
    path
        The ``.ipynb`` file; an older one is replaced.

    Raises
    ------
    SurroundingsError
        The file cannot be written.

    Examples
    --------
    >>> import explorer
    >>> rule = explorer.CohortDefinition.read("breast.cohort.json")  # doctest: +SKIP
    >>> explorer.export_notebook(rule, explorer.Snapshot.open(), "breast.ipynb")  # doctest: +SKIP
    """
    write_atomically(path, notebook(definition, snapshot).encode())


def _cells(cohort: Cohort) -> Iterator[Cell]:
    # Counting ignores annotations; of them only what was looked at has cells of its own.
    definition = replace(cohort.definition, annotations={})
    snapshot, report = cohort.snapshot, Report(cohort)
    numbered = count(1)
    totals = cohort.totals()
    yield prose(opening(cohort))
    yield prose("## Definition\n\nThe rule as data.")
    yield code(
        f"{_IMPORTS}definition = explorer.CohortDefinition.from_dict({as_data(definition.to_dict())})", next(numbered)
    )
    rebuilt = ", or built again from its recipe" if snapshot.source == "idc" else ""
    yield prose(
        f"## Snapshot\n\nThe copy of the catalogue that was searched. It is found on this machine{rebuilt}, and "
        "refused where its content is not the same."
    )
    policy = cohort.protected
    # The notes of a reading are counts.
    recipe = {name: value for name, value in snapshot.recipe.items() if policy is None or name != "notes"}
    made = {"id": snapshot.id, "recipe": recipe}
    # What a snapshot says of itself has the number of its patients.
    shown, card, plain = (
        ("snapshot.title", None, repr(snapshot.title)) if policy else ("snapshot", SnapshotCard(snapshot), "")
    )
    yield code(f"snapshot = explorer.reopen({as_data(made)})\n{shown}", next(numbered), card, plain)
    yield prose(
        "## Checks\n\nThe cell that is folded here holds the numbers of the export. All of them are computed again, "
        "and where one is not the same the check stops with a table of the differences."
    )
    expected = report.promise()
    yield code(f"expected = {as_data(expected)}", next(numbered), folded=True)
    protection = f', small_counts="{policy}"' if policy else ""
    yield code(
        f"cohort = explorer.Cohort(definition, snapshot{protection})\n"
        "report = explorer.Report(cohort)\nreport.check(expected)",
        next(numbered),
        report.check(expected),
        tags=_UNCOMPARED,
    )
    yield prose("## Attrition\n\nWhat each rule cost, in order.")
    yield code("report.attrition()", next(numbered), report.attrition())
    if totals.patients == 0:
        yield prose(why_empty(cohort))
        if policy is None:
            yield from looked_at(cohort, report, numbered)
        yield prose(next_steps(totals))
        return
    yield prose("## The cohort in pictures")
    for name in CHARTS:
        yield code(f'report.chart("{name}")', next(numbered), report.chart(name))
    if policy is None:
        yield prose("## Patients\n\n`cohort.frame()` gives all of them as a pandas DataFrame.")
        yield code("report.rows(limit=10)", next(numbered), report.rows(limit=10))
        yield from looked_at(cohort, report, numbered)
    yield prose("## Licences\n\nWhat the selected series may be used for.")
    yield code("report.licences()", next(numbered), report.licences())
    yield prose("## Cite\n\nWhat the selected series ask to be cited. `print(report.bibtex())` gives it as BibTeX.")
    yield code("report.citations()", next(numbered), report.citations())
    yield prose(next_steps(totals))
