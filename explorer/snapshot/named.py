"""Which file a snapshot's name stands for; the default snapshot is built where it is absent."""

from __future__ import annotations

from pathlib import Path

from explorer.errors import UnknownNameError
from explorer.snapshot.place import is_path
from explorer.snapshot.store import Store
from explorer.sources import IdcSource, Progress
from explorer.sources.idc import installed_release

__all__ = ["file_named"]


def file_named(name: str | Path | None, store: Store, progress: Progress, *, build: bool) -> Path:
    """Return the file of that name; see `explorer.Snapshot.open`."""
    if isinstance(name, Path) or (name is not None and is_path(name)):
        return Path(name)
    release = installed_release()
    default = "idc" if release is None else f"idc-{release}"
    wanted = default if name in (None, "idc") else str(name)
    try:
        return store.find(wanted).path
    except UnknownNameError:
        if wanted == default and build and release is not None:
            return _built(store, default, progress)
        if name in (None, "idc"):
            return store.find("idc").path
        raise


def _built(store: Store, alias: str, progress: Progress) -> Path:
    """Build the default snapshot, unless somebody else has done so by the time that it is our turn."""

    def existing() -> Path | None:
        try:
            return store.find(alias).path
        except UnknownNameError:
            return None

    from explorer.snapshot.build import build_file  # brings pyarrow, which opening does without

    path = build_file(IdcSource(), store.folder, progress, existing)
    store.entries()  # brings the index up to date
    return path
