"""Who fetches or reads which series at the moment, among all processes that share a folder."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from explorer.images.fetch.folder import FetchFolder
from explorer.snapshot.lock import locked
from explorer.sources.dicom.walk import WORK_FOLDER

__all__ = ["Held", "Prepare", "claimed", "held", "reading"]


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds: series, each with the bytes that were to come, and whether they are being fetched."""

    series: Mapping[str, int]
    fetching: bool


Prepare = Callable[[frozenset[str], tuple[Held, ...]], None]
"""Called with the series that will be held, and what others hold, while nobody else can begin to hold anything."""


def _nothing(mine: frozenset[str], others: tuple[Held, ...]) -> None:
    """Prepare nothing."""


@contextmanager
def claimed(folder: FetchFolder, series: Mapping[str, int], prepare: Prepare = _nothing) -> Iterator[frozenset[str]]:
    """Hold those of the series that nobody else fetches, so that this process alone writes to them; gives which.

    Parameters
    ----------
    folder
        Where they are.
    series
        Bytes to come, by SeriesInstanceUID.
    prepare
        What to do before.
    """
    with _holding(folder, series, True, prepare) as mine:
        yield mine


@contextmanager
def reading(folder: FetchFolder, uids: Collection[str]) -> Iterator[None]:
    """Keep series from being removed while they are read, and remember that they were used.

    In a folder that is closed to writing nothing needs to be kept: nobody removes anything there.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            folder.make()
            stack.enter_context(_holding(folder, dict.fromkeys(uids, 0), False, _nothing))
            for uid in uids:
                folder.use(uid)
        yield


def held(folder: FetchFolder) -> tuple[Held, ...]:
    """Return what living processes hold; what dead ones left behind is removed."""
    found = []
    for lock in sorted(folder.claims.glob("*.lock")):
        content = lock.with_suffix(".json")
        try:
            with locked(lock, patience=0):
                _remove(content, lock)
        except TimeoutError:
            with suppress(OSError, ValueError, KeyError, TypeError):
                said = json.loads(content.read_text("ascii"))
                found.append(Held({str(uid): int(size) for uid, size in said["series"].items()}, said["fetching"]))
        except OSError:
            continue
    return tuple(found)


@contextmanager
def _holding(
    folder: FetchFolder, series: Mapping[str, int], fetching: bool, prepare: Prepare
) -> Iterator[frozenset[str]]:
    path = folder.claims / f"{os.getpid()}-{secrets.token_hex(6)}"
    lock, content = path.with_suffix(".lock"), path.with_suffix(".json")
    with ExitStack() as stack:
        with locked(folder.root / WORK_FOLDER / "lock"):
            others = held(folder)
            taken = {uid for each in others if each.fetching for uid in each.series} if fetching else set()
            mine = frozenset(series.keys() - taken)
            prepare(mine, others)
            stack.callback(_remove, content, lock)
            stack.enter_context(locked(lock))
            said = {"fetching": fetching, "series": {uid: series[uid] for uid in sorted(mine)}}
            content.write_text(json.dumps(said), "ascii")
        yield mine


def _remove(*paths: Path) -> None:
    for path in paths:
        with suppress(OSError):  # Windows keeps an open file; the next to look removes it
            path.unlink(missing_ok=True)
