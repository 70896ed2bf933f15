"""How definitions, cohorts and snapshots look as the last line of a notebook's cell.

IPython is told names of classes, so nothing is imported before one of them is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.cohort import CohortDefinition
    from explorer.counts import Cohort
    from explorer.export.table import Table
    from explorer.snapshot import Snapshot

__all__ = ["register", "show_cohort", "show_definition", "show_snapshot"]

Bundle = dict[str, str]
"""What is shown, by media type."""

_WARNINGS = 3


def register(shell: Any) -> None:
    """Tell IPython's shell how each class is shown."""
    formatter = getattr(getattr(shell, "display_formatter", None), "mimebundle_formatter", None)
    if formatter is None:
        return
    for module, name, show in (
        ("explorer.cohort.definition", "CohortDefinition", show_definition),
        ("explorer.counts.cohort", "Cohort", show_cohort),
        ("explorer.snapshot.snapshot", "Snapshot", show_snapshot),
    ):
        formatter.for_type_by_name(module, name, _safe(show))


def show_definition(definition: CohortDefinition) -> Bundle:
    """Return the definition in words, with what each rule costs on the snapshot opened last, else on the default one.

    Nothing is built for it.
    """
    from contextlib import closing

    from explorer.counts import Cohort
    from explorer.export import Report
    from explorer.export.table import Table

    where = ""
    try:
        snapshot, why = _snapshot()
        where = f" on {_named(snapshot)}"
        with closing(Cohort(definition, snapshot)) as cohort:
            table = Report(cohort).attrition()
            return _bundle(_headed(table, definition, _said(definition, f"{where}, {why}"), cohort))
    except ExplorerError as error:
        notes = (_said(definition), f"Not counted{where}: {error}")
        return _bundle(Table((), (), title=definition.describe(), notes=notes))


def show_cohort(cohort: Cohort) -> Bundle:
    """Return the cohort in words, with its totals and those of the whole snapshot."""
    from explorer.counts import Totals, byte_size, count_in_words, size_in_words
    from explorer.export.table import Table, Written

    def row(name: str, totals: Totals) -> tuple[str, ...]:
        policy = totals.protected
        datasets = "not shown" if totals.datasets is None else f"{totals.datasets:,}"
        sizes = [size_in_words(each, policy) for each in (totals.studies, totals.series, totals.instances)]
        size = size_in_words(totals.bytes, policy, byte_size)
        return (name, *map(Written, [datasets, count_in_words(totals.patients, policy), *sizes, size]))

    rows = (row("cohort", cohort.totals()), row("of all", Totals.whole(cohort.snapshot).under(cohort.protected)))
    table = Table(("", "datasets", "patients", "studies", "series", "images", "size"), rows, strong="patients")
    said = _said(cohort.definition, f" on {_named(cohort.snapshot)}")
    return _bundle(_headed(table, cohort.definition, said, cohort))


def show_snapshot(snapshot: Snapshot) -> Bundle:
    """Return the snapshot's card."""
    from explorer.export.card import SnapshotCard

    return SnapshotCard(snapshot)._repr_mimebundle_()


def _safe(show: Callable[[Any], Bundle]) -> Callable[[Any], Bundle]:
    """Return a way to show that leaves it to IPython where it cannot: a cell's result is never lost."""

    def shown(value: Any) -> Bundle:
        try:
            return show(value)
        except Exception:
            return {}

    return shown


def _snapshot() -> tuple[Snapshot, str]:
    from explorer.snapshot import Snapshot
    from explorer.snapshot.latest import latest

    path = latest()
    if path is not None:
        return Snapshot(path), "the snapshot opened last here"
    return Snapshot.open(build=False), "the default snapshot"


def _headed(table: Table, definition: CohortDefinition, said: str, cohort: Cohort) -> Table:
    from dataclasses import replace

    protected = [cohort.protected.sentence()] if cohort.protected else []
    notes = tuple(dict.fromkeys([said, *table.notes, *protected]))
    warnings = (*table.warnings, *(each.message for each in cohort.advice[:_WARNINGS]))
    return replace(table, title=definition.describe(), notes=notes, warnings=warnings)


def _said(definition: CohortDefinition, where: str = "") -> str:
    name = f"“{definition.name}”, definition" if definition.name else "Definition"
    return f"{name} {definition.id[:12]}{f',{where}' if where else ''}."


def _named(snapshot: Snapshot) -> str:
    dated = f", {snapshot.date}" if snapshot.date else ""
    return f"{snapshot.title} (snapshot {snapshot.id[:12]}{dated})"


def _bundle(table: Table) -> Bundle:
    return {"text/html": table.to_html(), "text/plain": repr(table)}
