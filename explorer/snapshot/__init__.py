"""Dated, immutable copies of a catalogue's metadata: build, find, open, verify."""

from explorer.snapshot.build import build_file
from explorer.snapshot.content import content_id
from explorer.snapshot.snapshot import Snapshot
from explorer.snapshot.store import Entry, Store, home

__all__ = ["Entry", "Snapshot", "Store", "build_file", "content_id", "home"]
