"""Commands that take a definition: count, facets, attrition, sql, describe, table, export."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.inputs import cohort_of, read_cohort, read_definition
from explorer.cli.outputs import (
    in_columns,
    print_json,
    print_line,
    print_warnings,
    told_sizes,
    totals_in_columns,
)
from explorer.cohort.tongues import tongue_of
from explorer.errors import UserError

if TYPE_CHECKING:
    from explorer.counts import Cohort

__all__ = ["attrition", "count", "describe", "export", "facets", "sql", "table"]


def count(options: argparse.Namespace) -> None:
    """Print the size of the cohort."""
    cohort = read_cohort(options)
    totals = cohort.totals()
    if options.json:
        print_json({**totals.to_dict(), "warnings": [advice.to_dict() for advice in cohort.advice]})
        return
    print_warnings(cohort.advice)
    if cohort.definition.name:
        print_line(cohort.definition.name)
    print_line(cohort.definition.describe())
    for line in totals_in_columns(totals, type(totals).whole(cohort.snapshot)):
        print(line)
    _print_source(cohort)


def facets(options: argparse.Namespace) -> None:
    """Print the patients and series that each value of a facet would give."""
    from explorer.counts import count_in_words, size_in_words

    cohort = read_cohort(options)
    if options.group == "new":
        raise UserError("there is no group 'new'; groups are called include:0, include:1, …, exclude:0, …")
    counts = cohort.facet(options.facet, options.group)
    print_warnings(cohort.advice)
    if options.json:
        print_json(counts.to_dict())
        return
    print_line(f"{counts.facet} in {counts.group}: what choosing only this value would give")
    if not counts.values:
        print_line("No value would give any patient: the other rules leave nobody.")
    policy = counts.protected
    rows = [
        (tongue_of("en").tell(each.value), count_in_words(each.patients, policy), size_in_words(each.series, policy))
        for each in counts.values
    ]
    for line in in_columns([("value", "patients", "series"), *rows]):
        print(line)
    _print_source(cohort)


def attrition(options: argparse.Namespace) -> None:
    """Print what remains after each rule, and what each costs alone."""
    from explorer.counts import count_in_words, size_in_words

    cohort = read_cohort(options)
    steps, policy = cohort.attrition(), cohort.protected
    print_warnings(cohort.advice)
    if options.json:
        told = {"steps": [step.to_dict() for step in steps]}
        print_json({**told, "protected": policy.to_dict()} if policy else told)
        return
    head = ("rule", "patients", "studies", "series", "images", "size", "lost alone", "gained without")
    rows = [
        (
            step.rule,
            count_in_words(step.patients, policy),
            *(size_in_words(number, policy) for number in (step.studies, step.series, step.instances)),
            each_size,
            count_in_words(step.alone, policy),
            count_in_words(step.without, policy),
        )
        for step, each_size in zip(steps, told_sizes([step.bytes for step in steps], policy), strict=True)
    ]
    for line in in_columns([head, *rows]):
        print(line)
    _print_source(cohort)


def sql(options: argparse.Namespace) -> None:
    """Print one SELECT that counts the cohort."""
    cohort = read_cohort(options)
    print_warnings(cohort.advice)
    print(cohort.sql())


def describe(options: argparse.Namespace) -> None:
    """Print the definition as one sentence; a snapshot is asked only where one is named."""
    definition = read_definition(options.file)
    if options.snapshot:
        print_warnings(cohort_of(definition, options).advice)
    print_line(definition.describe())


def table(options: argparse.Namespace) -> None:
    """Write the rows of the cohort to a file, or print them as CSV."""
    if options.output and not options.output.lower().endswith((".csv", ".parquet")):
        raise UserError(f"{options.output}: tables are written as .csv or .parquet; name the file accordingly")
    cohort = read_cohort(options)
    print_warnings(cohort.advice)
    if options.output:
        rows = cohort.write_table(options.level, Path(options.output))
        print_line(f"{rows:,} rows ({options.level}) written to {options.output}")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        cohort.write_table(options.level, path)
        if not sys.stdout.isatty():
            sys.stdout.flush()
            with path.open("rb") as content:
                shutil.copyfileobj(content, sys.stdout.buffer)
            return
        with path.open(encoding="utf-8", newline="") as lines:
            for line in lines:
                print_line(line.rstrip("\r\n"))


def export(options: argparse.Namespace) -> None:
    """Write a notebook that counts the cohort again and checks the numbers."""
    if not options.output.lower().endswith(".ipynb"):
        raise UserError(f"{options.output}: a notebook's name ends with .ipynb; name the file accordingly")
    cohort = read_cohort(options)
    from explorer.export import export_notebook

    print_warnings(cohort.advice)
    export_notebook(cohort.definition, cohort.snapshot, options.output)
    print_line(f"notebook written to {options.output}")


def _print_source(cohort: Cohort) -> None:
    print_line(f"{cohort.snapshot.title}, snapshot {cohort.snapshot.id[:12]}")
    if cohort.protected:
        print_line(cohort.protected.sentence())
