"""The command that fetches a cohort's images."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.inputs import ProgressBar, read_cohort
from explorer.cli.outputs import in_columns, print_json, print_line, print_warnings, size
from explorer.errors import ImageError, UserError

if TYPE_CHECKING:
    from explorer.images.fetch import Elsewhere, Fetched, Plan

__all__ = ["fetch", "gigabytes"]

_NAMED = 20
"""Series, licences or publications that are named before "and n more"; JSON names them all."""


def fetch(options: argparse.Namespace) -> None:
    """Fetch the files of the cohort's selected series, or say what that would be."""
    if options.dicomweb or options.user or options.token_file:
        from explorer.cli.archive_commands import fetch as fetch_from_archive

        with _stopping() as stop:
            fetch_from_archive(options, stop)
        return
    cohort = read_cohort(options)
    from explorer.images.fetch import fetch_plan, plan_fetch

    if options.to == "":
        raise UserError("--to names no folder; write one, or leave it out for the cache")
    to = None if options.to is None else Path(options.to)
    plan = plan_fetch(cohort, to=to, limit=options.limit)
    print_warnings(cohort.advice)
    about = {"snapshot": cohort.snapshot.id, **_plan_as_json(plan)}
    if not options.json:
        _print_plan(plan, cohort.definition.name)
    if options.dry_run:
        if options.json:
            print_json(about)
        elif plan.refused is not None:
            print_line(f"Not possible: {plan.refused}")
        if plan.refused is not None and plan.refused.exit_code == 2 and options.limit is not None:
            raise plan.refused
        return
    sys.stdout.flush()
    with ProgressBar() as report, _stopping() as stop:
        ended = fetch_plan(plan, progress=report, cancel=stop)
    if options.json:
        print_json({**about, **_end_as_json(ended)})
    else:
        _print_end(ended)
    if ended.stopped:
        print("cohort-explorer: stopped; the same command goes on where this one ended", file=sys.stderr)
        raise SystemExit(130)
    if ended.incomplete:
        first = ended.incomplete[0]
        more = f", and {len(ended.incomplete) - 1:,} more" if len(ended.incomplete) > 1 else ""
        raise ImageError(
            f"{len(ended.incomplete):,} of {plan.series:,} series are not complete: {first.series_uid[:64]} "
            f"({first.reason}){more}. The same command tries these again"
        )


def gigabytes(text: str) -> float:
    """Return the number that --limit says."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if math.isfinite(number) and number > 0:
        return number
    raise argparse.ArgumentTypeError(f"a limit is a number of gigabytes above 0, for example 20, not {text!r}")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C sets; pressed again, it interrupts at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def set_it(*_: object) -> None:
        stop.set()
        for number, before in kept.items():
            signal.signal(number, before)

    for number in kept:
        signal.signal(number, set_it)
    try:
        yield stop
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


def _print_plan(plan: Plan, name: str | None) -> None:
    if name:
        print_line(name)
    cache = "" if plan.cache_bytes is None else f" in the cache of {size(plan.cache_bytes)}"
    rows = [
        ("patients", f"{plan.patients:,}"),
        ("series", f"{plan.series:,}"),
        ("images", f"{plan.instances:,}"),
        ("size", size(plan.bytes)),
        ("there already", f"{len(plan.there):,} series"),
        ("to fetch", f"{len(plan.missing):,} series, {plan.instances_to_fetch:,} images, {size(plan.bytes_to_fetch)}"),
        ("free space", f"{size(plan.free_bytes)}{cache}"),
        ("folder", str(plan.folder.root)),
        *(("licence", f"{licence or 'none given'}: {number:,} series") for licence, number in plan.licences),
        *(("cite", f"{doi or 'no DOI given'}: {number:,} series") for doi, number in plan.publications[:_NAMED]),
    ]
    if len(plan.publications) > _NAMED:
        rows.append(("cite", f"and {len(plan.publications) - _NAMED:,} more; --json lists them all"))
    for line in in_columns(rows, left=2):
        print(line)
    for uid, folder in sorted(plan.local.items())[:_NAMED]:
        print_line(f"Series {uid} is on this machine, in {folder}.")
    if len(plan.local) > _NAMED:
        print_line(f"So are {len(plan.local) - _NAMED:,} more.")
    _print_series("cannot be fetched", plan.elsewhere)


def _print_end(ended: Fetched) -> None:
    named = {each.series_uid for each in ended.incomplete}
    print_line(
        f"{len(ended.complete):,} series are complete, {ended.new_series:,} of them new ({size(ended.new_bytes)}); "
        f"{len(named):,} are not."
    )
    _print_series("is not complete", ended.incomplete)
    print_line(str(ended.folder))


def _print_series(what: str, series: Sequence[Elsewhere]) -> None:
    for each in series[:_NAMED]:
        print_line(f"Series {each.series_uid[:100]} {what}: {each.reason}.")
    if len(series) > _NAMED:
        print_line(f"So it is for {len(series) - _NAMED:,} more; --json lists them all.")


def _plan_as_json(plan: Plan) -> dict[str, Any]:
    return {
        "folder": str(plan.folder.root),
        "patients": plan.patients,
        "series": plan.series,
        "instances": plan.instances,
        "bytes": plan.bytes,
        "there": len(plan.there),
        "to_fetch": {
            "series": len(plan.missing),
            "instances": plan.instances_to_fetch,
            "bytes": plan.bytes_to_fetch,
        },
        "free_bytes": plan.free_bytes,
        "cache_bytes": plan.cache_bytes,
        "licences": [{"license": licence, "series": number} for licence, number in plan.licences],
        "publications": [{"source_doi": doi, "series": number} for doi, number in plan.publications],
        "local": {uid: str(folder) for uid, folder in sorted(plan.local.items())},
        "elsewhere": _named(plan.elsewhere),
        "refused": None if plan.refused is None else str(plan.refused),
    }


def _end_as_json(ended: Fetched) -> dict[str, Any]:
    return {
        "complete": list(ended.complete),
        "incomplete": _named(ended.incomplete),
        "new": {"series": ended.new_series, "bytes": ended.new_bytes},
        "stopped": ended.stopped,
    }


def _named(series: Sequence[Elsewhere]) -> list[dict[str, str]]:
    return [{"series_uid": each.series_uid, "reason": each.reason} for each in series]
