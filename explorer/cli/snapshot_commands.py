"""Commands about snapshots: build, list, show, verify, remove."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from explorer.cli.inputs import ProgressBar, open_snapshot
from explorer.cli.outputs import in_columns, print_json, print_line, size, told_sizes
from explorer.cohort.texts import one_line
from explorer.errors import SnapshotError, UnknownNameError, UserError
from explorer.sources.deidentify import in_words

if TYPE_CHECKING:
    from explorer.counts import Totals
    from explorer.snapshot import Entry, Snapshot

__all__ = ["build", "list_known", "print_snapshot", "remove", "show", "snapshot_as_json", "verify"]


def build(options: argparse.Namespace) -> None:
    """Build a snapshot, or find the same one built before."""
    from explorer.snapshot import Snapshot
    from explorer.sources import source_named

    source = source_named(options.source)
    with ProgressBar() as report:
        snapshot = Snapshot.build(source, progress=report)
    print_snapshot(snapshot, options.json)


def list_known(options: argparse.Namespace) -> None:
    """Print the snapshots that can be opened."""
    from explorer.snapshot import Snapshot, Store

    store = Store()
    entries = Snapshot.known(store)
    for reason in store.unreadable():
        print(f"cohort-explorer: warning: {one_line(reason)}", file=sys.stderr)
    if options.json:
        print_json({"snapshots": [_entry(each) for each in entries]})
        return
    if not entries:
        print_line(f"No snapshot is built yet in {store.folder}. Build one with: cohort-explorer snapshot build")
        return
    rows = []
    for each in entries:
        numbers = dict(_in_words(_told(each.about.id, each.about.totals)))
        told = (numbers["patients"], numbers["series"], numbers["size"])
        rows.append((each.alias, each.about.id[:12], each.about.title, *told))
    for line in in_columns([("alias", "id", "title", "patients", "series", "images' size"), *rows], left=3):
        print(line)


def show(options: argparse.Namespace) -> None:
    """Print what a snapshot holds and what it was built from."""
    print_snapshot(open_snapshot(_given(options), build=False), options.json)


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
        **_as_json(about.id, about.totals),
        "path": str(entry.path),
    }


def snapshot_as_json(snapshot: Snapshot) -> dict[str, Any]:
    """Return what there is to show of a snapshot; the recipe's notes hold counts, so they go where those are hidden."""
    card, told = snapshot.card(), _as_json(snapshot.id, snapshot.totals)
    if "protected" in told:
        card["recipe"].pop("notes", None)
    elif snapshot.thumbnails:
        card["thumbnails"] = snapshot.thumbnails
    return {**card, **told}


def print_snapshot(snapshot: Snapshot, as_json: bool = False) -> None:
    """Print what a snapshot holds, how people are protected in it, and where it is."""
    if as_json:
        print_json(snapshot_as_json(snapshot))
        return
    totals = _told(snapshot.id, snapshot.totals)
    print_line(snapshot.title)
    for line in in_columns(list(_in_words(totals))):
        print(line)
    if totals.protected:
        print_line(totals.protected.sentence())
    if said := in_words(snapshot.recipe, counts=totals.protected is None, pictures=snapshot.thumbnails > 0):
        print_line(f"de-identification: {said}")
    print_line(f"released {snapshot.date or 'on a day that the catalogue does not say'}")
    print_line(f"alias {snapshot.alias}")
    print_line(f"id {snapshot.id}")
    print_line(f"file {snapshot.path}, {size(snapshot.path.stat().st_size)}")
    if snapshot.thumbnails and totals.protected is None:
        print_line(f"thumbnails {snapshot.thumbnails:,}")


def _told(snapshot: str, numbers: Mapping[str, int]) -> Totals:
    """Return the size of a whole snapshot, as it may be told."""
    from explorer.counts import SmallCounts, Totals

    exact: dict[str, Any] = dict(numbers)
    return Totals(snapshot, **exact).under(SmallCounts.current())


def _as_json(snapshot: str, numbers: Mapping[str, int]) -> dict[str, Any]:
    told = _told(snapshot, numbers)
    totals = {name: getattr(told, name) for name in numbers}
    return {"totals": totals, "protected": told.protected.to_dict()} if told.protected else {"totals": totals}


def _in_words(totals: Totals) -> Iterator[tuple[str, str]]:
    """Yield each unit with its number."""
    from explorer.counts import count_in_words, size_in_words

    policy = totals.protected
    yield "patients", count_in_words(totals.patients, policy)
    yield "datasets", size_in_words(totals.datasets, None)
    yield "studies", size_in_words(totals.studies, policy)
    yield "series", size_in_words(totals.series, policy)
    yield "images", size_in_words(totals.instances, policy)
    yield "size", told_sizes([totals.bytes], policy)[0]


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
