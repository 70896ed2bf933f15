"""Commands about snapshots: build, list, show, verify, remove."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from explorer.cli.inputs import ProgressBar, open_snapshot
from explorer.cli.outputs import in_columns, print_json, print_line, size
from explorer.errors import SnapshotError, UnknownNameError, UserError

if TYPE_CHECKING:
    from explorer.snapshot import Entry, Snapshot

__all__ = ["build", "list_known", "remove", "show", "verify"]

_TOTALS = (
    ("patients", "patients"),
    ("datasets", "datasets"),
    ("studies", "studies"),
    ("series", "series"),
    ("instances", "images"),
)


def build(options: argparse.Namespace) -> None:
    """Build a snapshot, or find the same one built before."""
    from explorer.snapshot import Snapshot
    from explorer.sources import source_named

    source = source_named(options.source)
    with ProgressBar() as report:
        snapshot = Snapshot.build(source, progress=report)
    _print_snapshot(snapshot, options.json)


def list_known(options: argparse.Namespace) -> None:
    """Print the snapshots that can be opened."""
    from explorer.snapshot import Snapshot, Store

    store = Store()
    entries = Snapshot.known(store)
    if options.json:
        print_json({"snapshots": [_entry(each) for each in entries]})
        return
    if not entries:
        print_line(f"No snapshot is built yet in {store.folder}. Build one with: cohort-explorer snapshot build")
        return
    rows = [
        (
            each.alias,
            each.about.id[:12],
            each.about.title,
            *(f"{each.about.totals[key]:,}" for key in ("patients", "series")),
            size(each.about.totals["bytes"]),
        )
        for each in entries
    ]
    for line in in_columns([("alias", "id", "title", "patients", "series", "images' size"), *rows], left=3):
        print(line)


def show(options: argparse.Namespace) -> None:
    """Print what a snapshot holds and what it was built from."""
    _print_snapshot(open_snapshot(_given(options), build=False), options.json)


def verify(options: argparse.Namespace) -> None:
    """Check a snapshot's content against its id."""
    snapshot = open_snapshot(_given(options), build=False)
    snapshot.verify()
    if options.json:
        print_json({"snapshot": snapshot.id, "verified": True})
    else:
        print_line(f"{snapshot.title}: the content is what its id {snapshot.id} says")


def remove(options: argparse.Namespace) -> None:
    """Remove a snapshot's file."""
    from explorer.snapshot import Store

    try:
        entry = Store().remove(_wanted(options))
    except UnknownNameError as error:
        raise SnapshotError(str(error)) from None
    print_line(f"removed {entry.alias}, {entry.about.id[:12]}: {entry.path}")


def _entry(entry: Entry) -> dict[str, Any]:
    about = entry.about
    return {
        "id": about.id,
        "alias": entry.alias,
        "title": about.title,
        "source": about.source,
        "release": about.release,
        "date": about.date,
        "totals": dict(about.totals),
        "path": str(entry.path),
    }


def _print_snapshot(snapshot: Snapshot, as_json: bool) -> None:
    if as_json:
        print_json(snapshot.card())
        return
    print_line(snapshot.title)
    rows = [(word, f"{snapshot.totals[key]:,}") for key, word in _TOTALS]
    for line in in_columns([*rows, ("size", size(snapshot.totals["bytes"]))]):
        print(line)
    print_line(f"released {snapshot.date or 'on a day that the catalogue does not say'}")
    print_line(f"alias {snapshot.alias}")
    print_line(f"id {snapshot.id}")
    print_line(f"file {snapshot.path}, {size(snapshot.path.stat().st_size)}")


def _given(options: argparse.Namespace) -> str | None:
    """Return the snapshot that is named, as a word or with --snapshot."""
    if options.name and options.snapshot and options.name != options.snapshot:
        raise UserError(f"two snapshots are named, {options.name} and {options.snapshot}; name one")
    name: str | None = options.name or options.snapshot
    return name


def _wanted(options: argparse.Namespace) -> str:
    name = _given(options)
    if not name:
        raise UserError("name the snapshot to remove: its id, the beginning of it, or its alias")
    return name
