"""Dated, immutable copies of a catalogue's metadata: build, find, open, verify.

Each name brings its module, and with most of them the engine, on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.snapshot.build import build_file
    from explorer.snapshot.content import content_id
    from explorer.snapshot.place import home
    from explorer.snapshot.snapshot import Snapshot
    from explorer.snapshot.store import Entry, Store

__all__ = ["Entry", "Snapshot", "Store", "build_file", "content_id", "home"]

_MODULES = {
    "Entry": "store",
    "Snapshot": "snapshot",
    "Store": "store",
    "build_file": "build",
    "content_id": "content",
    "home": "place",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
